// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "agent/vision/onnx_model.hpp"
#include "agent/vision/text_line.hpp"

namespace sealkeep::vision {

/// PP-OCR's recogniser, of whose thousands of signs only A-Z and 0-9 count (small letters as great ones).
class LineRecogniser {
 public:
  /// `keys`: the model's signs, one a line, class 1 first (0 is blank). BadInput `vision.keys` if letters or
  /// digits are missing.
  [[nodiscard]] static Result<LineRecogniser> create(std::unique_ptr<OnnxModel> model, std::string_view keys);
  /// Reads one line of text, a BGR picture cut close. An empty picture is an empty line.
  [[nodiscard]] Result<TextLine> read(const cv::Mat& line);

  static constexpr int kHeight = 48, kLeastWidth = 96, kMostWidth = 960;

 private:
  struct Class {
    std::size_t index, symbol;
  };
  explicit LineRecogniser(std::unique_ptr<OnnxModel> model) : model_(std::move(model)) {}
  std::unique_ptr<OnnxModel> model_;
  std::vector<Class> classes_;
  std::vector<float> input_;
};

}  // namespace sealkeep::vision

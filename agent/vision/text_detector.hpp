// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <vector>

#include "agent/vision/onnx_model.hpp"

namespace sealkeep::vision {

/// Where text stands. The angle is in (-45, 45] degrees, so width and height are those that a person would
/// name.
struct TextBox {
  cv::RotatedRect place;
  float score = 0;  ///< mean probability of text inside, 0..1
  [[nodiscard]] float width() const { return place.size.width; }
  [[nodiscard]] float height() const { return place.size.height; }
  [[nodiscard]] cv::Rect2f bounds() const;
};

/// The rectangle of minimum area with the angle as in TextBox.
[[nodiscard]] cv::RotatedRect upright(cv::RotatedRect rect);

/// The boxes of a map of probabilities (CV_32F, 0..1, one value a pixel of the detector's input), in
/// coordinates of a picture that is `scale_x`, `scale_y` times as large. Differentiable binarisation's own
/// post-processing with rectangles: regions above kMapThreshold, kept from a mean of kBoxScore on, grown by
/// kUnclip. Pure. At most kMaxBoxes, the largest.
[[nodiscard]] std::vector<TextBox> boxes_of(const cv::Mat& probability, float scale_x, float scale_y);

inline constexpr float kMapThreshold = 0.3F, kBoxScore = 0.45F, kUnclip = 1.7F;
inline constexpr std::size_t kMaxBoxes = 200;

/// PP-OCR's text detector.
class TextDetector {
 public:
  explicit TextDetector(std::unique_ptr<OnnxModel> model) : model_(std::move(model)) {}
  /// The text of a BGR picture, looked at with its longer side at `long_side` pixels and its height squeezed
  /// by `squeeze_y` (1: as it is). Boxes are in the picture's own coordinates.
  [[nodiscard]] Result<std::vector<TextBox>> find(const cv::Mat& picture, int long_side,
                                                  double squeeze_y = 1);

 private:
  std::unique_ptr<OnnxModel> model_;
  std::vector<float> input_;
};

/// What stands in the box, upright, as a BGR picture of its own size.
[[nodiscard]] cv::Mat cut_out(const cv::Mat& picture, const cv::RotatedRect& place);

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/vision/barcode_reader.hpp"
#include "agent/vision/line_recogniser.hpp"
#include "agent/vision/text_detector.hpp"

namespace sealkeep::vision {

/// Why a seal's number is believed. A seal number has no check digit, so one reading of its text never
/// suffices.
enum class SealSource {
  None = 0,
  BarcodeAndText = 1,  ///< the barcode says what the text says
  BarcodeInStock = 2,  ///< the barcode is a number in the list
  TextInStock = 3,     ///< one number of the list is much likelier on the picture than all others
};

struct SealReading {
  SealSource source = SealSource::None;
  std::string number;              ///< in its written form; empty without a source
  std::vector<std::string> texts;  ///< what could be a seal's number, not believed; for a person to confirm
  std::vector<std::string> codes;  ///< barcodes read, likewise
  friend bool operator==(const SealReading&, const SealReading&) = default;
};

/// Which of the numbers stands on one of the lines: its log probability is above kTextScore and above that of
/// every other number of the stock by kTextLead. Pure.
[[nodiscard]] std::optional<std::string> match_stock(const std::vector<TextLine>& lines,
                                                     const std::set<std::string>& stock);
inline constexpr double kTextScore = -5, kTextLead = 4;
/// The best way in which the cells spell the number, passing over some: a log probability.
[[nodiscard]] double spelled(const TextLine& line, std::string_view number);

/// Weighs barcodes and lines of text. Numbers of `stock` are in their written form. Pure.
[[nodiscard]] SealReading judge_seal(const std::vector<Barcode>& codes, const std::vector<TextLine>& lines,
                                     const std::set<std::string>& stock);

/// Reads a close picture of a seal (BGR). Detector and recogniser may be null: then only barcodes are read.
[[nodiscard]] Result<SealReading> read_seal(const cv::Mat& picture, TextDetector* detector,
                                            LineRecogniser* recogniser, const std::set<std::string>& stock);

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>
#include <vector>

#include "agent/vision/findings.hpp"
#include "agent/vision/line_recogniser.hpp"
#include "agent/vision/owner_prior.hpp"
#include "agent/vision/text_detector.hpp"

namespace sealkeep::vision {

/// One way of looking at a picture. A reader takes the cheap ones first and stops as soon as the number is
/// certain.
struct Look {
  int long_side = 960;    ///< pixels at which text is searched for
  double squeeze_y = 1;   ///< stacked characters come closer together and are found as one column
  bool contrast = false;  ///< evened out first (CLAHE)
  int quarter_turns = 0;  ///< clockwise
  bool hinted = false;    ///< only where pieces of a number or a type code were seen, enlarged
};
[[nodiscard]] const std::vector<Look>& usual_looks();

/// What reading a picture took, for measuring.
struct Effort {
  int looks = 0, lines = 0;
  double detect_ms = 0, recognise_ms = 0;
};

/// Reads the numbers of sea containers on BGR pictures. Owns nothing: detector and recogniser outlive it.
class ContainerReader {
 public:
  ContainerReader(TextDetector& detector, LineRecogniser& recogniser, OwnerPrior owners)
      : detector_(detector), recogniser_(recogniser), owners_(std::move(owners)) {}

  /// Everything seen until it was settled or all looks were taken.
  [[nodiscard]] Result<Findings> read(const cv::Mat& picture, const std::vector<Look>& looks, Effort& effort,
                                      std::vector<std::string>* trace = nullptr);

 private:
  TextDetector& detector_;
  LineRecogniser& recogniser_;
  OwnerPrior owners_;
};

}  // namespace sealkeep::vision

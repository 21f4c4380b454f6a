// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>
#include <span>

#include "agent/vision/cameras/rtp_video.hpp"

namespace sealkeep::vision {

/// A picture as a JPEG of quality 95: the one time that a camera's picture is encoded here.
[[nodiscard]] Bytes encoded_once(const cv::Mat& picture);

/// The last frame of the units, the first of which is a key, encoded once. Busy `vision.camera_broken` if
/// nothing can be decoded or the picture has more than 16 million pixels.
[[nodiscard]] Result<Bytes> last_frame(VideoCodec codec, const std::vector<Bytes>& parameter_sets,
                                       std::span<const AccessUnit> units);

/// A key frame as a grey picture of an eighth of its sides. Errors as last_frame().
[[nodiscard]] Result<cv::Mat> small_grey_frame(VideoCodec codec, const std::vector<Bytes>& parameter_sets,
                                               const AccessUnit& key);

}  // namespace sealkeep::vision

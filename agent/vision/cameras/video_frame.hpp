// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "agent/vision/cameras/rtp_video.hpp"

namespace sealkeep::vision {

/// The last frame of the units, the first of which is a key, as a JPEG of quality 95: the one time that a
/// camera's picture is encoded here. Busy `vision.camera_broken` if nothing can be decoded or the picture has
/// more than 16 million pixels.
[[nodiscard]] Result<Bytes> last_frame(VideoCodec codec, const std::vector<Bytes>& parameter_sets,
                                       std::span<const AccessUnit> units);

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/types.hpp>
#include <string_view>

#include "common/base/error.hpp"

namespace sealkeep::vision {

/// A part of a picture, in thousandths of its width and height, whatever its size in pixels.
struct PictureRegion {
  int left = 0, top = 0, width = 1000, height = 1000;
  /// In pixels of a picture of that size; at least one, and inside of it.
  [[nodiscard]] cv::Rect on(cv::Size picture) const;
  friend bool operator==(const PictureRegion&, const PictureRegion&) = default;
};
/// True if there is something in it, and nothing of it outside of the picture.
[[nodiscard]] bool is_sound(const PictureRegion& region);

/// "left top width height". BadInput `vision.region`.
[[nodiscard]] Result<PictureRegion> parse_region(std::string_view text);

}  // namespace sealkeep::vision

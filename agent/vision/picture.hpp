// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {

inline constexpr std::size_t kPictureBytes = 32 * 1024 * 1024;  ///< one file
inline constexpr std::int64_t kPicturePixels =
    64 * 1000 * 1000;  ///< as its header says, before anything is decoded
inline constexpr std::int64_t kKeptPixels =
    16 * 1000 * 1000;  ///< a JPEG above is decoded at half or quarter size

struct PictureSize {
  std::int64_t width = 0, height = 0;
  bool jpeg = false;
  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

/// What the header of a JPEG, PNG or WebP says, without decoding it. BadInput `vision.not_a_picture` for
/// anything else or a header that is cut off; Full `vision.picture_too_large` past kPictureBytes or
/// kPicturePixels.
[[nodiscard]] Result<PictureSize> picture_size(ByteView file);

/// The picture as blue, green, red, turned as its EXIF data say, at most kKeptPixels. The errors of
/// picture_size(), and BadInput `vision.broken_picture` if it cannot be decoded.
[[nodiscard]] Result<cv::Mat> decode_picture(ByteView file);

}  // namespace sealkeep::vision

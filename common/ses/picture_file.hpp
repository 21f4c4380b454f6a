// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "common/base/bytes.hpp"

/// What the bytes of a picture say of themselves, without decoding it: what kind of file it is, and when and
/// where it claims to have been taken. Everything in it is hostile; nothing in it is believed. Pure.
namespace sealkeep::ses {

/// "image/jpeg", "image/png", "image/webp" or "image/heic" by the first bytes; empty for anything else.
[[nodiscard]] std::string_view media_of(ByteView file);

struct PictureClaims {
  std::string time;    ///< "2026:01:31 14:05:00", with "+13:00" behind it if the file has an offset; or empty
  bool place = false;  ///< the two below are there
  std::int64_t latitude_e6 = 0, longitude_e6 = 0;  ///< degrees times a million, in range
  friend bool operator==(const PictureClaims&, const PictureClaims&) = default;
};
/// The EXIF data of a JPEG; nothing of other files, and nothing of data that are not well formed.
[[nodiscard]] PictureClaims claims_of(ByteView file);

}  // namespace sealkeep::ses

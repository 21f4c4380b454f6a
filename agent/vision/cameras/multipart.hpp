// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {

inline constexpr std::size_t kPartHeadBytes = 8 * 1024;

/// Cuts a stream of pictures (multipart/x-mixed-replace, as cameras send it) into its parts. A length that a
/// part claims is believed only if a JPEG ends there; else the part ends at the next boundary, so that a
/// lying camera costs one picture. Holds at most one part and its head.
class MultipartReader {
 public:
  /// A whole part; it may be no picture.
  using OnPart = std::function<void(ByteView part)>;
  /// `boundary` as the header says it, with or without its dashes.
  MultipartReader(std::string boundary, std::size_t part_bytes, OnPart on_part);
  /// Busy `vision.camera_broken` when a part or its head is longer than allowed; then it is of no use any
  /// more.
  [[nodiscard]] Result<> feed(ByteView bytes);

 private:
  [[nodiscard]] Result<bool> step();
  std::string boundary_;
  std::size_t part_bytes_;
  OnPart on_part_;
  Bytes held_;
  bool in_part_ = false;
  std::size_t claimed_ = 0;   ///< by Content-Length; 0: nothing
  std::size_t searched_ = 0;  ///< of held_, for the boundary
};

/// The boundary of a Content-Type, or an empty text.
[[nodiscard]] std::string boundary_of(std::string_view content_type);

}  // namespace sealkeep::vision

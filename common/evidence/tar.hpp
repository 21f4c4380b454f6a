// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "common/base/bytes.hpp"

namespace sealkeep::evidence {

/// Takes bytes that are to follow those before. Errors end the work and come back.
using Sink = std::function<Result<>(ByteView)>;

/// The one header that this format has for a member: POSIX ustar, a plain file, mode 644, everything about
/// owner and time zero. Name and size are within the limits of pack_format.hpp (asserted).
[[nodiscard]] Bytes tar_header(std::string_view name, std::uint64_t size_bytes);
/// Zero bytes that follow a member's content.
[[nodiscard]] std::size_t tar_padding(std::uint64_t size_bytes);

struct Member {
  std::string_view name;  ///< views into the reader's bytes
  ByteView content;
};

/// Reads members front to back. Every byte of a header and of padding must be the one that tar_header() and
/// tar_padding() give: there is one way only to write a list of files. Views live as long as the bytes.
class TarReader {
 public:
  explicit TarReader(ByteView bytes) : bytes_(bytes) {}
  /// The next member; NotFound-free: BadInput `pack.truncated` or `pack.malformed`.
  [[nodiscard]] Result<Member> next();
  /// The name of the next member, empty at the end or if there is none.
  [[nodiscard]] std::string_view peek() const;
  /// Success if what is left is the two empty blocks that end the file, and nothing else.
  [[nodiscard]] Result<> finish() const;
  /// Bytes read so far.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  [[nodiscard]] ByteView rest() const { return bytes_.subspan(position_); }
  ByteView bytes_;
  std::size_t position_ = 0;
};

}  // namespace sealkeep::evidence

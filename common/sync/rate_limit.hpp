// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

namespace sealkeep::sync {

/// What may be sent of something that is in no hurry: over any time at most `bytes_s` times its length, and
/// one piece. A value; times are monotonic milliseconds.
class RateLimit {
 public:
  /// `bytes_s` 0: no limit.
  explicit RateLimit(std::uint64_t bytes_s) : bytes_s_(bytes_s) {}

  [[nodiscard]] std::uint64_t bytes_s() const { return bytes_s_; }
  /// How much to send at once, of at most `most`: a quarter of a second of the limit, because whatever is
  /// more urgent waits behind it on the link; never less than kLeastPieceBytes.
  [[nodiscard]] std::size_t piece_bytes(std::size_t most) const {
    constexpr std::uint64_t kPiecesPerSecond = 4;
    if (bytes_s_ == 0) return most;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(most, std::max(bytes_s_ / kPiecesPerSecond, kLeastPieceBytes)));
  }
  /// From when on the next piece may go.
  [[nodiscard]] std::int64_t free_at_ms() const { return free_at_ms_; }
  [[nodiscard]] bool is_free(std::int64_t now_mono_ms) const { return now_mono_ms >= free_at_ms_; }
  void sent(std::size_t bytes, std::int64_t now_mono_ms) {
    if (bytes_s_ == 0) return;
    const std::uint64_t takes_ms = (std::uint64_t{bytes} * 1'000 + bytes_s_ - 1) / bytes_s_;
    free_at_ms_ = std::max(free_at_ms_, now_mono_ms) + static_cast<std::int64_t>(takes_ms);
  }

  static constexpr std::uint64_t kLeastPieceBytes = 4 * 1024;

 private:
  std::uint64_t bytes_s_;
  std::int64_t free_at_ms_ = INT64_MIN;
};

}  // namespace sealkeep::sync

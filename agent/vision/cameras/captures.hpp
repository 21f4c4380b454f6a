// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {

inline constexpr std::size_t kCaptures = 256;
inline constexpr std::uintmax_t kCapturesBytes = std::uintmax_t{512} << 20;
inline constexpr std::int64_t kCaptureKeptMs = 3'600'000;

/// Pictures taken, for their askers to fetch: files named by their SHA-256, 0600, in a folder of its own.
/// They need not outlive a power cut: who asked takes its copy at once. One thread owns it.
class Captures {
 public:
  /// Makes the folder, 0700, where it lacks. Full `vision.captures_full`.
  [[nodiscard]] static Result<Captures> open(const std::filesystem::path& folder);

  struct Kept {
    std::filesystem::path file;
    std::string sha256, mime;
    std::int64_t width = 0, height = 0;
  };
  /// Writes it whole or not at all; the same picture again keeps its file and counts as new. The errors of
  /// picture_size(); Full `vision.captures_full`.
  [[nodiscard]] Result<Kept> keep(ByteView picture);

  /// Removes what is older than an hour, and the oldest past kCaptures or kCapturesBytes.
  void tidy();

 private:
  explicit Captures(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace sealkeep::vision

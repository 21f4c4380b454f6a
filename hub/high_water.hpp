// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <optional>

#include "common/base/error.hpp"

namespace sealkeep::hub {

/// How many directives this hub has signed, in a file beside the database (docs/formats/store.md): a database
/// that was put back from a copy holds fewer. The file knows its own inode, so that a copy of it says
/// nothing; whoever puts the whole machine back removes it. One thread; the folder is locked by the caller.
class HighWater {
 public:
  static constexpr const char* kFileName = "high-water";
  /// Opens or makes the file. Errors: Full `high_water.full`, Corrupt `high_water.io`.
  [[nodiscard]] static Result<HighWater> open(const std::filesystem::path& folder);
  HighWater(HighWater&& other) noexcept;
  HighWater& operator=(HighWater&&) = delete;
  ~HighWater();

  /// The number that was written last; nothing if the file is new, damaged or a copy.
  [[nodiscard]] std::optional<std::uint64_t> known() const { return known_; }
  /// Durable when it returns. A cut in between leaves this number or the one before. Writes nothing if it is
  /// known.
  [[nodiscard]] Result<> put(std::uint64_t count);

 private:
  HighWater(int fd, std::uint64_t inode) : fd_(fd), inode_(inode) {}
  int fd_;
  std::uint64_t inode_;
  std::uint64_t written_ = 0;  ///< times; its parity names the slot
  std::optional<std::uint64_t> known_;
};

}  // namespace sealkeep::hub

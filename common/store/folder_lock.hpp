// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/base/error.hpp"

namespace sealkeep {

/// The right of one process to the files of a data folder: an flock on <folder>/lock, held until destruction
/// and let go by the kernel if the process dies. Everything that opens the database for writing holds one.
class FolderLock {
 public:
  /// Creates the folder with mode 0700 if it is not there. Does not wait: Busy `store.locked` if another
  /// process has it. Refused `store.folder` if the folder or the lock file cannot be made or opened.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
  /// The same, but tries again for `patience_ms` while another process has it: a daemon that starts while a
  /// command is being carried out without one.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder, std::int64_t patience_ms);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace sealkeep

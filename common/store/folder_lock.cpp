// SPDX-License-Identifier: Apache-2.0
#include "common/store/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/store/files.hpp"

namespace sealkeep {
namespace {
tl::unexpected<Error> folder_error(const std::string& what, int cause) {
  return fail(ErrorKind::Refused, "store.folder", what, store_detail::system_cause(cause),
              "Check the path, the permissions and which user runs the program");
}
}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return folder_error("the data folder cannot be made", errno);
  }
  const int file = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return folder_error("the lock file of the data folder cannot be opened", errno);
  FolderLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return folder_error("the data folder cannot be locked", errno);
  return fail(ErrorKind::Busy, "store.locked", "another process uses the data folder", {},
              "Send the command to the running daemon (same --config), or stop the daemon first");
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, std::int64_t patience_ms) {
  constexpr std::int64_t kPauseMs = 20;
  for (std::int64_t waited_ms = 0;; waited_ms += kPauseMs) {
    Result<FolderLock> lock = take(folder);
    if (lock || lock.error().kind != ErrorKind::Busy || waited_ms >= patience_ms) return lock;
    ::usleep(kPauseMs * 1000);
  }
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/new_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sealkeep::interchange {
namespace {

tl::unexpected<Error> is_there(const std::filesystem::path& path) {
  return fail(ErrorKind::Refused, "export.exists", printable(path.string()) + " is there already",
              "nothing is overwritten", "Name a new file, or move that one away");
}
tl::unexpected<Error> cannot(const std::filesystem::path& path, int cause) {
  return fail(ErrorKind::Refused, "export.write", "Cannot write " + printable(path.string()),
              std::strerror(cause), "Choose a folder that the program may write to");
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t taken = ::write(fd, bytes.data(), bytes.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(taken));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

Result<> check_new_file(const std::filesystem::path& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) return is_there(path);
  return errno == ENOENT ? Result<>{} : Result<>(cannot(path, errno));
}

Result<> write_new_file(const std::filesystem::path& path, ByteView bytes) {
  SEALKEEP_TRY(check_new_file(path));
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkstemp(temporary.data());  // mode 0600, never an existing file
  if (fd < 0) return cannot(path, errno);
  const bool written = write_all(fd, bytes);
  int cause = errno;
  ::close(fd);
  // Unlike rename(), this refuses a name that somebody took meanwhile.
  const bool named =
      written && ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
  if (!named) {
    if (written) cause = errno;
    ::unlink(temporary.c_str());
    if (cause == EEXIST) return is_there(path);
    return cannot(path, cause);
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder_fd >= 0 && ::fsync(folder_fd) == 0;
  cause = errno;
  if (folder_fd >= 0) ::close(folder_fd);
  return synced ? Result<>{} : Result<>(cannot(path, cause));
}

}  // namespace sealkeep::interchange

// SPDX-License-Identifier: Apache-2.0
#include "common/store/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sealkeep::store_detail {

std::string system_cause(int error_number) {
  return std::system_category().message(error_number);
}

Result<> create_private_file(const std::filesystem::path& path, const char* code_if_there) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    const int cause = errno;
    if (cause == EEXIST) {
      return fail(ErrorKind::Refused, code_if_there, path.filename().string() + " is there already", {},
                  "Give another name; nothing is overwritten");
    }
    return fail(cause == ENOSPC ? ErrorKind::Full : ErrorKind::Refused,
                cause == ENOSPC ? "store.disk_full" : "store.folder",
                path.filename().string() + " cannot be made", system_cause(cause),
                "Check the folder, its permissions and the room on the disk");
  }
  ::close(file);
  return {};
}

Result<> sync_folder_of(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int cause = errno;
  if (file >= 0) ::close(file);
  if (synced) return {};
  return fail(ErrorKind::Corrupt, "store.io", "the data folder cannot be synced", system_cause(cause),
              "Check the disk, then start the program again");
}

}  // namespace sealkeep::store_detail

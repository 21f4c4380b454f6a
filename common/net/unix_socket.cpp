// SPDX-License-Identifier: Apache-2.0
#include "common/net/unix_socket.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/base/bytes.hpp"
#include "common/net/local_socket.hpp"

namespace sealkeep::net {

namespace {

constexpr int kBacklog = 128;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

tl::unexpected<Error> not_running(const char* why) {
  return fail(ErrorKind::Disconnected, "daemon.not_running", "no daemon is running for this data folder", why,
              "start it, or name its folder");
}

tl::unexpected<Error> permissions(std::string what, std::string why) {
  return fail(ErrorKind::Refused, "daemon.folder_permissions", std::move(what), std::move(why),
              "run as the user that owns the data folder, and keep the folder at mode 0700");
}

sockaddr_un address_of(const OwnedFd& folder) {
  const std::string path = socket_path(folder);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  SEALKEEP_ASSERT(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// The socket calls take the general type of an address.
const sockaddr* general(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

Result<OwnedFd> open_folder(const std::filesystem::path& folder) {
  OwnedFd fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) return fd;
  const std::string name = printable(folder.string());
  if (errno == EACCES || errno == EPERM) {
    return permissions("cannot enter the folder " + name, std::strerror(errno));
  }
  return fail(ErrorKind::NotFound, "daemon.no_folder", "there is no data folder " + name,
              std::strerror(errno), "name the folder that the daemon was set up with");
}

Result<> check_private(const OwnedFd& folder, const std::filesystem::path& name) {
  struct stat status {};
  if (::fstat(folder.get(), &status) != 0 || status.st_uid != ::geteuid() ||
      (status.st_mode & kOthers) != 0) {
    return permissions("the folder " + printable(name.string()) + " is not private",
                       "another user owns it or may enter it, and could command the daemon");
  }
  return {};
}

Result<OwnedFd> lock_folder(const OwnedFd& folder, const std::filesystem::path& name) {
  OwnedFd lock(
      ::openat(folder.get(), "daemon.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (lock.get() < 0) return permissions("cannot write in " + printable(name.string()), std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::Busy, "daemon.already_running",
                "a daemon is running for " + printable(name.string()), {},
                "stop it first, or use another folder");
  }
  return lock;
}

std::string socket_path(const OwnedFd& folder) {
  return "/proc/self/fd/" + std::to_string(folder.get()) + "/" + kLocalSocketName;
}

Result<OwnedFd> listen_in(const OwnedFd& folder) {
  const auto failed = [](const char* what) {
    return fail(ErrorKind::Refused, "net.bind", what, std::strerror(errno));
  };
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return failed("cannot create the daemon's local socket");
  // Linux gives the file the mode that the descriptor has, so there is no moment with a wider one.
  if (::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0)
    return failed("cannot set the mode of the daemon's local socket");
  remove_socket(folder);
  const sockaddr_un address = address_of(folder);
  if (::bind(fd.get(), general(address), sizeof address) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return failed("cannot listen on the daemon's local socket");
  }
  return fd;
}

void remove_socket(const OwnedFd& folder) {
  (void)::unlinkat(folder.get(), kLocalSocketName, 0);
}

Result<> check_listening(const OwnedFd& folder) {
  const OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(folder);
  if (fd.get() >= 0 && ::connect(fd.get(), general(address), sizeof address) == 0) return {};
  if (errno == EAGAIN) return {};  // it listens, with a full queue
  if (errno == EACCES || errno == EPERM) {
    return permissions("this user may not command the daemon", std::strerror(errno));
  }
  return not_running(errno == ENOENT ? "it has no socket" : std::strerror(errno));
}

}  // namespace sealkeep::net

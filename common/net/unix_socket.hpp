// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/un.h>

#include <filesystem>
#include <string>
#include <utility>

#include "common/base/error.hpp"

namespace sealkeep::net {

/// A descriptor that is closed with its owner.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  ~OwnedFd();
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// The folder opened for path look-ups only. NotFound `daemon.no_folder`, Refused
/// `daemon.folder_permissions`.
[[nodiscard]] Result<OwnedFd> open_folder(const std::filesystem::path& folder);

/// Success if this user owns the folder and nobody else may enter it; else Refused
/// `daemon.folder_permissions`.
[[nodiscard]] Result<> check_private(const OwnedFd& folder, const std::filesystem::path& name);

/// Takes "daemon.lock" in the folder, until the descriptor is closed or the process ends in any way. Busy
/// `daemon.already_running`.
[[nodiscard]] Result<OwnedFd> lock_folder(const OwnedFd& folder, const std::filesystem::path& name);

/// A path of the socket in the folder that is short enough for sun_path and valid in this process while the
/// descriptor is open.
[[nodiscard]] std::string socket_path(const OwnedFd& folder);

/// A listening socket (mode 0600) at the place of whatever was there. Only under the lock. Refused
/// `net.bind`.
[[nodiscard]] Result<OwnedFd> listen_in(const OwnedFd& folder);
void remove_socket(const OwnedFd& folder);

/// Success if somebody listens; Disconnected `daemon.not_running`, Refused `daemon.folder_permissions`.
[[nodiscard]] Result<> check_listening(const OwnedFd& folder);

}  // namespace sealkeep::net

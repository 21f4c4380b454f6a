// SPDX-License-Identifier: Apache-2.0
#include "common/net/service.hpp"

#include <pthread.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "common/base/bytes.hpp"

namespace sealkeep::net {

void notify_ready() {
  (void)sd_notify(0, "READY=1");
}
void notify_watchdog() {
  (void)sd_notify(0, "WATCHDOG=1");
}
void notify_stopping() {
  (void)sd_notify(0, "STOPPING=1");
}
void notify_status(std::string_view one_line) {
  (void)sd_notify(0, ("STATUS=" + printable(one_line, 500)).c_str());
}

std::optional<std::int64_t> watchdog_interval_ms() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
  return static_cast<std::int64_t>(usec / 2000);
}

Result<SignalFd> SignalFd::create() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  const int fd = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) {
    return fail(ErrorKind::Full, "net.signal_fd", "cannot watch for signals", std::strerror(errno),
                "raise LimitNOFILE");
  }
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &wanted, &before);
  return SignalFd(fd, sigismember(&before, SIGTERM) == 0, sigismember(&before, SIGINT) == 0);
}

SignalFd::SignalFd(SignalFd&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      unblock_term_(other.unblock_term_),
      unblock_int_(other.unblock_int_) {}

SignalFd::~SignalFd() {
  if (fd_ < 0) return;
  ::close(fd_);
  sigset_t unblock;
  sigemptyset(&unblock);
  if (unblock_term_) sigaddset(&unblock, SIGTERM);
  if (unblock_int_) sigaddset(&unblock, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &unblock, nullptr);
}

std::optional<int> SignalFd::take() {
  signalfd_siginfo info{};
  ssize_t size = 0;
  do {
    size = ::read(fd_, &info, sizeof info);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace sealkeep::net

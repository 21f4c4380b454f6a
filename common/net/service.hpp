// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/error.hpp"

namespace sealkeep::net {

/// Messages to systemd (sd_notify). All do nothing outside a unit of Type=notify. Any thread.
void notify_ready();
void notify_watchdog();
void notify_stopping();
void notify_status(std::string_view one_line);

/// How often systemd wants notify_watchdog(), in milliseconds: half of WatchdogSec. Nothing if it does not
/// watch us.
[[nodiscard]] std::optional<std::int64_t> watchdog_interval_ms();

/// SIGTERM and SIGINT as a descriptor for the poller. Create it in main() before the first thread (and so
/// before NetContext's first socket): it blocks the two signals for the calling thread and all threads that
/// it starts later. The destructor closes the descriptor and gives the thread its former signal mask back.
class SignalFd {
 public:
  /// Full `net.signal_fd` if the process has no descriptor left.
  [[nodiscard]] static Result<SignalFd> create();
  ~SignalFd();
  SignalFd(SignalFd&& other) noexcept;
  SignalFd& operator=(SignalFd&&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  /// The number of the signal that arrived, or nothing. Never blocks.
  [[nodiscard]] std::optional<int> take();

 private:
  SignalFd(int fd, bool unblock_term, bool unblock_int)
      : fd_(fd), unblock_term_(unblock_term), unblock_int_(unblock_int) {}
  int fd_;
  bool unblock_term_;
  bool unblock_int_;
};

}  // namespace sealkeep::net

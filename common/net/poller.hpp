// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "common/base/error.hpp"

namespace sealkeep::net {

/// What a poller waits on: a ZeroMQ socket, or a file descriptor if `socket` is null.
struct PollHandle {
  void* socket = nullptr;
  int fd = -1;
};

/// An object with sockets inside. The sockets may change between two waits (PipeClient rebuilds its own), so
/// the poller asks each time.
class Pollable {
 public:
  virtual ~Pollable() = default;
  virtual void add_handles(std::vector<PollHandle>& out) const = 0;
};

/// Waits for whichever of several sockets and descriptors can be read next. One thread: the one that owns the
/// sockets.
///
///     while (!stop) {
///       SEALKEEP_TRY(poller.wait(client.step(now) - now));
///       if (poller.ready(server)) while (auto incoming = server.receive()) ...
///     }
///
/// Readiness is a hint: receive until empty. A socket that was sent to may have become readable unseen, so a
/// loop that sends should wait again only after it received until empty; wait() itself looks at the state,
/// not at edges.
class Poller {
 public:
  /// `what` must outlive the poller or be removed. Adding twice is the same as once.
  void add(const Pollable& what);
  void remove(const Pollable& what);
  void add_fd(int fd);
  void remove_fd(int fd);

  /// True if something is ready, false after `timeout_ms` (0 returns at once, below 0 waits for ever) or when
  /// a signal handler ran. Bug `net.poll` if one of the sockets is closed; a closed descriptor is always
  /// ready.
  [[nodiscard]] Result<bool> wait(std::int64_t timeout_ms);

  /// What the last wait() saw.
  [[nodiscard]] bool ready(const Pollable& what) const;
  [[nodiscard]] bool ready_fd(int fd) const;

 private:
  struct Watched {
    const Pollable* object = nullptr;
    int fd = -1;
    bool ready = false;
  };
  std::vector<Watched> watched_;
};

}  // namespace sealkeep::net

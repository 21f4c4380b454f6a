// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

namespace sealkeep::net {

/// The process's one ZeroMQ context: its I/O thread and its random numbers. main() owns it, hands it to every
/// socket and ends it after all of them: libzmq closes libsodium's generator with it, so a second one in the
/// same process is unsafe. The destructor waits for sockets that are still open, so destroying it too early
/// hangs: keep it declared first.
class NetContext {
 public:
  NetContext();
  ~NetContext();
  NetContext(const NetContext&) = delete;
  NetContext& operator=(const NetContext&) = delete;

  /// For the sources of common/net only.
  struct Impl;
  [[nodiscard]] Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::net

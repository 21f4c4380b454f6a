// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "common/crypto/encoding.hpp"
#include "common/net/gatekeeper.hpp"
#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

/// The gatekeeper's state: the domains are shared under the mutex, the ZAP socket belongs to the thread once
/// it runs.
struct Gatekeeper::Impl {
  struct Domain {
    GatePolicy policy = GatePolicy::Nobody;
    std::set<BoxPublicKey> keys;
    std::optional<BoxPublicKey> probe;  ///< the known key of a running self-test
  };
  struct Verdict {
    enum Kind { Allowed, Denied, Malformed } kind;
    BoxPublicKey key;
  };

  explicit Impl(NetContext& net) : context(net) {}
  ~Impl();

  void run(const std::stop_token& stop);
  void beat();
  void answer(const Frames& question);
  Verdict judge(const Frames& question);

  NetContext& context;
  int wake_fd = -1;
  zmq::socket_t zap;
  std::mutex mutex;
  std::map<std::string, Domain, std::less<>> domains;
  std::atomic<std::int64_t> last_beat_ms{0};
  std::atomic<std::uint64_t> allowed_count{0};
  std::atomic<std::uint64_t> denied_count{0};
  std::atomic<std::uint64_t> malformed_count{0};
  std::jthread thread;
};

}  // namespace sealkeep::net

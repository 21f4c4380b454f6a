// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/random.hpp"
#include "tests/sim/sim_trace.hpp"

namespace sealkeep::sim {

/// How badly a network behaves. Chances are per thousand.
struct NetworkFaults {
  std::uint64_t lost = 0;       ///< a frame vanishes although the connection lives
  std::uint64_t doubled = 0;    ///< a frame arrives twice
  std::uint64_t reordered = 0;  ///< a frame overtakes others
  std::uint64_t flipped = 0;    ///< one bit of a frame is wrong
  std::uint64_t replayed = 0;   ///< an old frame of the same link comes instead
  std::uint64_t broken = 0;     ///< a turn: the connection breaks
  std::uint64_t parted = 0;     ///< a turn: one or both directions stop for a while
  std::int64_t delay_min_ms = 1, delay_mean_ms = 5;
  std::size_t queue_frames = 8;  ///< in flight, one direction
};

/// The pipes between agents and hubs. A pipe connects when both ends are there; its frames arrive in order
/// and whole unless a fault says otherwise; a pipe that breaks takes with it what was in flight. One turn of
/// the world is one call of turn().
class SimNetwork {
 public:
  enum class Way { Up, Down };  ///< to the hub, to the site
  struct Link {
    std::function<bool()> may_connect;  ///< both ends run, the gatekeeper lets the key in
    std::function<void(bool connected)> tell_site;
    bool open = false;
    std::uint64_t connection = 0;  ///< number of the present or last one
    bool wants_reconnect = false;
    std::int64_t connect_at_ms = 0;
  };

  SimNetwork(const TrueTime& time, Random& random, Trace& trace)
      : time_(time), random_(random), trace_(trace) {}

  NetworkFaults faults;

  std::size_t add(Link link);
  [[nodiscard]] const Link& link(std::size_t no) const { return links_[no].link; }
  void remove(std::size_t no);

  /// False: the transport did not take it.
  bool send(std::size_t no, Way way, ByteView frame);
  /// The next frame that has arrived.
  std::optional<Bytes> receive(std::size_t no, Way way);
  /// Connections come up, break, part and heal.
  void turn();
  void cut(std::size_t no, const char* why);
  /// No new connection before that time.
  void keep_apart(std::size_t no, std::int64_t until_ms) { links_[no].link.connect_at_ms = until_ms; }
  /// All partitions end, nothing goes wrong any more.
  void heal();
  [[nodiscard]] std::size_t bytes_in_flight(std::size_t no, Way way) const;

 private:
  struct Packet {
    std::int64_t due_ms = 0;
    Bytes frame;
  };
  struct Pipe {
    Link link;
    std::deque<Packet> queue[2];
    std::int64_t parted_until_ms[2] = {0, 0};
    std::deque<Bytes> heard[2];  // of late, to be replayed
    bool removed = false;
  };
  static constexpr std::int64_t kRetryMs = 1'000, kDeadMs = 30'000;
  bool chance(std::uint64_t per_thousand) { return per_thousand > 0 && random_.below(1000) < per_thousand; }
  const TrueTime& time_;
  Random& random_;
  Trace& trace_;
  std::vector<Pipe> links_;
};

}  // namespace sealkeep::sim

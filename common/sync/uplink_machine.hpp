// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/base/clock.hpp"
#include "common/sync/messages.hpp"
#include "common/sync/sender.hpp"

namespace sealkeep::sync {

inline constexpr std::int64_t kStatusEveryMs = 15'000;
inline constexpr std::int64_t kStatusLeastMs = 1'000;
inline constexpr std::int64_t kHelloTimeoutMs = 10'000;   ///< no answer: ask for a new connection
inline constexpr std::int64_t kReconnectFirstMs = 1'000;  ///< back-off of reconnecting and of refused hellos
inline constexpr std::int64_t kReconnectMaxMs = 60'000;
inline constexpr std::int64_t kSendAgainMs = 100;  ///< after the transport's queue was full

/// One log that an agent and its hub share.
struct UplinkLog {
  LogIdentity identity;
  SyncedRole role = SyncedRole::Site;  ///< Site: we write it; Directive: we mirror it
  std::uint64_t size = 0;
  bool frozen = false;  ///< named in hellos, not streamed
};

namespace event {
struct Connected {};     ///< the transport's handshake succeeded
struct Disconnected {};  ///< it is gone; what was in flight may be lost
/// A HelloAnswer from the hub, opened and verified. `our_roots`: for each of its logs that we have and whose
/// size is at most ours, our root at that size, by origin.
struct Answered {
  HelloAnswer answer;
  std::map<std::string, Hash> our_roots;
};
/// A Cosigned for a log that we write; its cosignature verified against our root at that size, and stored.
struct CosignedArrived {
  Cosigned cosigned;
};
/// A Refused message.
struct RefusedArrived {
  Refused refused;
};
/// One of our logs grew (committed).
struct Appended {
  WireLogId log;
  std::uint64_t size = 0;
};
/// effect::SendChangeSet was carried out: [start, end) is with the transport.
struct Sent {
  WireLogId log;
  std::uint64_t end = 0;
  std::size_t raw_bytes = 0;
};
/// effect::SendChangeSet could not be carried out (the transport's queue is full).
struct NotSent {
  WireLogId log;
};
/// A log appeared (a new epoch, a directive log that the hub opened): a hello follows.
struct LogAdded {
  UplinkLog log;
};
struct Tick {};  ///< time passed; due at UplinkMachine::next_tick_ms at the latest
}  // namespace event
using UplinkEvent = std::variant<event::Connected, event::Disconnected, event::Answered,
                                 event::CosignedArrived, event::RefusedArrived, event::Appended, event::Sent,
                                 event::NotSent, event::LogAdded, event::Tick>;

namespace effect {
/// Send a Hello with all logs' heads at their present sizes; a written log that is in `sign_at` is named with
/// the head (size, root, signature) at that size instead, so that the hub holds two signatures of one key at
/// one size.
struct SendHello {
  std::map<WireLogId, std::uint64_t> sign_at;
};
/// Read at most that much from `order.start`, seal, send; then event Sent or NotSent. One order a log at a
/// time.
struct SendChangeSet {
  WireLogId log;
  MirrorSender::Order order;
};
struct SendStatus {};
/// Build the connection anew; the machine goes on at event Connected.
struct Reconnect {};
/// The hub holds another root than we at `hub.size`: keep the head, freeze the log, begin a new epoch, tell
/// people.
struct ForkFound {
  WireLogId log;
  LogHead hub;
};
/// The hub holds more of our log than we do: we lost entries. Begin a new epoch that names the hub's head.
struct RolledBack {
  WireLogId log;
  LogHead hub;
};
/// We mirror more of the hub's log than it has itself: it was restored. Tell people; if its head has a
/// window, give back what is behind that head, as much as the window allows, in one change set.
struct HubBehind {
  WireLogId log;
  LogHead hub;
};
}  // namespace effect
using UplinkEffect =
    std::variant<effect::SendHello, effect::SendChangeSet, effect::SendStatus, effect::Reconnect,
                 effect::ForkFound, effect::RolledBack, effect::HubBehind>;

/// The agent's end of the mirror protocol towards one hub. Pure: (event, now) -> effects, to be carried out
/// in order. Survives any loss: whatever is unclear is cleared by the next hello.
class UplinkMachine {
 public:
  enum class State : std::uint8_t {
    Offline,    ///< no connection
    Greeting,   ///< hello sent, no answer yet
    Waiting,    ///< connected; the hub asked us to come back later, or a hello went wrong
    Streaming,  ///< change sets flow
  };

  UplinkMachine(SessionId session, const std::vector<UplinkLog>& logs);

  [[nodiscard]] std::vector<UplinkEffect> handle(const UplinkEvent& event, const Now& now, Random& random);

  /// Monotonic ms at which a Tick is due at the latest.
  [[nodiscard]] std::int64_t next_tick_ms(const Now& now) const;
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool caught_up() const;  ///< everything that we write and may still send is cosigned
  /// Hub's Unix clock minus ours as of the last answer (half of the round trip taken off); 0 before.
  [[nodiscard]] std::int64_t hub_ahead_ms() const { return hub_ahead_ms_; }
  /// What is cosigned of a log, as far as this connection knows; nothing for one that we do not write.
  [[nodiscard]] std::optional<std::uint64_t> cosigned_size(const WireLogId& log) const;

 private:
  struct Log {
    UplinkLog info;
    MirrorSender sender;
    std::optional<std::uint64_t> evidence_size;  // of a fork: hellos sign the head at this size
    bool ordered = false;                        // a SendChangeSet is being carried out
    std::int64_t not_before_ms = 0;              // after NotSent
  };
  using Effects = std::vector<UplinkEffect>;
  void on(const event::Connected&, const Now&, Random&, Effects&);
  void on(const event::Disconnected&, const Now&, Random&, Effects&);
  void on(const event::Answered&, const Now&, Random&, Effects&);
  void on(const event::CosignedArrived&, const Now&, Random&, Effects&);
  void on(const event::RefusedArrived&, const Now&, Random&, Effects&);
  void on(const event::Appended&, const Now&, Random&, Effects&);
  void on(const event::Sent&, const Now&, Random&, Effects&);
  void on(const event::NotSent&, const Now&, Random&, Effects&);
  void on(const event::LogAdded&, const Now&, Random&, Effects&);
  void on(const event::Tick&, const Now&, Random&, Effects&);

  void enter(State state, const Now& now);
  void greet(const Now& now, Effects& effects);
  void wait(std::int64_t pause_ms, const Now& now);
  /// False if the next hello must be sent at once, because it carries evidence.
  [[nodiscard]] bool judge_written(Log& log, const LogHead& hub, const std::optional<Hash>& our_root,
                                   Effects& effects);
  void judge_mirrored(const Log& log, const LogHead& hub, const std::optional<Hash>& our_root,
                      Effects& effects);
  [[nodiscard]] bool hello_is_due(const Now& now) const;
  void advance(const Now& now, Effects& effects);
  [[nodiscard]] Log* find(const WireLogId& id);
  [[nodiscard]] Log* find(std::string_view origin);

  static constexpr std::int64_t kNever = INT64_MAX;
  SessionId session_;
  std::vector<Log> logs_;
  State state_ = State::Offline;
  std::int64_t entered_ms_ = 0;     // monotonic
  std::int64_t wait_until_ms_ = 0;  // in Waiting
  std::int64_t hello_unix_ms_ = 0;
  std::int64_t status_sent_ms_ = 0;
  bool status_sent_ = false;  // since Streaming began
  bool status_due_ = false;   // caught up since the last one
  bool reconnect_ = false;    // after Waiting: a new connection, not a hello
  std::int64_t hello_again_ms_ =
      kNever;              // a log that the hub does not know yet, or that came after the hello
  unsigned failures_ = 0;  // hellos in a row without a useful answer
  std::int64_t hub_ahead_ms_ = 0;
};

}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <optional>

#include "common/base/limits.hpp"
#include "common/base/random.hpp"

namespace sealkeep::sync {

/// May always be sent when nothing is in flight, whatever the window: one entry of the largest size.
inline constexpr std::size_t kSmallSetBytes = limits::kLeafBytes + 2;
inline constexpr std::size_t kSetsInFlight = 32;
inline constexpr std::int64_t kAnswerTimeoutMs = 20'000;  ///< an unanswered change set: say hello again ...
inline constexpr std::int64_t kRefusedFirstMs = 200;      ///< the least pause after a refusal, doubling ...
inline constexpr std::int64_t kRefusedMaxMs = 60'000;     ///< ... up to this
inline constexpr std::int64_t kAnswerTimeoutMaxMs =
    300'000;  ///< ... later each time that nothing has moved since

/// A wait that doubles from `first_ms` to `max_ms`, of which the later half is random, so that many sites do
/// not come back at once. `failures` counts from 0. Result is in [step/2, step].
[[nodiscard]] std::int64_t backoff_ms(unsigned failures, std::int64_t first_ms, std::int64_t max_ms,
                                      Random& random);

/// The writer's side of one log towards one mirror: what to send next. Times are monotonic milliseconds.
/// Starts disconnected: nothing is sent until on_peer_head. A value; knows sizes only, no bytes.
class MirrorSender {
 public:
  struct Order {
    std::uint64_t start = 0;
    std::size_t max_entries = 0;
    std::size_t max_bytes = 0;  ///< bundle form; at least kSmallSetBytes, so that one entry always fits
    friend bool operator==(const Order&, const Order&) = default;
  };

  explicit MirrorSender(std::uint64_t own_size) : own_size_(own_size) {}

  /// The hello showed that the mirror holds our first `size` entries (<= own size, asserted): begin there.
  /// What was in flight is forgotten; sending some of it again is harmless.
  void on_peer_head(std::uint64_t size, std::uint64_t window_bytes);
  /// The log has grown to `own_size` (never smaller, asserted).
  void on_appended(std::uint64_t own_size);

  /// What to send now, if anything. Carry it out and call on_sent; or do nothing, and the same comes again.
  [[nodiscard]] std::optional<Order> next(std::int64_t now_mono_ms) const;
  /// [order.start, end) of the last order went out as `raw_bytes` of entries. Ignored if a disconnection or
  /// an answer overtook it.
  void on_sent(std::uint64_t end, std::size_t raw_bytes, std::int64_t now_mono_ms, Random& random);

  enum class Answer : std::uint8_t {
    Progress,   ///< more is cosigned than before
    Repeated,   ///< nothing new (a resend was answered); the window still counts
    Impossible  ///< cosigned past the log's end: the other side is wrong, nothing changed
  };
  [[nodiscard]] Answer on_cosigned(std::uint64_t size, std::uint64_t window_bytes, std::int64_t now_mono_ms);
  /// The mirror did not take what was sent: all of it is sent again, after `retry_after_ms` (jittered upwards
  /// by a quarter). Without `rehello` from the cosigned size, with it not before on_peer_head.
  void on_refused(std::uint64_t retry_after_ms, bool rehello, std::int64_t now_mono_ms, Random& random);
  void on_disconnected();
  /// For ever: this log takes no part any more (fork found, epoch ended).
  void stop() { stopped_ = true; }

  /// When to say hello again because no answer came; nothing while nothing is in flight.
  [[nodiscard]] std::optional<std::int64_t> rehello_at_ms() const;
  /// When a pause that the mirror asked for is over; nothing if there is none.
  [[nodiscard]] std::optional<std::int64_t> paused_until_ms(std::int64_t now_mono_ms) const;

  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] bool caught_up() const { return cosigned_ == own_size_; }
  [[nodiscard]] std::uint64_t own_size() const { return own_size_; }
  [[nodiscard]] std::uint64_t cosigned_size() const { return cosigned_; }
  [[nodiscard]] std::uint64_t sent_size() const {
    return in_flight_.empty() ? cosigned_ : in_flight_.back().end;
  }
  [[nodiscard]] std::uint64_t in_flight_bytes() const { return in_flight_bytes_; }
  [[nodiscard]] std::uint64_t window_bytes() const { return window_bytes_; }

 private:
  struct Sent {
    std::uint64_t end;
    std::size_t bytes;
  };
  void forget_in_flight();
  std::uint64_t own_size_;
  std::uint64_t cosigned_ = 0;
  std::uint64_t window_bytes_ = 0;
  std::deque<Sent> in_flight_;  // at most kSetsInFlight
  std::uint64_t in_flight_bytes_ = 0;
  std::int64_t paused_until_ms_ = 0;
  std::int64_t timeout_ms_ = 0;        // for the present flight, with jitter
  std::int64_t waiting_since_ms_ = 0;  // first send of the flight, or last progress
  unsigned failures_ = 0;              // flights in a row that ended without progress
  bool ready_ = false;                 // a hello said where to begin
  bool stopped_ = false;
};

}  // namespace sealkeep::sync

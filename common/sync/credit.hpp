// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "common/base/limits.hpp"
#include "common/base/random.hpp"

namespace sealkeep::sync {

inline constexpr std::uint64_t kStandingWindowBytes = 32 * 1024;  ///< of a site that has caught up
inline constexpr std::uint64_t kLeastWindowBytes = 64 * 1024;     ///< of a site that catches up
inline constexpr std::int64_t kSilentSessionMs = 90'000;          ///< then a session's window is taken back
inline constexpr std::int64_t kLeaseMs = 10'000;      ///< a window is given on after that if others wait
inline constexpr std::uint64_t kBusyRetryMs = 5'000;  ///< mean pause asked of a site that must wait

struct CreditSettings {
  std::uint64_t budget_bytes = limits::kHubCreditBytes;
  std::uint64_t site_bytes = limits::kSiteCreditBytes;
};

/// Who may send how much to a hub: windows out of one budget, so that a thousand returning sites need no more
/// memory than sixteen. Sites that have caught up share at most half of the budget in standing windows; when
/// that is used up they get the window 0, with which one small set may still go (kSmallSetBytes). Sites that
/// catch up queue for the rest, first come, first served; a window is a lease while others wait. Times are
/// monotonic milliseconds.
class CreditBook {
 public:
  /// The hub's number for one connection.
  using SessionNo = std::uint64_t;
  struct Grant {
    std::uint64_t window_bytes = 0;
    std::uint64_t retry_after_ms = 0;  ///< not 0: busy, the window is 0
    friend bool operator==(const Grant&, const Grant&) = default;
  };

  explicit CreditBook(CreditSettings settings = {}) : settings_(settings) {}

  /// At a hello. `behind`: the site's log is larger than our mirror. Keeps the session's place in the queue
  /// if it must wait and comes back in time.
  [[nodiscard]] Grant greet(SessionNo session, bool behind, std::int64_t now_mono_ms, Random& random);
  /// At each Cosigned: the window from now on. 0 for a session that is not known (its window was taken back).
  [[nodiscard]] std::uint64_t renew(SessionNo session, bool behind, std::int64_t now_mono_ms);
  /// Any sign of life.
  void heard(SessionNo session, std::int64_t now_mono_ms);
  /// The connection is gone.
  void drop(SessionNo session);
  /// Takes back the windows of sessions that were silent for kSilentSessionMs and returns them; they must say
  /// hello again before more than a small set.
  std::vector<SessionNo> expire(std::int64_t now_mono_ms);

  [[nodiscard]] std::uint64_t granted_bytes() const { return standing_bytes_ + bulk_bytes_; }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

 private:
  enum class Kind : std::uint8_t { Waiting, Standing, Bulk };
  struct Session {
    Kind kind = Kind::Waiting;
    std::uint64_t window_bytes = 0;
    std::int64_t heard_ms = 0;
    std::int64_t since_ms = 0;                            // of a Bulk window
    std::optional<std::list<SessionNo>::iterator> place;  // in queue_, only while Waiting
  };
  void release(Session& session);
  void give_standing(Session& session);
  bool give_bulk(SessionNo number, Session& session, std::int64_t now_mono_ms);

  CreditSettings settings_;
  std::map<SessionNo, Session> sessions_;
  std::list<SessionNo> queue_;
  std::uint64_t standing_bytes_ = 0;
  std::uint64_t bulk_bytes_ = 0;
};

}  // namespace sealkeep::sync

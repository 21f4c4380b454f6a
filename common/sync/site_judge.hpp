// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <map>
#include <optional>

#include "common/sync/messages.hpp"

namespace sealkeep::sync {

enum class HeadVerdict : std::uint8_t {
  Consistent,  ///< the writer holds our prefix, or claims more, which its change sets will prove
  Behind,  ///< the writer holds a true prefix of what we hold: it lost entries (rollback); a new epoch is due
  Fork,    ///< the writer signed another root at a size that we hold: evidence; freeze the log
  MirrorLost,  ///< the writer holds our own cosignature of more than we have: we were restored; pull, do not
               ///< cosign
};

/// Judges a writer's signed head against our mirror. `claimed` and `cosigned_size` (largest size of ours that
/// the writer holds a cosignature for; 0 if none) were verified by the caller. `root_at_claimed` is our root
/// at the claimed size; it is asked for only if we hold that many (asserted present then).
[[nodiscard]] HeadVerdict judge_site_head(const Checkpoint& claimed, std::uint64_t cosigned_size,
                                          const Checkpoint& mirrored,
                                          const std::optional<Hash>& root_at_claimed);

/// Notices one key on two machines. An agent counts its starts (boot_no) and draws a session at each; so two
/// sessions with one boot_no, or a session that comes back after another took its place, are two machines (or
/// a copied disk).
class CloneWatch {
 public:
  struct Seen {
    std::uint64_t boot_no = 0;
    SessionId session;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  enum class Sign : std::uint8_t {
    SameBoot,    ///< two sessions claim one start
    Alternates,  ///< an earlier session speaks again after a later one
    OlderBoot,   ///< a new session counts fewer starts than one before it: a copy of an old state
  };
  struct Clone {
    Sign sign = Sign::SameBoot;
    Seen earlier, later;  ///< `later` is the one that spoke now
  };

  /// Called at each hello, for each log that the site writes. Remembers the last kRemembered sessions of a
  /// log.
  [[nodiscard]] std::optional<Clone> observe(const WireLogId& log, const Seen& seen);
  /// What to keep over a restart of the hub, newest last; and putting it back.
  [[nodiscard]] std::vector<Seen> remembered(const WireLogId& log) const;
  void restore(const WireLogId& log, std::vector<Seen> seen);
  static constexpr std::size_t kRemembered = 8;

 private:
  std::map<WireLogId, std::deque<Seen>> logs_;
};

}  // namespace sealkeep::sync

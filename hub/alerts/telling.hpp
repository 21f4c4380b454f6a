// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/base/clock.hpp"
#include "hub/alerts/alert_life.hpp"

/// Who is told of what happened to an alert, now or in a digest, and why or why not: one decision, from which
/// the messages and the sentences that explain them both come. Pure.
namespace sealkeep::hub {

/// A person is interrupted at most so often in any 24 hours (domain-rules section 5); of these, what is less
/// than critical takes at most kBudget - kKeptForCritical. Critical words past the budget are gathered, at
/// most one message an hour with all of them in it: none is ever dropped.
inline constexpr std::size_t kBudget = 6, kKeptForCritical = 2;
inline constexpr std::int64_t kBudgetWindowMs = kDayMs;
inline constexpr std::int64_t kGatherMs = 3'600'000;

enum class Moment : std::uint8_t {
  Raised = 1,
  Escalated = 2,
  Acknowledged = 3,
  Resolved = 4,
  SnoozeEnded = 5,
  Assigned = 6,
  Digest = 7,
  Gathered = 8,  ///< critical words past the budget, together
  Test = 9,
  ChannelBack = 10  ///< sent over a channel that was down, until it goes through
};
[[nodiscard]] std::string_view moment_name(Moment moment);

/// What a person was sent lately.
struct Spent {
  std::size_t interruptions = 0;  ///< in the last kBudgetWindowMs
  std::int64_t last_ms = 0;       ///< the newest of them
};

/// What the decision stands on, beside the alert and its life.
struct Office {
  const std::vector<Recipient>* people = nullptr;
  std::map<std::string, Spent> spent;
  std::vector<std::string> told;  ///< who was sent a word about this round of the alert
  std::string site;               ///< its code; empty: over several
  Now now;
};

struct Telling {
  std::string person;
  Moment moment{};
  bool interrupts = false;         ///< it asks for something now, and counts
  std::int64_t digest_due_ms = 0;  ///< 0: a message of its own; else a line of the digest that is due then
  bool gathered = false;           ///< that digest is one of critical words past the budget
  friend bool operator==(const Telling&, const Telling&) = default;
};

struct Decision {
  std::vector<Telling> tellings;
  std::vector<std::string> spoke, quiet;  ///< sentences; their times are in the zone of the office
};

[[nodiscard]] Decision decide(const AlertLife& life, const Alert& alert, const Happening& happening,
                              const Office& office);

/// Why the alert is quiet as it stands, without anything new happening; empty: it would speak. Times are in
/// the zone of `now`, which they name.
[[nodiscard]] std::vector<std::string> why_quiet(const AlertLife& life, const Now& now);

/// When a person's next daily (weekly: Monday's) digest goes out, after `now`.
[[nodiscard]] std::int64_t next_digest_ms(const Recipient& person, const Now& now, bool weekly);
/// The end of the quiet hours that `now` is in; 0: it is in none.
[[nodiscard]] std::int64_t quiet_until_ms(const Recipient& person, const Now& now);

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>

#include "common/base/clock.hpp"
#include "hub/alerts/ladder.hpp"

/// The life of an alert (docs/decisions/0018): what its cause does to it, what people do, what time does.
/// Pure: no I/O, no clock; the same inputs give the same life.
namespace sealkeep::hub {

inline constexpr std::size_t kAlertTextBytes = 1000;  ///< a comment, a cause
inline constexpr std::size_t kAlertNameBytes = 120;   ///< who
inline constexpr std::int64_t kLongestSnoozeMs = 30 * kDayMs;
inline constexpr std::int64_t kLongestCriticalSnoozeMs = kDayMs;
/// A site that is heard again tells what was done meanwhile before anything of it speaks.
inline constexpr std::int64_t kSettleMs = 5 * 60'000;

enum class AlertState : std::uint8_t { Open = 1, Acknowledged = 2, Snoozed = 3, Covered = 4, Resolved = 5 };
/// "open", "acknowledged", "snoozed", "covered", "resolved".
[[nodiscard]] std::string_view state_name(AlertState state);

/// What happened to an alert. Stored, the first eight in the journal too; never reuse one.
enum class LifeStep : std::uint8_t {
  // people
  Acknowledged = 1,
  Assigned = 2,
  Commented = 3,
  Snoozed = 4,
  Woken = 5,
  SeveritySet = 6,
  ResolvedByHand = 7,
  ReopenedByHand = 8,
  // its cause
  Raised = 20,
  RaisedAgain = 21,
  Worsened = 22,
  Eased = 23,
  Resolved = 24,
  Covered = 25,
  Uncovered = 26,
  // time
  FirstWord = 30,
  Escalated = 31,
  SnoozeEnded = 32,
};
/// "acknowledged", "assigned", ...
[[nodiscard]] std::string_view step_name(LifeStep step);
inline constexpr auto kLastPersonStep = LifeStep::ReopenedByHand;

/// What people and time have made of an alert; what the register says of it stands in Alert. A value.
struct AlertLife {
  std::uint32_t round = 0;  ///< how often its cause began; 0: this is not known here yet
  bool cause_open = false;  ///< as it was followed last
  ses::Severity severity = ses::Severity::Digest;          ///< of the cause, as it was followed last
  std::optional<ses::Severity> set_severity;               ///< what a person made of it
  std::string owner, acknowledged_by, resolved_by, cause;  ///< resolved_by empty: by itself
  std::int64_t round_ms = 0;                               ///< when this round began
  std::int64_t acknowledged_ms = 0, snoozed_until_ms = 0, resolved_ms = 0;  ///< 0: not
  bool cause_still_there = false;  ///< a person resolved it, and its cause stands
  std::optional<Hash> covered_by;
  std::int64_t first_word_ms = 0;  ///< when it may speak for the first time; 0: it did, or never will
  std::uint32_t ladder_step = 0;   ///< rungs climbed
  std::uint32_t steps = 0;         ///< of its history
  friend bool operator==(const AlertLife&, const AlertLife&) = default;
};

[[nodiscard]] AlertState state_of(const AlertLife& life, std::int64_t now_ms);
[[nodiscard]] ses::Severity severity_of(const AlertLife& life);

/// One thing that happened.
struct Happening {
  LifeStep step{};
  std::string by = {}, text = {};  ///< by empty: by itself
  std::string owner = {};          ///< of Assigned
  std::int64_t until_ms = 0;       ///< of Snoozed
  std::optional<ses::Severity> severity = {};
  std::vector<Role> to = {};  ///< of FirstWord and Escalated: who is asked
  bool always = false;        ///< of Escalated: an acknowledgement does not stop it
  friend bool operator==(const Happening&, const Happening&) = default;
};

/// What a person does: one of the first eight steps.
struct AlertAction {
  LifeStep step{};
  std::string by = {}, text = {}, owner = {};
  std::int64_t until_ms = 0;
  std::optional<ses::Severity> severity = {};
};

/// Brings the life up to its cause, to what covers it (the open alert of a silent site) and to the time, and
/// returns what happened by that, in order. The same call again returns nothing. `ladder` is ladder_of() this
/// alert.
[[nodiscard]] std::vector<Happening> follow(AlertLife& life, const Alert& alert,
                                            const std::optional<Hash>& covering,
                                            std::span<const LadderStep> ladder, std::int64_t now_ms);

/// Carries out what a person asks; the life is untouched unless it succeeds. Nothing if it was so already.
/// Refused `alert.resolved`, `alert.not_resolved`, `alert.not_snoozed`, `alert.cause_open` (the duty is done,
/// not declared); BadInput `alert.text`, `alert.until`, `alert.owner`.
[[nodiscard]] Result<std::optional<Happening>> act(AlertLife& life, const Alert& alert,
                                                   const AlertAction& action, std::int64_t now_ms);

/// When time alone changes something: the first word, the next rung, the end of a snooze; 0: never.
[[nodiscard]] std::int64_t next_ms(const AlertLife& life, const Alert& alert,
                                   std::span<const LadderStep> ladder);
/// When the next rung is climbed; 0: none, or somebody has it in hand.
[[nodiscard]] std::int64_t next_escalation_ms(const AlertLife& life, const Alert& alert,
                                              std::span<const LadderStep> ladder);

/// A silent site covers what its silence explains: what only the site can do or say. Not what head office
/// itself must do (tell Customs), and not what its keys and logs show.
[[nodiscard]] bool can_be_covered(const Alert& alert);
/// Its cause ends by itself when it is gone: a person cannot declare it.
[[nodiscard]] bool ends_by_itself(std::uint16_t rule);

}  // namespace sealkeep::hub

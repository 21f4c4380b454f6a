// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/alert_life.hpp"

#include <algorithm>

namespace sealkeep::hub {
namespace {

bool is(std::uint16_t rule, AlertRule one) {
  return rule == static_cast<std::uint16_t>(one);
}

bool active(const AlertLife& life) {
  return life.round > 0 && life.resolved_ms == 0;
}

// Nothing of an earlier round holds: an old acknowledgement must not keep a new matter quiet.
void begin_round(AlertLife& life, std::int64_t now_ms, std::int64_t first_word_ms) {
  life.set_severity.reset();
  life.owner.clear();
  life.acknowledged_by.clear();
  life.resolved_by.clear();
  life.cause.clear();
  life.acknowledged_ms = life.snoozed_until_ms = life.resolved_ms = 0;
  life.cause_still_there = false;
  life.covered_by.reset();
  life.ladder_step = 0;
  life.round_ms = now_ms;
  life.first_word_ms = first_word_ms;
}

void end(AlertLife& life, std::int64_t now_ms) {
  life.resolved_ms = now_ms;
  life.snoozed_until_ms = 0;
  life.covered_by.reset();
  life.first_word_ms = 0;
}

std::int64_t ladder_from_ms(const AlertLife& life, const Alert& alert) {
  return counts_from_discovery(alert.rule) ? std::min(alert.since_ms, life.round_ms) : life.round_ms;
}

// The next rung that counts, from `from` on: what somebody has in hand climbs only where that changes
// nothing.
std::size_t rung(const AlertLife& life, std::span<const LadderStep> ladder, std::size_t from) {
  while (from < ladder.size() && life.acknowledged_ms != 0 && !ladder[from].always) ++from;
  return from;
}

void add_roles(std::vector<Role>& to, const std::vector<Role>& more) {
  for (const Role role : more)
    if (std::find(to.begin(), to.end(), role) == to.end()) to.push_back(role);
}

// Every rung that is due, as one: what was missed in a snooze or before head office heard of it comes once.
void climb(AlertLife& life, const Alert& alert, std::span<const LadderStep> ladder, std::int64_t now_ms,
           Happening& one) {
  const std::int64_t from_ms = ladder_from_ms(life, alert);
  for (std::size_t i = rung(life, ladder, life.ladder_step);
       i < ladder.size() && from_ms + ladder[i].after_ms <= now_ms; i = rung(life, ladder, i + 1)) {
    add_roles(one.to, ladder[i].to);
    one.always = one.always || ladder[i].always;
    life.ladder_step = static_cast<std::uint32_t>(i + 1);
  }
}

void follow_cause(AlertLife& life, const Alert& alert, std::span<const LadderStep> ladder,
                  std::int64_t now_ms, std::vector<Happening>& out) {
  const bool open = alert.resolved_ms == 0;
  if (open && !life.cause_open) {
    const bool first = life.round++ == 0;
    life.cause_open = true;
    life.severity = alert.severity;
    begin_round(life, now_ms, now_ms + wait_before_first_word_ms(alert.severity));
    out.push_back(
        {first ? LifeStep::Raised : LifeStep::RaisedAgain, {}, alert.reason, {}, 0, alert.severity});
    return;
  }
  if (open && alert.severity != life.severity) {
    const bool worse = alert.severity > life.severity;
    Happening one{worse ? LifeStep::Worsened : LifeStep::Eased, {}, alert.reason, {}, 0, alert.severity};
    life.severity = alert.severity;
    if (worse) {
      // Whoever resolved it, lowered it or let it sleep did so when it was less. What has its first word
      // still to say says it then.
      if (life.resolved_ms != 0) begin_round(life, now_ms, now_ms);
      if (life.set_severity && *life.set_severity < alert.severity) life.set_severity.reset();
      life.snoozed_until_ms = 0;
      if (life.first_word_ms == 0 && !ladder.empty()) one.to = ladder.front().to;
    }
    out.push_back(std::move(one));
    return;
  }
  if (!open && life.cause_open) {
    life.cause_open = false;
    life.cause_still_there = false;
    if (!active(life)) return;
    end(life, now_ms);
    out.push_back({LifeStep::Resolved, {}, "Its cause is gone"});
  }
}

void follow_cover(AlertLife& life, const std::optional<Hash>& covering, std::int64_t now_ms,
                  std::vector<Happening>& out) {
  if (!active(life) || covering == life.covered_by) return;
  const bool was = life.covered_by.has_value();
  life.covered_by = covering;
  if (covering) {
    if (!was) out.push_back({LifeStep::Covered, {}, "The site is not heard of"});
    return;
  }
  if (life.first_word_ms != 0) life.first_word_ms = now_ms + kSettleMs;
  out.push_back({LifeStep::Uncovered, {}, "The site is heard again"});
}

void follow_time(AlertLife& life, const Alert& alert, std::span<const LadderStep> ladder, std::int64_t now_ms,
                 std::vector<Happening>& out) {
  if (!active(life)) return;
  if (life.snoozed_until_ms != 0 && now_ms >= life.snoozed_until_ms) {
    life.snoozed_until_ms = 0;
    Happening ended{LifeStep::SnoozeEnded};
    if (life.covered_by || life.first_word_ms != 0) {
      out.push_back(std::move(ended));
    } else {
      climb(life, alert, ladder, now_ms, ended);
      if (ended.to.empty() && !ladder.empty()) ended.to = ladder.front().to;
      out.push_back(std::move(ended));
    }
  }
  if (life.covered_by || life.snoozed_until_ms != 0) return;
  if (life.first_word_ms != 0) {
    if (now_ms < life.first_word_ms) return;
    life.first_word_ms = 0;
    Happening first{LifeStep::FirstWord};
    climb(life, alert, ladder, now_ms, first);
    if (first.to.empty() && !ladder.empty()) first.to = ladder.front().to;
    life.ladder_step = std::max<std::uint32_t>(life.ladder_step, 1);
    out.push_back(std::move(first));
    return;
  }
  Happening escalated{LifeStep::Escalated};
  climb(life, alert, ladder, now_ms, escalated);
  if (!escalated.to.empty()) out.push_back(std::move(escalated));
}

tl::unexpected<Error> refused(std::string code, std::string what, std::string why, std::string next) {
  return fail(ErrorKind::Refused, std::move(code), std::move(what), std::move(why), std::move(next));
}

Result<> check_words(const AlertAction& action) {
  if (action.by.size() > kAlertNameBytes || action.owner.size() > kAlertNameBytes)
    return bad_input("alert.owner", "A name is too long", {}, "At most 120 bytes");
  if (action.text.size() > kAlertTextBytes)
    return bad_input("alert.text", "The text is too long", {}, "At most 1000 bytes");
  return {};
}

Result<> snooze(AlertLife& life, const AlertAction& action, std::int64_t now_ms) {
  const bool critical = severity_of(life) == ses::Severity::Critical;
  const std::int64_t longest_ms = critical ? kLongestCriticalSnoozeMs : kLongestSnoozeMs;
  if (action.until_ms <= now_ms)
    return bad_input("alert.until", "A snooze ends in the future", {}, "Say until when");
  if (action.until_ms - now_ms > longest_ms)
    return bad_input("alert.until", "A snooze is not that long",
                     critical ? "what is critical sleeps a day at most" : "30 days at most",
                     "Snooze it again then, or resolve it with its cause");
  life.snoozed_until_ms = action.until_ms;
  return {};
}

Result<> set_severity(AlertLife& life, const Alert& alert, const AlertAction& action) {
  if (!action.severity) return bad_input("alert.text", "No severity is named");
  if (*action.severity < alert.severity && action.text.empty())
    return bad_input("alert.text", "Whoever makes an alert less severe says why", {}, "Add --comment");
  life.set_severity = *action.severity;
  if (*action.severity == alert.severity) life.set_severity.reset();
  return {};
}

Result<> resolve(AlertLife& life, const Alert& alert, const AlertAction& action, std::int64_t now_ms) {
  if (action.text.empty())
    return bad_input("alert.text", "An alert is resolved with its cause", {},
                     "Add --cause: what it was, and what was done");
  if (alert.resolved_ms == 0 && ends_by_itself(alert.rule))
    return refused("alert.cause_open", "The cause of this alert is still there",
                   "it ends by itself when what is asked was done: " + std::string(what_to_do(alert.rule)),
                   "Do that, answer it (alerts answer), or snooze it until then");
  end(life, now_ms);
  life.resolved_by = action.by;
  life.cause = action.text;
  life.cause_still_there = alert.resolved_ms == 0;
  return {};
}

}  // namespace

std::string_view state_name(AlertState state) {
  switch (state) {
    case AlertState::Open:
      return "open";
    case AlertState::Acknowledged:
      return "acknowledged";
    case AlertState::Snoozed:
      return "snoozed";
    case AlertState::Covered:
      return "covered";
    case AlertState::Resolved:
      return "resolved";
  }
  return "unknown";
}

std::string_view step_name(LifeStep step) {
  switch (step) {
    case LifeStep::Acknowledged:
      return "acknowledged";
    case LifeStep::Assigned:
      return "assigned";
    case LifeStep::Commented:
      return "comment";
    case LifeStep::Snoozed:
      return "snoozed";
    case LifeStep::Woken:
      return "woken";
    case LifeStep::SeveritySet:
      return "severity set";
    case LifeStep::ResolvedByHand:
      return "resolved";
    case LifeStep::ReopenedByHand:
      return "reopened";
    case LifeStep::Raised:
      return "raised";
    case LifeStep::RaisedAgain:
      return "raised again";
    case LifeStep::Worsened:
      return "worse";
    case LifeStep::Eased:
      return "less";
    case LifeStep::Resolved:
      return "resolved by itself";
    case LifeStep::Covered:
      return "covered";
    case LifeStep::Uncovered:
      return "no longer covered";
    case LifeStep::FirstWord:
      return "first word";
    case LifeStep::Escalated:
      return "escalated";
    case LifeStep::SnoozeEnded:
      return "snooze ended";
  }
  return "unknown";
}

AlertState state_of(const AlertLife& life, std::int64_t now_ms) {
  if (life.resolved_ms != 0) return AlertState::Resolved;
  if (life.covered_by) return AlertState::Covered;
  if (life.snoozed_until_ms > now_ms) return AlertState::Snoozed;
  if (life.acknowledged_ms != 0) return AlertState::Acknowledged;
  return AlertState::Open;
}

ses::Severity severity_of(const AlertLife& life) {
  return life.set_severity.value_or(life.severity);
}

bool can_be_covered(const Alert& alert) {
  if (alert.site == 0 || counts_from_discovery(alert.rule)) return false;
  for (const AlertRule own : {AlertRule::SilentSite, AlertRule::Fork, AlertRule::Gap, AlertRule::Clone,
                              AlertRule::UnreadableEntry, AlertRule::ChannelDown})
    if (is(alert.rule, own)) return false;
  return alert.rule != 19;
}

bool ends_by_itself(std::uint16_t rule) {
  for (const AlertRule by_hand : {AlertRule::Fork, AlertRule::Gap, AlertRule::Clone,
                                  AlertRule::UnreadableEntry, AlertRule::DoneLate, AlertRule::ErasureRefused})
    if (is(rule, by_hand)) return false;
  return true;
}

std::vector<Happening> follow(AlertLife& life, const Alert& alert, const std::optional<Hash>& covering,
                              std::span<const LadderStep> ladder, std::int64_t now_ms) {
  std::vector<Happening> out;
  follow_cause(life, alert, ladder, now_ms, out);
  follow_cover(life, can_be_covered(alert) ? covering : std::nullopt, now_ms, out);
  follow_time(life, alert, ladder, now_ms, out);
  life.steps += static_cast<std::uint32_t>(out.size());
  return out;
}

Result<std::optional<Happening>> act(AlertLife& life, const Alert& alert, const AlertAction& action,
                                     std::int64_t now_ms) {
  SEALKEEP_TRY(check_words(action));
  AlertLife next = life;
  const bool about_open = action.step != LifeStep::Commented && action.step != LifeStep::ReopenedByHand;
  if (about_open && !active(life))
    return refused("alert.resolved", "This alert is resolved", {},
                   "Nothing is to be done; alerts reopen, if it is not");
  switch (action.step) {
    case LifeStep::Acknowledged:
      if (life.acknowledged_ms != 0 && life.acknowledged_by == action.by) return std::optional<Happening>{};
      next.acknowledged_ms = now_ms;
      next.acknowledged_by = action.by;
      if (next.owner.empty()) next.owner = action.by;
      break;
    case LifeStep::Assigned:
      if (action.owner.empty()) return bad_input("alert.owner", "Nobody is named", {}, "Add --to");
      if (life.owner == action.owner) return std::optional<Happening>{};
      next.owner = action.owner;
      break;
    case LifeStep::Commented:
      if (action.text.empty()) return bad_input("alert.text", "The comment is empty", {}, "Add --comment");
      break;
    case LifeStep::Snoozed:
      SEALKEEP_TRY(snooze(next, action, now_ms));
      break;
    case LifeStep::Woken:
      if (life.snoozed_until_ms <= now_ms)
        return refused("alert.not_snoozed", "This alert does not sleep", {}, "Nothing is to be done");
      next.snoozed_until_ms = 0;
      break;
    case LifeStep::SeveritySet:
      SEALKEEP_TRY(set_severity(next, alert, action));
      if (severity_of(next) == severity_of(life)) return std::optional<Happening>{};
      break;
    case LifeStep::ResolvedByHand:
      SEALKEEP_TRY(resolve(next, alert, action, now_ms));
      break;
    case LifeStep::ReopenedByHand:
      if (life.resolved_ms == 0)
        return refused("alert.not_resolved", "This alert is not resolved", {}, "Nothing is to be done");
      begin_round(next, now_ms, now_ms);
      break;
    default:
      return bad_input("alert.text", "That is nothing that a person does");
  }
  ++next.steps;
  life = std::move(next);
  return std::optional<Happening>(
      Happening{action.step, action.by, action.text, action.owner, action.until_ms, action.severity});
}

std::int64_t next_escalation_ms(const AlertLife& life, const Alert& alert,
                                std::span<const LadderStep> ladder) {
  if (!active(life) || life.covered_by) return 0;
  const std::size_t next = rung(life, ladder, std::max<std::size_t>(life.ladder_step, 1));
  if (next >= ladder.size()) return 0;
  return std::max(ladder_from_ms(life, alert) + ladder[next].after_ms, life.snoozed_until_ms);
}

std::int64_t next_ms(const AlertLife& life, const Alert& alert, std::span<const LadderStep> ladder) {
  if (!active(life)) return 0;
  std::int64_t next = life.snoozed_until_ms;
  const auto sooner = [&next](std::int64_t at_ms) {
    if (at_ms != 0 && (next == 0 || at_ms < next)) next = at_ms;
  };
  if (life.covered_by || life.snoozed_until_ms != 0) return next;
  sooner(life.first_word_ms);
  if (life.first_word_ms == 0) sooner(next_escalation_ms(life, alert, ladder));
  return next;
}

}  // namespace sealkeep::hub

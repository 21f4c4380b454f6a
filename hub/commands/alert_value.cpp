// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/alert_value.hpp"

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kAlertsShown = 1'000;

}  // namespace

Result<OpenAlerts> open_alerts(Hub& hub, RegisterId site, bool open_only) {
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  SEALKEEP_LET(list, alerts.list(site, open_only, kAlertsShown));
  OpenAlerts out;
  for (Alert& alert : list) {
    auto& to = alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite) ? out.not_heard
               : alert.unaccounted                                             ? out.unaccounted
                                                                               : out.others;
    to.push_back(std::move(alert));
  }
  return out;
}

Result<Value> alerts_table(AlertValues& values, const std::vector<Alert>& alerts) {
  Value list = Value::list();
  for (const Alert& alert : alerts) {
    SEALKEEP_LET(row, values.words(alert));
    list.add(std::move(row));
  }
  return list;
}

Result<AlertValues> AlertValues::open(Hub& hub) {
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(due,
               hub.db().prepare("SELECT due_ms FROM duty WHERE register = ? AND rule = ? AND subject = ?"));
  SEALKEEP_LET(standings, CustomsStandings::open(hub.db()));
  return AlertValues(hub, std::move(sites), std::move(due), std::move(standings),
                     hub.parts().clock.now().unix_ms);
}

std::string AlertValues::site_code(RegisterId id) const {
  for (const SiteInfo& site : sites_)
    if (site.id == id) return site.code;
  return "several sites";
}

Result<const GivenAnswers*> AlertValues::answers(const Alert& alert) {
  if (!duty_of(alert)) return nullptr;
  if (!answers_.contains(alert.site)) {
    SEALKEEP_LET(given, answers_given(*hub_, alert.site));
    answers_.emplace(alert.site, std::move(given));
  }
  return &answers_[alert.site];
}

Result<AlertLife> AlertValues::life(const Alert& alert) {
  return hub_->desk().lives().load(alert.id);
}

// A seal that was applied first and received later: the receipt.
Result<std::string> AlertValues::record_that_explains(const Alert& alert) {
  const auto key = seal_of_subject(alert.subject);
  if (alert.rule != static_cast<std::uint16_t>(AlertRule::NeverReceived) || !key) return std::string();
  SEALKEEP_LET(places, hub_->rows().seal(*key));
  for (const SealAt& at : places)
    if (at.register_id == alert.site && at.row.came_in > 0) return "record " + ses::ref_words(at.row.receipt);
  return std::string();
}

// Of the duty while it is open.
Result<std::int64_t> AlertValues::due_ms(const Alert& alert) {
  const auto duty = duty_of(alert);
  if (!duty || alert.resolved_ms != 0) return std::int64_t{0};
  SEALKEEP_LET(rows, due_.query(alert.site, duty->rule, duty->subject));
  SEALKEEP_LET(there, rows.next());
  return there ? rows.int64(0) : 0;
}

Result<std::optional<CustomsStanding>> AlertValues::customs(const Alert& alert) {
  const auto incident = incident_of(alert);
  if (!incident) return std::optional<CustomsStanding>{};
  SEALKEEP_LET(standing, standings_.of(alert.site, *incident));
  return std::optional(std::move(standing));
}

// Its site has not taken over every instruction that it was sent: what it did may follow an older one
// (domain-rules section 5). Asked of what only a decision of head office makes wrong.
Result<bool> AlertValues::site_could_not_know(const Alert& alert) {
  const auto duty = duty_of(alert);
  constexpr std::uint8_t kDecidedByHeadOffice[] = {4, 13, 34, 42};
  if (!duty || std::count(std::begin(kDecidedByHeadOffice), std::end(kDecidedByHeadOffice), duty->rule) == 0)
    return false;
  bool unheard = false;
  SEALKEEP_TRY(
      each_directive(*hub_, alert.site, [&](const ses::Directive& directive, std::uint64_t, bool adopted) {
        unheard = unheard || (!adopted && directive.issued_ms <= alert.since_ms &&
                              ses::changes_register(ses::kind_of(directive.body)));
      }));
  return unheard;
}

Result<Value> AlertValues::words(const Alert& alert) {
  SEALKEEP_LET(given, answers(alert));
  SEALKEEP_LET(lived, life(alert));
  Value value = Value::object({{"id", short_id(alert.id)}});
  value.set("severity", ses::severity_name(alert.severity));
  value.set("site", site_code(alert.site));
  value.set("about", alert.subject);
  value.set("why", alert.reason);
  value.set("clause", alert.clause);
  value.set("since", when(alert.since_ms));
  value.set("for", duration_words(now_ms_ - alert.since_ms));
  if (given != nullptr)
    if (const std::string said = given_words(*given, alert); !said.empty()) value.set("answered", said);
  if (const AlertState state = state_of(lived, now_ms_);
      state != AlertState::Open && state != AlertState::Resolved)
    value.set("state", state_name(state));
  if (!lived.owner.empty()) value.set("owner", lived.owner);
  if (alert.resolved_ms != 0) value.set("resolved", when(alert.resolved_ms));
  return value;
}

Result<Value> AlertValues::full(const Alert& alert) {
  SEALKEEP_LET(given, answers(alert));
  SEALKEEP_LET(lived, life(alert));
  const auto rungs = hub_->desk().ladder(alert, lived);
  const ses::Severity severity = lived.round == 0 ? alert.severity : severity_of(lived);
  Value value = Value::object({{"id", short_id(alert.id)}});
  const auto set = [&value](const char* name, auto&& said) {
    value.set(name, std::forward<decltype(said)>(said));
  };
  const auto set_text = [&value](const char* name, const std::string& said) {
    if (!said.empty()) value.set(name, said);
  };
  const auto set_ms = [&value](const char* name, std::int64_t ms) {
    if (ms != 0) value.set(name, ms);
  };
  set("rule", alert.rule);
  set("rule_name", rule_name(alert.rule));
  set("severity", ses::severity_name(severity));
  set("site", site_code(alert.site));
  set("subject", alert.subject);
  set("what", rule_words(alert.rule));
  set("why", alert.reason);
  set("clause", alert.clause);
  set("what_to_do", what_to_do(alert.rule));
  set("since", when(alert.since_ms));
  set_ms("since_ms", alert.since_ms);
  set_ms("raised_ms", alert.raised_ms);
  SEALKEEP_LET(due, due_ms(alert));
  set_ms("due_ms", due);
  const bool reopened = lived.round > 0 && lived.resolved_ms == 0;
  set_ms("resolved_ms", reopened ? 0 : std::max(lived.resolved_ms, alert.resolved_ms));
  set("unaccounted", alert.unaccounted);
  set("state", state_name(lived.round == 0 && alert.resolved_ms != 0 ? AlertState::Resolved
                                                                     : state_of(lived, now_ms_)));
  set_text("owner", lived.owner);
  if (lived.snoozed_until_ms > now_ms_) set_ms("snoozed_until_ms", lived.snoozed_until_ms);
  if (lived.covered_by) set("covered_by", short_id(*lived.covered_by));
  set("escalation_step", lived.ladder_step);
  set_ms("next_escalation_ms", next_escalation_ms(lived, alert, rungs));
  if (lived.resolved_ms != 0) {
    set_text("resolved_by", lived.resolved_by);
    set_text("cause", lived.cause);
    if (lived.cause_still_there) set("cause_still_there", true);
  }
  if (alert.resolved_ms != 0 && lived.resolved_by.empty()) {
    SEALKEEP_LET(record, record_that_explains(alert));
    const std::string said = given == nullptr ? std::string() : given_words(*given, alert);
    set_text("explained_by", said.empty() ? record : said);
  }
  SEALKEEP_LET(unheard, site_could_not_know(alert));
  if (unheard) set("site_could_not_know", true);
  SEALKEEP_LET(standing, customs(alert));
  if (standing) {
    set("customs_decision", standing->decision);
    set("incident", site_code(alert.site) + "/" + ses::ref_words(*incident_of(alert)));
    if (const std::string_view step = next_step(*standing); !step.empty()) set("next_step", step);
  }
  SEALKEEP_LET(comments, hub_->desk().lives().comments(alert.id));
  set("comments", comments);
  return value;
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>

#include "common/crypto/encoding.hpp"
#include "common/ses/clause.hpp"
#include "hub/commands/alert_commands.hpp"
#include "hub/commands/alert_value.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kAlertsOnPage = 200, kAlertsLookedAt = 100'000;
constexpr std::size_t kStepsShown = 200, kNoticesShown = 100;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// What a person asked to see.
struct Filter {
  RegisterId site = 0;
  std::optional<AlertState> state;  ///< nothing: all that are not resolved
  bool all = false;
  std::string clause, owner, severity, text;

  [[nodiscard]] bool fits(const Alert& alert, const AlertLife& life, AlertState now) const {
    if (state ? now != *state : !all && now == AlertState::Resolved) return false;
    if (!clause.empty() && !ses::names_clause(alert.clause, clause)) return false;
    if (!owner.empty() && life.owner != owner) return false;
    if (!severity.empty() && ses::severity_name(severity_of(life)) != severity) return false;
    return text.empty() ||
           lower(alert.reason + " " + alert.subject + " " + alert.clause).find(text) != std::string::npos;
  }
};

Result<Filter> filter_of(Hub& hub, const Command& command) {
  Filter filter;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(named, site_named(hub, *code));
    filter.site = named.id;
  }
  filter.all = command.has("all");
  if (const auto said = command.one("state")) {
    for (const AlertState state : {AlertState::Open, AlertState::Acknowledged, AlertState::Snoozed,
                                   AlertState::Covered, AlertState::Resolved})
      if (*said == state_name(state)) filter.state = state;
    filter.all = filter.all || *said == "all";
  }
  filter.clause = command.one("clause").value_or("");
  filter.owner = command.one("owner").value_or("");
  filter.severity = command.one("severity").value_or("");
  filter.text = lower(command.one("text").value_or(""));
  return filter;
}

// In one order, so that a page goes on where the one before it ended.
struct Shown {
  Alert alert;
  AlertLife life;
  AlertState state{};
};
bool before(const Shown& a, const Shown& b) {
  const auto key = [](const Shown& one) {
    return std::tuple(-static_cast<int>(one.life.round == 0 ? one.alert.severity : severity_of(one.life)),
                      one.alert.since_ms, one.alert.id);
  };
  return key(a) < key(b);
}

Value history_of(const std::vector<StepRow>& steps) {
  Value list = Value::list();
  for (const StepRow& step : steps) {
    std::string text = step.what.text;
    if (step.what.step == LifeStep::Assigned)
      text = "to " + step.what.owner + (text.empty() ? "" : ": " + text);
    if (step.what.step == LifeStep::Snoozed)
      text = "until " + when(step.what.until_ms) + (text.empty() ? "" : ": " + text);
    if (step.what.severity && step.what.step == LifeStep::SeveritySet)
      text = std::string(ses::severity_name(*step.what.severity)) + (text.empty() ? "" : ": " + text);
    list.add(Value::object({{"at", when(step.at_ms)},
                            {"at_ms", step.at_ms},
                            {"what", step_name(step.what.step)},
                            {"by", step.what.by},
                            {"text", text}}));
  }
  return list;
}

// What was done about its incident towards Customs stands among what was done about the alert.
void add_customs(Value& history, const std::vector<CustomsStep>& steps) {
  if (steps.empty()) return;
  Value::List all = *history.as_list();
  for (const CustomsStep& step : steps)
    all.push_back(Value::object({{"at", when(step.at_ms)},
                                 {"at_ms", step.at_ms},
                                 {"what", "Customs"},
                                 {"by", step.by},
                                 {"text", step_words(step)}}));
  const auto at_ms = [](const Value& one) { return *one.find("at_ms")->as_int(); };
  std::stable_sort(all.begin(), all.end(),
                   [&](const Value& a, const Value& b) { return at_ms(a) < at_ms(b); });
  history = Value(std::move(all));
}

void add_lines(Value& list, std::int64_t at_ms, const std::string& lines) {
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', from), lines.size());
    list.add((at_ms == 0 ? std::string() : when(at_ms) + " ") + lines.substr(from, end - from));
    from = end + 1;
  }
}

Value notices_of(const std::vector<Notice>& notices) {
  Value list = Value::list();
  for (const Notice& notice : notices)
    list.add(Value::object({{"at", when(notice.created_ms)},
                            {"at_ms", notice.created_ms},
                            {"what", notice.moment},
                            {"channel", notice.channel},
                            {"to", notice.person},
                            {"state", notice_state_name(notice.state)},
                            {"tries", notice.tries}}));
  return list;
}

}  // namespace

Result<Value> alerts_list(Hub& hub, const Command& command) {
  SEALKEEP_LET(filter, filter_of(hub, command));
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  SEALKEEP_LET(values, AlertValues::open(hub));
  const bool also_over = filter.all || filter.state == AlertState::Resolved;
  SEALKEEP_LET(list, alerts.list(filter.site, !also_over, kAlertsLookedAt));
  // What a person reopened is open although its cause is gone.
  SEALKEEP_LET(reopened, hub.desk().lives().reopened());
  for (const Hash& id : reopened) {
    SEALKEEP_LET(alert, alerts.find(id));
    if (!also_over && alert && (filter.site == 0 || filter.site == alert->site)) list.push_back(*alert);
  }
  std::vector<Shown> shown;
  OpenAlerts groups;
  for (Alert& alert : list) {
    SEALKEEP_LET(life, values.life(alert));
    const AlertState state =
        life.round == 0 && alert.resolved_ms != 0 ? AlertState::Resolved : state_of(life, values.now_ms());
    if (life.round == 0) life.severity = alert.severity;
    if (!filter.fits(alert, life, state)) continue;
    auto& group = alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite) ? groups.not_heard
                  : alert.unaccounted                                             ? groups.unaccounted
                                                                                  : groups.others;
    group.push_back(alert);
    shown.push_back({std::move(alert), std::move(life), state});
  }
  std::sort(shown.begin(), shown.end(), before);
  std::size_t from = 0;
  if (const auto cursor = command.one("cursor")) {
    SEALKEEP_LET(last, alert_named(hub, *cursor));
    SEALKEEP_LET(life, values.life(last));
    if (life.round == 0) life.severity = last.severity;
    const Shown past{std::move(last), std::move(life)};
    from =
        static_cast<std::size_t>(std::upper_bound(shown.begin(), shown.end(), past, before) - shown.begin());
  }
  const std::size_t to = std::min(shown.size(), from + kAlertsOnPage);
  Value page = Value::list();
  for (std::size_t i = from; i < to; ++i) {
    SEALKEEP_LET(row, values.full(shown[i].alert));
    page.add(std::move(row));
  }
  Value value = Value::object();
  if (shown.empty() && !command.one("cursor"))
    value.set("now", filter.all || filter.state || !filter.text.empty() || !filter.clause.empty() ||
                             !filter.owner.empty() || !filter.severity.empty()
                         ? "No alert fits this."
                         : "No open alerts. Every seal that the hub has heard of is accounted for.");
  // Tables of words for a shell; pages have the alerts themselves.
  if (!command.caller) {
    const auto first_page = [](std::vector<Alert>& group) {
      if (group.size() > kAlertsOnPage) group.resize(kAlertsOnPage);
    };
    first_page(groups.unaccounted);
    first_page(groups.others);
    first_page(groups.not_heard);
    SEALKEEP_LET(unaccounted, alerts_table(values, groups.unaccounted));
    SEALKEEP_LET(others, alerts_table(values, groups.others));
    SEALKEEP_LET(not_heard, alerts_table(values, groups.not_heard));
    value.set("not_accounted_for", std::move(unaccounted));
    value.set("other_alerts", std::move(others));
    value.set("not_heard_of", std::move(not_heard));
    value.set("in_words", value);
  }
  value.set("alerts", std::move(page));
  if (to < shown.size()) value.set("next", hex(shown[to - 1].alert.id.view()));
  SEALKEEP_LET(counts, hub.desk().lives().counts(filter.site, values.now_ms()));
  value.set("counts", Value::object({{"open", counts[1]},
                                     {"acknowledged", counts[2]},
                                     {"snoozed", counts[3]},
                                     {"covered", counts[4]},
                                     {"resolved", counts[5]}}));
  return value;
}

Result<Value> alerts_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  SEALKEEP_LET(alert, alert_named(hub, id));
  SEALKEEP_LET(story, story_of(hub, alert));
  SEALKEEP_LET(values, AlertValues::open(hub));
  SEALKEEP_LET(value, values.words(alert));
  SEALKEEP_LET(full, values.full(alert));
  for (const Value::Member& member : *full.as_object()) value.set(member.name, member.value);
  if (!story.empty()) value.set("story", story);
  value.set("id", hex(alert.id.view()));
  value.set("raised", when(alert.raised_ms));
  constexpr std::string_view kSeal = "seal:";
  if (alert.subject.starts_with(kSeal)) {
    Command show;
    show.name = "seal show";
    const auto number_at = alert.subject.find(':', kSeal.size());
    show.options["number"] = {alert.subject.substr(number_at + 1)};
    show.options["family"] = {alert.subject.substr(kSeal.size(), number_at - kSeal.size()) == "2" ? "mpi"
                                                                                                  : "ses"};
    if (auto history = seal_show(hub, show)) value.set("seal", std::move(*history));
  }
  SEALKEEP_LET(life, values.life(alert));
  SEALKEEP_LET(steps, hub.desk().lives().steps(alert.id, kStepsShown));
  Value history = history_of(steps);
  SEALKEEP_LET(standing, values.customs(alert));
  if (standing) add_customs(history, standing->steps);
  value.set("history", std::move(history));
  SEALKEEP_LET(notices, hub.desk().outbox().of_alert(hex(alert.id.view()), kNoticesShown));
  value.set("notices", notices_of(notices));
  Value spoke = Value::list(), quiet = Value::list();
  for (const StepRow& step : steps) {
    add_lines(spoke, step.at_ms, step.spoke);
    add_lines(quiet, step.at_ms, step.quiet);
  }
  for (const std::string& one : why_quiet(life, hub.parts().clock.now())) quiet.add("now: " + one);
  value.set("spoke", std::move(spoke)).set("quiet", std::move(quiet));
  return value;
}

}  // namespace sealkeep::hub::commands

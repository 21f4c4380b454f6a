// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "hub/commands/answers.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kAlertsShown = 1'000;
constexpr std::size_t kIdDigits = 12;
constexpr std::int64_t kNotHeardAfterMs = 24 * 3600 * 1000LL;

std::string site_code(const std::vector<SiteInfo>& sites, RegisterId id) {
  for (const SiteInfo& site : sites)
    if (site.id == id) return site.code;
  return "several sites";
}

Value alert_value(const Alert& alert, const std::vector<SiteInfo>& sites, const GivenAnswers& answers,
                  std::int64_t now_ms) {
  Value value = Value::object({{"id", hex(alert.id.view()).substr(0, kIdDigits)}});
  value.set("severity", ses::severity_name(alert.severity));
  value.set("site", site_code(sites, alert.site));
  value.set("about", alert.subject);
  value.set("why", alert.reason);
  value.set("clause", alert.clause);
  value.set("since", when(alert.since_ms));
  value.set("for", duration_words(now_ms - alert.since_ms));
  if (const std::string said = given_words(answers, alert); !said.empty()) value.set("answered", said);
  if (alert.resolved_ms != 0) value.set("resolved", when(alert.resolved_ms));
  return value;
}

struct Open {
  std::vector<Alert> unaccounted, not_heard, others;
};

// Silence is kept apart from what is known to be wrong: a site that was not heard of is not "overdue".
Result<Open> open_alerts(Hub& hub, RegisterId site, bool open_only) {
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  SEALKEEP_LET(list, alerts.list(site, open_only, kAlertsShown));
  Open out;
  for (Alert& alert : list) {
    auto& to = alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite) ? out.not_heard
               : alert.unaccounted                                             ? out.unaccounted
                                                                               : out.others;
    to.push_back(std::move(alert));
  }
  return out;
}

Result<Value> table(Hub& hub, const std::vector<Alert>& alerts, const std::vector<SiteInfo>& sites,
                    std::int64_t now_ms) {
  std::map<RegisterId, GivenAnswers> answers;
  Value list = Value::list();
  for (const Alert& alert : alerts) {
    if (duty_of(alert) && !answers.contains(alert.site)) {
      SEALKEEP_LET(given, answers_given(hub, alert.site));
      answers.emplace(alert.site, std::move(given));
    }
    list.add(alert_value(alert, sites, answers[alert.site], now_ms));
  }
  return list;
}

std::string count_words(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string when(std::int64_t unix_ms) {
  return unix_ms == 0 ? "never" : iso_time(unix_ms);
}

Result<Value> alerts_list(Hub& hub, const Command& command) {
  RegisterId site = 0;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(named, site_named(hub, *code));
    site = named.id;
  }
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(open, open_alerts(hub, site, !command.has("all")));
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  if (open.unaccounted.empty() && open.not_heard.empty() && open.others.empty())
    return Value("No open alerts. Every seal that the hub has heard of is accounted for.");
  Value value = Value::object();
  SEALKEEP_LET(unaccounted, table(hub, open.unaccounted, sites, now_ms));
  value.set("not_accounted_for", unaccounted);
  SEALKEEP_LET(others, table(hub, open.others, sites, now_ms));
  value.set("other_alerts", others);
  SEALKEEP_LET(not_heard, table(hub, open.not_heard, sites, now_ms));
  value.set("not_heard_of", not_heard);
  return value;
}

Result<Value> alerts_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(alert, alert_named(hub, id));
  SEALKEEP_LET(story, story_of(hub, alert));
  GivenAnswers answers;
  if (duty_of(alert)) {
    SEALKEEP_LET(given, answers_given(hub, alert.site));
    answers = std::move(given);
  }
  Value value = alert_value(alert, sites, answers, hub.parts().clock.now().unix_ms);
  if (!story.empty()) value.set("story", story);
  value.set("id", hex(alert.id.view()));
  value.set("raised", when(alert.raised_ms));
  if (const ses::DutyRule* rule =
          alert.rule < 100 ? ses::duty_rule(static_cast<std::uint8_t>(alert.rule)) : nullptr)
    value.set("what_to_do", rule->words);
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
  return value;
}

Result<Value> status(Hub& hub) {
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(open, open_alerts(hub, 0, true));
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  std::uint64_t seals = 0;
  Value site_list = Value::list();
  std::size_t silent = 0;
  for (const SiteInfo& site : sites) {
    if (site.state != SiteState::Approved) continue;
    Value row = Value::object({{"site", site.code}, {"heard_everything_up_to", when(site.watermark_ms)}});
    row.set("connected", site.connected);
    row.set("records", site.mirrored_size);
    if (site.heard_ms == 0 || now_ms - site.heard_ms > kNotHeardAfterMs) ++silent;
    for (ses::Family family : {ses::Family::Ses, ses::Family::Mpi}) {
      SEALKEEP_LET(ledger, hub.rows().ledger(site.id, family));
      if (ledger.left() == 0 && ledger.right() == 0) continue;
      const std::string name = family == ses::Family::Ses ? "ses" : "mpi";
      seals += static_cast<std::uint64_t>(std::max<std::int64_t>(ledger.left(), 0));
      row.set("ledger_" + name, ses::equation_text(ledger));
      row.set("balances_" + name, ledger.balances());
      if (!ledger.balances()) {
        SEALKEEP_LET(wrong, hub.rows().unbalanced(site.id, 20));
        Value numbers = Value::list();
        for (const SealAt& at : wrong) numbers.add(at.key.number.text());
        row.set("unbalanced", numbers);
      }
    }
    site_list.add(std::move(row));
  }
  const std::string sentence =
      open.unaccounted.empty()
          ? fmt::format("Of {} all are accounted for, as far as the sites were heard.",
                        count_words(seals, "seal", "seals"))
          : fmt::format("Of {}, {} not accounted for; {} not heard of.", count_words(seals, "seal", "seals"),
                        count_words(open.unaccounted.size(), "matter is", "matters are"),
                        count_words(silent, "site", "sites"));
  Value value = Value::object({{"now", sentence}});
  SEALKEEP_LET(unaccounted, table(hub, open.unaccounted, sites, now_ms));
  value.set("not_accounted_for", unaccounted);
  SEALKEEP_LET(others, table(hub, open.others, sites, now_ms));
  value.set("other_alerts", others);
  SEALKEEP_LET(not_heard, table(hub, open.not_heard, sites, now_ms));
  value.set("not_heard_of", not_heard);
  value.set("sites", std::move(site_list));
  return value;
}

}  // namespace sealkeep::hub::commands

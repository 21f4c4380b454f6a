// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/alert_value.hpp"
#include "hub/commands/answers.hpp"
#include "hub/commands/entries.hpp"
#include "hub/commands/names.hpp"
#include "hub/commands/overview_sentence.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/site_view.hpp"
#include "hub/commands/views.hpp"
#include "hub/oversight/compliance_book.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kShown = 100;  // of each list; `alerts list` has all
constexpr std::size_t kNeedsMe = 10;
constexpr std::size_t kSitesInWords = 40;
constexpr std::size_t kIdDigits = 12;
constexpr std::uint8_t kTellCustoms = 18, kDecide = 19, kTellBreach = 20;

std::string who_words(ses::Who who) {
  switch (who) {
    case ses::Who::Supervisor:
      return "supervisor";
    case ses::Who::SesManager:
      return "SES manager";
    case ses::Who::SupervisorThenSesManager:
      return "supervisor, then SES manager";
    case ses::Who::It:
      return "IT";
    case ses::Who::HeadOffice:
      return "head office";
  }
  return "unknown";
}

bool tells_customs(const Alert& alert) {
  return alert.rule == kTellCustoms || alert.rule == kDecide || alert.rule == kTellBreach;
}

// "Seal NZ300001 lost", of "Seal NZ300001 lost: Customs was not told yet".
std::string what_of(const Alert& alert) {
  return alert.reason.substr(0, alert.reason.rfind(": "));
}

/// What the lists of one overview ask again and again.
class Asked {
 public:
  Asked(Hub& hub, const std::vector<SiteView>& sites) : hub_(&hub), now_(hub.parts().clock.now()) {
    for (const SiteView& site : sites) codes_.emplace(site.info.id, site.info.code);
  }
  [[nodiscard]] const Now& now() const { return now_; }
  [[nodiscard]] std::string code(RegisterId site) const {
    const auto found = codes_.find(site);
    return found == codes_.end() ? std::string("several sites") : found->second;
  }
  /// 0: none, or it cannot be judged.
  Result<std::int64_t> due_ms(const Alert& alert) {
    const auto key = duty_of(alert);
    if (!key) return std::int64_t{0};
    if (!ready_) {
      SEALKEEP_LET(
          due, hub_->db().prepare("SELECT due_ms FROM duty WHERE register = ? AND rule = ? AND subject = ?"));
      due_ = std::move(due);
      ready_ = true;
    }
    SEALKEEP_LET(rows, due_.query(alert.site, key->rule, key->subject));
    SEALKEEP_LET(there, rows.next());
    return there ? rows.int64(0) : 0;
  }
  /// The newest record of what the alert is about: what, by whom, when. Null if there is none.
  Result<Value> last_seen(const Alert& alert) {
    SEALKEEP_LET(at, newest_ref(alert));
    if (!at) return Value();
    SEALKEEP_LET(logs, hub_->register_logs(alert.site));
    SEALKEEP_LET(entry, entry_at(*hub_, logs, *at));
    if (!entry) return Value();
    if (!names_.contains(alert.site)) {
      SEALKEEP_LET(names, SiteNames::read(*hub_, logs));
      names_.emplace(alert.site, std::move(names));
    }
    const SiteNames& names = names_.at(alert.site);
    return Value::object({{"what", ses::event_words(entry->event, names)},
                          {"by", names.person_words(entry->header.person_no)},
                          {"when_ms", entry->header.happened_ms}});
  }

 private:
  Result<std::optional<ses::Ref>> newest_ref(const Alert& alert) {
    std::optional<ses::Ref> at;
    if (alert.site == 0) return at;
    constexpr std::string_view kUnit = "unit:";
    if (const auto key = seal_of_subject(alert.subject)) {
      SEALKEEP_LET(seals, hub_->rows().seal(*key));
      for (const SealAt& seal : seals)
        if (seal.register_id == alert.site && !seal.row.history.empty()) at = seal.row.history.back();
    } else if (alert.subject.starts_with(kUnit)) {
      for (const ses::UnitKind kind : {ses::UnitKind::SeaContainer, ses::UnitKind::AirPackage}) {
        SEALKEEP_LET(unit, hub_->rows().unit(alert.site, {kind, alert.subject.substr(kUnit.size())}));
        if (unit && !unit->history.empty()) at = unit->history.back();
      }
    } else if (const std::size_t colon = alert.subject.find(':'); colon != std::string::npos) {
      if (alert.rule < 100) at = ses::ref_of(std::string_view(alert.subject).substr(colon + 1));
    }
    return at;
  }

  Hub* hub_;
  Now now_;
  std::map<RegisterId, std::string> codes_;
  std::map<RegisterId, SiteNames> names_;
  Statement due_;
  bool ready_ = false;
};

Value time_or_null(std::int64_t ms) {
  return ms == 0 ? Value() : Value(ms);
}

std::string id_of(const Alert& alert) {
  return hex(alert.id.view()).substr(0, kIdDigits);
}

struct Customs {
  Value list = Value::list(), words = Value::list();
  std::int64_t must_tell = 0, by_ms = 0;
};

Result<Customs> tell_customs(Hub& hub, Asked& asked, const std::vector<Alert>& open) {
  Customs out;
  std::map<RegisterId, GivenAnswers> answers;
  std::vector<std::pair<std::int64_t, const Alert*>> by_due;
  for (const Alert& alert : open) {
    if (!tells_customs(alert)) continue;
    SEALKEEP_LET(due, asked.due_ms(alert));
    by_due.emplace_back(due, &alert);
    if (alert.rule == kDecide) continue;
    ++out.must_tell;
    if (due != 0 && (out.by_ms == 0 || due < out.by_ms)) out.by_ms = due;
  }
  std::stable_sort(by_due.begin(), by_due.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [due_ms, alert] : by_due) {
    if (out.list.as_list()->size() == kShown) break;
    if (!answers.contains(alert->site)) {
      SEALKEEP_LET(given, answers_given(hub, alert->site));
      answers.emplace(alert->site, std::move(given));
    }
    const auto key = duty_of(*alert);
    const auto given = answers[alert->site].find(*key);
    const bool reported = alert->rule != kDecide;
    std::string decision = reported ? "report" : "undecided";
    if (given != answers[alert->site].end()) {
      if (given->second.answer.decision == ses::Answer::Report) decision = "report";
      if (given->second.answer.decision == ses::Answer::NotReportable) decision = "not_reportable";
    }
    out.list.add(Value::object(
        {{"alert", hex(alert->id.view())},
         {"id", asked.code(alert->site) + "/" + alert->subject.substr(alert->subject.find(':') + 1)},
         {"what", what_of(*alert)},
         {"site", asked.code(alert->site)},
         {"clause", alert->clause},
         {"due_ms", time_or_null(due_ms)},
         {"discovered_ms", alert->since_ms},
         {"draft_ready", true},
         {"decision", decision},
         {"reported_ms", nullptr}}));
    out.words.add(Value::object({{"alert", id_of(*alert)},
                                 {"site", asked.code(alert->site)},
                                 {"what", what_of(*alert)},
                                 {"by", due_ms == 0 ? "cannot be judged" : clock_words(due_ms, asked.now())},
                                 {"decision", decision == "report"      ? "tell Customs"
                                              : decision == "undecided" ? "to decide"
                                                                        : decision}}));
  }
  return out;
}

struct Listed {
  Value list = Value::list(), words = Value::list();
  std::size_t more = 0;
};

Result<Listed> not_accounted_for(Hub& hub, Asked& asked, AlertValues& values,
                                 const std::vector<Alert>& open) {
  Listed out;
  SealsUnder named;
  for (const Alert& alert : open) {
    if (!alert.unaccounted) continue;
    if (out.list.as_list()->size() == kShown) {
      ++out.more;
      continue;
    }
    SEALKEEP_TRY(named.add(hub, alert));
    SEALKEEP_LET(due_ms, asked.due_ms(alert));
    SEALKEEP_LET(seen, asked.last_seen(alert));
    const ses::DutyRule* rule =
        alert.rule < 100 ? ses::duty_rule(static_cast<std::uint8_t>(alert.rule)) : nullptr;
    const std::string who = rule != nullptr ? who_words(rule->who) : "SES manager";
    const std::string must = rule != nullptr ? std::string(rule->words) : "Find out where the seal is";
    Value row = Value::object({{"alert", hex(alert.id.view())}});
    if (!named.named_last().empty()) row.set("seal", named.named_last());
    row.set("site", asked.code(alert.site)).set("why", alert.reason).set("clause", alert.clause);
    row.set("severity", ses::severity_name(alert.severity)).set("since_ms", alert.since_ms);
    const Value* last = seen.find("what");
    const std::string seen_words =
        last == nullptr ? "-" : *last->as_text() + ", " + *seen.find("by")->as_text();
    row.set("last_seen", std::move(seen)).set("who", who).set("must", must);
    SEALKEEP_LET(life, values.life(alert));
    row.set("by_ms", time_or_null(due_ms)).set("state", state_name(state_of(life, asked.now().unix_ms)));
    if (!life.owner.empty()) row.set("assigned", life.owner);
    out.list.add(std::move(row));
    out.words.add(Value::object({{"alert", id_of(alert)},
                                 {"site", asked.code(alert.site)},
                                 {"why", alert.reason},
                                 {"last_seen", seen_words},
                                 {"who", who},
                                 {"must", must},
                                 {"by", due_ms == 0 ? "-" : clock_words(due_ms, asked.now())}}));
  }
  return out;
}

struct NotHeard {
  Value list = Value::list(), words = Value::list();
  std::int64_t count = 0, since_ms = 0;
};

Result<NotHeard> not_heard(Hub& hub, const Asked& asked, const std::vector<Alert>& open,
                           const std::vector<SiteView>& sites) {
  NotHeard out;
  SEALKEEP_LET(waiting, hub.db().prepare("SELECT count(*) FROM duty WHERE register = ? AND due_ms >= ? AND "
                                         "due_ms < ?"));
  for (const Alert& alert : open) {
    if (alert.rule != static_cast<std::uint16_t>(AlertRule::SilentSite)) continue;
    const auto site = std::find_if(sites.begin(), sites.end(),
                                   [&](const SiteView& one) { return one.info.id == alert.site; });
    if (site == sites.end()) continue;
    ++out.count;
    // True of all of them: none was heard of since the last of them was.
    out.since_ms = std::max(out.since_ms, alert.since_ms);
    SEALKEEP_LET(self, hub.rows().self(alert.site));
    std::int64_t covers = 0;
    {
      SEALKEEP_LET(rows, waiting.query(alert.site, std::max<std::int64_t>(site->info.watermark_ms, 1),
                                       asked.now().unix_ms));
      SEALKEEP_LET(there, rows.next());
      covers = there ? rows.int64(0) : 0;
    }
    if (out.list.as_list()->size() == kShown) continue;
    out.list.add(Value::object({{"alert", hex(alert.id.view())},
                                {"site", site->info.code},
                                {"since_ms", alert.since_ms},
                                {"watermark_ms", time_or_null(site->info.watermark_ms)},
                                {"expected_back_ms", time_or_null(self.internet_down_until_ms)},
                                {"covers", covers}}));
    out.words.add(Value::object(
        {{"site", site->info.code},
         {"since", since_words(alert.since_ms, asked.now())},
         {"heard_everything_up_to",
          site->info.watermark_ms == 0 ? "nothing yet" : clock_words(site->info.watermark_ms, asked.now())},
         {"cannot_be_judged_yet", covers}}));
  }
  return out;
}

// What somebody has in hand, or put off, or a silent site explains, does not need me.
Result<Listed> needs_me(Asked& asked, AlertValues& values, const std::vector<Alert>& open) {
  Listed out;
  for (const Alert& alert : open) {
    if (alert.unaccounted || tells_customs(alert) ||
        alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite))
      continue;
    if (alert.severity < ses::Severity::High || out.list.as_list()->size() == kNeedsMe) {
      ++out.more;
      continue;
    }
    SEALKEEP_LET(life, values.life(alert));
    if (state_of(life, asked.now().unix_ms) != AlertState::Open) continue;
    SEALKEEP_LET(due_ms, asked.due_ms(alert));
    out.list.add(Value::object({{"alert", hex(alert.id.view())},
                                {"what", alert.reason},
                                {"site", asked.code(alert.site)},
                                {"severity", ses::severity_name(alert.severity)},
                                {"due_ms", time_or_null(due_ms)}}));
    out.words.add(Value::object({{"alert", id_of(alert)},
                                 {"site", asked.code(alert.site)},
                                 {"what", alert.reason},
                                 {"severity", ses::severity_name(alert.severity)}}));
  }
  return out;
}

// Null until everything that the sites sent was read once since the start.
Result<Value> compliance_of_all(Hub& hub, const std::vector<SiteView>& sites, std::int64_t now_ms) {
  std::vector<std::span<const ses::Cell>> cells;
  for (const SiteView& site : sites) {
    if (site.info.state != SiteState::Approved) continue;
    SEALKEEP_LET(kept, hub.compliance().if_fresh(site.info.id, now_ms));
    if (kept == nullptr) return Value();
    cells.emplace_back(kept->cells);
  }
  if (cells.empty()) return Value();
  const ses::Summary all = ses::summary(cells);
  return Value::object({{"facts", all.facts},
                        {"on_file", all.on_file},
                        {"declared", all.declared},
                        {"not_shown", all.not_shown},
                        {"words", ses::summary_words(all)}});
}

Value sites_in_words(const std::vector<SiteView>& sites, const Now& now) {
  Value list = Value::list();
  for (const SiteView& site : sites) {
    if (list.as_list()->size() == kSitesInWords) break;
    const std::int64_t watermark_ms = site.info.watermark_ms;
    list.add(Value::object({{"site", site.info.code},
                            {"state", site_state_name(site.info.state)},
                            {"heard_up_to", watermark_ms == 0 ? "never" : clock_words(watermark_ms, now)},
                            {"stock", grouped(site.stock)},
                            {"on_dock", site.on_dock},
                            {"late", site.late},
                            {"not_accounted_for", site.unaccounted},
                            {"day_closed", site.day_closed == 0 ? "-" : day_text(site.day_closed)},
                            {"balances", site.balances ? (*site.balances ? "yes" : "NO") : "-"},
                            {"next", site.next.empty() ? "-" : site.next}}));
  }
  return list;
}

}  // namespace

Result<Value> overview(Hub& hub, const Command& command) {
  SEALKEEP_LET(open, open_alerts_of_all(hub));
  SEALKEEP_LET(under, seals_under(hub, open));
  SEALKEEP_LET(infos, hub.sites());
  SEALKEEP_LET(sites, site_views(hub, std::move(infos), under, open));
  worst_first(sites);
  Asked asked(hub, sites);
  SEALKEEP_LET(values, AlertValues::open(hub));
  SEALKEEP_LET(customs, tell_customs(hub, asked, open));
  SEALKEEP_LET(unaccounted, not_accounted_for(hub, asked, values, open));
  SEALKEEP_LET(silent, not_heard(hub, asked, open, sites));
  SEALKEEP_LET(needs, needs_me(asked, values, open));
  SEALKEEP_LET(compliance, compliance_of_all(hub, sites, asked.now().unix_ms));
  OverviewNumbers n;
  n.unaccounted = under.everywhere();
  n.must_tell = customs.must_tell;
  n.tell_by_ms = customs.by_ms;
  n.not_heard = silent.count;
  n.not_heard_since_ms = silent.since_ms;
  n.heard_up_to_ms = INT64_MAX;
  bool ledgers_balance = true;
  for (const SiteView& site : sites) {
    n.seals += site.seals;
    ledgers_balance = ledgers_balance && site.balances.value_or(true);
    if (site.info.state != SiteState::Approved) continue;
    ++n.approved;
    n.heard_up_to_ms = std::min(n.heard_up_to_ms, site.info.watermark_ms);
  }
  if (n.approved == 0) n.heard_up_to_ms = 0;
  const bool all_well = n.approved > 0 && n.unaccounted == 0 && n.must_tell == 0 && n.not_heard == 0 &&
                        n.heard_up_to_ms != 0 && ledgers_balance;
  Sentence sentence = overview_sentence(n, asked.now());
  const std::string text = sentence.text();
  Value value = Value::object({{"sentence", text}, {"as_of_ms", asked.now().unix_ms}});
  value.set("heard_up_to_ms", time_or_null(n.heard_up_to_ms));
  value.set("seals", n.seals).set("unaccounted", n.unaccounted);
  value.set("tell_customs_by_ms", time_or_null(n.tell_by_ms));
  value.set("sites_not_heard", n.not_heard).set("all_well", all_well);
  value.set("parts", std::move(sentence).parts());
  value.set("tell_customs", std::move(customs.list));
  value.set("not_accounted_for", std::move(unaccounted.list)).set("more_not_accounted_for", unaccounted.more);
  value.set("not_heard", std::move(silent.list));
  value.set("needs_me", std::move(needs.list)).set("in_digest", needs.more);
  Value site_list = Value::list();
  for (const SiteView& site : sites) site_list.add(site_members(site, asked.now()));
  value.set("sites", std::move(site_list));
  value.set("compliance", compliance);
  if (command.caller) return value;
  Value words = Value::object({{"now", text}});
  if (const Value* said = compliance.find("words")) words.set("compliance", *said);
  const auto show = [&](const char* name, Value list) {
    if (!list.as_list()->empty()) words.set(name, std::move(list));
  };
  show("tell_Customs", std::move(customs.words));
  show("not_accounted_for", std::move(unaccounted.words));
  show("not_heard_of", std::move(silent.words));
  show("needs_me_today", std::move(needs.words));
  if (needs.more > 0) words.set("in_the_digest", needs.more);
  words.set("sites", sites_in_words(sites, asked.now()));
  if (sites.size() > kSitesInWords)
    words.set("more_sites",
              grouped(static_cast<std::int64_t>(sites.size() - kSitesInWords)) + " in `site list`");
  value.set("in_words", std::move(words));
  return value;
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/overview_parts.hpp"
#include "hub/commands/overview_sentence.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"
#include "hub/oversight/compliance_book.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/names.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kNeedsMe = 10, kNeedsLookedAt = 1'000;
constexpr std::uint64_t kComplianceRead = 20'000;  // entries: some 10 ms
constexpr std::size_t kSitesInWords = 40;

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
    if (out.list.as_list()->size() == kOverviewRows) {
      ++out.more;
      continue;
    }
    SEALKEEP_TRY(named.add(hub, alert));
    SEALKEEP_LET(due_ms, values.due_ms(alert));
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
    out.words.add(Value::object({{"alert", short_id(alert.id)},
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
    if (out.list.as_list()->size() == kOverviewRows) continue;
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

// What this person does next: nobody's or theirs, not put off and not explained by a silent site, nearest
// limit first. At a shell nobody is known, and what somebody has in hand is left to them.
Result<Listed> needs_me(Asked& asked, AlertValues& values, const std::vector<Alert>& open,
                        const std::string& me) {
  struct Needed {
    const Alert* alert;
    std::int64_t due_ms;
    std::string owner;
  };
  Listed out;
  std::vector<Needed> needed;
  for (const Alert& alert : open) {
    if (needed.size() == kNeedsLookedAt) {
      ++out.more;
      continue;
    }
    SEALKEEP_LET(life, values.life(alert));
    const AlertState state = state_of(life, asked.now().unix_ms);
    const bool mine = !me.empty() && life.owner == me;
    const bool waits = state == AlertState::Open || (mine && state == AlertState::Acknowledged);
    if (!waits || !(life.owner.empty() || mine)) continue;
    const ses::Severity severity = life.round == 0 ? alert.severity : severity_of(life);
    if (severity < ses::Severity::High && !mine && !alert.unaccounted && !incident_of(alert)) {
      ++out.more;
      continue;
    }
    SEALKEEP_LET(due_ms, values.due_ms(alert));
    needed.push_back({&alert, due_ms, life.owner});
  }
  std::stable_sort(needed.begin(), needed.end(), [](const Needed& a, const Needed& b) {
    return (a.due_ms == 0 ? INT64_MAX : a.due_ms) < (b.due_ms == 0 ? INT64_MAX : b.due_ms);
  });
  for (const Needed& one : needed) {
    if (out.list.as_list()->size() == kNeedsMe) {
      ++out.more;
      continue;
    }
    const Alert& alert = *one.alert;
    Value row = Value::object({{"alert", hex(alert.id.view())},
                               {"what", alert.reason},
                               {"must", what_to_do(alert.rule)},
                               {"site", asked.code(alert.site)},
                               {"severity", ses::severity_name(alert.severity)},
                               {"due_ms", time_or_null(one.due_ms)}});
    if (const auto incident = incident_of(alert))
      row.set("incident", asked.code(alert.site) + "/" + ses::ref_words(*incident));
    if (!one.owner.empty()) row.set("assigned", one.owner);
    out.list.add(std::move(row));
    out.words.add(
        Value::object({{"alert", short_id(alert.id)},
                       {"site", asked.code(alert.site)},
                       {"what", alert.reason},
                       {"do", what_to_do(alert.rule)},
                       {"by", one.due_ms == 0 ? std::string("-") : clock_words(one.due_ms, asked.now())}}));
  }
  return out;
}

// Null without an approved site. Right after a start some sites are not read yet: a bounded number of records
// is read then, and what is still missing is said.
Result<Value> compliance_of_all(Hub& hub, const std::vector<SiteView>& sites, std::int64_t now_ms) {
  std::vector<std::span<const ses::Cell>> cells;
  std::size_t approved = 0;
  const auto fresh = [&](const SiteView& site) { return hub.compliance().if_fresh(site.info.id, now_ms); };
  for (const SiteView& site : sites) {
    if (site.info.state != SiteState::Approved) continue;
    SEALKEEP_LET(kept, fresh(site));
    if (kept != nullptr) continue;
    SEALKEEP_LET(read, hub.compliance().warm(now_ms, kComplianceRead));
    static_cast<void>(read);
    break;
  }
  for (const SiteView& site : sites) {
    if (site.info.state != SiteState::Approved) continue;
    ++approved;
    SEALKEEP_LET(kept, fresh(site));
    if (kept != nullptr) cells.emplace_back(kept->cells);
  }
  if (approved == 0) return Value();
  const ses::Summary all = ses::summary(cells);
  std::string words = ses::summary_words(all);
  if (cells.size() < approved)
    words = fmt::format("{} of {} sites read so far: {}", cells.size(), approved, words);
  return Value::object({{"facts", all.facts},
                        {"on_file", all.on_file},
                        {"declared", all.declared},
                        {"not_shown", all.not_shown},
                        {"sites_read", cells.size()},
                        {"sites", approved},
                        {"words", std::move(words)}});
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
  SEALKEEP_LET(customs, tell_customs(hub, asked, values, open));
  SEALKEEP_LET(unaccounted, not_accounted_for(hub, asked, values, open));
  SEALKEEP_LET(silent, not_heard(hub, asked, open, sites));
  SEALKEEP_LET(needs, needs_me(asked, values, open, command.caller ? command.caller->person : ""));
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

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/overview_parts.hpp"
#include "hub/commands/say.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::uint16_t kDecide = 19;
constexpr std::int64_t kFormOwedMs = 60 * kDayMs;  // older ones stand in `incidents list` alone

// "Seal NZ300001 lost", of "Seal NZ300001 lost: Customs was not told yet".
std::string what_of(const Alert& alert) {
  return alert.reason.substr(0, alert.reason.rfind(": "));
}

std::string_view asked_words(const CustomsStanding& standing) {
  return standing.decision == "undecided"  ? "to decide, or to tell"
         : standing.decision == "report"   ? "tell Customs"
         : standing.decision == "reported" ? "told; the form is to be sent"
                                           : standing.decision;
}

Value customs_row(const std::string& site, ses::Ref incident, const CustomsStanding& standing) {
  Value row = Value::object({{"id", site + "/" + ses::ref_words(incident)}, {"site", site}});
  row.set("discovered_ms", time_or_null(standing.discovered_ms)).set("draft_ready", standing.known);
  row.set("decision", standing.decision).set("reported_ms", time_or_null(standing.told_ms));
  row.set("next_step", next_step(standing));
  return row;
}

}  // namespace

Asked::Asked(Hub& hub, const std::vector<SiteView>& sites) : hub_(&hub), now_(hub.parts().clock.now()) {
  for (const SiteView& site : sites) codes_.emplace(site.info.id, site.info.code);
}

std::string Asked::code(RegisterId site) const {
  const auto found = codes_.find(site);
  return found == codes_.end() ? std::string("several sites") : found->second;
}

Result<Value> Asked::last_seen(const Alert& alert) {
  SEALKEEP_LET(at, newest_ref(alert));
  if (!at) return Value();
  SEALKEEP_LET(entry, record(alert.site, *at));
  if (!entry) return Value();
  const SiteNames& names = names_.at(alert.site);
  return Value::object({{"what", ses::event_words(entry->event, names)},
                        {"by", names.person_words(entry->header.person_no)},
                        {"when_ms", entry->header.happened_ms}});
}

Result<std::string> Asked::recorded(RegisterId site, ses::Ref at) {
  SEALKEEP_LET(entry, record(site, at));
  return entry ? ses::event_words(entry->event, names_.at(site)) : std::string("not readable here");
}

Result<std::optional<ses::Entry>> Asked::record(RegisterId site, ses::Ref at) {
  SEALKEEP_LET(logs, hub_->register_logs(site));
  if (!names_.contains(site)) {
    SEALKEEP_LET(names, SiteNames::read(*hub_, logs));
    names_.emplace(site, std::move(names));
  }
  return entry_at(*hub_, logs, at);
}

Result<std::optional<ses::Ref>> Asked::newest_ref(const Alert& alert) {
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

Result<TellCustoms> tell_customs(Hub& hub, Asked& asked, AlertValues& values,
                                 const std::vector<Alert>& open) {
  TellCustoms out;
  std::vector<std::pair<std::int64_t, const Alert*>> by_due;
  for (const Alert& alert : open) {
    if (!incident_of(alert)) continue;
    SEALKEEP_LET(due, values.due_ms(alert));
    by_due.emplace_back(due, &alert);
    if (alert.rule == kDecide) continue;
    ++out.must_tell;
    if (due != 0 && (out.by_ms == 0 || due < out.by_ms)) out.by_ms = due;
  }
  std::stable_sort(by_due.begin(), by_due.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [due_ms, alert] : by_due) {
    if (out.list.as_list()->size() == kOverviewRows) break;
    const std::string site = asked.code(alert->site);
    SEALKEEP_LET(standing, values.customs(*alert));
    Value row = customs_row(site, *incident_of(*alert), *standing);
    row.set("alert", hex(alert->id.view())).set("what", what_of(*alert)).set("clause", alert->clause);
    row.set("due_ms", time_or_null(due_ms));
    out.list.add(std::move(row));
    out.words.add(Value::object({{"alert", short_id(alert->id)},
                                 {"site", site},
                                 {"what", what_of(*alert)},
                                 {"by", due_ms == 0 ? "cannot be judged" : clock_words(due_ms, asked.now())},
                                 {"decision", asked_words(*standing)}}));
  }
  SEALKEEP_LET(owed, hub.customs().forms_owed(asked.now().unix_ms - kFormOwedMs, kOverviewRows));
  SEALKEEP_LET(standings, CustomsStandings::open(hub.db()));
  for (const auto& [site_id, incident] : owed) {
    if (out.list.as_list()->size() == kOverviewRows) break;
    SEALKEEP_LET(standing, standings.of(site_id, incident));
    if (standing.written_ms != 0) continue;
    SEALKEEP_LET(what, asked.recorded(site_id, incident));
    const std::string site = asked.code(site_id);
    out.words.add(Value::object(
        {{"alert", "-"}, {"site", site}, {"what", what}, {"by", "-"}, {"decision", asked_words(standing)}}));
    Value row = customs_row(site, incident, standing);
    row.set("what", std::move(what)).set("due_ms", nullptr);
    out.list.add(std::move(row));
  }
  return out;
}

}  // namespace sealkeep::hub::commands

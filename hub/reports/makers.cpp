// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/makers.hpp"

#include <algorithm>
#include <map>

#include "common/base/clock.hpp"
#include "common/ses/record.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/chronicle.hpp"

namespace sealkeep::hub {
namespace {

std::string day_words(std::int64_t day) {
  return iso_time(day * kDayMs).substr(0, 10);
}
std::string time_words(const ReportHead& head, std::int64_t ms) {
  return ms == 0 ? std::string() : iso_time(ms, head.utc_offset_min).substr(0, 16);
}
std::string date_words(const ReportHead& head, std::int64_t ms) {
  return ms == 0 ? std::string() : iso_time(ms, head.utc_offset_min).substr(0, 10);
}
std::string text(std::uint64_t number) {
  return std::to_string(number);
}

Report begun(ReportKind kind, ReportHead head) {
  Report report;
  report.kind = kind;
  report.head = std::move(head);
  return report;
}

std::string family_text(ses::Family family) {
  return family == ses::Family::Ses ? "SES" : family == ses::Family::Mpi ? "MPI" : "other";
}

}  // namespace

Report register_report(ReportHead head, std::span<const interchange::RegisterLine> lines,
                       std::span<const DayFigures> days) {
  Report report = begun(ReportKind::Register, std::move(head));
  interchange::RegisterTable of_all;
  of_all.with_site = true;
  constexpr double kWidths[] = {3, 2, 2, 2.4, 3, 2};
  const std::vector<std::string> headings = interchange::register_headings(of_all);
  for (std::size_t i = 0; i < headings.size(); ++i) report.columns.push_back({headings[i], kWidths[i]});
  std::uint64_t received = 0, applied = 0;
  for (const interchange::RegisterLine& line : lines) {
    report.rows.push_back(interchange::register_cells(of_all, line));
    received += line.received.empty() ? 0 : 1;
    applied += line.applied.empty() ? 0 : 1;
  }
  report.sums.push_back(
      {text(lines.size()) + " seals", text(received) + " received", text(applied) + " applied", "", "", ""});
  report.empty = "No seal was received or applied in this period.";
  interchange::PdfPlot plot{"Seals received and applied each day", {}, {{"received", {}}, {"applied", {}}}};
  for (const DayFigures& day : days) {
    plot.labels.push_back(day_words(day.day));
    plot.series[0].values.push_back(day.received);
    plot.series[1].values.push_back(day.applied);
  }
  report.plots.push_back(std::move(plot));
  return report;
}

Report reconciliation_report(ReportHead head, std::span<const SiteLedger> ledgers) {
  Report report = begun(ReportKind::Reconciliation, std::move(head));
  report.columns = {{"Site", 2}, {"Seal family", 1.6}, {"Side", 2.4}, {"Term", 3.4}, {"Seals", 1.6, true}};
  report.empty = "No seal was ever delivered to these sites: there is nothing to reconcile.";
  ses::LedgerRow all;
  std::size_t balanced = 0;
  for (const SiteLedger& of : ledgers) {
    const ses::LedgerRow& ledger = of.ledger;
    const auto add = [&](const char* side, std::string_view term, std::int64_t count, bool always = false) {
      if (count != 0 || always)
        report.rows.push_back(
            {of.site, family_text(of.family), side, std::string(term), std::to_string(count)});
    };
    add("came in", "opening", ledger.opening);
    add("came in", "received", ledger.received);
    add("came in", "transferred in", ledger.transferred_in);
    add("came in", "found, not on record", ledger.found_not_on_record);
    add("came in", "together", ledger.left(), true);
    for (std::size_t state = 1; state < ses::kSealStates; ++state)
      add("where they are", ses::state_words(static_cast<ses::SealState>(state)), ledger.by_state[state]);
    add("where they are", "earlier exits of seals that came back", ledger.past_exits);
    add("where they are", "together", ledger.right(), true);
    if (ledger.balances()) {
      ++balanced;
      report.rows.push_back({of.site, family_text(of.family), "balance", "it balances", "0"});
    } else {
      report.rows.push_back({of.site, family_text(of.family), "balance", "it does not balance",
                             std::to_string(ledger.left() - ledger.right())});
    }
    for (const auto& [number, state] : of.unbalanced)
      report.rows.push_back(
          {of.site, family_text(of.family), "does not balance", number + ", " + state, "1"});
    if (const auto named = static_cast<std::int64_t>(of.unbalanced.size()); ledger.unbalanced > named)
      report.rows.push_back({of.site, family_text(of.family), "does not balance", "more, not named here",
                             std::to_string(ledger.unbalanced - named)});
    all.opening += ledger.opening;
    all.received += ledger.received;
    all.transferred_in += ledger.transferred_in;
    all.found_not_on_record += ledger.found_not_on_record;
    for (std::size_t state = 0; state < ses::kSealStates; ++state)
      all.by_state[state] += ledger.by_state[state];
    all.past_exits += ledger.past_exits;
    all.unbalanced += ledger.unbalanced;
  }
  report.sums = {{"all", "", "came in", "together", std::to_string(all.left())},
                 {"all", "", "where they are", "together", std::to_string(all.right())},
                 {"all", "", "does not balance", "seals", std::to_string(all.unbalanced)}};
  report.notes = {
      "What came in is counted from deliveries and transfers as they were declared, where the seals are from "
      "the state of each seal: two ways of counting, so that the equation can fail.",
      std::to_string(balanced) + " of " + std::to_string(ledgers.size()) + " ledgers balance.",
      "Over all: " + ses::equation_text(all) + "."};
  return report;
}

Report incidents_report(ReportHead head, std::span<const Incident> incidents) {
  Report report = begun(ReportKind::Incidents, std::move(head));
  report.columns = {{"Incident", 2.2}, {"Site", 1.4},       {"What", 4},        {"Discovered", 2}, {"Due", 2},
                    {"Decision", 1.8}, {"Customs told", 2}, {"Reference", 1.6}, {"State", 1.3}};
  report.empty = "No incident was discovered in this period.";
  std::map<std::string_view, std::uint64_t> states;
  std::uint64_t told = 0;
  for (const Incident& one : incidents) {
    // Judged as the paper is made: what is overdue for Customs does not wait for a site to be heard of.
    const std::string_view state = one.state_at(report.head.made_ms);
    std::string decision(one.customs.decision);
    std::replace(decision.begin(), decision.end(), '_', ' ');
    report.rows.push_back({one.id(), one.code, one.what, time_words(report.head, one.discovered_ms),
                           time_words(report.head, one.due_ms), decision,
                           one.customs.told_ms == 0 ? ""
                                                    : time_words(report.head, one.customs.told_ms) + ", " +
                                                          std::string(told_how_words(one.customs.told_how)),
                           one.reference, std::string(state)});
    ++states[state];
    told += one.customs.told_ms != 0 ? 1 : 0;
  }
  report.sums.push_back({text(incidents.size()) + " incidents", "", "", "", "", "", text(told) + " told", "",
                         text(states["overdue"]) + " overdue, " + text(states["open"]) + " open"});
  report.notes.push_back("Times are in the zone of head office, " +
                         iso_time(report.head.made_ms, report.head.utc_offset_min).substr(19) + ".");
  return report;
}

Report compliance_report(ReportHead head, std::span<const SiteClauses> sites) {
  Report report = begun(ReportKind::Compliance, std::move(head));
  report.columns = {{"Clause", 1}, {"Site", 1.5}, {"What it asks", 4},    {"How", 1.6},
                    {"Basis", 2},  {"Why", 4},    {"Records", 1.3, true}, {"Overdue", 1.2, true}};
  report.empty = "There is no site yet.";
  for (std::size_t i = 0; i < ses::clauses().size(); ++i)
    for (const SiteClauses& site : sites) {
      const ses::Cell& cell = site.cells[i];
      report.rows.push_back({std::string(cell.clause->id), site.site, std::string(cell.clause->title),
                             std::string(ses::applicability_words(cell.how)),
                             std::string(cell.relevant() ? ses::basis_words(cell.basis) : "not relevant"),
                             cell.words, text(cell.entries), text(cell.overdue)});
    }
  std::vector<std::span<const ses::Cell>> cells;
  for (const SiteClauses& site : sites) cells.emplace_back(site.cells);
  if (!cells.empty()) {
    const std::string words = ses::summary_words(ses::summary(cells));
    report.sums.push_back({"all", "", words, "", "", "", "", ""});
    report.notes.push_back("Over these sites, each clause by its weakest site: " + words + ".");
  }
  return report;
}

Report qa_training_report(ReportHead head, std::span<const KeptRecord> records,
                          std::span<const UntrainedPerson> untrained) {
  Report report = begun(ReportKind::QaTraining, std::move(head));
  report.columns = {{"Site", 1.5}, {"Clause", 1},  {"What", 4},   {"About", 2.6},
                    {"Done", 1.6}, {"Until", 1.6}, {"State", 1.8}};
  report.empty = "No training and no quality check is on record at these sites.";
  std::uint64_t in_force = 0, over = 0;
  for (const KeptRecord& one : records) {
    const ses::RecordRule& rule = ses::record_rule(one.what);
    const bool ran_out = one.until_ms != 0 && one.until_ms < one.at_ms;
    const char* state = !one.done ? "not passed" : ran_out ? "ran out" : "in force";
    (one.done && !ran_out ? in_force : over) += 1;
    report.rows.push_back({one.site, std::string(rule.clause), std::string(rule.words), one.about,
                           date_words(report.head, one.done_ms), date_words(report.head, one.until_ms),
                           state});
  }
  for (const UntrainedPerson& one : untrained)
    report.rows.push_back({one.site, "2.9", "No training in seals on record", one.person, "", "", "missing"});
  report.sums.push_back({"all", "", text(in_force) + " in force", "", "", "",
                         text(over) + " ran out or not passed, " + text(untrained.size()) + " missing"});
  report.notes.push_back(
      "Judged at the time up to which head office has heard everything of a site; what was done there since "
      "is not counted yet. The newest record of each kind and person is listed.");
  return report;
}

Report day_close_report(ReportHead head, std::span<const ClosedDay> days) {
  Report report = begun(ReportKind::DayClose, std::move(head));
  report.columns = {{"Site", 1.5},
                    {"Day", 1.8},
                    {"Closed", 2.6},
                    {"By", 2},
                    {"Facts stated", 1.4, true},
                    {"Facts heard", 1.4, true},
                    {"In stock", 1.4, true},
                    {"To do", 1.1, true},
                    {"Remark", 3}};
  report.empty = "Nothing was recorded and no day was closed in this period.";
  std::uint64_t closed = 0, stated = 0, heard = 0;
  std::map<std::int64_t, std::int64_t> stock;
  for (const ClosedDay& day : days) {
    const bool is_closed = day.closed_ms != 0;
    std::string remark;
    if (!is_closed)
      remark = "not closed";
    else if (day.heard > day.facts)
      remark = text(day.heard - day.facts) + " recorded after it was closed";
    else if (day.heard < day.facts)
      remark = text(day.facts - day.heard) + " fewer are held here than were stated";
    report.rows.push_back(
        {day.site, day_words(day.day),
         is_closed ? iso_time(day.closed_ms, day.utc_offset_min).substr(0, 16) : std::string(), day.by,
         is_closed ? text(day.facts) : "", text(day.heard), is_closed ? text(day.in_stock) : "",
         is_closed ? text(day.open_duties) : "", remark});
    closed += is_closed ? 1 : 0;
    stated += day.facts;
    heard += day.heard;
    if (is_closed) stock[day.day] += static_cast<std::int64_t>(day.in_stock);
  }
  report.sums.push_back({"all", text(days.size()) + " days", text(closed) + " closed", "", text(stated),
                         text(heard), "", "", text(days.size() - closed) + " not closed"});
  report.notes.push_back(
      "Days and times are in the zone of each site. Facts are entries about seals and units that happened on "
      "the day.");
  interchange::PdfPlot plot{"Seals in stock as the sites stated at the close of day", {}, {{"in stock", {}}}};
  for (const auto& [day, seals] : stock) {
    plot.labels.push_back(day_words(day));
    plot.series[0].values.push_back(seals);
  }
  report.plots.push_back(std::move(plot));
  return report;
}

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "agent/commands/answer.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/import_rows.hpp"
#include "agent/commands/site_commands.hpp"
#include "common/interchange/xlsx_read.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kBadRowsShown = 100;
constexpr std::size_t kProgressRows = 1'000;
constexpr std::string_view kReason = "Imported from the register that was kept before";

// Names what the register has already: those rows would count a seal twice.
Result<> check_against_register(FactInput& in, ImportRows& rows, const cli::OnProgress& progress) {
  std::size_t done = 0;
  for (const ImportRow& row : rows.rows) {
    SEALKEEP_LET(known, in.agent().rows().seal({in.family(), row.seal}));
    for (const SealAt& seal : known)
      if (seal.register_id == in.register_id() && seal.row.came_in > 0)
        rows.bad.push_back({row.line, "number", row.seal.text(), "the register has this seal already"});
    if (progress && ++done % kProgressRows == 0) progress({done, rows.rows.size(), "rows checked"});
  }
  return {};
}

bool follows(const ses::SealNumber& a, const ses::SealNumber& b) {
  const auto run = ses::SealRange::between(a, b, 2);
  return run && run->count == 2;
}

// The opening balance: runs of consecutive numbers that were received on one day.
std::vector<Fact> opening(FactInput& in, const ses::Place& place, std::vector<ImportRow>& rows) {
  const auto order = [](const ImportRow& row) { return std::tuple(row.seal.text().size(), row.seal.text()); };
  std::sort(rows.begin(), rows.end(),
            [&](const ImportRow& a, const ImportRow& b) { return order(a) < order(b); });
  std::vector<Fact> facts;
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && end - begin < limits::kSealsPerEntry &&
           rows[end].received_ms == rows[begin].received_ms && follows(rows[end - 1].seal, rows[end].seal))
      ++end;
    ses::SealRange run = ses::SealRange::single(rows[begin].seal);
    run.count = static_cast<std::uint32_t>(end - begin);
    facts.push_back(in.fact(ses::StockOpened{in.family(), in.kind(), run, place, rows[begin].received_ms}));
    begin = end;
  }
  return facts;
}

// A person whom the register does not know stays as a name beside the record.
void set_person(const FactInput& in, const std::string& by, Fact& fact, std::set<std::string>& unknown) {
  if (by.empty()) return;
  const auto& people = in.directory().people();
  const auto known =
      std::find_if(people.begin(), people.end(), [&](const Named& named) { return named.name == by; });
  if (known != people.end()) {
    fact.person_no = known->no;
    return;
  }
  unknown.insert(by);
  FactInput::add_detail_text(fact, ses::DetailKind::Narrative, "by: " + by);
}

// What was done with the seals, in the order in which it happened.
std::vector<Fact> usage(FactInput& in, const std::vector<ImportRow>& rows, std::set<std::string>& unknown) {
  std::vector<Fact> facts;
  std::map<std::pair<ses::UnitId, std::int64_t>, std::vector<ses::SealNumber>> left;
  for (const ImportRow& row : rows) {
    if (row.unit.text.empty()) continue;
    Fact fact = in.fact(ses::SealApplied{in.family(), in.kind(), row.seal, row.unit, false});
    fact.happened_ms = row.applied_ms;
    set_person(in, row.by, fact, unknown);
    facts.push_back(std::move(fact));
    if (row.uplifted_ms != 0) left[{row.unit, row.uplifted_ms}].push_back(row.seal);
  }
  for (const auto& [when, seals] : left) {
    ses::Uplifted event;
    event.unit = when.first;
    event.family = in.family();
    event.seals = seals;
    Fact fact = in.fact(std::move(event));
    fact.happened_ms = when.second;
    facts.push_back(std::move(fact));
  }
  std::stable_sort(facts.begin(), facts.end(),
                   [](const Fact& a, const Fact& b) { return a.happened_ms < b.happened_ms; });
  return facts;
}

// CSV, or a workbook's sheet: both become headings and rows of texts.
Result<CsvTable> table_of(const cli::Command& command) {
  if (!interchange::looks_like_xlsx(command.attachment)) {
    if (command.has("sheet"))
      return bad_input("import.sheet", "A CSV table has no sheets", {}, "Leave --sheet out");
    return parse_csv(command.attachment);
  }
  SEALKEEP_LET(rows, interchange::read_xlsx(command.attachment, command.one("sheet").value_or(""),
                                            {kCsvRows, kCsvColumns, kCsvFieldBytes}));
  if (rows.size() < 2)
    return bad_input("csv.empty", "The table has no rows",
                     "a line of headings and at least one row are needed",
                     "Check that the right sheet is named with --sheet");
  CsvTable out;
  out.headings = std::move(rows.front().cells);
  out.rows.reserve(rows.size() - 1);
  for (std::size_t i = 1; i < rows.size(); ++i) out.rows.push_back({rows[i].line, std::move(rows[i].cells)});
  return out;
}

cli::Value refusal(const ImportRows& rows) {
  cli::Value list = cli::Value::list();
  for (std::size_t i = 0; i < std::min(rows.bad.size(), kBadRowsShown); ++i) {
    const BadRow& bad = rows.bad[i];
    list.add(cli::Value::object(
        {{"line", bad.line}, {"column", bad.column}, {"value", bad.value}, {"reason", bad.reason}}));
  }
  return cli::Value::object({{"valid", false},
                             {"recorded", "nothing"},
                             {"bad_rows", rows.bad.size()},
                             {"rows", std::move(list)},
                             {"next", "Correct these rows and import the whole table again"}});
}

}  // namespace

Result<cli::Value> import_csv(Agent& agent, const cli::Command& command, const cli::OnProgress& progress) {
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(in, FactInput::open(agent, command, id));
  SEALKEEP_LET(place, in.place("place"));
  SEALKEEP_LET(table, table_of(command));
  SEALKEEP_LET(rows, read_import(table, command.one("map").value_or(""), in.now()));
  SEALKEEP_TRY(check_against_register(in, rows, progress));
  if (!rows.bad.empty()) {
    std::stable_sort(rows.bad.begin(), rows.bad.end(),
                     [](const BadRow& a, const BadRow& b) { return a.line < b.line; });
    return refusal(rows);
  }
  std::set<std::string> unknown;
  std::vector<Fact> facts = opening(in, place, rows.rows);
  const std::size_t runs = facts.size();
  for (Fact& fact : usage(in, rows.rows, unknown)) facts.push_back(std::move(fact));
  for (Fact& fact : facts) {
    fact.source = ses::Source::Imported;
    if (fact.reason.empty()) fact.reason = kReason;
  }
  cli::Value columns = cli::Value::object();
  for (const auto& [name, heading] : rows.columns) columns.set(name, heading);
  cli::Value out = cli::Value::object(
      {{"valid", true},
       {"recorded", command.has("dry-run") ? "nothing: this was a dry run" : "the whole table"},
       {"seals", rows.rows.size()},
       {"runs", runs},
       {"records", facts.size()},
       {"columns", std::move(columns)}});
  if (!unknown.empty()) {
    cli::Value names = cli::Value::list();
    for (const std::string& name : unknown) names.add(name);
    out.set("people_not_on_record", std::move(names));
  }
  if (command.has("dry-run")) return out;
  if (progress) progress({0, facts.size(), "records written"});
  SEALKEEP_LET(recorded, agent.record(id, facts));
  for (const Result<Recorded>& one : recorded)
    if (!one) return tl::unexpected<Error>(one.error());
  if (progress) progress({facts.size(), facts.size(), "records written"});
  out.set("entry", ses::ref_words(recorded.front()->at));
  out.set("last_entry", ses::ref_words(recorded.back()->at));
  out.set("next", "Compare with \"status\": the ledger must say what the old register said");
  return out;
}

}  // namespace sealkeep::agent

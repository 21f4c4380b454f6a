// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/directory.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "common/base/clock.hpp"
#include "common/store/compliance_scan.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kDayDigits = 10;  // "2026-01-31"

Result<CompliancePeriod> period_of(const cli::Command& command, const Now& now) {
  CompliancePeriod period{0, now.unix_ms + 1, now.unix_ms};
  if (const auto to = command.one("to")) {
    SEALKEEP_LET(until, parse_time(*to, now));
    period.until_ms = until + (to->size() == kDayDigits ? kDayMs : 0);
  }
  period.from_ms = period.until_ms - 365 * kDayMs;
  if (const auto from = command.one("from")) {
    SEALKEEP_LET(first, parse_time(*from, now));
    period.from_ms = first;
  }
  if (period.from_ms >= period.until_ms)
    return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
  return period;
}

std::string duty_words(const ses::Cell& cell) {
  std::string words;
  const auto add = [&](std::size_t count, const char* what) {
    if (count > 0) words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(cell.open - cell.overdue, "to do");
  add(cell.overdue, "overdue");
  add(cell.late, "done late");
  return words.empty() ? "-" : words;
}

cli::Value row_of(const ses::Cell& cell) {
  return cli::Value::object(
      {{"clause", cell.clause->id},
       {"what", cell.clause->title},
       {"how", ses::applicability_words(cell.how)},
       {"basis", cell.relevant() ? ses::basis_words(cell.basis) : std::string_view("not relevant")},
       {"why", cell.words},
       {"duties", duty_words(cell)}});
}

Result<cli::Value> evidence_of(Agent& agent, const RegisterLogs& logs, const ses::Cell& cell) {
  SEALKEEP_LET(names, Directory::read(agent, logs.register_id));
  cli::Value list = cli::Value::list();
  for (const ses::Evidence& one : cell.evidence) {
    if (one.decision) {
      list.add(cli::Value::object({{"record", "instruction " + ses::ref_words(one.at)},
                                   {"happened", "-"},
                                   {"what", "decided by head office"},
                                   {"by", "head office"},
                                   {"irregular", "no"}}));
      continue;
    }
    SEALKEEP_LET(entry, read_entry(agent, logs, one.at));
    const auto* concern = std::get_if<ses::ConcernRaised>(&entry.event);
    if (concern != nullptr && concern->about_manager) continue;  // head office's alone
    std::string irregular;
    for (const ses::NotedIrregularity& noted : entry.irregularities)
      irregular += (irregular.empty() ? "" : "; ") + std::string(ses::irregularity_sentence(noted.code));
    list.add(
        cli::Value::object({{"record", ses::ref_words(one.at)},
                            {"happened", time_words(entry.header.happened_ms, entry.header.utc_offset_min)},
                            {"what", ses::event_words(entry.event, names)},
                            {"by", names.person_words(entry.header.person_no)},
                            {"irregular", irregular.empty() ? "no" : irregular}}));
  }
  return list;
}

Result<cli::Value> of_exporter(Agent& agent, const ExporterInfo& exporter, const CompliancePeriod& period,
                               const ses::Clause* clause, const cli::OnProgress& progress) {
  const SiteRegister* site = agent.site_register(exporter.id);
  SEALKEEP_ASSERT(site != nullptr);
  const RegisterLogs& logs = site->logs();
  SEALKEEP_LET(cells, compliance_of(agent.logs(), agent.rows(), logs, period,
                                    [&](std::uint64_t done, std::uint64_t total) {
                                      progress({done, total, "records read"});
                                    }));
  const std::span<const ses::Cell> here = cells;
  cli::Value out = cli::Value::object({{"exporter", exporter.hub},
                                       {"site", exporter.site_code},
                                       {"summary", ses::summary_words(ses::summary(std::span(&here, 1)))}});
  cli::Value list = cli::Value::list();
  for (const ses::Cell& cell : cells) {
    if (clause == nullptr) {
      list.add(row_of(cell));
    } else if (cell.clause == clause) {
      cli::Value row = row_of(cell);
      SEALKEEP_LET(evidence, evidence_of(agent, logs, cell));
      row.set("asks", clause->words).set("records_behind_it", cell.entries);
      row.set("newest_records", std::move(evidence));
      list.add(std::move(row));
    }
  }
  out.set("clauses", std::move(list));
  return out;
}

}  // namespace

Result<cli::Value> compliance(Agent& agent, const cli::Command& command, const cli::OnProgress& progress) {
  const ses::Clause* clause = nullptr;
  if (const auto id = command.one("clause")) {
    clause = ses::clause(*id);
    if (clause == nullptr)
      return bad_input("clause.unknown", "The standard has no clause " + printable(*id), {},
                       "docs/standards.md lists the clauses, 1.1 to 7.1");
  }
  SEALKEEP_LET(period, period_of(command, agent.parts().clock.now()));
  cli::Value all = cli::Value::list();
  std::size_t count = 0;
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (command.one("exporter").value_or(exporter.hub) != exporter.hub) continue;
    SEALKEEP_LET(one, of_exporter(agent, exporter, period, clause, progress));
    if (++count == 1 && (agent.exporters().size() == 1 || command.one("exporter"))) return one;
    all.add(std::move(one));
  }
  if (count == 0)
    return fail(ErrorKind::NotFound, "exporter.unknown", "There is no such exporter here", {},
                "sealkeep-agent status names them");
  return cli::Value::object({{"exporters", std::move(all)}});
}

cli::CommandSpec compliance_spec() {
  using namespace spec;
  return {"compliance",
          "On what each clause of the standard stands at this site: shown by facts, document on file, "
          "declared, not shown.",
          Options{text("from", "First day; 365 days ago if not given", "DAY"),
                  text("to", "Last day; today if not given", "DAY"),
                  text("clause", "One clause, with the records behind it", "ID")} +
              exporter(),
          {"compliance", "compliance --clause 2.14"}};
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"
#include "common/store/compliance_scan.hpp"
#include "hub/commands/parts.hpp"
#include "hub/journal.hpp"
#include "hub/oversight/compliance_book.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kDayDigits = 10;   // "2026-01-31"
constexpr std::size_t kSitesAcross = 6;  // as columns of a table; more are counted
constexpr std::size_t kSitesInMatrix = 200;
constexpr std::size_t kDutiesNamed = 20;

struct SiteCells {
  SiteInfo site;
  RegisterLogs logs;
  std::vector<ses::Cell> cells;
};

std::string duty_words(const ses::Cell& cell) {
  std::string words;
  const auto add = [&](std::size_t count, const char* what) {
    if (count > 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, what);
  };
  add(cell.open - cell.overdue, "to do");
  add(cell.overdue, "overdue");
  add(cell.late, "done late");
  return words.empty() ? "-" : words;
}

std::string basis_of(const ses::Cell& cell) {
  return std::string(cell.relevant() ? ses::basis_words(cell.basis) : "not relevant");
}

// One site: everything about each clause. Several: a column for each, or how many stand on what.
Value matrix(const std::vector<SiteCells>& sites) {
  Value list = Value::list();
  for (std::size_t i = 0; i < ses::clauses().size(); ++i) {
    const ses::Clause& clause = ses::clauses()[i];
    Value row = Value::object({{"clause", clause.id}, {"what", clause.title}});
    if (sites.size() == 1) {
      const ses::Cell& cell = sites.front().cells[i];
      row.set("how", ses::applicability_words(cell.how));
      row.set("basis", basis_of(cell));
      row.set("why", cell.words);
      row.set("duties", duty_words(cell));
    } else if (sites.size() <= kSitesAcross) {
      for (const SiteCells& site : sites) {
        const ses::Cell& cell = site.cells[i];
        row.set(site.site.code,
                basis_of(cell) + (cell.overdue > 0 ? fmt::format(" ({} overdue)", cell.overdue) : ""));
      }
    } else {
      std::size_t by_basis[4] = {}, not_relevant = 0, overdue = 0;
      std::string weakest;
      for (const SiteCells& site : sites) {
        const ses::Cell& cell = site.cells[i];
        overdue += cell.overdue;
        if (!cell.relevant()) {
          ++not_relevant;
          continue;
        }
        if (++by_basis[static_cast<std::size_t>(cell.basis)] <= 3 && cell.basis == ses::Basis::NotShown)
          weakest += (weakest.empty() ? "" : ", ") + site.site.code;
      }
      row.set("facts", by_basis[3]).set("on_file", by_basis[2]).set("declared", by_basis[1]);
      row.set("not_shown", by_basis[0]).set("not_relevant", not_relevant).set("overdue", overdue);
      row.set("for_example", weakest.empty() ? "-" : weakest);
    }
    list.add(std::move(row));
  }
  return list;
}

/// Clause by site for a page: a list of clauses, of sites, and a row of cells for each clause.
Value cells_of(const std::vector<SiteCells>& sites) {
  Value clauses = Value::list(), codes = Value::list(), rows = Value::list();
  for (const SiteCells& site : sites) codes.add(site.site.code);
  for (std::size_t i = 0; i < ses::clauses().size(); ++i) {
    clauses.add(Value::object({{"clause", ses::clauses()[i].id}, {"what", ses::clauses()[i].title}}));
    Value row = Value::list();
    for (const SiteCells& site : sites) {
      const ses::Cell& cell = site.cells[i];
      row.add(Value::object({{"basis", cell.relevant() ? ses::basis_name(cell.basis) : "not_relevant"},
                             {"applies", cell.relevant()},
                             {"entries", cell.entries},
                             {"overdue", cell.overdue}}));
    }
    rows.add(std::move(row));
  }
  return Value::object(
      {{"clauses", std::move(clauses)}, {"sites", std::move(codes)}, {"cells", std::move(rows)}});
}

std::string who_words(const ses::Entry& entry, const std::map<ses::PersonNo, std::string>& names) {
  const auto name = names.find(entry.header.person_no);
  return name != names.end()           ? name->second
         : entry.header.person_no == 0 ? std::string("nobody named")
                                       : fmt::format("person {}", entry.header.person_no);
}

// Of the last 365 days the answer is kept; of another period the logs are read.
Result<std::vector<ses::Cell>> cells_at(Hub& hub, const SiteInfo& site, const RegisterLogs& logs,
                                        const std::optional<Period>& period,
                                        const std::function<void(std::uint64_t, std::uint64_t)>& told) {
  if (period)
    return compliance_of(hub.logs(), hub.rows(), logs, {period->from_ms, period->until_ms, site.watermark_ms},
                         told);
  SEALKEEP_LET(kept, hub.compliance().of(site.id, hub.parts().clock.now().unix_ms));
  return kept->scan.cells(hub.rows(), site.id, site.watermark_ms);
}

// By code, as many as one answer can hold.
Result<std::vector<SiteInfo>> page_of(const Command& command, std::vector<SiteInfo> sites,
                                      std::string& next) {
  std::sort(sites.begin(), sites.end(), [](const SiteInfo& a, const SiteInfo& b) { return a.code < b.code; });
  const std::string after = command.one("cursor").value_or("");
  std::erase_if(sites, [&](const SiteInfo& site) { return site.code <= after; });
  if (sites.size() <= kSitesInMatrix) return sites;
  sites.resize(kSitesInMatrix);
  next = sites.back().code;
  return sites;
}

Result<Value> evidence_value(Hub& hub, const SiteCells& at, const ses::Cell& cell) {
  SEALKEEP_LET(names, people_of(hub, at.logs));
  const ses::Names numbers;
  Value list = Value::list();
  for (const ses::Evidence& one : cell.evidence) {
    const auto& epochs = one.decision ? at.logs.directives : at.logs.site;
    for (const RegisterLogs::EpochLog& epoch : epochs) {
      if (epoch.epoch != one.at.epoch) continue;
      SEALKEEP_LET(bytes, hub.logs().read_entry(epoch.log, one.at.index));
      Value row = Value::object({{"record", (one.decision ? "instruction " : "") + ses::ref_words(one.at)}});
      if (one.decision) {
        SEALKEEP_LET(directive, ses::decode_directive(bytes));
        row.set("happened", when(directive.issued_ms));
        row.set("what", ses::kind_name(ses::kind_of(directive.body))).set("by", "head office");
        row.set("irregular", "no");
      } else {
        SEALKEEP_LET(leaf, ses::decode_entry(bytes));
        const ses::Entry entry = ses::stated(std::move(leaf)).fact;
        row.set("happened", iso_time(entry.header.happened_ms, entry.header.utc_offset_min));
        row.set("what", ses::event_words(entry.event, numbers)).set("by", who_words(entry, names));
        std::string irregular;
        for (const ses::NotedIrregularity& noted : entry.irregularities)
          irregular += (irregular.empty() ? "" : "; ") + std::string(ses::irregularity_sentence(noted.code));
        row.set("irregular", irregular.empty() ? "no" : irregular);
      }
      list.add(std::move(row));
    }
  }
  return list;
}

Result<Value> duties_value(Hub& hub, const SiteCells& at, const ses::Clause& clause) {
  Value list = Value::list();
  std::size_t named = 0;
  for (const ses::DutyRule* rule : ses::duties_watching(clause)) {
    SEALKEEP_LET(open, hub.rows().duties_of(at.site.id, rule->no, 1'000));
    for (const DutyAt& duty : open) {
      if (!ses::watches(duty.key, clause) || named++ >= kDutiesNamed) continue;
      list.add(Value::object({{"to_do", rule->words},
                              {"about", ses::subject_words(duty.key.subject, ses::Names())},
                              {"due", duty.row.due_ms == 0 ? "cannot be judged" : when(duty.row.due_ms)},
                              {"since_record", ses::ref_words(duty.row.opened)}}));
    }
  }
  return list;
}

// What head office itself took out of the registers, from its journal, newest last.
Result<Value> taken_out(Hub& hub, const std::vector<SiteCells>& sites) {
  std::deque<std::pair<std::int64_t, DataExport>> newest;
  SEALKEEP_LET(logs, hub.logs().logs());
  for (const LogInfo& log : logs) {
    if (log.role != LogRole::Journal) continue;
    SEALKEEP_LET(size, hub.logs().size(log.id));
    SEALKEEP_LET(read, hub.logs().read_entries(log.id, 0, size, UINT64_MAX,
                                               [&](std::uint64_t, ByteView bytes) -> Result<> {
                                                 SEALKEEP_LET(entry, decode_journal_entry(bytes));
                                                 if (entry.kind != JournalKind::DataExported) return {};
                                                 SEALKEEP_LET(data, decode_data_export(entry.body));
                                                 newest.emplace_back(entry.ms, std::move(data));
                                                 if (newest.size() > ses::kEvidenceShown) newest.pop_front();
                                                 return {};
                                               }));
    static_cast<void>(read);
  }
  Value list = Value::list();
  for (const auto& [ms, data] : newest) {
    std::string site = data.site == 0 ? "several" : "another";
    for (const SiteCells& one : sites)
      if (one.site.id == data.site) site = one.site.code;
    list.add(Value::object({{"when", when(ms)},
                            {"what", data.what},
                            {"site", site},
                            {"records", data.records},
                            {"names", data.with_names ? "with names" : "without names"},
                            {"by", data.by.empty() ? "nobody named" : data.by},
                            {"for", data.whom.empty() ? "-" : data.whom},
                            {"sha256", hex(data.file.view())}}));
  }
  return list;
}

Result<Value> one_clause(Hub& hub, const std::vector<SiteCells>& sites, const ses::Clause& clause) {
  Value list = Value::list();
  for (const SiteCells& site : sites) {
    const ses::Cell& cell = site.cells[static_cast<std::size_t>(&clause - ses::clauses().data())];
    Value row = Value::object({{"site", site.site.code},
                               {"how", ses::applicability_words(cell.how)},
                               {"basis", basis_of(cell)},
                               {"why", cell.words},
                               {"duties", duty_words(cell)}});
    if (!cell.reason.empty()) row.set("reason", cell.reason).set("plan_version", cell.plan_version);
    row.set("records_behind_it", cell.entries);
    SEALKEEP_LET(evidence, evidence_value(hub, site, cell));
    SEALKEEP_LET(duties, duties_value(hub, site, clause));
    row.set("newest_records", std::move(evidence)).set("to_do", std::move(duties));
    list.add(std::move(row));
  }
  Value out = Value::object({{"clause", clause.id},
                             {"what", clause.words},
                             {"a_document_would_be", clause.on_file},
                             {"sites", std::move(list)}});
  if (ses::belongs(ses::Kind::DataExported, clause)) {
    SEALKEEP_LET(taken, taken_out(hub, sites));
    out.set("taken_out_at_head_office", std::move(taken));
  }
  return out;
}

}  // namespace

Result<Period> period_of(Hub& hub, const Command& command) {
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  SEALKEEP_LET(from, moment(command, "from"));
  SEALKEEP_LET(to, moment(command, "to"));
  Period period;
  period.until_ms = to == 0 ? now_ms + 1 : to;
  if (command.one("to").value_or("").size() == kDayDigits) period.until_ms += kDayMs;
  period.from_ms = command.one("from") ? from : period.until_ms - 365 * kDayMs;
  if (period.from_ms >= period.until_ms)
    return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
  return period;
}

Result<Value> compliance(Hub& hub, const Command& command, const OnProgress& progress) {
  const ses::Clause* clause = nullptr;
  if (const auto id = command.one("clause")) {
    clause = ses::clause(*id);
    if (clause == nullptr)
      return bad_input("clause.unknown", fmt::format("The standard has no clause {}", printable(*id)), {},
                       "docs/standards.md lists the clauses, 1.1 to 7.1");
  }
  std::string next;
  SEALKEEP_LET(period, period_of(hub, command));
  const bool whole_log = command.one("from") || command.one("to");
  const CompliancePeriod kept = ComplianceBook::period(hub.parts().clock.now().unix_ms);
  if (!whole_log) period = {kept.from_ms, kept.until_ms};
  SEALKEEP_LET(addressees, addressed(hub, command));
  SEALKEEP_LET(asked, page_of(command, addressees, next));
  std::vector<SiteCells> sites;
  for (SiteInfo& site : asked) {
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    const auto told = [&](std::uint64_t done, std::uint64_t total) {
      progress({done, total, "records of " + site.code + " read"});
    };
    SEALKEEP_LET(cells, cells_at(hub, site, logs, whole_log ? std::optional(period) : std::nullopt, told));
    sites.push_back({std::move(site), std::move(logs), std::move(cells)});
  }
  // The summary is of all sites, whichever are on this page; the others as far as they were read meanwhile.
  std::vector<std::span<const ses::Cell>> all;
  std::size_t unread = 0;
  for (const SiteCells& site : sites) all.emplace_back(site.cells);
  if (!whole_log && all.size() < addressees.size()) {
    all.clear();
    for (const SiteInfo& site : addressees) {
      SEALKEEP_LET(one, hub.compliance().if_fresh(site.id, hub.parts().clock.now().unix_ms));
      if (one == nullptr)
        ++unread;
      else
        all.emplace_back(one->cells);
    }
  }
  Value value = Value::object({{"summary", ses::summary_words(ses::summary(all))},
                               {"from", when(period.from_ms)},
                               {"until", when(period.until_ms)}});
  if (unread > 0) value.set("sites_still_being_read", unread);
  if (clause != nullptr) {
    SEALKEEP_LET(found, one_clause(hub, sites, *clause));
    value.set("of", std::move(found));
    return value;
  }
  value.set("clauses", matrix(sites));
  Value heard = Value::list();
  for (const SiteCells& site : sites)
    heard.add(
        Value::object({{"site", site.site.code}, {"heard_everything_up_to", when(site.site.watermark_ms)}}));
  value.set("as_far_as_heard", std::move(heard));
  value.set("hint", "compliance --clause ID names the records behind a clause.");
  if (!next.empty()) value.set("next", next);
  if (command.caller) {
    value.set("matrix", cells_of(sites));
    return value;
  }
  Value words = value;
  value.set("matrix", cells_of(sites)).set("in_words", std::move(words));
  return value;
}

}  // namespace sealkeep::hub::commands

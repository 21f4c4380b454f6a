// SPDX-License-Identifier: Apache-2.0
#include "common/ses/clause.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

using namespace sealkeep::ses;

TEST_CASE("the table has every numbered clause of the standard once, in its order") {
  std::vector<std::string> expected;
  const auto section = [&](int no, int last) {
    for (int i = 1; i <= last; ++i) expected.push_back(std::to_string(no) + "." + std::to_string(i));
  };
  section(1, 5), section(2, 20), section(3, 1), section(4, 3), section(5, 4), section(6, 3), section(7, 1);
  std::vector<std::string> found;
  for (const Clause& one : clauses()) found.emplace_back(one.id);
  CHECK(found == expected);
  CHECK(clause("2.14")->title == "Seal checked on door and paper");
  CHECK(clause("2.21") == nullptr);
}

TEST_CASE("every clause says what it asks and can be shown by something") {
  for (const Clause& one : clauses()) {
    INFO(one.id);
    CHECK_FALSE(one.title.empty());
    CHECK_FALSE(one.words.empty());
    CHECK_FALSE(one.words.ends_with('.'));
    CHECK_FALSE(one.on_file.empty());
    CHECK_FALSE(one.declared.empty());
    const bool by_record = std::any_of(one.records.begin(), one.records.end(),
                                       [](const ClauseRecord& r) { return r.best != Basis::NotShown; });
    CHECK((by_record || !one.events.empty()));
    if (one.asks_decision) CHECK_FALSE(one.decisions.empty());
    if (one.need == Need::Each) CHECK(one.events.empty());
    for (const Kind kind : one.events) CHECK_FALSE(one.beside.contains(kind));
  }
}

TEST_CASE("sea and air are those of the standard's headings") {
  std::string sea, air;
  for (const Clause& one : clauses()) {
    if (one.scope == Scope::Sea) sea += std::string(one.id) + " ";
    if (one.scope == Scope::Air) air += std::string(one.id) + " ";
  }
  CHECK(sea == "2.6 2.13 2.14 2.15 2.16 2.17 ");
  CHECK(air == "2.18 2.19 2.20 ");
}

TEST_CASE("every duty rule and every kind of record belongs to the clauses that its own row names") {
  std::set<std::uint8_t> watching;
  for (const Clause& one : clauses())
    for (const DutyRule* rule : duties_watching(one)) watching.insert(rule->no);
  for (const DutyRule& rule : duty_rules()) {
    INFO(rule.name);
    CHECK(watching.contains(rule.no));
  }
  for (const RecordRule& rule : record_rules()) {
    if (rule.kind == RecordKind::Assurance) continue;  // of any clause, by its label
    INFO(rule.name);
    const Clause* named = clause(rule.clause);
    REQUIRE(named != nullptr);
    CHECK(std::any_of(named->records.begin(), named->records.end(),
                      [&](const ClauseRecord& r) { return r.kind == rule.kind; }));
  }
}

// | no | name | fields | meaning | clause |
TEST_CASE("events.md names no clause for an event that the table does not") {
  std::ifstream file(SEALKEEP_SOURCE_DIR "/docs/formats/events.md");
  REQUIRE(file);
  std::map<std::string, Kind> kinds;
  for (std::uint16_t no = 1; no < 200; ++no)
    if (const auto name = kind_name(static_cast<Kind>(no)); name != "unknown")
      kinds[std::string(name)] = static_cast<Kind>(no);
  REQUIRE(kinds.size() > 60);
  std::size_t checked = 0;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    for (std::size_t at = line.find('|'); at != std::string::npos;) {
      const std::size_t next = line.find('|', at + 1);
      if (next == std::string::npos) break;
      std::string cell = line.substr(at + 1, next - at - 1);
      while (!cell.empty() && cell.front() == ' ') cell.erase(0, 1);
      while (!cell.empty() && cell.back() == ' ') cell.pop_back();
      cells.push_back(cell);
      at = next;
    }
    if (cells.size() != 5 || cells[1].size() < 3 || cells[1].front() != '`') continue;
    const auto kind = kinds.find(cells[1].substr(1, cells[1].size() - 2));
    if (kind == kinds.end()) continue;
    for (const Clause& one : clauses()) {
      if (!names_clause(cells[4], one.id)) continue;
      INFO(line);
      CHECK(belongs(kind->second, one));
      ++checked;
    }
  }
  CHECK(checked > 40);
}

TEST_CASE("a list of clauses holds whole numbers only") {
  CHECK(names_clause("2.14, 2.15", "2.15"));
  CHECK_FALSE(names_clause("2.14, 2.15", "2.1"));
  CHECK_FALSE(names_clause("", "2.1"));
}

TEST_CASE("one rule watches a clause by the kind of record that its duty is about") {
  const DutyKey seals{24, "training_seals:person:77"}, documents{24, "training_documents:person:77"};
  CHECK(watches(seals, *clause("2.9")));
  CHECK_FALSE(watches(documents, *clause("2.9")));
  CHECK(watches(documents, *clause("1.3")));
  CHECK(watches({9, "unit:MSCU1234566"}, *clause("2.15")));
  CHECK_FALSE(watches({9, "unit:MSCU1234566"}, *clause("2.17")));
}

TEST_CASE("a control belongs to the clause of passwords by its label") {
  CHECK(belongs(RecordKey{RecordKind::SecurityControl, 0, "Passwords of all systems"}, *clause("5.2")));
  CHECK_FALSE(belongs(RecordKey{RecordKind::SecurityControl, 0, "firewall"}, *clause("5.2")));
  CHECK(belongs(RecordKey{RecordKind::SecurityControl, 0, "firewall"}, *clause("5.1")));
}

TEST_CASE("our own backups and password changes never show clauses 5.1 to 5.3 by facts or documents") {
  for (const char* id : {"5.1", "5.2", "5.3"}) {
    for (const ClauseRecord& record : clause(id)->records) {
      CHECK(record.best < Basis::Facts);
      if (record.kind == RecordKind::BackupRun || record.kind == RecordKind::RestoreTested ||
          record.kind == RecordKind::PasswordChanged)
        CHECK(record.best == Basis::Declared);
    }
    CHECK(clause(id)->events.empty());
  }
}

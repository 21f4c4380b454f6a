// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "agent/commands/commands.hpp"
#include "common/ses/clause.hpp"
#include "hub/alerts/alerts.hpp"
#include "hub/commands/commands.hpp"

// docs/standards.md is a view of the table of clauses. The columns of commands are written by hand, the
// others are what this test says: SEALKEEP_WRITE_DOCS=1 test_standards writes them.
namespace sealkeep {
namespace {

constexpr const char* kPage = SEALKEEP_SOURCE_DIR "/docs/standards.md";
const std::filesystem::path kScenarios = SEALKEEP_SOURCE_DIR "/tests/scenarios";

enum Column { Id, Asks, Commands, Records, Duties, Alerts, Scenarios, kColumns };
using Row = std::vector<std::string>;

std::string trimmed(std::string text) {
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) out.push_back(trimmed(part));
  return out;
}

struct Page {
  std::string before, after;  // the table of clauses
  std::vector<Row> rows;
};

Page read_page() {
  Page page;
  std::ifstream in(kPage);
  for (std::string line; std::getline(in, line);) {
    const Row cells = line.starts_with("| ") ? split(line.substr(1), '|') : Row{};
    if (cells.size() == kColumns && ses::clause(cells[Id]) != nullptr)
      page.rows.push_back(cells);
    else
      (page.rows.empty() ? page.before : page.after) += line + "\n";
  }
  return page;
}

void name(std::string& cell, std::string_view what) {
  cell += (cell.empty() ? "`" : ", `") + std::string(what) + "`";
}

std::string records_of(const ses::Clause& clause) {
  std::string cell;
  for (const ses::Kind kind : clause.events) name(cell, ses::kind_name(kind));
  for (const ses::Kind kind : clause.beside) name(cell, ses::kind_name(kind));
  std::set<ses::RecordKind> seen;
  for (const ses::ClauseRecord& record : clause.records)
    if (seen.insert(record.kind).second) name(cell, ses::record_rule(record.kind).name);
  for (const ses::DirectiveKind kind : clause.decisions) name(cell, ses::kind_name(kind));
  for (const ses::DirectiveKind kind : clause.deeds) name(cell, ses::kind_name(kind));
  return cell;
}

std::string duties_of(const ses::Clause& clause) {
  std::string cell;
  for (const ses::DutyRule* rule : ses::duties_watching(clause))
    cell += (cell.empty() ? "" : ", ") + std::to_string(rule->no) + " `" + std::string(rule->name) + "`";
  return cell.empty() ? "none: what it asks is a record, not a deadline" : cell;
}

struct OtherAlert {
  hub::AlertRule rule;
  const char* clauses;
  const char* words;
};
constexpr OtherAlert kOtherAlerts[] = {
    {hub::AlertRule::SameSealAtTwoSites, "2.6, 2.12", "one number at two sites"},
    {hub::AlertRule::NeverReceived, "2.6, 2.7", "applied, never received"},
    {hub::AlertRule::UnreadableEntry, "2.6", "record that cannot be read"},
    {hub::AlertRule::SilentSite, "2.6, 2.11", "site not heard of"},
    {hub::AlertRule::LedgerImbalance, "2.6, 2.11", "ledger does not balance"},
};

std::string alerts_of(const ses::Clause& clause) {
  std::string cell;
  for (const ses::DutyRule* rule : ses::duties_watching(clause)) {
    const std::string first(ses::severity_name(rule->before_due.value_or(rule->severity)));
    std::set<std::string> later{first};
    cell += (cell.empty() ? "" : "; ") + std::to_string(rule->no) + ": " + first;
    for (const ses::Severity severity : {rule->severity, rule->escalated})
      if (later.insert(std::string(ses::severity_name(severity))).second &&
          rule->escalate_after_ms + (severity == rule->severity ? 1 : 0) != 0)
        cell += ", then " + std::string(ses::severity_name(severity));
  }
  for (const OtherAlert& other : kOtherAlerts)
    if (ses::names_clause(other.clauses, clause.id))
      cell += (cell.empty() ? "" : "; ") + std::string(other.words);
  return cell.empty() ? "none" : cell;
}

// Names of scenario files by the clauses that their first lines name.
std::map<std::string, std::set<std::string>> scenarios() {
  std::map<std::string, std::set<std::string>> out;
  for (const auto& file : std::filesystem::directory_iterator(kScenarios)) {
    if (file.path().extension() != ".txt") continue;
    std::ifstream in(file.path());
    constexpr std::string_view kSays = "clauses:";
    std::string line;
    for (int i = 0; i < 5 && std::getline(in, line); ++i)
      if (line.starts_with(kSays))
        for (const std::string& id : split(line.substr(kSays.size()), ','))
          out[id].insert(file.path().stem().string());
  }
  return out;
}

std::string scenarios_of(const ses::Clause& clause, const std::map<std::string, std::set<std::string>>& all) {
  std::string cell;
  const auto found = all.find(std::string(clause.id));
  if (found != all.end())
    for (const std::string& file : found->second)
      cell += (cell.empty() ? "[" : ", [") + file.substr(0, file.find('-')) + "](../tests/scenarios/" + file +
              ".txt)";
  return cell;
}

// "agent seal apply" of every program.
std::set<std::string> commands() {
  std::set<std::string> out;
  for (const cli::CommandSpec& command : agent::program_spec().commands) out.insert("agent " + command.name);
  for (const cli::CommandSpec& command : hub::program_spec().commands) out.insert("hub " + command.name);
  return out;
}

void write_page(const Page& page) {
  const auto files = scenarios();
  std::ofstream out(kPage);
  out << page.before;
  for (Row row : page.rows) {
    const ses::Clause& clause = *ses::clause(row[Id]);
    row[Asks] = clause.words;
    row[Records] = records_of(clause);
    row[Duties] = duties_of(clause);
    row[Alerts] = alerts_of(clause);
    row[Scenarios] = scenarios_of(clause, files);
    for (const std::string& cell : row) out << "| " << cell << " ";
    out << "|\n";
  }
  out << page.after;
}

}  // namespace

TEST_CASE("docs/standards.md has every clause, in order, and no empty cell") {
  if (std::getenv("SEALKEEP_WRITE_DOCS") != nullptr) write_page(read_page());
  const Page page = read_page();
  REQUIRE(page.rows.size() == ses::clauses().size());
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    INFO(page.rows[i][Id]);
    CHECK(page.rows[i][Id] == ses::clauses()[i].id);
    for (const std::string& cell : page.rows[i]) CHECK_FALSE(cell.empty());
  }
}

TEST_CASE("what docs/standards.md says of records, duties and alerts is what the tables say") {
  for (const Row& row : read_page().rows) {
    const ses::Clause& clause = *ses::clause(row[Id]);
    INFO("SEALKEEP_WRITE_DOCS=1 test_standards writes the row of " << row[Id]);
    CHECK(row[Asks] == clause.words);
    CHECK(row[Records] == records_of(clause));
    CHECK(row[Duties] == duties_of(clause));
    CHECK(row[Alerts] == alerts_of(clause));
  }
}

TEST_CASE("every command that docs/standards.md names is one of the programs'") {
  const std::set<std::string> known = commands();
  for (const Row& row : read_page().rows) {
    const std::vector<std::string> parts = split(row[Commands], '`');
    INFO(row[Id]);
    REQUIRE(parts.size() >= 2);
    for (std::size_t i = 1; i < parts.size(); i += 2) {
      INFO(parts[i]);
      CHECK(known.contains(parts[i]));
    }
  }
}

TEST_CASE("every scenario that docs/standards.md names is there and is about that clause") {
  const auto files = scenarios();
  for (const Row& row : read_page().rows) {
    INFO(row[Id]);
    const auto about = files.find(row[Id]);
    REQUIRE(about != files.end());
    std::size_t named = 0;
    for (std::size_t at = row[Scenarios].find("scenarios/"); at != std::string::npos;
         at = row[Scenarios].find("scenarios/", at + 1)) {
      const std::size_t begin = at + std::string_view("scenarios/").size();
      const std::string file = row[Scenarios].substr(begin, row[Scenarios].find(".txt", begin) - begin);
      INFO(file);
      CHECK(about->second.contains(file));
      ++named;
    }
    CHECK(named > 0);
  }
  for (const auto& [id, names] : files) CHECK(ses::clause(id) != nullptr);
}

TEST_CASE("docs/operations.md lists every setting with its name, default and what is stricter") {
  std::ifstream in(SEALKEEP_SOURCE_DIR "/docs/operations.md");
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (const ses::SettingRule& rule : ses::setting_rules()) {
    const std::string begin = "\n| " + std::to_string(static_cast<unsigned>(rule.setting)) + " | `" +
                              std::string(rule.name) + "` | ";
    INFO(begin);
    const std::size_t at = page.find(begin);
    REQUIRE(at != std::string::npos);
    const Row cells = split(page.substr(at + 2, page.find('\n', at + 1) - at - 2), '|');
    REQUIRE(cells.size() == 6);
    CHECK(cells[4] == std::to_string(rule.value));
    CHECK(cells[5] == (rule.stricter == ses::Stricter::Smaller  ? "less"
                       : rule.stricter == ses::Stricter::Larger ? "more"
                                                                : "-"));
  }
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/scenarios/library.hpp"
#include "tests/scenarios/player.hpp"

using namespace sealkeep;
using namespace sealkeep::scenarios;

TEST_CASE("every scenario ends as it is written") {
  const bool trace = std::getenv("SCENARIO_TRACE") != nullptr;
  static const std::vector<Script> scripts = library();  // this body runs once for each section
  for (const Script& script : scripts) {
    DYNAMIC_SECTION(script.name << ": " << script.title) {
      const std::vector<std::string> wrong = play(script, trace);
      for (const std::string& one : wrong) FAIL_CHECK(one);
      CHECK(wrong.empty());
    }
  }
}

namespace {

// What a scenario with these steps comes to.
std::vector<std::string> outcome_of(const std::string& steps) {
  const auto file =
      std::filesystem::temp_directory_path() / ("sealkeep-" + std::to_string(::getpid()) + ".txt");
  std::ofstream(file) << "clauses: 2.6\ntitle: A trial\nsite AKL: people Mere; stores Safe\n" << steps;
  const auto script = read_script(file);
  std::filesystem::remove(file);
  if (!script) return {script.error().text()};
  return play(*script, false);
}

bool only(const std::vector<std::string>& wrong, std::string_view part) {
  return wrong.size() == 1 && wrong.front().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what comes otherwise than it is written is named with its line") {
  const std::string receive = "Mon 08:00 AKL: seal receive NZ300001 --count 10 --place Safe --by Mere\n";
  CHECK(outcome_of(receive + "AKL last record is regular\n").empty());
  CHECK(only(outcome_of(receive + "AKL last record irregular: late_entry\n"),
             ":5: expected irregular: late_entry"));
  CHECK(only(outcome_of(receive + "AKL seal NZ300001 is applied\n"), ":5: expected state on a container"));
  CHECK(only(outcome_of(receive + "AKL ledger: in_stock 9\n"), ":5: expected in_stock 9"));
  CHECK(only(outcome_of(receive + "AKL to do: closed_sealed\n"), ":5: expected to do: closed_sealed"));
  CHECK(only(outcome_of(receive + "AKL to do: nothing about store_counted\n"), ":5: expected nothing about"));
  CHECK(only(outcome_of(receive + "head office alert: warn closed_sealed AKL\n"), ":5: expected an alert"));
  CHECK(only(outcome_of(receive + "AKL answers: NZ300011\n"), ":5: expected an answer with NZ300011"));
  CHECK(only(outcome_of(receive + "refused: seal.form\n"), ":5: expected a refusal"));
  CHECK(only(outcome_of("AKL: seal apply 12 --by Mere\n" + receive), ":4: the command was refused"));
  CHECK(only(outcome_of("AKL: seal aply NZ300001\n" + receive), ":4: the command was refused"));
  CHECK(only(outcome_of("Mon 09:00 AKL: seal apply NZ300001 --container MSCU1234566 --by Mere\n"),
             "the ledger of AKL does not balance for NZ300001"));
  CHECK(only(outcome_of("Mon 09:00 AKL: store open Safe --by Mere\nMon 10:00 head office has no alert\n"),
             ":5: expected no alert"));
}

TEST_CASE("a scenario that nobody can read is refused with its line") {
  CHECK(only(outcome_of("Tue 08:00 AKL: status\nMon 08:00 AKL: status\n"), ":5: time goes back"));
  CHECK(only(outcome_of("Mon 08:00 WLG: status\n"), ":4: the line begins with no time, no site"));
  CHECK(only(outcome_of("Mon 08:00 AKL dances\n"), ":4: nobody can do"));
  CHECK(only(outcome_of("| a,b\n"), ":4: a line of a file without"));
  CHECK(only(outcome_of("# nothing happens\n"), "nothing happens"));
}

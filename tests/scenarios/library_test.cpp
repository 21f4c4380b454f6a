// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/library.hpp"
#include "common/ses/clause.hpp"
#include "common/ses/stop_sign.hpp"

using namespace sealkeep;
using namespace sealkeep::scenarios;

TEST_CASE("every clause of the standard has a scenario, and every scenario names clauses of it") {
  std::set<std::string, std::less<>> told;
  for (const Script& script : library())
    for (const std::string& clause : script.clauses) {
      INFO(script.name << " names " << clause);
      CHECK(ses::clause(clause) != nullptr);
      told.insert(clause);
    }
  for (const ses::Clause& clause : ses::clauses()) {
    INFO("clause " << clause.id);
    CHECK(told.contains(clause.id));
  }
}

TEST_CASE("the library has at least 40 scenarios, each with a number of its own") {
  std::set<std::string> numbers;
  for (const Script& script : library()) {
    INFO(script.name);
    CHECK(numbers.insert(script.name.substr(0, 2)).second);
  }
  CHECK(numbers.size() >= 40);
}

TEST_CASE("every stop sign has a scenario for both answers") {
  std::set<std::string> avoided, happened;
  for (const Script& script : library()) {
    bool answered = false;
    for (const Step& step : script.steps) {
      auto& codes = step.what == Do::Avoided ? avoided : happened;
      if (step.what == Do::Avoided || (step.what == Do::Irregular && answered))
        for (std::string& code : pieces_of(step.text, ',')) codes.insert(std::move(code));
      answered = step.what == Do::Command && step.text.find("--happened-already") != std::string::npos;
    }
  }
  for (std::uint16_t number = 1; number < 1'000; ++number) {
    const auto code = static_cast<ses::Irregularity>(number);
    if (!ses::is_stop_sign(code)) continue;
    const std::string name(ses::irregularity_name(code));
    INFO("stop sign " << name);
    CHECK(avoided.contains(name));
    CHECK(happened.contains(name));
  }
}

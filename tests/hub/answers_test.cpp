// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/directive.hpp"
#include "hub/commands/commands.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

struct Answering {
  Answering() : site(world, "akl-01") { site.enrol(); }
  void tell(const ses::Event& event) {
    site.record(event);
    hear();
  }
  void hear() {
    site.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  // The site takes over everything that it was told.
  void adopt() {
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const auto head = must(world.hub->logs().checkpoint(log->id));
    tell(ses::DirectivesAdopted{1, head.size, head.root});
  }
  Result<cli::Value> run(const std::vector<std::string>& words) {
    const auto asked = must(cli::parse_command_line(program_spec(), words));
    return execute(*world.hub, std::get<cli::Invocation>(asked).command, {});
  }
  std::string said(const std::vector<std::string>& words) { return cli::to_json(must(run(words))); }
  [[nodiscard]] std::string alert_of(std::uint16_t rule) {
    for (const Alert& alert : world.alerts())
      if (alert.rule == rule) return hex(alert.id.view());
    return {};
  }
  template <class Body>
  [[nodiscard]] std::vector<Body> issued() {
    std::vector<Body> out;
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const std::uint64_t size = must(world.hub->logs().size(log->id));
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto directive = must(ses::decode_directive(must(world.hub->logs().read_entry(log->id, i))));
      if (const auto* one = std::get_if<Body>(&directive.body)) out.push_back(*one);
    }
    return out;
  }

  HubWorld world;
  TestSite site;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("an answer goes to the site, stands beside its alert, and ends the duty once it is adopted") {
  Answering office;
  ses::IncidentReported gate;
  gate.what = ses::IncidentKind::UnauthorisedEntry;
  office.tell(gate);
  const std::string id = office.alert_of(19);
  REQUIRE_FALSE(id.empty());
  CHECK(code_of(office.run({"alerts", "answer", id, "--decision", "accept", "--reason", "fine"})) ==
        "answer.does_not_fit");
  CHECK(code_of(office.run({"alerts", "answer", id, "--decision", "ask", "--reason",
                            std::string(201, 'x')})) == "cli.value");
  CHECK(code_of(office.run({"alerts", "answer", "0000", "--decision", "ask", "--reason", "why"})) ==
        "alert.unknown");
  CHECK(office.issued<ses::AlertAnswered>().empty());

  office.said({"alerts", "answer", id, "--decision", "not-reportable", "--reason", "a fox"});
  const auto answers = office.issued<ses::AlertAnswered>();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0] == ses::AlertAnswered{19, "incident:1/0", {1, 0}, ses::Answer::NotReportable, "a fox"});
  CHECK(holds(office.said({"alerts", "list", "--all"}), "a fox (not heard by the site yet)"));
  // Head office knows that nothing is to be told, whenever the site hears of it.
  CHECK(office.alert_of(19).empty());
  office.adopt();
  CHECK(office.alert_of(19).empty());
  CHECK(code_of(office.run({"alerts", "answer", id, "--decision", "ask", "--reason", "why"})) ==
        "answer.resolved");
}

TEST_CASE("an alert that is about no duty of a site is not answered") {
  Answering office;
  office.tell(received(300001, 10, office.world.clock.reading.unix_ms));
  office.world.clock.pass(49 * 3'600'000);
  must(office.world.hub->tick());
  const std::string silent = office.alert_of(static_cast<std::uint16_t>(AlertRule::SilentSite));
  REQUIRE_FALSE(silent.empty());
  CHECK(code_of(office.run({"alerts", "answer", silent, "--decision", "ask", "--reason", "why"})) ==
        "answer.no_duty");
}

TEST_CASE("an erasure that the site refuses is a line for head office until it is done") {
  Answering office;
  office.tell(ses::PersonAdded{77, 0});
  CHECK(code_of(office.run({"erase", "person", "--site", "akl-01", "--person", "78"})) == "person.unknown");
  office.said({"erase", "entry", "--site", "akl-01", "--entry", "1/0"});
  CHECK(holds(office.said({"erasures"}), "not heard by the site yet"));
  office.adopt();
  CHECK(holds(office.said({"erasures"}), "not yet, by"));
  office.tell(ses::ErasureAnswered{0, {1, 0}, 4'000'000'000'000});
  constexpr auto kRefused = static_cast<std::uint16_t>(AlertRule::ErasureRefused);
  CHECK_FALSE(office.alert_of(kRefused).empty());
  office.tell(ses::DetailsErased{{1, 0}});
  office.tell(ses::ErasureAnswered{0, {1, 0}, 0});
  CHECK(office.alert_of(kRefused).empty());
  CHECK(holds(office.said({"erasures"}), "\"state\":\"erased\""));
}

TEST_CASE("a register that begins again before what it had erased is told to erase it again") {
  Answering office;
  office.tell(ses::PersonAdded{77, 0});
  office.tell(ses::DetailsErased{{1, 0}});
  CHECK(office.issued<ses::ErasureOrdered>().empty());
  // As the entry 0 of a later epoch has it; here it stands in the same log.
  office.tell(ses::EpochStarted{office.site.identity.origin, 1, {}, 0, ses::EpochReason::Restored});
  CHECK(office.issued<ses::ErasureOrdered>() == std::vector{ses::ErasureOrdered{0, {1, 0}}});
}

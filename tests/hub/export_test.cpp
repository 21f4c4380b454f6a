// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "common/cli/program.hpp"
#include "hub/commands/commands.hpp"
#include "tests/hub/hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

Result<cli::Value> run(HubWorld& world, const std::vector<std::string>& words) {
  SEALKEEP_LET(asked, cli::parse_command_line(program_spec(), words));
  return execute(*world.hub, std::get<cli::Invocation>(asked).command, [](const cli::Progress&) {});
}
std::string said(HubWorld& world, const std::vector<std::string>& words) {
  return cli::to_json(must(run(world, words)));
}
bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the hub writes the registers of all its sites, each line with its site, or of one") {
  HubWorld world;
  TestSite one(world, "akl-01", 1), two(world, "wlg-02", 2);
  const auto number = [](std::string_view text) { return must(ses::SealNumber::parse(text)); };
  const auto unit = must(ses::UnitId::parse(ses::UnitKind::SeaContainer, "MSCU1234566"));
  for (TestSite* site : {&one, &two}) {
    site->enrol();
    ses::SealRange seals = ses::SealRange::single(number(site == &one ? "NZ300001" : "NZ400001"));
    seals.count = 3;
    site->record(ses::EpochStarted{});
    site->record(ses::StockOpened{ses::Family::Ses, ses::SealKind::Bolt, seals, {}, 0});
  }
  one.record(ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, number("NZ300002"), unit, false});
  one.record(ses::SealLost{ses::Family::Ses, ses::SealRange::single(number("NZ300003")), 0, 0});
  for (TestSite* site : {&one, &two}) site->sync_all();
  world.oversee_all();
  const auto at = [&](const char* name) { return (world.folder / name).string(); };
  const auto bytes_of = [&](const char* name) { return DatabaseCopy::read(at(name)); };

  CHECK(holds(said(world, {"export", "register", at("all.csv")}), "\"records\":6"));
  CHECK(bytes_of("all.csv").starts_with(
      "Seal number,Date received,Date applied,Container number,Applied by,Site\r\n"));
  CHECK(holds(bytes_of("all.csv"), ",MSCU1234566,person 5,akl-01\r\n"));
  CHECK(holds(bytes_of("all.csv"), "NZ400003,"));
  const auto of_one = said(world, {"export", "register", at("one.csv"), "--site", "akl-01"});
  CHECK(holds(of_one, "\"heard_everything_up_to\""));
  CHECK_FALSE(holds(bytes_of("one.csv"), "NZ400003"));
  CHECK_FALSE(holds(bytes_of("one.csv"), "Site"));
  CHECK(code_of(run(world, {"export", "register", at("one.csv")})) == "export.exists");
  CHECK(code_of(run(world, {"export", "register", at("x.csv"), "--site", "nowhere"})) == "site.unknown");

  CHECK(holds(said(world, {"export", "epcis", at("s.jsonld")}), "\"records\":4"));
  CHECK(holds(bytes_of("s.jsonld"), "https://hub.example.nz/site/loc/wlg-02"));
  said(world, {"export", "sel", at("s.edi"), "--site", "akl-01"});
  CHECK(bytes_of("s.edi") == "EQD+CN+MSCU1234566'\r\nSEL+NZ300002+SH+1'\r\n");
  said(world, {"export", "dcsa", at("s.json")});
  CHECK(holds(bytes_of("s.json"), R"({"number":"NZ300002","source":"SHIPPER"})"));

  CHECK(bytes_of("all.csv").size() > 100);
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"print", "register", at("r.pdf")},
           {"print", "incident", at("i.pdf"), "--site", "akl-01", "--entry", "1/3"},
           {"print", "load-sheet", at("l.pdf"), "--site", "akl-01", "--container", "MSCU1234566"},
           {"print", "forms", at("f.pdf"), "--site", "akl-01", "--count", "2"}}) {
    said(world, words);
    CHECK(DatabaseCopy::read(words[2]).starts_with("%PDF-1."));
  }
  CHECK(code_of(run(world, {"print", "incident", at("n.pdf"), "--site", "akl-01", "--entry", "1/2"})) ==
        "print.no_incident");
}

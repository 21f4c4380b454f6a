// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/commands.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

TEST_CASE("a withdrawn batch is followed to what became of each seal, and to whether the site has heard") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  site.record(received(300001, 10, world.clock.reading.unix_ms));
  site.record(
      ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, ses::SealNumber::parse("NZ300003").value(),
                       ses::UnitId::parse(ses::UnitKind::SeaContainer, "MSCU1234566").value(), false});
  site.sync_all();
  world.oversee_all();
  const auto said = [&](std::vector<std::string> words) {
    const auto asked = must(cli::parse_command_line(program_spec(), words));
    return cli::to_json(must(execute(*world.hub, std::get<cli::Invocation>(asked).command, {})));
  };
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  CHECK(holds(said({"withdrawn"}), "No batch"));

  said({"withdraw", "--first", "NZ300002", "--last", "NZ300005"});
  const std::string unheard = said({"withdrawn", "--site", "akl-01"});
  CHECK(holds(unheard, "not heard by the site yet"));
  CHECK(holds(unheard, "\"on_record_there\":4"));

  const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
  const auto head = must(world.hub->logs().checkpoint(log->id));
  site.record(ses::DirectivesAdopted{1, head.size, head.root});
  site.record(ses::SealsDestroyed{ses::Family::Ses, ses::SealRange{"NZ", 300004, 6, 2}, 0});
  site.sync_all();
  world.oversee_all();
  const std::string followed = said({"withdrawn", "--seals"});
  CHECK(holds(followed, "taken over by the site"));
  CHECK(holds(followed, "1 in stock; 1 on a container, not checked; 2 destroyed"));
  CHECK(holds(followed, "\"on\":\"MSCU1234566\""));
  CHECK(
      holds(followed,
            "\"seal\":\"NZ300005\",\"became\":\"destroyed\",\"container\":\"\",\"shown_by_entry\":\"1/3\""));
  CHECK_FALSE(holds(followed, "NZ300006"));
}

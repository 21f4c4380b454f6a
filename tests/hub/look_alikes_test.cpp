// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/commands.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

TEST_CASE("seals of two sites that are easily read one for the other are listed, with where they lie") {
  HubWorld world;
  TestSite akl(world, "akl-01"), wlg(world, "wlg-02", 2);
  const auto said = [&](std::vector<std::string> words) {
    const auto asked = must(cli::parse_command_line(program_spec(), words));
    return cli::to_json(must(execute(*world.hub, std::get<cli::Invocation>(asked).command, {})));
  };
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  CHECK(holds(said({"seal", "look-alikes"}), "No run of seals is easily read as another one."));
  akl.enrol();
  wlg.enrol();
  akl.record(received(300001, 10, world.clock.reading.unix_ms));
  ses::SealsReceived other = received(300001, 10, world.clock.reading.unix_ms);
  other.seals = ses::SealRange::single(ses::SealNumber::parse("N2300004").value());
  other.seals.count = 3;
  wlg.record(other);
  for (TestSite* site : {&akl, &wlg}) site->sync_all();
  world.oversee_all();
  const std::string both = said({"seal", "look-alikes"});
  INFO(both);
  CHECK(holds(both, "\"seals\":\"NZ300004..NZ300006 (3)\",\"where\":\"akl-01, "));
  CHECK(holds(both, "\"read_as\":\"N2300004..N2300006 (3)\",\"which_is\":\"wlg-02, "));
  CHECK(holds(said({"seal", "look-alikes", "--site", "akl-01"}), "No run of seals"));
}

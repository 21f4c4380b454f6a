// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {
std::vector<std::uint16_t> just(AlertRule rule) {
  return {static_cast<std::uint16_t>(rule)};
}
constexpr std::int64_t kHour = 3'600'000;
// The site takes over the directives that were issued to it.
void adopt(HubWorld& world, TestSite& site, std::int64_t approved_until_ms = 0) {
  must(world.hub->issue(world.site(site.code).id,
                        ses::SiteApproved{1, approved_until_ms, ses::Scope::Sea, "1"}));
  const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/" + site.code + "/e1"));
  const auto head = must(world.hub->logs().checkpoint(log->id));
  site.record(ses::DirectivesAdopted{1, head.size, head.root});
}
}  // namespace

TEST_CASE("hub folds what it mirrors, and an unreadable record raises its own alert") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  adopt(world, site);
  site.append(to_bytes(as_bytes("garbage")));
  site.record(received(300001, 10, world.clock.reading.unix_ms));
  site.sync_all();
  world.oversee_all();
  CHECK(world.site("akl-01").folded_size == 3);
  CHECK(must(world.hub->rows().ledger(world.site("akl-01").id, ses::Family::Ses)).received == 10);
  CHECK(world.rules() == just(AlertRule::UnreadableEntry));
}

TEST_CASE("a seal applied that was never received alerts until its receipt comes") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  adopt(world, site);
  site.record(applied(300001));
  site.sync_all();
  world.oversee_all();
  REQUIRE(world.rules() == just(AlertRule::NeverReceived));
  CHECK(world.alerts()[0].subject == "seal:1:NZ300001");
  world.restart();
  site.record(received(300001, 1, world.clock.reading.unix_ms));
  site.sync_all();
  world.oversee_all();
  CHECK(world.rules().empty());
}

TEST_CASE("the same seal at two sites alerts in any order of arrival, unless one sent it to the other") {
  const bool sent = GENERATE(false, true);
  const bool second_first = GENERATE(false, true);
  HubWorld world;
  TestSite one(world, "akl-01", 1), two(world, "tga-02", 2);
  for (TestSite* site : {&one, &two}) {
    site->enrol();
    adopt(world, *site);
  }
  one.record(received(300001, 5, world.clock.reading.unix_ms));
  if (sent) one.record(ses::TransferredOut{ses::Family::Ses, seals(300003, 1), "tga-02", "T1"});
  ses::TransferredIn in;
  in.seals = seals(300003, 1);
  in.place = {ses::PlaceKind::LockedStore, 1};
  in.from_site = "akl-01";
  two.record(in);
  std::vector<TestSite*> order{&one, &two};
  if (second_first) std::reverse(order.begin(), order.end());
  for (TestSite* site : order) {
    site->sync_all();
    world.oversee_all();
  }
  if (sent) {
    CHECK(world.rules().empty());
  } else {
    REQUIRE(world.rules() == just(AlertRule::SameSealAtTwoSites));
    CHECK(world.alerts()[0].id == alert_id(101, "seal:1:NZ300003", "hub.example.nz", 0));
  }
}

TEST_CASE("a delivery to a site that is not approved alerts") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  adopt(world, site, 2);
  site.record(received(300001, 5, world.clock.reading.unix_ms));
  site.sync_all();
  world.oversee_all();
  CHECK(world.rules() == just(AlertRule::SiteNotApproved));
}

TEST_CASE("a duty is overdue only once the site was heard past its time") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  adopt(world, site);
  site.record(received(300001, 5, world.clock.reading.unix_ms));
  site.record(applied(300001));
  site.sync_all();
  world.oversee_all();
  must(world.hub->tick());
  CHECK(world.rules().empty());
  world.clock.pass(kHour);
  must(world.hub->tick());
  CHECK(world.rules().empty());
  site.send(site.status(world.clock.reading.unix_ms));
  must(world.hub->tick());
  const auto open = world.alerts();
  const auto unchecked = std::find_if(open.begin(), open.end(), [](const Alert& a) { return a.rule == 9; });
  REQUIRE(unchecked != open.end());
  CHECK(unchecked->reason.find("MSCU1234566") != std::string::npos);
  CHECK(unchecked->reason.find("NZ300001") != std::string::npos);
  CHECK(unchecked->severity == ses::Severity::Warn);

  world.clock.pass(4 * kHour);
  site.send(site.status(world.clock.reading.unix_ms));
  must(world.hub->tick());
  CHECK(must(must(Alerts::open(world.hub->db())).find(unchecked->id))->severity == ses::Severity::High);

  ses::SealChecked checked;
  checked.unit = applied(300001).unit;
  checked.seal = seals(300001, 1).front();
  checked.door = {"NZ300001", "MSCU1234566"};
  checked.paper = {"NZ300001", "MSCU1234566"};
  checked.vvtt = {ses::Step::Pass, ses::Step::Pass, ses::Step::Pass, ses::Step::Pass};
  site.record(checked);
  site.sync_all();
  world.oversee_all();
  must(world.hub->tick());
  CHECK(must(must(Alerts::open(world.hub->db())).find(unchecked->id))->resolved_ms != 0);
}

TEST_CASE("a silent site is one alert that grows with its age and ends when it is heard") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  site.sync_all();
  must(world.hub->tick());
  CHECK(world.rules().empty());
  world.clock.pass(25 * kHour);
  must(world.hub->tick());
  REQUIRE(world.rules() == just(AlertRule::SilentSite));
  CHECK(world.alerts()[0].severity == ses::Severity::Warn);
  world.clock.pass(7 * 24 * kHour);
  must(world.hub->tick());
  REQUIRE(world.rules() == just(AlertRule::SilentSite));
  CHECK(world.alerts()[0].severity == ses::Severity::Critical);
  site.sync_all();
  must(world.hub->tick());
  CHECK(world.rules().empty());
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/directive.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr std::uint16_t kTransfer = 36;

// Two sites; fifty seals go from the first to the second.
struct TwoSites {
  TwoSites() : from(world, "akl-01", 1), to(world, "wlg-01", 2) {
    from.enrol();
    to.enrol();
    to.record(received(310001, 5, world.clock.reading.unix_ms));
  }
  void send() {
    from.record(received(300001, 200, world.clock.reading.unix_ms));
    from.record(ses::TransferredOut{ses::Family::Ses, seals(300101, 50), "wlg-01", "T-5"});
  }
  void arrive(std::uint64_t first, std::uint32_t count) {
    to.record(ses::TransferredIn{ses::Family::Ses,
                                 ses::SealKind::Bolt,
                                 seals(first, count),
                                 {ses::PlaceKind::LockedStore, 1},
                                 "akl-01",
                                 "T-5"});
  }
  void hear(TestSite& site) {
    site.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  [[nodiscard]] bool alerted() {
    const auto rules = world.rules();
    return std::find(rules.begin(), rules.end(), kTransfer) != rules.end();
  }
  // What the directive log of the sending site says about arrivals.
  std::vector<ses::TransferArrived> told() {
    std::vector<ses::TransferArrived> out;
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const std::uint64_t size = must(world.hub->logs().size(log->id));
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto directive = must(ses::decode_directive(must(world.hub->logs().read_entry(log->id, i))));
      if (const auto* one = std::get_if<ses::TransferArrived>(&directive.body)) out.push_back(*one);
    }
    return out;
  }

  HubWorld world;
  TestSite from, to;
};

}  // namespace

TEST_CASE("the sending site is told once that all of a transfer arrived, whichever site was heard first") {
  for (const bool receiver_first : {false, true}) {
    TwoSites sites;
    sites.send();
    sites.arrive(300101, 30);
    sites.hear(receiver_first ? sites.to : sites.from);
    sites.hear(receiver_first ? sites.from : sites.to);
    CHECK(sites.told().empty());
    sites.world.clock.pass(kDay);
    const std::int64_t last_ms = sites.world.clock.reading.unix_ms;
    sites.arrive(300131, 20);
    sites.hear(sites.to);
    CHECK(sites.told() == std::vector{ses::TransferArrived{{1, 1}, last_ms}});
    sites.hear(sites.to);
    sites.hear(sites.from);
    CHECK(sites.told().size() == 1);
  }
}

TEST_CASE("a transfer is overdue only when the other site was heard up to then, also after a restart") {
  TwoSites sites;
  sites.send();
  sites.hear(sites.from);
  sites.hear(sites.to);
  sites.world.clock.pass(9 * kDay);
  sites.hear(sites.from);
  CHECK_FALSE(sites.alerted());
  sites.world.restart();
  sites.hear(sites.from);
  CHECK_FALSE(sites.alerted());
  sites.hear(sites.to);
  CHECK(sites.alerted());
  sites.world.clock.pass(kDay);
  sites.arrive(300101, 50);
  sites.hear(sites.to);
  CHECK_FALSE(sites.alerted());
  sites.hear(sites.from);
  CHECK_FALSE(sites.alerted());
}

TEST_CASE("a transfer to a site that is not of this hub is asked for by what the sending site says alone") {
  TwoSites sites;
  sites.from.record(received(300001, 200, sites.world.clock.reading.unix_ms));
  sites.from.record(ses::TransferredOut{ses::Family::Ses, seals(300101, 50), "elsewhere", ""});
  sites.hear(sites.from);
  sites.world.clock.pass(9 * kDay);
  sites.hear(sites.from);
  CHECK(sites.alerted());
  // They come back.
  sites.from.record(ses::TransferredIn{ses::Family::Ses,
                                       ses::SealKind::Bolt,
                                       seals(300101, 50),
                                       {ses::PlaceKind::LockedStore, 1},
                                       "elsewhere",
                                       ""});
  sites.hear(sites.from);
  CHECK_FALSE(sites.alerted());
  CHECK(sites.told().size() == 1);
}

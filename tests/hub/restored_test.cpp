// SPDX-License-Identifier: Apache-2.0
// A hub whose database was put back from an older copy.
#include "hub/commands/commands.hpp"
#include "hub/high_water.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

const std::vector<std::uint16_t> kGap{static_cast<std::uint16_t>(AlertRule::Gap)};
const std::vector<std::uint16_t> kFork{static_cast<std::uint16_t>(AlertRule::Fork)};

/// A site that holds four directives of a hub that was put back to when it had signed one.
struct LostDirectives {
  LostDirectives() {
    site.enrol();
    site.greet();
    site.take_directives();
  }
  void lose() {
    DatabaseCopy copy(world);
    site.greet();
    for (std::int64_t value = 1; value <= 3; ++value) must(issue(value));
    site.take_directives();
    REQUIRE(site.directives.size() == 4);
    copy.put_back();
  }
  Result<std::uint64_t> issue(std::int64_t minutes) {
    return world.hub->issue(world.site("akl-01").id, ses::PlanSet{9, minutes * 60'000, "1"});
  }
  [[nodiscard]] std::uint64_t directives() {
    return must(
        world.hub->logs().size(must(world.hub->logs().find_log(site.directive_identity().origin))->id));
  }
  [[nodiscard]] sync::LogHead directive_head() {
    for (const sync::LogHead& head : site.greet().logs)
      if (head.role == sync::SyncedRole::Directive) return head;
    FAIL("the hub names no directive log");
    return {};
  }
  HubWorld world;
  TestSite site{world, "akl-01"};
};

}  // namespace

TEST_CASE("a hub that was put back takes its own directives back before it signs a new one") {
  LostDirectives story;
  story.lose();
  CHECK(story.directives() == 1);
  CHECK(code_of(story.issue(9)) == "directives.held_back");
  CHECK(story.world.site("akl-01").directives_held_back);

  const sync::LogHead asked = story.directive_head();
  CHECK(asked.size == 1);
  CHECK(asked.window_bytes > 0);
  CHECK(story.world.rules() == kGap);
  CHECK(story.world.site("akl-01").directives_missing == 3);
  CHECK(code_of(story.issue(9)) == "directives.held_back");

  const auto again = TestSite::refused_of(story.site.send(story.site.give_back(1)));
  CHECK(again.code == "directives.taken_back");
  CHECK(again.rehello);
  CHECK(story.directives() == 4);
  CHECK(story.directive_head().window_bytes == 0);
  CHECK(story.world.rules().empty());
  const auto closed = story.world.alerts(/*open_only=*/false);
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].reason.find("holds all 4 instructions") != std::string::npos);

  CHECK(must(story.issue(9)) == 4);
  story.site.take_directives();
  CHECK(story.site.directives.size() == 5);
  const auto log = must(story.world.hub->logs().find_log(story.site.directive_identity().origin));
  CHECK(must(story.world.hub->logs().root(log->id)) == story.site.directives.root());
}

TEST_CASE("after a restore a site takes no new directive before it was heard of, also after another start") {
  LostDirectives story;
  story.lose();
  TestSite other(story.world, "wlg-01", 2);
  other.enrol();  // since then: nothing of it can be missing
  must(story.world.hub->issue(story.world.site("wlg-01").id, ses::PlanSet{9, 60'000, "1"}));
  must(story.world.hub->outgoing());
  story.world.restart();
  CHECK(code_of(story.issue(9)) == "directives.held_back");
  story.site.directives = Frontier();  // it holds less than this hub: nothing is missing here
  story.site.directives_signature.reset();
  story.site.greet();
  CHECK(must(story.issue(9)) == 1);
}

TEST_CASE("a start without a restore holds nothing back") {
  LostDirectives story;
  must(story.issue(5));
  must(story.world.hub->outgoing());
  story.world.restart();
  must(story.issue(6));
}

TEST_CASE("a high-water file that is missing means that the folder was put back") {
  LostDirectives story;
  story.world.hub.reset();
  std::filesystem::remove(story.world.folder / HighWater::kFileName);
  story.world.restart();
  CHECK(code_of(story.issue(5)) == "directives.held_back");
  story.site.greet();
  must(story.issue(5));
}

TEST_CASE(
    "directives that come back changed, or under another signature, are not taken and count as a fork") {
  LostDirectives story;
  story.lose();
  REQUIRE(story.directive_head().window_bytes > 0);
  const Signature sound = *story.site.directives_signature;
  SECTION("another entry") {
    story.site.directive_entries[2].back() ^= 1;
  }
  SECTION("another signature") {
    story.site.directives_signature->bytes[7] ^= 1;
  }
  CHECK(story.site.send(story.site.give_back(1)).empty());
  CHECK(story.directives() == 1);
  const auto rules = story.world.rules();
  CHECK(std::find(rules.begin(), rules.end(), kFork[0]) != rules.end());
  CHECK(code_of(story.issue(9)) == "directives.held_back");
  // A person decides: it is not asked for again.
  story.site.directives_signature = sound;
  CHECK(story.directive_head().window_bytes == 0);
  CHECK(code_of(story.issue(9)) == "directives.held_back");
}

TEST_CASE("a larger head without the hub's own signature holds nothing back") {
  LostDirectives story;
  story.site.directives.append(hash_leaf(as_bytes("never issued")));
  CHECK(story.directive_head().window_bytes == 0);
  CHECK(story.world.rules() == kGap);
  must(story.issue(5));
}

TEST_CASE("a hub that signed on after a restore that nobody noticed has forked, says so and signs no more") {
  LostDirectives story;
  const auto file = story.world.folder / HighWater::kFileName;
  const std::string before = DatabaseCopy::read(file);
  DatabaseCopy copy(story.world);
  story.site.greet();
  must(story.issue(1));
  story.site.take_directives();
  story.world.hub.reset();
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out)
      << before;  // the whole machine is put back
  copy.put_back();
  must(story.issue(2));
  story.site.greet();
  CHECK(story.world.rules() == kFork);
  CHECK(code_of(story.issue(3)) == "directives.held_back");
  const auto log = must(story.world.hub->logs().find_log(story.site.directive_identity().origin));
  CHECK(must(story.world.hub->logs().evidence(log->id)).size() == 1);
}

TEST_CASE(
    "records that adopt directives which the hub has lost are mirrored, and followed once these are back") {
  LostDirectives story;
  story.lose();
  story.site.record(ses::EpochStarted{});
  story.site.record(ses::DirectivesAdopted{1, 4, story.site.directives.root()});
  story.site.record(received(300'001, 10, story.world.clock.reading.unix_ms));
  CHECK(story.site.sync_all().size == 3);
  story.world.oversee_all();
  CHECK(story.world.site("akl-01").folded_size == 0);
  story.site.send(story.site.give_back(1));
  story.site.greet();
  story.world.oversee_all();
  CHECK(story.world.site("akl-01").folded_size == 3);
  CHECK(must(story.world.hub->rows().self(story.world.site("akl-01").id)).directive_size == 4);
}

TEST_CASE("a hub that lost records takes them again, checks them by its cosignature, and the alert closes") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 3; ++i) site.append(Bytes{i});
  site.sync_all();
  DatabaseCopy copy(world);
  for (std::uint8_t i = 3; i < 5; ++i) site.append(Bytes{i});
  const auto cosigned = site.sync_all();
  site.held_cosignature = {cosigned.size, cosigned.cosignature};

  SECTION("as soon as they are back") {
    copy.put_back();
    site.greet();
    CHECK(world.rules() == kGap);
    CHECK(TestSite::cosigned_of(site.send(site.change_set(3, 4))).size == 4);
    CHECK(world.rules() == kGap);
    CHECK(TestSite::cosigned_of(site.send(site.change_set(4, 5))).size == 5);
  }
  SECTION("also if the site recorded more before it said hello") {
    copy.put_back();
    site.append(Bytes{5});
    site.greet();
    CHECK(world.rules().empty());
    CHECK(TestSite::cosigned_of(site.send(site.change_set(3, 6))).size == 6);
  }
  SECTION("also if the hub was started again in between") {
    copy.put_back();
    site.greet();
    CHECK(world.rules() == kGap);
    world.restart();
    site.held_cosignature.reset();
    site.greet();
    CHECK(TestSite::cosigned_of(site.send(site.change_set(3, 5))).size == 5);
    CHECK(world.rules() == kGap);
    site.held_cosignature = {cosigned.size, cosigned.cosignature};
    site.greet();
  }
  CHECK(world.rules().empty());
  const auto closed = world.alerts(/*open_only=*/false);
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].reason.find("back, as it had confirmed them") != std::string::npos);
}

TEST_CASE("a site that sends other records than were cosigned is a fork, and they are not stored") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 3; ++i) site.append(Bytes{i});
  site.sync_all();
  DatabaseCopy copy(world);
  for (std::uint8_t i = 3; i < 5; ++i) site.append(Bytes{i});
  const auto cosigned = site.sync_all();
  site.held_cosignature = {cosigned.size, cosigned.cosignature};
  copy.put_back();
  site.greet();
  site.entries.resize(4);
  site.frontiers.resize(5);
  site.append(Bytes{99});
  CHECK(TestSite::refused_of(site.send(site.change_set(3, 5))).code == "log.frozen");
  CHECK(world.site("akl-01").mirrored_size == 3);
  CHECK(world.site("akl-01").frozen);
  const auto rules = world.rules();
  CHECK(std::find(rules.begin(), rules.end(), kFork[0]) != rules.end());
  CHECK(must(world.hub->logs().evidence(must(world.hub->logs().find_log(site.identity.origin))->id)).size() ==
        2);
}

TEST_CASE("an instruction for all sites reaches those that are not held back, and names the others") {
  LostDirectives story;
  story.lose();
  const auto run = [&] {
    return execute(*story.world.hub,
                   {"plan set", {{"setting", {"9"}}, {"value", {"60000"}}, {"house", {"true"}}}, {}},
                   [](const cli::Progress&) {});
  };
  CHECK(code_of(run()) == "directives.held_back");
  TestSite other(story.world, "wlg-01", 2);
  other.enrol();
  const std::string said = cli::to_json(must(run()));
  CHECK(said.find("\"not_told\":[\"akl-01\"]") != std::string::npos);
  CHECK(said.find("\"site\":\"wlg-01\"") != std::string::npos);
}

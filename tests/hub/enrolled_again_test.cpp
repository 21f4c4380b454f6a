// SPDX-License-Identifier: Apache-2.0
// A site whose machine or database is lost, and the machine that takes its place.
#include "hub/commands/commands.hpp"
#include "hub/intake/site_book.hpp"
#include "hub/journal.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

struct Replacement {
  Replacement() {
    lost.enrol();
    for (std::uint8_t i = 0; i < 5; ++i) lost.append(Bytes{i});
    lost.sync_all();
    next.identity = sync::identify_log(next.name + "/e2", next.log_key.public_key());
    next.peer = Bytes{2, 2};
  }
  void approve() {
    const auto invitation = must(world.hub->add_site_again("akl-01"));
    REQUIRE(next.ask(invitation.code) == sync::EnrolState::Pending);
    must(world.hub->approve_site("akl-01", sync::site_fingerprint(next.keys())));
  }
  HubWorld world;
  TestSite lost{world, "akl-01", 1}, next{world, "akl-01", 2};
};

}  // namespace

TEST_CASE("an invitation in a lost machine's place names the next epoch and the log that it follows") {
  Replacement story;
  const auto invitation = must(story.world.hub->add_site_again("akl-01"));
  CHECK(invitation.epoch == 2);
  REQUIRE(invitation.follows);
  CHECK(*invitation.follows == sync::FollowedLog{story.lost.identity.origin, 5, story.lost.head(5).root, 5});
  CHECK(code_of(story.world.hub->add_site_again("nowhere")) == "site.unknown");
  must(story.world.hub->add_site("wlg-01"));
  CHECK(code_of(story.world.hub->add_site_again("wlg-01")) == "site.never_enrolled");
  CHECK(code_of(story.world.hub->add_site("akl-01")) == "site.exists");
}

TEST_CASE("an epoch's number is not given twice, not even one that was only offered") {
  Replacement story;
  const auto offer_of = [&](const std::string& epoch, std::uint64_t seed) {
    SeededRandom random(seed);
    const SigningKey key = SigningKey::generate(random);
    const sync::EpochOffer offer{story.lost.name + epoch, key.public_key(), story.lost.identity.origin, 5,
                                 story.lost.head(5).root};
    return story.lost.framed(
        story.lost.signed_frame(sync::MessageType::EpochOffer, sync::kEpochOfferPurpose, encode(offer, key)));
  };
  story.lost.send(offer_of("/e2", 50));
  story.lost.send(offer_of("/e3", 51));
  story.world.restart();
  CHECK(story.world.site("akl-01").pending_epoch == 3);
  CHECK(must(story.world.hub->add_site_again("akl-01")).epoch == 4);
  // Nor does the old machine get in between.
  story.lost.greet();
  CHECK(story.lost.send(offer_of("/e4", 52)).empty());
  CHECK(story.world.site("akl-01").pending_epoch == 3);
}

TEST_CASE("the lost machine is heard until the new keys are approved, and refused from then on") {
  Replacement story;
  const auto invitation = must(story.world.hub->add_site_again("akl-01"));
  REQUIRE(story.next.ask(invitation.code) == sync::EnrolState::Pending);
  TestSite thief(story.world, "akl-01", 3);
  CHECK(thief.ask(invitation.code) == sync::EnrolState::Refused);
  CHECK(TestSite::refused_of(story.next.send(story.next.hello())).code == "site.not_approved");
  story.lost.append(Bytes{5});
  CHECK(story.lost.sync_all().size == 6);
  CHECK(code_of(story.world.hub->approve_site("akl-01", sync::site_fingerprint(story.lost.keys()))) ==
        "site.fingerprint");
  CHECK(story.world.site("akl-01").next_asked);

  story.world.restart();
  const auto info = must(story.world.hub->approve_site("akl-01", sync::site_fingerprint(story.next.keys())));
  CHECK(info.epoch == 2);
  CHECK(info.state == SiteState::Approved);
  CHECK(story.next.ask(invitation.code) == sync::EnrolState::Approved);
  CHECK(story.world.hub->allowed_keys() == std::set{story.next.curve.public_key()});
  story.lost.append(Bytes{6});
  CHECK(TestSite::refused_of(story.lost.send(story.lost.hello())).code == "site.not_approved");
  CHECK(TestSite::refused_of(story.lost.send(story.lost.change_set(6, 7))).code == "site.not_approved");
  const auto logs = must(story.world.hub->register_logs(info.id));
  REQUIRE(logs.site.size() == 2);
  CHECK(logs.site[0].end == 6);
  CHECK(must(story.world.hub->logs().log(logs.site[0].log)).state == LogState::Frozen);
  story.next.append(Bytes{1});
  CHECK(story.next.sync_all().size == 1);
}

TEST_CASE("an open connection of the lost machine is refused from its next message on") {
  Replacement story;
  story.lost.greet();
  story.lost.append(Bytes{5});
  const PeerFrame late = story.lost.change_set(5, 6);
  story.approve();
  CHECK(TestSite::refused_of(story.lost.send(late)).code == "site.not_approved");
  CHECK_FALSE(story.world.site("akl-01").connected);
}

TEST_CASE("an invitation in a lost machine's place is over after a day, and a new one forgets who asked") {
  Replacement story;
  const auto first = must(story.world.hub->add_site_again("akl-01"));
  story.world.clock.pass(24 * 3'600'000);
  CHECK(story.next.ask(first.code) == sync::EnrolState::Refused);
  const auto second = must(story.world.hub->add_site_again("akl-01"));
  CHECK(second.epoch == 2);
  TestSite stranger(story.world, "akl-01", 3);
  CHECK(stranger.ask(second.code) == sync::EnrolState::Pending);
  const auto third = must(story.world.hub->add_site_again("akl-01"));
  CHECK(stranger.ask(second.code) == sync::EnrolState::Refused);
  CHECK(story.next.ask(third.code) == sync::EnrolState::Pending);
}

TEST_CASE("the machine that takes the place brings five new keys") {
  Replacement story;
  const auto invitation = must(story.world.hub->add_site_again("akl-01"));
  CHECK(story.lost.ask(invitation.code) == sync::EnrolState::Refused);
  story.next.mirror_key = SigningKey(story.lost.mirror_key.seed());
  CHECK(story.next.ask(invitation.code) == sync::EnrolState::Refused);
  TestSite other(story.world, "akl-01", 3);
  CHECK(other.ask(invitation.code) == sync::EnrolState::Pending);
}

TEST_CASE("a revoked site is enrolled again, and revoking once more ends the invitation") {
  Replacement story;
  must(story.world.hub->revoke_site("akl-01"));
  const auto first = must(story.world.hub->add_site_again("akl-01"));
  must(story.world.hub->revoke_site("akl-01"));
  CHECK(story.next.ask(first.code) == sync::EnrolState::Refused);
  story.approve();
  CHECK(story.world.site("akl-01").state == SiteState::Approved);
  story.next.append(Bytes{1});
  CHECK(story.next.sync_all().size == 1);
}

TEST_CASE("alerts about the lost machine close when another took its place") {
  Replacement story;
  story.lost.session.bytes[7] = 9;
  story.lost.peer = Bytes{9, 9};
  story.lost.greet();  // a clone
  story.lost.entries.resize(3);
  story.lost.frontiers.resize(4);
  story.lost.greet();  // a gap
  CHECK(story.world.rules().size() == 2);
  story.world.clock.pass(49 * 3'600'000);
  must(story.world.hub->tick());
  CHECK(story.world.rules().size() == 3);
  story.approve();
  must(story.world.hub->tick());
  CHECK(story.world.rules().empty());
  CHECK_FALSE(story.world.site("akl-01").frozen);
}

TEST_CASE(
    "the directive log goes on: mirrored from its first entry, cosigned with the new key, the old one still "
    "known") {
  Replacement story;
  story.lost.greet();
  must(story.world.hub->issue(story.world.site("akl-01").id, ses::PlanSet{9, 60'000, "1"}));
  story.lost.take_directives();
  const Checkpoint head{story.lost.directive_identity().origin, 2, story.lost.directives.root()};
  const auto log = must(story.world.hub->logs().find_log(head.origin));
  const auto old = must(story.world.hub->logs().newest_cosigned_head(log->id));
  REQUIRE(old);
  CHECK(old->checkpoint == head);
  story.approve();
  story.next.greet();
  story.next.take_directives();
  CHECK(story.next.directives.root() == head.root);
  must(story.world.hub->issue(story.world.site("akl-01").id, ses::PlanSet{9, 120'000, "1"}));
  story.next.take_directives();
  const auto newest = must(story.world.hub->logs().newest_cosigned_head(log->id));
  CHECK(newest->checkpoint.size == 3);
  must(verify_cosignature(newest->checkpoint, story.next.mirror_key.public_key(), newest->cosignature));

  auto book = must(SiteBook::open(story.world.hub->db()));
  const Site* site = book.find("akl-01");
  CHECK(site->ever_cosigned(old->checkpoint, old->cosignature));
  CHECK(site->ever_cosigned(newest->checkpoint, newest->cosignature));
  TestSite stranger(story.world, "akl-01", 3);
  CHECK_FALSE(site->ever_cosigned(head, make_cosignature(head, 5, stranger.mirror_key)));
}

TEST_CASE("each step of taking a lost machine's place stands in the journal") {
  Replacement story;
  story.approve();
  const auto log = must(story.world.hub->logs().find_log("hub.example.nz/journal/e1"));
  std::vector<JournalKind> kinds;
  must(story.world.hub->logs().read_entries(log->id, 4, 100, UINT64_MAX,
                                            [&](std::uint64_t, ByteView bytes) -> Result<> {
                                              SEALKEEP_LET(entry, decode_journal_entry(bytes));
                                              kinds.push_back(entry.kind);
                                              return {};
                                            }));
  CHECK(kinds ==
        std::vector{JournalKind::SiteInvitedAgain, JournalKind::SiteAsked, JournalKind::SiteReplaced});
}

TEST_CASE(
    "the command says what stays and what another machine goes on behind; without --again it says how") {
  Replacement story;
  const auto run = [&](std::map<std::string, std::vector<std::string>> options) {
    return execute(*story.world.hub, {"site add", std::move(options), {}}, [](const cli::Progress&) {});
  };
  const auto refused = run({{"code", {"akl-01"}}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "site.exists");
  CHECK(refused.error().next.find("--again") != std::string::npos);
  const std::string said = cli::to_json(must(run({{"code", {"akl-01"}}, {"again", {""}}})));
  CHECK(said.find("\"epoch\":2") != std::string::npos);
  CHECK(said.find("\"records_kept\":5") != std::string::npos);
  CHECK(said.find("sealkeep-invitation-v1.") != std::string::npos);
}

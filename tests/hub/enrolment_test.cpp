// SPDX-License-Identifier: Apache-2.0
#include "hub/journal.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

TEST_CASE("hub is created once") {
  HubWorld world;
  world.hub.reset();
  CHECK(code_of(Hub::create(world.parts(), {"other", "", ""})) == "hub.exists");
}

TEST_CASE("hub refuses a wrong code, an unknown site and other keys with one and the same answer") {
  HubWorld world;
  TestSite site(world, "akl-01"), thief(world, "akl-01", 2), stranger(world, "nowhere", 3);
  const auto invitation = must(world.hub->add_site("akl-01"));
  auto wrong = invitation.code;
  wrong[0] ^= 1;
  const Bytes unknown_site = must(world.hub->on_enrol_request(stranger.request(wrong), nullptr));
  CHECK(must(world.hub->on_enrol_request(site.request(wrong), nullptr)) == unknown_site);
  CHECK(site.ask(invitation.code) == sync::EnrolState::Pending);
  CHECK(must(world.hub->on_enrol_request(thief.request(invitation.code), nullptr)) == unknown_site);
  CHECK(site.ask(invitation.code) == sync::EnrolState::Pending);
  CHECK(code_of(world.hub->approve_site("akl-01", "0000")) == "site.fingerprint");
  must(world.hub->approve_site("akl-01", sync::site_fingerprint(site.keys())));
  CHECK(site.ask(invitation.code) == sync::EnrolState::Approved);
  CHECK(code_of(world.hub->add_site("akl-01")) == "site.exists");
}

TEST_CASE("an invitation is over after a day, and a new one replaces it") {
  HubWorld world;
  TestSite site(world, "akl-01");
  const auto first = must(world.hub->add_site("akl-01"));
  world.clock.pass(24 * 3'600'000);
  CHECK(site.ask(first.code) == sync::EnrolState::Refused);
  const auto second = must(world.hub->add_site("akl-01"));
  CHECK(site.ask(first.code) == sync::EnrolState::Refused);
  CHECK(site.ask(second.code) == sync::EnrolState::Pending);
}

TEST_CASE("every decision stands in the journal under a signed head") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  must(world.hub->revoke_site("akl-01"));
  const auto log = must(world.hub->logs().find_log("hub.example.nz/journal/e1"));
  REQUIRE(log);
  std::vector<JournalKind> kinds;
  must(world.hub->logs().read_entries(log->id, 0, 100, UINT64_MAX,
                                      [&](std::uint64_t, ByteView bytes) -> Result<> {
                                        SEALKEEP_LET(entry, decode_journal_entry(bytes));
                                        kinds.push_back(entry.kind);
                                        return {};
                                      }));
  CHECK(kinds == std::vector{JournalKind::HubStarted, JournalKind::SiteAdded, JournalKind::SiteAsked,
                             JournalKind::SiteApproved, JournalKind::SiteRevoked});
  const auto head = must(world.hub->logs().newest_signed_head(log->id));
  must(verify_checkpoint(head->checkpoint, *world.hub->roles().signing_key("journal"), head->signature));
  CHECK(head->checkpoint.size == 5);
}

// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

TEST_CASE("hub stores a site's records and cosigns them") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (int i = 0; i < 300; ++i) site.append(to_bytes(as_bytes("not an entry at all " + std::to_string(i))));
  const auto cosigned = site.sync_all();
  CHECK(cosigned.size == 300);
  must(verify_cosignature(site.head(300), *world.hub->roles().signing_key("mirror"), cosigned.cosignature));
  CHECK(world.site("akl-01").mirrored_size == 300);

  const auto again = TestSite::cosigned_of(site.send(site.change_set(0, 300)));
  CHECK(again.cosignature == cosigned.cosignature);

  world.restart();
  CHECK(world.site("akl-01").mirrored_size == 300);
  CHECK(TestSite::refused_of(site.send(site.change_set(0, 300))).code == "session.hello_first");
}

TEST_CASE("hub takes several change sets of many sites in one call") {
  HubWorld world;
  std::vector<std::unique_ptr<TestSite>> sites;
  std::vector<PeerFrame> frames;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    auto& site = *sites.emplace_back(std::make_unique<TestSite>(world, "site-" + std::to_string(i), i));
    site.enrol();
    site.greet();
    for (int n = 0; n < 30; ++n) site.append(Bytes(50, static_cast<std::uint8_t>(n)));
    frames.push_back(site.change_set(0, 10));
    frames.push_back(site.change_set(10, 30));
  }
  const auto before = world.hub->db().transactions();
  const auto replies = must(world.hub->on_frames(frames));
  CHECK(world.hub->db().transactions() == before + 1);
  CHECK(replies.size() == 20);
  for (const auto& site : sites) CHECK(world.site(site->code).mirrored_size == 30);
}

TEST_CASE("hub refuses strangers, and a revoked site from its next message on") {
  HubWorld world;
  TestSite site(world, "akl-01");
  const auto invitation = must(world.hub->add_site("akl-01"));
  REQUIRE(site.ask(invitation.code) == sync::EnrolState::Pending);
  CHECK(TestSite::refused_of(site.send(site.hello())).code == "site.not_approved");
  must(world.hub->approve_site("akl-01", sync::site_fingerprint(site.keys())));
  site.append(Bytes{1});
  site.append(Bytes{2});
  site.greet();
  site.send(site.change_set(0, 1));
  must(world.hub->revoke_site("akl-01"));
  CHECK(world.hub->allowed_keys().empty());
  CHECK(TestSite::refused_of(site.send(site.change_set(1, 2))).code == "site.not_approved");
  CHECK(world.site("akl-01").mirrored_size == 1);
}

TEST_CASE("hub asks for a hello after a gap, and keeps nothing of it") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  site.greet();
  for (std::uint8_t i = 0; i < 9; ++i) site.append(Bytes{i});
  const auto refused = TestSite::refused_of(site.send(site.change_set(3, 9)));
  CHECK(refused.rehello);
  CHECK(world.site("akl-01").mirrored_size == 0);
}

TEST_CASE("hub raises a fork, keeps both heads and takes nothing more of that epoch") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 5; ++i) site.append(Bytes{i});
  site.sync_all();
  site.entries.resize(4);
  site.frontiers.resize(5);
  site.append(Bytes{99});
  site.greet();
  CHECK(world.rules() == std::vector<std::uint16_t>{static_cast<std::uint16_t>(AlertRule::Fork)});
  CHECK(world.site("akl-01").frozen);
  const auto log = must(world.hub->logs().find_log(site.identity.origin));
  CHECK(must(world.hub->logs().evidence(log->id)).size() == 2);
}

TEST_CASE("hub raises a gap when a site comes back with less than it sent") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 5; ++i) site.append(Bytes{i});
  site.sync_all();
  site.entries.resize(3);
  site.frontiers.resize(4);
  const auto answer = site.greet();
  CHECK(answer.logs.at(0).size == 5);
  CHECK(world.rules() == std::vector<std::uint16_t>{static_cast<std::uint16_t>(AlertRule::Gap)});
}

TEST_CASE("hub names both machines of a clone and waits for a person") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  site.append(Bytes{1});
  site.sync_all();
  const auto first = site.session;
  site.session.bytes[7] = 9;
  site.peer = Bytes{9, 9};
  site.greet();
  REQUIRE(world.rules() == std::vector<std::uint16_t>{static_cast<std::uint16_t>(AlertRule::Clone)});
  const std::string reason = world.alerts()[0].reason;
  CHECK(reason.find(sealkeep::hex(first.bytes)) != std::string::npos);
  CHECK(reason.find(sealkeep::hex(site.session.bytes)) != std::string::npos);
  site.append(Bytes{2});
  CHECK(TestSite::refused_of(site.send(site.change_set(1, 2))).code == "site.clone");
  must(world.hub->approve_site("akl-01", sync::site_fingerprint(site.keys())));
  CHECK(world.rules().empty());
  site.greet();
  CHECK(TestSite::cosigned_of(site.send(site.change_set(1, 2))).size == 2);
}

TEST_CASE("hub takes a new epoch once a person approved it") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 5; ++i) site.append(Bytes{i});
  site.sync_all();
  site.entries.resize(3);
  site.frontiers.resize(4);
  site.greet();
  const SigningKey next = SigningKey::generate(site.random);
  const sync::EpochOffer offer{site.name + "/e2", next.public_key(), site.identity.origin, 3,
                               site.frontiers[3].root()};
  const auto frame = site.framed(
      site.signed_frame(sync::MessageType::EpochOffer, sync::kEpochOfferPurpose, encode(offer, next)));
  CHECK(site.send(frame).empty());
  auto keys = site.keys();
  CHECK(code_of(world.hub->approve_site("akl-01", sync::site_fingerprint(keys))) == "site.fingerprint");
  keys.log = next.public_key();
  CHECK(world.site("akl-01").fingerprint == sync::site_fingerprint(keys));
  const auto info = must(world.hub->approve_site("akl-01", sync::site_fingerprint(keys)));
  CHECK(info.epoch == 2);
  CHECK(world.rules().empty());
  const auto logs = must(world.hub->register_logs(info.id));
  REQUIRE(logs.site.size() == 2);
  CHECK(logs.site[0].end == 5);
}

TEST_CASE("hub sends directives and keeps the site's cosignature") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  site.greet();
  must(world.hub->issue(world.site("akl-01").id, ses::SiteApproved{1, 0, ses::Scope::Sea, "1"}));
  const auto out = must(world.hub->outgoing());
  REQUIRE(!out.empty());
  const auto frame = must(sync::read_frame(out[0].frame));
  REQUIRE(frame.type == sync::MessageType::ChangeSet);
  const Bytes clear = must(envelope::open(frame.body, site.envelope_key));
  const auto identity =
      sync::identify_log("hub.example.nz/directive/akl-01/e1", *world.hub->roles().signing_key("directive"));
  const auto run = sync::open_change_set(clear, identity, site.directives);
  REQUIRE(run);
  const sync::Cosigned cosigned{identity.id, run->end.size, make_cosignature(run->end, 5, site.mirror_key),
                                65536};
  CHECK(site.send(site.framed(sync::make_frame(sync::MessageType::Cosigned, encode(cosigned)))).empty());
  const auto log = must(world.hub->logs().find_log(identity.origin));
  CHECK(must(world.hub->logs().newest_cosigned_head(log->id))->checkpoint == run->end);
}

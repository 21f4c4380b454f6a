// SPDX-License-Identifier: Apache-2.0
#include "common/cli/value.hpp"
#include "common/ses/restated.hpp"
#include "hub/commands/commands.hpp"
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

TEST_CASE("hub takes an epoch of a site that was put back twice, whatever log it ended") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 5; ++i) site.append(Bytes{i});
  site.sync_all();
  const Hash root = site.frontiers[3].root();
  auto keys = site.keys();
  const auto offer = [&](const std::string& origin, const std::string& previous) {
    const SigningKey key = SigningKey::generate(site.random);
    const sync::EpochOffer offered{origin, key.public_key(), previous, 3, root};
    keys.log = key.public_key();
    return site.framed(
        site.signed_frame(sync::MessageType::EpochOffer, sync::kEpochOfferPurpose, encode(offered, key)));
  };
  const std::string e = site.name + "/e";
  // The first copy is put back, and put back again before anybody approved: the newest offer stands.
  CHECK(site.send(offer(e + "2", e + "1")).empty());
  const auto frame = offer(e + "3", e + "1");
  const auto third = keys;
  for (int hello = 0; hello < 2; ++hello) CHECK(site.send(frame).empty());
  CHECK(world.site("akl-01").pending_epoch == 3);
  world.restart();
  CHECK(world.site("akl-01").pending_epoch == 3);
  CHECK(world.site("akl-01").fingerprint == sync::site_fingerprint(third));
  CHECK(must(world.hub->approve_site("akl-01", sync::site_fingerprint(third))).epoch == 3);
  // Then the same copy once more: it ended a log that has ended here.
  CHECK(site.send(offer(e + "4", e + "1")).empty());
  CHECK(world.site("akl-01").pending_epoch == 4);
  // And one that followed a log which was offered only, or never.
  CHECK(site.send(offer(e + "6", e + "5")).empty());
  CHECK(must(world.hub->approve_site("akl-01", sync::site_fingerprint(keys))).epoch == 6);
  const auto logs = must(world.hub->register_logs(world.site("akl-01").id));
  REQUIRE(logs.site.size() == 3);
  CHECK(logs.site[0].end == 5);
  CHECK(logs.site[1].end == 0);

  for (const auto& [origin, previous] :
       {std::pair(e + "7", e + "8"), std::pair(e + "7", std::string("hub.example.nz/site/akl-02/e1"))})
    CHECK(TestSite::refused_of(site.send(offer(origin, previous))).code == "epoch_offer.previous");
  for (const char* old : {"6", "4"})
    CHECK(TestSite::refused_of(site.send(offer(e + old, e + "1"))).code == "epoch_offer.origin");
}

TEST_CASE("a site that was put back once more is no clone of the log that it lost") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  for (std::uint8_t i = 0; i < 5; ++i) site.append(Bytes{i});
  site.sync_all();
  SigningKey key = SigningKey::generate(site.random);
  const sync::EpochOffer offered{site.name + "/e2", key.public_key(), site.identity.origin, 5,
                                 site.frontiers[5].root()};
  site.send(site.framed(
      site.signed_frame(sync::MessageType::EpochOffer, sync::kEpochOfferPurpose, encode(offered, key))));
  auto keys = site.keys();
  keys.log = key.public_key();
  must(world.hub->approve_site("akl-01", sync::site_fingerprint(keys)));
  const auto identity = std::exchange(site.identity, sync::identify_log(site.name + "/e2", key.public_key()));
  auto log_key = std::exchange(site.log_key, std::move(key));
  const auto entries = std::exchange(site.entries, {});
  const auto frontiers = std::exchange(site.frontiers, {Frontier()});
  site.greet();
  site.identity = identity;
  site.log_key = std::move(log_key);
  site.entries = entries;
  site.frontiers = frontiers;
  site.session.bytes[7] = 9;  // the same start, another session: the copy of the first epoch
  site.greet();
  CHECK(world.rules().empty());
  CHECK_FALSE(world.site("akl-01").frozen);
}

TEST_CASE("hub shows a restated fact as it was recorded, and asks for its details in the new place") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  site.record(received(300'001, 5, world.clock.reading.unix_ms));
  site.record(ses::StoreOpened{1});  // lost with the site's disk
  const auto with_detail = [&](std::uint8_t request) {
    ses::Entry entry;
    entry.header.request_id[0] = request;
    entry.header.happened_ms = entry.header.recorded_ms = world.clock.reading.unix_ms;
    entry.event = ses::StoreOpened{1};
    entry.details.resize(1);
    entry.details[0].length_bytes = 5;
    return must(encode(entry));
  };
  const Bytes erased = with_detail(101), waiting = with_detail(102);
  site.append(erased);
  site.append(waiting);
  site.sync_all();
  world.oversee_all();
  const auto e1 = must(world.hub->register_logs(world.site("akl-01").id)).site.back().log;
  must(world.hub->db().transaction([&] { return world.hub->details().erase(e1, 2, 0); }));
  SigningKey key = SigningKey::generate(site.random);
  const sync::EpochOffer offered{site.name + "/e2", key.public_key(), site.identity.origin, 2,
                                 site.frontiers[2].root()};
  site.send(site.framed(
      site.signed_frame(sync::MessageType::EpochOffer, sync::kEpochOfferPurpose, encode(offered, key))));
  auto keys = site.keys();
  keys.log = key.public_key();
  must(world.hub->approve_site("akl-01", sync::site_fingerprint(keys)));

  ses::Entry fact;
  fact.header.happened_ms = fact.header.recorded_ms = world.clock.reading.unix_ms - 1'000;
  fact.header.person_no = 5;
  fact.event = applied(300'002);
  fact.details.resize(1);
  fact.details[0].length_bytes = 7;
  const Bytes bytes = must(encode(fact));
  const Bytes receipt = site.entries[0];
  site.identity = sync::identify_log(site.name + "/e2", key.public_key());
  site.log_key = std::move(key);
  site.entries.clear();
  site.frontiers = {Frontier()};
  ses::EpochStarted started;
  started.previous_origin = site.name + "/e1";
  site.record(started);
  ses::EntryHeader own;
  own.recorded_ms = world.clock.reading.unix_ms;
  site.append(must(encode(*must(ses::restate(own, {1, 0}, receipt)))));
  site.append(must(encode(*must(ses::restate(own, {1, 1}, bytes)))));
  site.append(must(encode(*must(ses::restate(own, {1, 2}, erased)))));
  site.append(must(encode(*must(ses::restate(own, {1, 3}, waiting)))));
  site.sync_all();
  world.oversee_all();

  const auto id = world.site("akl-01").id;
  const auto found = must(world.hub->rows().seal({ses::Family::Ses, seals(300'002, 1).front()}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].row.state == ses::SealState::Applied);
  CHECK(found[0].row.came_in == 1);
  CHECK(found[0].row.history == std::vector<ses::Ref>{{1, 0}, {2, 2}});
  const auto e2 = must(world.hub->register_logs(id)).site.back().log;
  const auto wanted = must(world.hub->details().wanted(e2, 0, 100, 10));
  REQUIRE(wanted.size() == 2);  // what was erased stays erased
  CHECK(wanted[0].index == 2);
  CHECK(wanted[0].commitment == fact.details[0].commitment);
  CHECK(wanted[1].index == 4);

  cli::Command command;
  command.name = "seal show";
  command.options = {{"number", {"NZ300002"}}, {"family", {"ses"}}};
  const std::string shown = cli::to_json(must(execute(*world.hub, command, {})));
  INFO(shown);
  CHECK(shown.find("\"seal_applied\"") != std::string::npos);
  CHECK(shown.find("first recorded as 1/1") != std::string::npos);
  CHECK(shown.find("\"restated\":\"first recorded as 1/0") == std::string::npos);
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

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/crypto/system_random.hpp"
#include "common/ses/entry.hpp"
#include "common/sync/messages.hpp"
#include "hub/alerts/alerts.hpp"
#include "hub/hub.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::hub::test {

using sealkeep::test::code_of;
using sealkeep::test::HandClock;
using sealkeep::test::must;
using sealkeep::test::TestFolder;

/// A hub in a folder of its own, on real SQLite.
struct HubWorld {
  HubWorld() {
    must(Hub::create(parts(), {"hub.example.nz", "tcp://hub:7441", "tcp://hub:7442"}));
    restart();
  }
  HubWorld(const HubWorld&) = delete;
  HubWorld& operator=(const HubWorld&) = delete;
  HubParts parts() { return {folder.path(), {}, {}, clock, random, log}; }
  void restart() {
    hub.reset();
    hub = must(Hub::open(parts()));
  }
  void oversee_all() {
    while (must(hub->oversee(10'000)) > 0) {
    }
  }
  std::vector<Alert> alerts(bool open_only = true) {
    auto all = must(Alerts::open(hub->db()));
    return must(all.list(0, open_only, 1000));
  }
  std::vector<std::uint16_t> rules() {
    std::vector<std::uint16_t> out;
    for (const Alert& alert : alerts()) out.push_back(alert.rule);
    return out;
  }
  SiteInfo site(std::string_view code) {
    for (const SiteInfo& info : must(hub->sites()))
      if (info.code == code) return info;
    FAIL("no such site");
    return {};
  }

  TestFolder folder;
  HandClock clock;
  SeededRandom random{7};
  NullLogger log;
  std::unique_ptr<Hub> hub;
};

/// The hub's database as it is now, to be put back later; the file high-water is no part of it.
class DatabaseCopy {
 public:
  explicit DatabaseCopy(HubWorld& world) : world_(world) {
    world_.hub.reset();
    for (const char* name : kFiles)
      if (std::filesystem::exists(world_.folder / name)) files_[name] = read(world_.folder / name);
    world_.restart();
  }
  void put_back() {
    world_.hub.reset();
    for (const char* name : kFiles) std::filesystem::remove(world_.folder / name);
    for (const auto& [name, content] : files_)
      std::ofstream(world_.folder / name, std::ios::binary) << content;
    world_.restart();
  }
  static std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  static constexpr const char* kFiles[] = {"hub.db", "hub.db-wal", "hub.db-shm"};
  HubWorld& world_;
  std::map<std::string, std::string> files_;
};

/// A site made of the protocol's pieces: keys, a log in memory, and the frames that an agent would send.
struct TestSite {
  explicit TestSite(HubWorld& in, std::string site_code, std::uint64_t seed = 1)
      : world(in),
        code(std::move(site_code)),
        random(seed),
        log_key(SigningKey::generate(random)),
        mirror_key(SigningKey::generate(random)),
        message_key(SigningKey::generate(random)),
        curve(BoxKey::generate(random)),
        envelope_key(BoxKey::generate(random)),
        name("hub.example.nz/site/" + code),
        identity(sync::identify_log(name + "/e1", log_key.public_key())) {
    session.bytes[0] = static_cast<std::uint8_t>(seed);
    peer = Bytes{1, static_cast<std::uint8_t>(seed)};
  }

  [[nodiscard]] sync::SiteKeys keys() const {
    return {log_key.public_key(), mirror_key.public_key(), message_key.public_key(), curve.public_key(),
            envelope_key.public_key()};
  }
  [[nodiscard]] Bytes request(const sync::OneTimeCode& one_time) const {
    const sync::EnrolRequest asked{"hub.example.nz", code, one_time, keys(), "dock-pc"};
    return sync::make_frame(sync::MessageType::EnrolRequest,
                            encode(asked, {log_key, mirror_key, message_key}));
  }
  sync::EnrolState ask(const sync::OneTimeCode& one_time) {
    const Bytes answer = must(world.hub->on_enrol_request(request(one_time), &curve.public_key()));
    return must(sync::decode_enrol_answer(must(sync::read_frame(answer)).body)).state;
  }
  void enrol() {
    const auto invitation = must(world.hub->add_site(code));
    REQUIRE(ask(invitation.code) == sync::EnrolState::Pending);
    must(world.hub->approve_site(code, sync::site_fingerprint(keys())));
  }

  void append(Bytes entry) {
    frontiers.push_back(frontiers.back());
    frontiers.back().append(hash_leaf(entry));
    entries.push_back(std::move(entry));
  }
  void record(const ses::Event& event) {
    ses::Entry entry;
    entry.header.request_id[0] = static_cast<std::uint8_t>(entries.size());
    entry.header.happened_ms = entry.header.recorded_ms = world.clock.reading.unix_ms;
    entry.header.boot_no = 1;
    entry.header.mono_ms = world.clock.reading.mono_ms;
    entry.header.person_no = 5;
    entry.event = event;
    append(must(encode(entry)));
  }
  [[nodiscard]] Checkpoint head(std::uint64_t size) const {
    return {identity.origin, size, frontiers[size].root()};
  }

  [[nodiscard]] PeerFrame framed(Bytes frame) const {
    return {peer, curve.public_key(), "192.0.2.1:5000", std::move(frame)};
  }
  [[nodiscard]] PeerFrame hello() const {
    sync::Hello said;
    said.session = session;
    said.boot_no = boot_no;
    said.software = "0.1.0";
    said.now_ms = world.clock.reading.unix_ms;
    const Checkpoint now = head(entries.size());
    sync::LogHead own{identity.origin, sync::SyncedRole::Site, now.size, now.root,
                      std::nullopt,    std::nullopt,           0};
    if (now.size > 0) own.signature = sign_checkpoint(now, log_key);
    own.cosigned = held_cosignature;
    said.logs.push_back(own);
    sync::LogHead down;
    down.origin = "hub.example.nz/directive/" + code + "/e1";
    down.role = sync::SyncedRole::Directive;
    down.size = directives.size();
    down.root = directives.root();
    down.signature = directives_signature;
    down.window_bytes = 64 * 1024;
    said.logs.push_back(down);
    return framed(signed_frame(sync::MessageType::Hello, sync::kHelloPurpose, encode(said)));
  }
  [[nodiscard]] Bytes signed_frame(sync::MessageType type, std::string_view purpose,
                                   const Bytes& body) const {
    return sync::make_frame(type, sync::sign_message(purpose, name, "hub.example.nz", body, message_key));
  }
  [[nodiscard]] PeerFrame change_set(std::uint64_t start, std::uint64_t end) {
    sync::ChangeSetBuilder builder(start);
    for (std::uint64_t i = start; i < end; ++i) REQUIRE(builder.add(entries[i]));
    const Bytes clear = builder.finish(identity, frontiers[end], log_key);
    const auto hub_key = *world.hub->roles().box_key("envelope");
    return framed(sync::make_frame(sync::MessageType::ChangeSet, envelope::seal(clear, hub_key, random)));
  }
  [[nodiscard]] sync::LogIdentity directive_identity() const {
    return sync::identify_log("hub.example.nz/directive/" + code + "/e1",
                              *world.hub->roles().signing_key("directive"));
  }
  /// Mirrors and cosigns what directives the hub sends of itself.
  void take_directives() {
    for (const PeerReply& reply : must(world.hub->outgoing())) {
      const auto frame = must(sync::read_frame(reply.frame));
      if (frame.type != sync::MessageType::ChangeSet || reply.peer != peer) continue;
      const Bytes clear = must(envelope::open(frame.body, envelope_key));
      const auto run = sync::open_change_set(clear, directive_identity(), directives);
      REQUIRE(run);
      ByteReader reader(run->entries);
      for (std::size_t i = 0; i < run->count; ++i) {
        const std::size_t length = reader.u16();
        directive_entries.push_back(to_bytes(reader.raw(length)));
      }
      directives = run->after;
      directives_signature = run->signature;
      const sync::Cosigned answer{directive_identity().id, run->end.size,
                                  make_cosignature(run->end, 5, mirror_key), 65536};
      CHECK(send(framed(sync::make_frame(sync::MessageType::Cosigned, encode(answer)))).empty());
    }
  }
  /// The directives from `from` on under the hub's own signature, for a hub that has lost them.
  [[nodiscard]] PeerFrame give_back(std::uint64_t from) {
    sync::ChangeSetBuilder builder(from);
    for (std::uint64_t i = from; i < directive_entries.size(); ++i)
      REQUIRE(builder.add(directive_entries[i]));
    const auto identity_of_log = directive_identity();
    const Bytes clear =
        builder.finish(identity_of_log, {identity_of_log.origin, directives.size(), directives.root()},
                       *directives_signature);
    const auto hub_key = *world.hub->roles().box_key("envelope");
    return framed(sync::make_frame(sync::MessageType::ChangeSet, envelope::seal(clear, hub_key, random)));
  }
  [[nodiscard]] PeerFrame status(std::int64_t until_ms) const {
    const Checkpoint now = head(entries.size());
    const sync::Status said{identity.origin, now.size, now.root, until_ms, {}, 0};
    return framed(signed_frame(sync::MessageType::Status, sync::kStatusPurpose, encode(said)));
  }

  std::vector<PeerReply> send(const PeerFrame& frame) {
    return must(world.hub->on_frames(std::span(&frame, 1)));
  }
  sync::HelloAnswer greet() {
    const auto replies = send(hello());
    REQUIRE(replies.size() == 1);
    return answer_of(replies[0]);
  }
  [[nodiscard]] sync::HelloAnswer answer_of(const PeerReply& reply) const {
    const auto frame = must(sync::read_frame(reply.frame));
    REQUIRE(frame.type == sync::MessageType::HelloAnswer);
    const auto opened = must(sync::open_signed(
        frame.body, sync::kHelloAnswerPurpose,
        [&](std::string_view) { return world.hub->roles().signing_key("message"); }, name));
    return must(sync::decode_hello_answer(opened.body));
  }
  /// Everything recorded so far, in one hello and one change set, with a status.
  sync::Cosigned sync_all() {
    const auto answer = greet();
    std::uint64_t from = 0;
    for (const auto& log : answer.logs)
      if (log.origin == identity.origin) from = log.size;
    sync::Cosigned cosigned;
    if (from < entries.size()) cosigned = cosigned_of(send(change_set(from, entries.size())));
    send(status(world.clock.reading.unix_ms));
    return cosigned;
  }
  [[nodiscard]] static sync::Cosigned cosigned_of(const std::vector<PeerReply>& replies) {
    REQUIRE(replies.size() == 1);
    const auto frame = must(sync::read_frame(replies[0].frame));
    if (frame.type == sync::MessageType::Refused) FAIL(must(sync::decode_refused(frame.body)).code);
    REQUIRE(frame.type == sync::MessageType::Cosigned);
    return must(sync::decode_cosigned(frame.body));
  }
  [[nodiscard]] static sync::Refused refused_of(const std::vector<PeerReply>& replies) {
    REQUIRE(replies.size() == 1);
    const auto frame = must(sync::read_frame(replies[0].frame));
    REQUIRE(frame.type == sync::MessageType::Refused);
    return must(sync::decode_refused(frame.body));
  }

  HubWorld& world;
  std::string code;
  SeededRandom random;
  SigningKey log_key, mirror_key, message_key;
  BoxKey curve, envelope_key;
  std::string name;
  sync::LogIdentity identity;
  std::vector<Bytes> entries;
  std::vector<Frontier> frontiers{Frontier()};
  Frontier directives;
  std::vector<Bytes> directive_entries;
  std::optional<Signature> directives_signature;
  std::optional<sync::HeldCosignature> held_cosignature;
  sync::SessionId session;
  std::uint64_t boot_no = 1;
  Bytes peer;
};

inline ses::SealRange seals(std::uint64_t first, std::uint32_t count) {
  return {"NZ", first, 6, count};
}
inline ses::SealsReceived received(std::uint64_t first, std::uint32_t count, std::int64_t at_ms) {
  ses::SealsReceived event;
  event.seals = seals(first, count);
  event.place = {ses::PlaceKind::LockedStore, 1};
  event.arrived_ms = at_ms;
  return event;
}
inline ses::SealApplied applied(std::uint64_t seal) {
  ses::SealApplied event;
  event.seal = seals(seal, 1).front();
  event.unit = must(ses::UnitId::parse(ses::UnitKind::SeaContainer, "MSCU1234566"));
  return event;
}

}  // namespace sealkeep::hub::test

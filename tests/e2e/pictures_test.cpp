// SPDX-License-Identifier: Apache-2.0
// Originals of pictures travel to head office behind everything else: the real agent and the real hub, frames
// from hand to hand, time moved by the test.
#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/agent.hpp"
#include "agent/eyes/eyes.hpp"
#include "agent/uplink/picture_source.hpp"
#include "common/sync/messages.hpp"
#include "hub/commands/commands.hpp"
#include "hub/pictures/originals.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;

namespace {

using test::HandClock;
using test::must;

Bytes jpeg(std::size_t bytes, std::uint64_t seed = 1) {
  Bytes out(bytes);
  SeededRandom(seed).fill(out);
  const Bytes head{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 'J', 'F', 0xFF, 0xDA, 0, 2};
  std::copy(head.begin(), head.end(), out.begin());
  return out;
}

constexpr std::uint64_t kLimit = 256 * 1024;
constexpr std::size_t kPiece = kLimit / 4;

class Link {
  test::TestFolder folder_;

 public:
  explicit Link(std::uint64_t limit_bytes_s = kLimit) : limit_(limit_bytes_s) {
    must(hub::Hub::create(hub_parts(), {"hub.example.nz", "tcp://127.0.0.1:1", "tcp://127.0.0.1:2"}));
    must(agent::Agent::create(agent_parts()));
    open();
    const agent::ExporterInfo enrolled = must(agent->enrol(must(hub->add_site("akl-01"))));
    id = enrolled.id;
    const BoxPublicKey key = curve_key();
    must(agent->on_enrol_answer(id, must(hub->on_enrol_request(must(agent->enrol_request(id)), &key))));
    must(hub->approve_site("akl-01", enrolled.fingerprint));
    connect();
  }
  void open() {
    hub = must(hub::Hub::open(hub_parts()));
    agent = must(agent::Agent::open(agent_parts()));
  }
  void connect() {
    agent->on_connected(id);
    settle();
  }
  void disconnect() {
    agent->on_disconnected(id);
    hub->peer_gone(kPeer);
  }
  void restart_both() {
    agent.reset();
    hub.reset();
    open();
  }

  /// What the site has to say now goes to the hub, and what the hub says to that goes back. False: nobody had
  /// anything to say.
  bool exchange() {
    std::vector<hub::PeerFrame> frames;
    while (auto frame = must(agent->next_frame(id))) {
      agent->sent(id, true);
      sent.push_back(must(sync::read_frame(*frame)).type);
      frames.push_back({kPeer, curve_key(), "192.0.2.1", std::move(*frame)});
    }
    std::vector<hub::PeerReply> replies = must(hub->on_frames(frames));
    while (must(hub->oversee(4096)) > 0) {
    }
    for (hub::PeerReply& more : must(hub->outgoing())) replies.push_back(std::move(more));
    for (const hub::PeerReply& reply : replies) {
      said.push_back(must(sync::read_frame(reply.frame)).type);
      must(agent->on_message(id, reply.frame));
    }
    return !frames.empty() || !replies.empty();
  }
  std::optional<Bytes> next_but_status() {
    while (auto frame = must(agent->next_frame(id))) {
      agent->sent(id, true);
      if (must(sync::read_frame(*frame)).type != sync::MessageType::Status) return frame;
    }
    return std::nullopt;
  }
  void settle() {
    while (exchange()) {
    }
  }
  void pass(std::int64_t ms) {
    clock.pass(ms);
    must(agent->tick());
    must(hub->tick());
    settle();
  }
  [[nodiscard]] std::size_t pieces() const {
    return static_cast<std::size_t>(std::count(sent.begin(), sent.end(), sync::MessageType::PicturePiece));
  }
  [[nodiscard]] std::size_t asked() const {
    return static_cast<std::size_t>(std::count(said.begin(), said.end(), sync::MessageType::WantPicture));
  }

  void keep_at_site(const Bytes& file) { must(at_site().put(file)); }
  [[nodiscard]] PictureFolder at_site() const {
    return PictureFolder(agent::picture_folder_of(folder_.made("agent")));
  }
  [[nodiscard]] PictureFolder at_hub() const {
    return hub::originals_of(folder_.made("hub"), must(hub->sites()).front().id);
  }
  /// Records a sealing with the words of that picture; `known`: it was whole at the site then.
  ses::Ref record(const char* seal, const Bytes* picture = nullptr, bool known = true) {
    agent::Fact fact;
    random_.fill(fact.request_id);
    fact.event =
        ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, must(ses::SealNumber::parse(seal)),
                         must(ses::UnitId::parse(ses::UnitKind::SeaContainer, "MSCU1234566")), false};
    if (picture != nullptr) {
      ses::Picture words;
      words.sha256 = sha256(*picture);
      words.bytes = known ? picture->size() : 0;
      words.media = known ? "image/jpeg" : "";
      fact.details.push_back({ses::DetailKind::Photo, jpeg(5'000, 99)});
      fact.details.push_back({ses::DetailKind::Picture, ses::encode(words)});
    }
    return must(must(agent->record(id, std::span(&fact, 1))).front()).at;
  }
  void record_erasure(ses::Ref about) {
    agent::Fact fact;
    random_.fill(fact.request_id);
    fact.event = ses::DetailsErased{about};
    must(must(agent->record(id, std::span(&fact, 1))).front());
  }
  [[nodiscard]] hub::PicturePlace place(ses::Ref at) {
    const auto logs = must(hub->register_logs(must(hub->sites()).front().id));
    return {logs.site.back().log, at.index, 1};
  }
  [[nodiscard]] std::string standing(ses::Ref at) {
    auto originals = must(hub::Originals::open(hub->db(), folder_.made("hub")));
    const auto there = must(originals.standing(place(at)));
    return there ? std::string(hub::original_name(*there)) : "none";
  }
  [[nodiscard]] std::string shown(const char* command_name, const char* option, const char* value) {
    cli::Command command;
    command.name = command_name;
    command.options = {{option, {value}}};
    return cli::to_json(must(hub::execute(*hub, command, [](const cli::Progress&) {})));
  }

  HandClock clock;
  std::unique_ptr<hub::Hub> hub;
  std::unique_ptr<agent::Agent> agent;
  RegisterId id = 0;
  std::vector<sync::MessageType> sent, said;  // by the site, by the hub

 private:
  [[nodiscard]] hub::HubParts hub_parts() { return {folder_.made("hub"), {}, {}, clock, random_, quiet_}; }
  [[nodiscard]] agent::AgentParts agent_parts() {
    agent::AgentParts parts{folder_.made("agent"), {}, {}, clock, random_, quiet_};
    parts.picture_limit_bytes_s = limit_;
    return parts;
  }
  [[nodiscard]] BoxPublicKey curve_key() { return agent->links().front().curve_key->public_key(); }

  const Bytes kPeer{7};
  std::uint64_t limit_;
  SeededRandom random_{11};
  NullLogger quiet_;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an original reaches head office behind its record and its small copy, byte for byte") {
  Link link;
  const Bytes file = jpeg(3 * kPiece + 1'000);
  link.keep_at_site(file);
  link.sent.clear();
  const ses::Ref at = link.record("NZ300001", &file);
  link.settle();
  const auto first = [&](sync::MessageType type) {
    return std::find(link.sent.begin(), link.sent.end(), type) - link.sent.begin();
  };
  CHECK(first(sync::MessageType::ChangeSet) < first(sync::MessageType::Details));
  CHECK(first(sync::MessageType::Details) < first(sync::MessageType::PicturePiece));
  CHECK(link.pieces() == 1);
  CHECK(link.standing(at) == "on_its_way");
  CHECK(
      holds(link.shown("seal show", "number", "NZ300001"), "the original is on its way, 33 % of it is here"));
  CHECK(holds(link.shown("site show", "code", "akl-01"), "1 original of a picture is still to come"));
  for (int i = 0; i < 3; ++i) link.pass(250);
  CHECK(link.pieces() == 4);
  CHECK(link.standing(at) == "here");
  CHECK(must(link.at_hub().read(sha256(file))) == file);
  CHECK(holds(link.shown("seal show", "number", "NZ300001"), "the original is here"));
  CHECK(holds(link.shown("site show", "code", "akl-01"), "\"originals_awaited\":0"));
  link.pass(60'000);
  CHECK(link.pieces() == 4);
}

TEST_CASE("after a cut in the middle, with both programs started anew, it goes on where it was") {
  Link link;
  const Bytes file = jpeg(10 * kPiece);
  link.keep_at_site(file);
  const ses::Ref at = link.record("NZ300001", &file);
  link.settle();
  for (int i = 0; i < 3; ++i) link.pass(250);
  REQUIRE(link.pieces() == 4);
  link.disconnect();
  link.restart_both();
  link.connect();
  for (int i = 0; i < 20; ++i) link.pass(250);
  CHECK(link.standing(at) == "here");
  CHECK(must(link.at_hub().read(sha256(file))) == file);
  CHECK(link.pieces() == 10);
}

TEST_CASE("a fact that is recorded while a large original travels goes before its next piece, and alone") {
  const std::uint64_t limit = GENERATE(std::uint64_t{0}, std::uint64_t{16'384});
  Link link(limit);
  link.record("NZ300001");
  link.settle();
  const Bytes file = jpeg(6 * 1024 * 1024);
  link.keep_at_site(file);
  link.record("NZ300002", &file);
  // The record, its details, and then pieces.
  for (int i = 0; i < 40 && link.pieces() < 3; ++i) {
    link.clock.pass(1'000);
    link.exchange();
  }
  REQUIRE(link.pieces() >= 3);
  REQUIRE(must(link.hub->sites()).front().mirrored_size == link.agent->exporters().front().cosigned_size);
  // Head office waits for the next piece, and the limit allows it.
  link.clock.pass(10'000);
  link.sent.clear();
  link.record("NZ300003");
  const auto frame = link.next_but_status();
  REQUIRE(frame);
  CHECK(must(sync::read_frame(*frame)).type == sync::MessageType::ChangeSet);
  // Nothing of the picture follows until the fact is cosigned.
  CHECK_FALSE(link.next_but_status());
  const hub::PeerFrame fact{Bytes{7}, link.agent->links().front().curve_key->public_key(), "192.0.2.1",
                            *frame};
  const auto replies = must(link.hub->on_frames(std::span(&fact, 1)));
  REQUIRE(replies.size() == 1);
  CHECK(must(sync::read_frame(replies.front().frame)).type == sync::MessageType::Cosigned);
  must(link.agent->on_message(link.id, replies.front().frame));
  const agent::ExporterInfo info = link.agent->exporters().front();
  CHECK(info.cosigned_size == info.size);
  const auto next = link.next_but_status();
  REQUIRE(next);
  CHECK(must(sync::read_frame(*next)).type == sync::MessageType::PicturePiece);
}

TEST_CASE("the limit holds: what travels in a second is no more than it and one piece") {
  Link link(32'768);
  const Bytes file = jpeg(200'000);
  link.keep_at_site(file);
  link.record("NZ300001", &file);
  link.settle();
  std::uint64_t before = link.at_hub().held(sha256(file)).bytes;
  CHECK(before == 8'192);
  for (int second = 0; second < 5; ++second) {
    for (int i = 0; i < 20; ++i) link.pass(50);
    const std::uint64_t now = link.at_hub().held(sha256(file)).bytes;
    CHECK(now - before <= 32'768 + 8'192);
    CHECK(now - before >= 24'576);
    before = now;
  }
  const agent::ExporterInfo info = link.agent->exporters().front();
  CHECK(info.picture_bytes == file.size());
  CHECK(info.picture_sent_bytes == before);
}

TEST_CASE("when the words are erased, the original is gone at both sides at once, also one that travels") {
  Link link;
  const bool whole = GENERATE(true, false);
  const Bytes file = jpeg(whole ? 1'000 : 5 * kPiece);
  link.keep_at_site(file);
  const ses::Ref at = link.record("NZ300001", &file);
  link.settle();
  REQUIRE(link.at_hub().held(sha256(file)).bytes > 0);
  REQUIRE(link.at_hub().held(sha256(file)).whole == whole);
  link.record_erasure(at);
  CHECK(link.at_site().held(sha256(file)).bytes == 0);
  link.settle();
  CHECK(link.at_hub().held(sha256(file)).bytes == 0);
  CHECK(link.standing(at) == "none");
  for (int i = 0; i < 5; ++i) link.pass(60'000);
  CHECK(link.at_hub().held(sha256(file)).bytes == 0);
}

TEST_CASE("an original that another record names outlives the erasure of one of them") {
  Link link;
  const Bytes file = jpeg(2'000);
  link.keep_at_site(file);
  const ses::Ref one = link.record("NZ300001", &file), other = link.record("NZ300002", &file);
  link.settle();
  CHECK(link.standing(one) == "here");
  CHECK(link.standing(other) == "here");
  CHECK(link.pieces() == 1);
  link.record_erasure(one);
  link.settle();
  CHECK(link.standing(other) == "here");
  CHECK(link.at_site().held(sha256(file)).whole);
  link.record_erasure(other);
  link.settle();
  CHECK_FALSE(link.at_site().held(sha256(file)).whole);
  CHECK_FALSE(link.at_hub().held(sha256(file)).whole);
}

TEST_CASE("what the site gave up is known as given up, and not asked for again") {
  Link link;
  const Bytes file = jpeg(2'000);
  const ses::Ref at = link.record("NZ300001", &file);
  link.settle();
  CHECK(link.standing(at) == "given_up");
  CHECK(holds(link.shown("seal show", "number", "NZ300001"), "the site does not have it any more"));
  const std::size_t asked = link.asked();
  link.disconnect();
  link.connect();
  for (int i = 0; i < 4; ++i) link.pass(3'600'000);
  CHECK(link.asked() == asked);
}

TEST_CASE("a picture that comes after its record is asked for again until it is there, or given up in time") {
  Link link;
  const Bytes file = jpeg(2'000);
  const ses::Ref at = link.record("NZ300001", &file, false);
  link.settle();
  CHECK(link.standing(at) == "at_site");
  CHECK(link.asked() == 1);
  link.pass(59'000);
  CHECK(link.asked() == 1);
  SECTION("it comes") {
    link.keep_at_site(file);
    link.pass(2'000);
    CHECK(link.asked() == 2);
    CHECK(link.standing(at) == "here");
  }
  SECTION("it never comes") {
    for (int day = 0; day < 31; ++day) link.pass(86'400'000);
    CHECK(link.standing(at) == "given_up");
    CHECK(link.asked() < 60);
  }
}

TEST_CASE("nobody gets an original that no record of his names") {
  Link link;
  const Bytes file = jpeg(2'000);
  link.keep_at_site(file);
  const ses::Ref at = link.record("NZ300001", &file);
  const auto& written = link.agent->site_register(link.id)->written();
  const PictureFolder folder = link.at_site();
  const agent::PictureParts parts{link.agent->logs(), link.agent->details(), folder};
  const auto asked = [&](std::optional<LogId> log, std::uint64_t index, std::uint8_t n, std::uint64_t from) {
    return must(agent::picture_piece(parts, log, {{}, index, n, from}, 500, link.clock.reading.unix_ms));
  };
  CHECK(asked(written.log, at.index, 1, 100).bytes == Bytes(file.begin() + 100, file.begin() + 600));
  CHECK(asked(written.log, at.index, 1, 1'900).bytes.size() == 100);
  CHECK(asked(written.log, at.index, 1, 2'000).state == sync::PictureState::NotYet);
  // Another exporter's log, a detail that is no picture, an entry that is not there.
  CHECK(asked(std::nullopt, at.index, 1, 0).state == sync::PictureState::Gone);
  CHECK(asked(written.log, at.index, 0, 0).state == sync::PictureState::Gone);
  CHECK(asked(written.log, at.index + 50, 1, 0).state == sync::PictureState::Gone);
}

// SPDX-License-Identifier: Apache-2.0
// A site loses its database, is enrolled again, and the hub's register knows what both machines recorded.
#include <catch2/catch.hpp>

#include "agent/agent.hpp"
#include "common/crypto/system_random.hpp"
#include "common/sync/messages.hpp"
#include "hub/commands/commands.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;
using test::must;

namespace {

class Pair {
  test::TestFolder folder_;

 public:
  Pair() {
    must(hub::Hub::create(hub_parts(), {"hub.example.nz", "tcp://127.0.0.1:1", "tcp://127.0.0.1:2"}));
    hub = must(hub::Hub::open(hub_parts()));
    must(agent::Agent::create(agent_parts("agent")));
    agent = must(agent::Agent::open(agent_parts("agent")));
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  hub::HubParts hub_parts() { return {folder_.made("hub"), {}, {}, clock_, random_, quiet_}; }
  agent::AgentParts agent_parts(const char* folder) {
    return {folder_.made(folder), {}, {}, clock_, random_, quiet_};
  }

  void enrol(const sync::Invitation& invitation) {
    const agent::ExporterInfo enrolled = must(agent->enrol(invitation));
    id = enrolled.id;
    const BoxPublicKey curve_key = agent->links().front().curve_key->public_key();
    must(agent->on_enrol_answer(id, must(hub->on_enrol_request(must(agent->enrol_request(id)), &curve_key))));
    must(hub->approve_site("akl-01", enrolled.fingerprint));
  }
  void record(ses::Event event) {
    agent::Fact fact;
    random_.fill(fact.request_id);
    fact.event = std::move(event);
    must(must(agent->record(id, std::span(&fact, 1))).front());
  }
  /// Frames go from hand to hand until nobody has anything to say. Codes of what the hub refused.
  std::vector<std::string> talk(agent::Agent& site, RegisterId exporter) {
    std::vector<std::string> refused;
    const BoxPublicKey curve_key = site.links().front().curve_key->public_key();
    site.on_connected(exporter);
    while (true) {
      std::vector<hub::PeerFrame> frames;
      while (auto frame = must(site.next_frame(exporter))) {
        site.sent(exporter, true);
        frames.push_back({Bytes{7}, curve_key, "192.0.2.1", std::move(*frame)});
      }
      std::vector<hub::PeerReply> replies = must(hub->on_frames(frames));
      for (hub::PeerReply& more : must(hub->outgoing())) replies.push_back(std::move(more));
      for (const hub::PeerReply& reply : replies) {
        const auto frame = must(sync::read_frame(reply.frame));
        if (frame.type == sync::MessageType::Refused)
          refused.push_back(must(sync::decode_refused(frame.body)).code);
        must(site.on_message(exporter, reply.frame));
      }
      if (frames.empty() && replies.empty()) break;
      if (!refused.empty()) break;
    }
    site.on_disconnected(exporter);
    while (must(hub->oversee(4096)) > 0) {
    }
    return refused;
  }
  /// What the hub shows of a seal, one "<epoch>/<index> <what>" a record.
  [[nodiscard]] std::string shown(const std::string& number) {
    cli::Command command;
    command.name = "seal show";
    command.options = {{"number", {number}}, {"family", {"ses"}}};
    return cli::to_json(must(hub::execute(*hub, command, [](const cli::Progress&) {})));
  }
  [[nodiscard]] std::filesystem::path folder(const char* name) const { return folder_.made(name); }

  std::unique_ptr<hub::Hub> hub;
  std::unique_ptr<agent::Agent> agent;
  RegisterId id = 0;

 private:
  SystemClock clock_;
  SystemRandom random_;
  NullLogger quiet_;
};

ses::SealApplied applied(const char* seal, const char* unit) {
  return {ses::Family::Ses, ses::SealKind::Bolt, must(ses::SealNumber::parse(seal)),
          must(ses::UnitId::parse(ses::UnitKind::SeaContainer, unit)), false};
}

}  // namespace

TEST_CASE("a site whose database is lost is enrolled again, and nothing that the hub held is lost") {
  Pair pair;
  pair.enrol(must(pair.hub->add_site("akl-01")));
  pair.record(applied("NZ300001", "TSTU1000001"));
  pair.record(applied("NZ300002", "TSTU1000002"));
  REQUIRE(pair.talk(*pair.agent, pair.id).empty());
  const RegisterId site = must(pair.hub->sites()).front().id;
  must(pair.hub->issue(site, ses::PlanSet{9, 60'000, "1"}));
  REQUIRE(pair.talk(*pair.agent, pair.id).empty());
  const std::uint64_t mirrored = must(pair.hub->sites()).front().mirrored_size;
  const RegisterId old_id = pair.id;

  // The database is gone; somebody has a copy of the machine as it was.
  pair.agent.reset();
  std::filesystem::copy(pair.folder("agent"), pair.folder("old"), std::filesystem::copy_options::recursive);
  for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"})
    std::filesystem::remove(pair.folder("agent") / name);
  must(agent::Agent::create(pair.agent_parts("agent")));
  pair.agent = must(agent::Agent::open(pair.agent_parts("agent")));
  const sync::Invitation invitation = must(pair.hub->add_site_again("akl-01"));
  pair.enrol(must(sync::parse_invitation(sync::format_invitation(invitation))));
  pair.record(applied("NZ300003", "TSTU1000003"));
  REQUIRE(pair.talk(*pair.agent, pair.id).empty());

  const hub::SiteInfo info = must(pair.hub->sites()).front();
  CHECK(info.id == site);
  CHECK(info.epoch == 2);
  CHECK(info.folded_size == info.mirrored_size);
  const agent::ExporterInfo safe = pair.agent->exporters().front();
  CHECK(safe.cosigned_size == safe.size);
  const RegisterLogs logs = must(pair.hub->register_logs(site));
  REQUIRE(logs.site.size() == 2);
  CHECK(logs.site[0].end == mirrored);
  const auto first = must(ses::decode_entry(must(pair.hub->logs().read_entry(logs.site[1].log, 0))));
  const auto& started = std::get<ses::EpochStarted>(first.event);
  CHECK(started.previous_origin == "hub.example.nz/site/akl-01/e1");
  CHECK(started.previous_size == mirrored);
  CHECK(started.reason == ses::EpochReason::DatabaseLost);
  CHECK(must(pair.hub->rows().ledger(site, ses::Family::Ses))
            .by_state[static_cast<std::size_t>(ses::SealState::Applied)] == 3);
  CHECK(pair.shown("NZ300001").find("\"1/") != std::string::npos);
  CHECK(pair.shown("NZ300003").find("\"2/") != std::string::npos);
  CHECK(must(pair.agent->rows().self(pair.id)).directive_size == 2);

  // The copy of the old machine is started: refused, and nothing changes.
  auto old = must(agent::Agent::open(pair.agent_parts("old")));
  CHECK(pair.talk(*old, old_id) == std::vector<std::string>{"site.not_approved"});
  CHECK(must(pair.hub->sites()).front().mirrored_size == info.mirrored_size);
}

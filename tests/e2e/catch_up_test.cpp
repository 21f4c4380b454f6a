// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/agent.hpp"
#include "common/crypto/system_random.hpp"
#include "hub/hub.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;
using test::must;

namespace {

constexpr std::uint64_t kFacts = 50'000;
constexpr std::size_t kFactsPerCommit = 250;
constexpr std::int64_t kMib = 1024 * 1024;

std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

std::array<std::uint8_t, 8> request_number(std::uint64_t i) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t b = 0; b < bytes.size(); ++b) bytes[b] = static_cast<std::uint8_t>(i >> (8 * b));
  return bytes;
}

}  // namespace

TEST_CASE("a site that was offline with 50,000 facts catches up in order, nothing lost, in bounded memory") {
  const test::TestFolder folder;
  SystemClock clock;
  SystemRandom random;
  NullLogger quiet;
  const hub::HubParts hub_parts{folder.made("hub"), {}, {}, clock, random, quiet};
  must(hub::Hub::create(hub_parts, {"hub.example.nz", "tcp://127.0.0.1:1", "tcp://127.0.0.1:2"}));
  auto hub = must(hub::Hub::open(hub_parts));
  const agent::AgentParts agent_parts{folder.made("agent"), {}, {}, clock, random, quiet};
  must(agent::Agent::create(agent_parts));
  auto agent = must(agent::Agent::open(agent_parts));

  const agent::ExporterInfo enrolled = must(agent->enrol(must(hub->add_site("akl-01"))));
  const agent::Agent::Link link = agent->links().front();
  const BoxPublicKey curve_key = link.curve_key->public_key();
  const Bytes answer = must(hub->on_enrol_request(must(agent->enrol_request(enrolled.id)), &curve_key));
  must(agent->on_enrol_answer(enrolled.id, answer));
  must(hub->approve_site("akl-01", enrolled.fingerprint));

  std::vector<agent::Fact> facts;
  std::vector<Bytes> expected_requests;
  for (std::uint64_t i = 0; i < kFacts; ++i) {
    agent::Fact fact;
    fact.request_id = request_number(i + 1);
    fact.event = ses::SealApplied{
        ses::Family::Ses, ses::SealKind::Bolt,
        must(ses::SealNumber::parse("NZ" + std::to_string(1'000'000 + i))),
        must(ses::UnitId::parse(ses::UnitKind::SeaContainer, "TSTU" + std::to_string(1'000'000 + i))), false};
    facts.push_back(std::move(fact));
    if (facts.size() == kFactsPerCommit) {
      for (const auto& recorded : must(agent->record(enrolled.id, facts))) REQUIRE(recorded);
      facts.clear();
    }
  }

  // The link is up from here on: frames go from hand to hand, one commit at the hub for each turn.
  const std::int64_t before_bytes = resident_bytes();
  std::int64_t most_bytes = before_bytes;
  std::size_t most_in_turn_bytes = 0;
  agent->on_connected(enrolled.id);
  const Bytes peer{1, 2, 3};
  for (int turn = 0; turn < 100'000; ++turn) {
    std::vector<hub::PeerFrame> frames;
    std::size_t turn_bytes = 0;
    while (auto frame = must(agent->next_frame(enrolled.id))) {
      agent->sent(enrolled.id, true);
      turn_bytes += frame->size();
      frames.push_back({peer, curve_key, "127.0.0.1", std::move(*frame)});
    }
    most_in_turn_bytes = std::max(most_in_turn_bytes, turn_bytes);
    std::vector<hub::PeerReply> replies = must(hub->on_frames(frames));
    for (hub::PeerReply& more : must(hub->outgoing())) replies.push_back(std::move(more));
    for (const hub::PeerReply& reply : replies) must(agent->on_message(enrolled.id, reply.frame));
    must(agent->tick());
    must(hub->tick());
    must(hub->oversee(4096));
    most_bytes = std::max(most_bytes, resident_bytes());
    const agent::ExporterInfo now = agent->exporters().front();
    if (frames.empty() && replies.empty() && now.cosigned_size == now.size) break;
  }

  while (must(hub->oversee(4096)) > 0) most_bytes = std::max(most_bytes, resident_bytes());

  const agent::ExporterInfo site = agent->exporters().front();
  CHECK(site.cosigned_size == site.size);
  const RegisterLogs mirrored = must(hub->register_logs(must(hub->sites()).front().id));
  std::uint64_t next = 1;
  must(hub->logs().read_entries(mirrored.site.front().log, 0, UINT64_MAX, UINT64_MAX,
                                [&](std::uint64_t, ByteView bytes) -> Result<> {
                                  SEALKEEP_LET(entry, ses::decode_entry(bytes));
                                  if (std::holds_alternative<ses::SealApplied>(entry.event)) {
                                    CHECK(entry.header.request_id == request_number(next));
                                    ++next;
                                  }
                                  return {};
                                }));
  CHECK(next == kFacts + 1);
  CHECK(must(hub->sites()).front().folded_size == site.size);
  CHECK(must(hub->rows().ledger(mirrored.register_id, ses::Family::Ses))
            .by_state[static_cast<std::size_t>(ses::SealState::Applied)] ==
        static_cast<std::int64_t>(kFacts));
  // Both programs' caches and one window: far below the 5 MiB of facts times what a copy of everything would
  // take.
  CHECK(most_in_turn_bytes <= limits::kSiteCreditBytes + limits::kChangeSetBytes);
  INFO("resident before " << before_bytes / kMib << " MiB, at most " << most_bytes / kMib << " MiB");
  CHECK(most_bytes - before_bytes <= 160 * kMib);
}

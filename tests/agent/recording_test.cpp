// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "tests/agent/agent_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

TEST_CASE("facts are recorded offline from enrolment on and survive a new start") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const RegisterId id = bench.enrol(hub);
  bench.record(id, 3);
  const auto before = bench.info(id);
  CHECK(before.size == 5);
  CHECK(before.log_origin == "hub.example.nz/site/akl-01/e1");
  CHECK(before.cosigned_size == 0);
  CHECK(before.oldest_unsafe_ms == bench.clock.now().unix_ms);

  bench.clock.pass(60'000);
  bench.open();
  CHECK(entries_of(bench.agent(), id).size() == 5);  // who only looks leaves no trace
  bench.record(id, 1);
  const auto entries = entries_of(bench.agent(), id);
  REQUIRE(entries.size() == 7);
  CHECK(std::get<ses::EpochStarted>(entries[0].event).reason == ses::EpochReason::First);
  CHECK(std::holds_alternative<ses::AgentStarted>(entries[1].event));
  CHECK(count_of<ses::TerminalAdded>(entries) == 4);
  CHECK(std::holds_alternative<ses::AgentStarted>(entries[5].event));
  CHECK(entries[4].header.boot_no == 1);
  CHECK(entries[5].header.boot_no == 2);
  CHECK(bench.info(id).fingerprint == before.fingerprint);
}

TEST_CASE("a request that comes again is one entry, also after a new start") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const RegisterId id = bench.enrol(hub);
  const agent::Fact fact = bench.fact(7);
  const auto first = must(must(bench.agent().record(id, std::span(&fact, 1))).front());
  CHECK_FALSE(first.repeated);
  const auto again = must(must(bench.agent().record(id, std::span(&fact, 1))).front());
  CHECK(again.repeated);
  CHECK(again.at == first.at);
  const auto later = must(must(bench.open().record(id, std::span(&fact, 1))).front());
  CHECK(later.repeated);
  CHECK(later.at == first.at);
  CHECK(count_of<ses::TerminalAdded>(entries_of(bench.agent(), id)) == 1);
}

TEST_CASE("two exporters have keys, numbers and logs of their own and nothing of each other") {
  AgentBench bench;
  SmallHub north("north.example.nz", "akl-01", 1);
  SmallHub south("south.example.nz", "chc-09", 2);
  bench.open();
  const RegisterId first = bench.enrol(north);
  const RegisterId second = bench.enrol(south);
  CHECK(first != second);
  agent::Fact told = bench.fact(1);
  told.details = {{ses::DetailKind::Narrative, to_bytes(as_bytes("only for the north"))}};
  must(must(bench.agent().record(first, std::span(&told, 1))).front());
  bench.record(second, 1);
  north.approve(must(bench.agent().enrol_request(first)));
  south.approve(must(bench.agent().enrol_request(second)));
  bench.connect(first, north);
  bench.connect(second, south);

  CHECK(bench.info(first).fingerprint != bench.info(second).fingerprint);
  CHECK(north.mirror().entries.size() == 3);
  CHECK(south.mirror().entries.size() == 3);
  CHECK(bench.info(first).cosigned_size == 3);
  CHECK(bench.info(second).cosigned_size == 3);
  for (const sync::Hello& hello : south.hellos)
    for (const sync::LogHead& head : hello.logs) CHECK(head.origin.starts_with("south.example.nz/"));
  for (const Bytes& ours : north.mirror().entries)
    for (const Bytes& theirs : south.mirror().entries) CHECK(ours != theirs);
}

TEST_CASE("enrolment is refused with the same hub, and with an invitation that is over") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const auto over = hub.invitation(bench.clock.now().unix_ms);
  CHECK(code_of(bench.agent().enrol(over)) == "enrol.expired");
  bench.enrol(hub);
  CHECK(code_of(bench.agent().enrol(hub.invitation(bench.clock.now().unix_ms + 1))) == "enrol.already");
  CHECK(bench.agent().exporters().size() == 1);
}

TEST_CASE("the hub's answers to an enrolment are remembered, and the code is given away once") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const RegisterId id = bench.enrol(hub);
  const auto answer = [&](sync::EnrolState state) {
    return sync::make_frame(sync::MessageType::EnrolAnswer, sync::encode(sync::EnrolAnswer{state, {}, {}}));
  };
  CHECK_FALSE(bench.info(id).requested);
  CHECK(must(bench.agent().on_enrol_answer(id, answer(sync::EnrolState::Pending))).state ==
        sync::EnrolState::Pending);
  CHECK(bench.info(id).requested);
  CHECK(bench.agent().enrol_request(id));
  must(bench.agent().on_enrol_answer(id, answer(sync::EnrolState::Approved)));
  bench.open();
  CHECK(bench.info(id).requested);
  CHECK(code_of(bench.agent().enrol_request(id)) == "enrol.done");
}

TEST_CASE("with the disk nearly full facts are refused, which is recorded, and work resumes with room") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const RegisterId id = bench.enrol(hub);
  hub.approve(must(bench.agent().enrol_request(id)));
  bench.record(id, 1);
  bench.free_bytes = agent::kReserveBytes - 1;
  const std::int64_t since = bench.clock.now().unix_ms;
  const std::vector<agent::Fact> facts{bench.fact(91), bench.fact(92)};
  const auto refused = bench.agent().record(id, facts);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::Full);
  CHECK(refused.error().code == "store.disk_full");
  CHECK_FALSE(refused.error().next.empty());
  bench.clock.pass(1'000);
  CHECK(code_of(bench.agent().record(id, facts)) == "store.disk_full");

  bench.connect(id, hub);
  CHECK(hub.mirror().entries.size() == 4);
  CHECK(bench.info(id).cosigned_size == 4);

  bench.free_bytes = agent::kReserveBytes;
  for (const auto& one : must(bench.agent().record(id, facts))) CHECK(one);
  const auto entries = entries_of(bench.agent(), id);
  REQUIRE(entries.size() == 7);
  CHECK(std::get<ses::SpaceRefused>(entries[3].event) == ses::SpaceRefused{2, since});
  CHECK(std::get<ses::SpaceRefused>(entries[4].event) == ses::SpaceRefused{4, since});
  CHECK(count_of<ses::TerminalAdded>(entries) == 3);
}

TEST_CASE("an agent is made once and never in the place of a lost one") {
  AgentBench bench;
  CHECK(code_of(agent::Agent::create(bench.parts())) == "agent.exists");
  std::filesystem::resize_file(bench.folder() / "agent.db", 0);
  CHECK(code_of(agent::Agent::create(bench.parts())) == "agent.exists");
  CHECK(code_of(agent::Agent::open(bench.parts())) == "store.damaged");
  std::filesystem::remove(bench.folder() / "agent.db");
  CHECK(code_of(agent::Agent::open(bench.parts())) == "store.missing");
  CHECK_FALSE(std::filesystem::exists(bench.folder() / "agent.db"));
}

TEST_CASE("a damaged database is kept as it is and the error says what to do") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  bench.record(bench.enrol(hub), 50);
  must(bench.agent().db().checkpoint_wal(WalCheckpoint::Passive));
  bench.close();
  const auto path = bench.folder() / "agent.db";
  const auto size = std::filesystem::file_size(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const std::string garbage(4096, 'x');
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  const auto opened = agent::Agent::open(bench.parts());
  REQUIRE_FALSE(opened);
  CHECK_FALSE(opened.error().next.empty());
  CHECK((opened.error().kind == ErrorKind::Corrupt || opened.error().kind == ErrorKind::Refused));
  CHECK(std::filesystem::file_size(path) == size);
  CHECK_FALSE(agent::Agent::create(bench.parts()));
  CHECK(std::filesystem::file_size(path) == size);
}

TEST_CASE("keys of a lost database are never used again") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const std::string before = bench.info(bench.enrol(hub)).fingerprint;
  bench.close();
  for (const char* suffix : {"agent.db", "agent.db-wal", "agent.db-shm"})
    std::filesystem::remove(bench.folder() / suffix);
  must(agent::Agent::create(bench.parts()));
  bench.open();
  CHECK(bench.info(bench.enrol(hub)).fingerprint != before);
}

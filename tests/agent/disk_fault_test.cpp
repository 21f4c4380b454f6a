// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/agent_fixture.hpp"
#include "tests/support/fault_vfs.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

TEST_CASE(
    "a disk that is really full refuses facts, loses none that was recorded, and serves again with room") {
  FaultVfs vfs;
  AgentBench bench(vfs.name());
  SmallHub hub;
  bench.open();
  const RegisterId id = bench.enrol(hub);
  bench.record(id, 20);
  must(bench.agent().db().checkpoint_wal(WalCheckpoint::Truncate));  // so that a fact needs new room
  const std::uint64_t size = bench.info(id).size;
  const agent::Fact fact = bench.fact(99);

  vfs.strike_at(1, Fault::NoSpace);
  const auto refused = bench.agent().record(id, std::span(&fact, 1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "store.disk_full");
  CHECK(bench.info(id).size == size);
  CHECK(entries_of(bench.agent(), id).size() == size);
  must(bench.agent().tick());

  vfs.heal();
  must(must(bench.agent().record(id, std::span(&fact, 1))).front());
  const auto entries = entries_of(bench.agent(), id);
  REQUIRE(entries.size() == size + 2);
  CHECK(std::get<ses::SpaceRefused>(entries[size].event).facts == 1);
  CHECK(std::get<ses::TerminalAdded>(entries[size + 1].event).terminal_no == 99);
}

TEST_CASE("after any failed write every call says so, and a new start has all that was recorded") {
  for (std::uint64_t n = 1; n <= 6; ++n) {
    FaultVfs vfs;
    AgentBench bench(vfs.name());
    SmallHub hub;
    bench.open();
    const RegisterId id = bench.enrol(hub);
    bench.record(id, 3);
    const std::uint64_t safe = bench.info(id).size;
    const agent::Fact fact = bench.fact(99);
    vfs.strike_at(n, Fault::Eio);
    const auto recorded = bench.agent().record(id, std::span(&fact, 1));
    if (!vfs.struck()) {
      CHECK(recorded);
      continue;
    }
    INFO("change " << n);
    REQUIRE_FALSE(recorded);
    CHECK(recorded.error().kind == ErrorKind::Corrupt);
    vfs.heal();
    const auto again = bench.agent().record(id, std::span(&fact, 1));
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::Corrupt);
    CHECK_FALSE(bench.agent().tick());
    CHECK_FALSE(bench.agent().next_frame(id));
    CHECK_FALSE(bench.agent().idle());
    CHECK_FALSE(bench.info(id).trouble.empty());

    bench.close();
    vfs.reboot(Unsynced::Dropped, n);
    bench.open();
    const std::uint64_t kept = bench.info(id).size;
    CHECK(kept >= safe);
    CHECK(count_of<ses::TerminalAdded>(entries_of(bench.agent(), id)) >= 3);
    bench.record(id, 1);
    CHECK(bench.info(id).size == kept + 2);
    CHECK(count_of<ses::AgentStarted>(entries_of(bench.agent(), id)) == 2);
  }
}

TEST_CASE(
    "a power cut at any write between making an agent and its first facts leaves an agent that goes on") {
  for (std::uint64_t n = 1;; n += 3) {
    FaultVfs vfs;
    AgentBench bench(vfs.name());
    SmallHub hub;
    bench.open();
    vfs.strike_at(n, Fault::PowerCut);
    const auto enrolled = bench.agent().enrol(hub.invitation(bench.clock.now().unix_ms + 1'000));
    const bool struck = vfs.struck();
    bench.close();
    vfs.reboot(Unsynced::Mixed, n);
    bench.open();
    INFO("change " << n);
    if (bench.agent().exporters().empty()) {
      CHECK_FALSE(enrolled);
      bench.enrol(hub);
    }
    REQUIRE(bench.agent().exporters().size() == 1);
    const RegisterId id = bench.agent().exporters().front().id;
    bench.record(id, 1);
    const auto entries = entries_of(bench.agent(), id);
    REQUIRE(entries.size() >= 3);
    CHECK(std::holds_alternative<ses::EpochStarted>(entries[0].event));
    CHECK(count_of<ses::EpochStarted>(entries) == 1);
    if (!struck) break;
  }
}

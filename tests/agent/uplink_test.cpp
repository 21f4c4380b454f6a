// SPDX-License-Identifier: Apache-2.0
#include "common/store/wal_keeper.hpp"
#include "tests/agent/agent_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

/// An agent that is enrolled with and approved by one hub.
struct Pair {
  Pair() {
    bench.open();
    id = bench.enrol(hub);
    hub.approve(must(bench.agent().enrol_request(id)));
  }
  [[nodiscard]] std::uint64_t cosigned() { return bench.info(id).cosigned_size; }
  [[nodiscard]] std::uint64_t size() { return bench.info(id).size; }
  /// Lets time pass, a second a step, until everything is cosigned; at most `seconds`.
  void settle(int seconds) {
    for (int i = 0; i < seconds && cosigned() < size(); ++i) {
      bench.clock.pass(1'000);
      must(bench.agent().tick());
      if (bench.agent().take_reconnect(id)) {
        bench.agent().on_disconnected(id);
        bench.agent().on_connected(id);
      }
      bench.talk(id, hub);
    }
  }
  AgentBench bench;
  SmallHub hub;
  RegisterId id = 0;
};

}  // namespace

TEST_CASE("a fact that is recorded while connected is cosigned at once") {
  Pair pair;
  pair.bench.connect(pair.id, pair.hub);
  CHECK(pair.cosigned() == 2);
  pair.bench.record(pair.id, 1);
  CHECK(pair.cosigned() == 2);
  pair.bench.talk(pair.id, pair.hub);
  CHECK(pair.cosigned() == 3);
  const auto info = pair.bench.info(pair.id);
  CHECK(info.oldest_unsafe_ms == 0);
  CHECK(info.cosigned_s == pair.bench.clock.now().unix_ms / 1000);
  CHECK(info.connected);
  CHECK(info.requested);
  CHECK(info.trouble.empty());
}

TEST_CASE("what the hub cosigned is still known after a new start, and the hello shows it") {
  Pair pair;
  pair.bench.connect(pair.id, pair.hub);
  pair.bench.record(pair.id, 2);
  pair.bench.talk(pair.id, pair.hub);
  pair.bench.open();
  CHECK(pair.cosigned() == 4);
  pair.bench.connect(pair.id, pair.hub);
  CHECK(pair.cosigned() == 4);  // a start alone records nothing
  const sync::Hello& hello = pair.hub.hellos.back();
  CHECK(hello.boot_no == 2);
  REQUIRE(hello.logs.front().cosigned);
  CHECK(hello.logs.front().cosigned->size == 4);
  CHECK(hello.session != pair.hub.hellos.front().session);
  pair.bench.record(pair.id, 1);
  pair.bench.talk(pair.id, pair.hub);
  CHECK(pair.cosigned() == 6);  // agent_started came with the first fact
}

TEST_CASE("a backlog of 20,000 entries streams in windows, a change set at a time") {
  Pair pair;
  for (int i = 0; i < 20; ++i) pair.bench.record(pair.id, 1'000);
  pair.hub.window_bytes = 64 * 1024;
  pair.bench.agent().on_connected(pair.id);
  std::size_t waiting = 0, most_waiting = 0;
  std::vector<Bytes> replies;
  // The hub answers only when the agent has nothing more to send: what comes in one go is bounded by the
  // window.
  do {
    replies.clear();
    waiting = 0;
    while (auto frame = must(pair.bench.agent().next_frame(pair.id))) {
      pair.bench.agent().sent(pair.id, true);
      waiting += frame->size();
      for (Bytes& reply : pair.hub.on_frame(*frame, pair.bench.clock.now()))
        replies.push_back(std::move(reply));
    }
    most_waiting = std::max(most_waiting, waiting);
    for (const Bytes& reply : replies) must(pair.bench.agent().on_message(pair.id, reply));
  } while (!replies.empty());
  CHECK(pair.hub.mirror().entries.size() == 20'002);
  CHECK(pair.cosigned() == 20'002);
  CHECK(pair.hub.change_sets > 10);
  CHECK(most_waiting < 80 * 1024);
  CHECK(pair.hub.mirror().frontier.root() ==
        must(pair.bench.agent().logs().root(pair.bench.agent().site_register(pair.id)->written().log)));
}

TEST_CASE("cosignatures that were lost come again with the next hello") {
  Pair pair;
  pair.hub.loses_cosigned = true;
  pair.bench.connect(pair.id, pair.hub);
  CHECK(pair.hub.mirror().entries.size() == 2);
  CHECK(pair.cosigned() == 0);
  pair.hub.loses_cosigned = false;
  pair.bench.agent().on_disconnected(pair.id);
  CHECK_FALSE(pair.bench.info(pair.id).connected);
  pair.bench.connect(pair.id, pair.hub);
  CHECK(pair.cosigned() == 2);
  CHECK(pair.hub.change_sets == 1);
}

TEST_CASE("an answer that never comes is asked for again without a new connection") {
  Pair pair;
  pair.hub.loses_cosigned = true;
  pair.bench.connect(pair.id, pair.hub);
  pair.hub.loses_cosigned = false;
  pair.settle(60);
  CHECK(pair.cosigned() == pair.size());
}

TEST_CASE("a frame that the transport does not take is sent later") {
  Pair pair;
  pair.bench.agent().on_connected(pair.id);
  REQUIRE(must(pair.bench.agent().next_frame(pair.id)));
  pair.bench.agent().sent(pair.id, false);
  auto hello = must(pair.bench.agent().next_frame(pair.id));
  REQUIRE(hello);
  CHECK(must(sync::read_frame(*hello)).type == sync::MessageType::Hello);
  pair.bench.agent().sent(pair.id, true);
  for (const Bytes& reply : pair.hub.on_frame(*hello, pair.bench.clock.now()))
    must(pair.bench.agent().on_message(pair.id, reply));
  while (auto frame = must(pair.bench.agent().next_frame(pair.id))) {
    const bool change_set = must(sync::read_frame(*frame)).type == sync::MessageType::ChangeSet;
    pair.bench.agent().sent(pair.id, !change_set);
  }
  CHECK(pair.hub.change_sets == 0);
  pair.settle(5);
  CHECK(pair.cosigned() == 2);
}

TEST_CASE("a cosignature that the hub did not make is not counted as safe") {
  Pair pair;
  SmallHub stranger("hub.example.nz", "akl-01", 999);
  pair.bench.agent().on_connected(pair.id);
  pair.hub.loses_cosigned = true;
  pair.bench.talk(pair.id, pair.hub);
  const sync::WireLogId log = pair.hub.mirror().identity.id;
  const Checkpoint head{pair.hub.mirror().identity.origin, 2, pair.hub.mirror().frontier.root()};
  const SigningKey wrong(Bytes(32, 5));
  must(pair.bench.agent().on_message(
      pair.id, sync::make_frame(sync::MessageType::Cosigned,
                                sync::encode(sync::Cosigned{log, 2, make_cosignature(head, 1, wrong), 0}))));
  CHECK(pair.cosigned() == 0);
}

TEST_CASE("garbage from the hub's side harms nothing") {
  Pair pair;
  pair.bench.connect(pair.id, pair.hub);
  must(pair.bench.agent().on_message(pair.id, {}));
  for (unsigned type = 0; type < 14; ++type) {
    Bytes frame(40, 0xC1);
    frame[0] = static_cast<std::uint8_t>(type);
    must(pair.bench.agent().on_message(pair.id, frame));
  }
  pair.bench.record(pair.id, 1);
  pair.bench.talk(pair.id, pair.hub);
  CHECK(pair.cosigned() == 3);
}

TEST_CASE("the status says how far the site has recorded, by the hub's clock") {
  Pair pair;
  Now ahead = pair.bench.clock.now();
  ahead.unix_ms += 90'000;
  pair.bench.agent().on_connected(pair.id);
  while (auto frame = must(pair.bench.agent().next_frame(pair.id))) {
    pair.bench.agent().sent(pair.id, true);
    for (const Bytes& reply : pair.hub.on_frame(*frame, ahead))
      must(pair.bench.agent().on_message(pair.id, reply));
  }
  pair.bench.clock.pass(1'500);
  must(pair.bench.agent().tick());
  pair.bench.talk(pair.id, pair.hub);
  REQUIRE(pair.hub.status);
  CHECK(pair.hub.status->size == 2);
  CHECK(pair.hub.status->drift_ms == -90'000);
  CHECK(pair.hub.status->recorded_until_ms == pair.bench.clock.now().unix_ms + 90'000);
}

TEST_CASE("directives are mirrored, cosigned and adopted once") {
  Pair pair;
  pair.hub.issue(ses::DirectiveEpochStarted{});
  pair.hub.issue(ses::PlanSet{1, 5, "v1"});
  pair.bench.connect(pair.id, pair.hub);
  REQUIRE(pair.hub.directives_cosigned);
  CHECK(pair.hub.directives_cosigned->size == 2);
  const auto adopted = entries_of(pair.bench.agent(), pair.id);
  REQUIRE(adopted.size() == 3);
  CHECK(std::get<ses::DirectivesAdopted>(adopted[2].event).size == 2);
  CHECK(pair.cosigned() == 3);
  const auto self = must(pair.bench.agent().rows().self(pair.id));
  CHECK(self.directive_size == 2);

  pair.bench.open();
  pair.bench.connect(pair.id, pair.hub);
  CHECK(count_of<ses::DirectivesAdopted>(entries_of(pair.bench.agent(), pair.id)) == 1);
}

TEST_CASE("directives that the hub has lost go back to it, in as many change sets as its heads allow") {
  Pair pair;
  // More than one change set holds; heads are kept once an hour.
  for (int hour = 0; hour < 5; ++hour) {
    for (int i = 0; i < 1'000; ++i) pair.hub.issue(ses::PlanSet{9, 60'000 + i, "1"});
    pair.bench.connect(pair.id, pair.hub);
    pair.bench.agent().on_disconnected(pair.id);
    pair.bench.clock.pass(3'600'000);
  }
  const std::vector<Bytes> all = pair.hub.directives();
  REQUIRE(all.size() == 5'000);
  pair.hub.forget_directives(7);
  const auto before = pair.hub.change_sets;
  pair.bench.connect(pair.id, pair.hub);
  CHECK(pair.hub.directives().size() > 7);
  CHECK_FALSE(pair.bench.info(pair.id).trouble.empty());
  for (int i = 0; i < 20; ++i) {
    pair.bench.clock.pass(1'000);
    must(pair.bench.agent().tick());
    pair.bench.talk(pair.id, pair.hub);
  }
  CHECK(pair.hub.directives() == all);
  CHECK(pair.hub.change_sets == before + 2);
  CHECK(pair.bench.info(pair.id).trouble.empty());
}

TEST_CASE("a hub that does not ask for its lost directives gets none, and the site says what is wrong") {
  Pair pair;
  for (int i = 0; i < 3; ++i) pair.hub.issue(ses::PlanSet{9, 60'000 + i, "1"});
  pair.bench.connect(pair.id, pair.hub);
  pair.hub.forget_directives(1);
  pair.hub.takes_back = false;
  pair.bench.agent().on_disconnected(pair.id);
  pair.bench.connect(pair.id, pair.hub);
  CHECK(pair.hub.directives().size() == 1);
  CHECK(pair.bench.info(pair.id).trouble.find("Head office has lost instructions") == 0);
}

TEST_CASE("that the hub holds the details is remembered and does not go into the log") {
  Pair pair;
  pair.bench.connect(pair.id, pair.hub);
  pair.hub.issue(ses::DetailsHeld{1, 2, {}});
  pair.hub.issue(ses::DetailsHeld{1, 900, {}});  // more than was ever cosigned: not believed
  pair.bench.agent().on_disconnected(pair.id);
  pair.bench.connect(pair.id, pair.hub);
  REQUIRE(pair.hub.directives_cosigned);
  CHECK(count_of<ses::DirectivesAdopted>(entries_of(pair.bench.agent(), pair.id)) == 0);
  auto asked = must(pair.bench.agent().db().prepare("SELECT details_held FROM epoch_log WHERE role = 1"));
  auto rows = must(asked.query());
  REQUIRE(must(rows.next()));
  CHECK(rows.int64(0) == 2);
}

TEST_CASE("wanted details are answered in parts, and erased ones are named") {
  Pair pair;
  std::vector<agent::Fact> facts;
  for (std::uint32_t i = 0; i < 12; ++i) {
    agent::Fact fact = pair.bench.fact(i + 1);
    fact.details = {{ses::DetailKind::Narrative, Bytes(limits::kDetailBytes, static_cast<std::uint8_t>(i))},
                    {ses::DetailKind::Name, to_bytes(as_bytes("name " + std::to_string(i)))}};
    facts.push_back(std::move(fact));
  }
  agent::Fact large = pair.bench.fact(50);
  large.details.assign(limits::kDetailsPerEntry,
                       {ses::DetailKind::Narrative, Bytes(limits::kDetailBytes, 9)});
  facts.push_back(large);
  for (const auto& one : must(pair.bench.agent().record(pair.id, facts))) must(one);
  must(pair.bench.agent().db().transaction([&] {
    return pair.bench.agent().details().erase(pair.bench.agent().site_register(pair.id)->written().log, 4, 1);
  }));
  pair.bench.connect(pair.id, pair.hub);
  must(pair.bench.agent().on_message(pair.id, pair.hub.want_details(0, 1'000)));
  pair.bench.talk(pair.id, pair.hub);

  std::set<std::pair<std::uint64_t, std::uint8_t>> got;
  std::vector<sync::DetailRef> missing;
  std::uint64_t covered = 0;
  const auto entries = entries_of(pair.bench.agent(), pair.id);
  REQUIRE(pair.hub.details.size() > 3);
  for (const sync::Details& part : pair.hub.details) {
    CHECK(part.from <= covered);
    covered = part.to;
    for (const sync::DetailItem& item : part.items) {
      CHECK(got.emplace(item.index, item.n).second);
      const ses::DetailCommitment& promised = entries[item.index].details[item.n];
      CHECK(ses::commit_detail(promised.kind, item.salt, item.bytes) == promised.commitment);
    }
    missing.insert(missing.end(), part.missing.begin(), part.missing.end());
  }
  CHECK(covered == 15);
  CHECK(got.size() == 23 + limits::kDetailsPerEntry);
  CHECK(missing == std::vector<sync::DetailRef>{{4, 1}});
}

TEST_CASE("the WAL moves into the database after a second in which nothing was recorded, and no sooner") {
  Pair pair;
  agent::Agent& agent = pair.bench.agent();
  for (int i = 0; i < 3; ++i) {
    pair.bench.record(pair.id, 1);
    pair.bench.clock.pass(WalKeeper::kRestMs - 1);
    must(agent.idle());
    CHECK(agent.db().wal_bytes() > 0);
  }
  pair.bench.clock.pass(WalKeeper::kRestMs);
  must(agent.idle());
  CHECK(agent.db().wal_bytes() == 0);
}

TEST_CASE("the WAL stays bounded while facts never pause") {
  Pair pair;
  for (int i = 0; i < 120; ++i) pair.bench.record(pair.id, 200);
  CHECK(pair.bench.agent().db().wal_bytes() <= WalKeeper::kSiteBytes);
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/agent_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

/// Copies the data folder as it is: what a careless backup or a cloned disk has.
class Copy {
 public:
  explicit Copy(const std::filesystem::path& from) {
    for (const auto& file : std::filesystem::directory_iterator(from))
      std::filesystem::copy(file.path(), folder_.path() / file.path().filename(),
                            std::filesystem::copy_options::recursive);
  }
  /// Puts the database back, but not the keys that were made since.
  void put_back(const std::filesystem::path& to) const {
    for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"}) {
      std::filesystem::remove(to / name);
      if (std::filesystem::exists(folder_.path() / name))
        std::filesystem::copy(folder_.path() / name, to / name);
    }
  }

 private:
  AgentFolder folder_;
};

struct Story {
  Story() {
    bench.open();
    id = bench.enrol(hub);
    hub.approve(must(bench.agent().enrol_request(id)));
    bench.record(id, 3);
    bench.connect(id, hub);
    REQUIRE(bench.info(id).cosigned_size == 5);
  }
  /// The register goes on, is then put back to what it was and started again.
  void roll_back(std::uint32_t lost_facts) {
    bench.close();
    const Copy copy(bench.folder());
    bench.open();
    bench.record(id, lost_facts);
    bench.connect(id, hub);
    bench.close();
    copy.put_back(bench.folder());
    bench.open();
  }
  void check_goes_on(ses::EpochReason reason, std::uint64_t previous_size, std::uint64_t cosigned_size) {
    const auto info = bench.info(id);
    CHECK(info.log_origin == "hub.example.nz/site/akl-01/e2");
    CHECK_FALSE(info.trouble.empty());
    bench.record(id, 1);
    const auto entries = entries_of(bench.agent(), id);
    REQUIRE(entries.size() >= 2);
    const auto& started = std::get<ses::EpochStarted>(entries[0].event);
    CHECK(started.previous_origin == "hub.example.nz/site/akl-01/e1");
    CHECK(started.previous_size == previous_size);
    CHECK(started.cosigned_size == cosigned_size);
    CHECK(started.reason == reason);
    const auto old = must(bench.agent().logs().find_log("hub.example.nz/site/akl-01/e1"));
    REQUIRE(old);
    CHECK(old->state == LogState::Frozen);
    CHECK(must(bench.agent().logs().evidence(old->id)).size() == 1);
  }
  AgentBench bench;
  SmallHub hub;
  RegisterId id = 0;
};

}  // namespace

TEST_CASE("a register that was put back goes on in a new epoch with a new key") {
  Story story;
  story.roll_back(4);
  const std::string before = story.bench.info(story.id).fingerprint;
  CHECK(story.bench.info(story.id).size == 5);  // the hub holds 10: agent_started and four facts more
  story.bench.connect(story.id, story.hub);
  story.check_goes_on(ses::EpochReason::Restored, 5, 10);
  CHECK(story.bench.info(story.id).fingerprint != before);
  CHECK(story.hub.mirror().entries.size() == 10);
}

TEST_CASE("two histories of one log freeze it, and recording goes on in a new epoch") {
  Story story;
  story.roll_back(1);
  story.bench.record(story.id, 5);  // now larger than what the hub holds, and different
  story.bench.connect(story.id, story.hub);
  story.check_goes_on(ses::EpochReason::Doubt, 11, 7);
  const auto& hello = story.hub.hellos.back();
  REQUIRE(hello.logs.size() == 3);
  CHECK(hello.logs[0].size == 7);  // the head that contradicts the hub's
  CHECK(hello.logs[0].signature);
  CHECK(story.hub.mirror().entries.size() == 7);
}

TEST_CASE("a new epoch is offered at each hello until a person approves it, then it streams") {
  Story story;
  story.roll_back(4);
  story.bench.connect(story.id, story.hub);
  REQUIRE(story.hub.offers.size() == 1);
  const sync::EpochOffer offer = story.hub.offers.front();
  CHECK(offer.origin == "hub.example.nz/site/akl-01/e2");
  CHECK(offer.previous_origin == "hub.example.nz/site/akl-01/e1");
  CHECK(offer.previous_size == 5);
  story.bench.open();
  story.bench.record(story.id, 2);
  story.bench.connect(story.id, story.hub);
  REQUIRE(story.hub.offers.size() == 2);
  CHECK(story.hub.offers.back() == offer);
  CHECK(story.bench.info(story.id).cosigned_size == 0);
  CHECK_FALSE(story.bench.info(story.id).trouble.empty());

  story.hub.approve_epoch();
  story.bench.agent().on_disconnected(story.id);
  story.bench.connect(story.id, story.hub);
  CHECK(story.bench.info(story.id).cosigned_size == story.bench.info(story.id).size);
  CHECK(story.bench.info(story.id).trouble.empty());
  const std::size_t offers = story.hub.offers.size();
  story.bench.agent().on_disconnected(story.id);
  story.bench.connect(story.id, story.hub);
  CHECK(story.hub.offers.size() == offers);
}

TEST_CASE("the register knows what both epochs recorded, also after a new start") {
  Story story;
  story.roll_back(4);
  story.bench.connect(story.id, story.hub);
  story.bench.record(story.id, 1);
  story.bench.open();
  const auto self = must(story.bench.agent().rows().self(story.id));
  CHECK(self.epoch == 2);
  CHECK(self.next_index == story.bench.info(story.id).size);
  CHECK(story.bench.info(story.id).log_origin == "hub.example.nz/site/akl-01/e2");
  CHECK_FALSE(story.bench.info(story.id).trouble.empty());
}

TEST_CASE("a log is never written again whose key was made before the database was put back") {
  Story story;
  story.bench.close();
  const Copy copy(story.bench.folder());
  story.bench.open();
  story.bench.record(story.id, 4);
  story.bench.connect(story.id, story.hub);
  story.bench.close();
  copy.put_back(story.bench.folder());
  story.bench.open();
  story.bench.connect(story.id, story.hub);
  REQUIRE(story.bench.info(story.id).log_origin == "hub.example.nz/site/akl-01/e2");
  story.bench.close();
  copy.put_back(story.bench.folder());
  story.bench.open();
  story.bench.connect(story.id, story.hub);
  CHECK(story.bench.info(story.id).log_origin == "hub.example.nz/site/akl-01/e3");
}

TEST_CASE("a hub that claims more without our signature does not end an epoch") {
  Story story;
  story.bench.agent().on_disconnected(story.id);
  story.hub.mirror().frontier.append(hash_leaf(as_bytes("never recorded here")));
  story.hub.mirror().frontier.append(hash_leaf(as_bytes("nor this")));
  story.bench.connect(story.id, story.hub);
  CHECK(story.bench.info(story.id).log_origin == "hub.example.nz/site/akl-01/e1");
  CHECK_FALSE(story.bench.info(story.id).trouble.empty());
  story.bench.record(story.id, 1);
  CHECK(story.bench.info(story.id).size == 6);
}

TEST_CASE(
    "a site that is enrolled again begins the epoch of its invitation, and entry 0 names the lost log") {
  Story story;
  const auto before = story.bench.info(story.id);
  AgentBench other;  // another machine
  other.random = SeededRandom(8);
  other.open();
  const auto invitation = story.hub.invitation_again(other.clock.now().unix_ms + 1'000, 4);
  const RegisterId id = must(other.agent().enrol(invitation)).id;
  const Bytes request = must(other.agent().enrol_request(id));
  other.open();
  CHECK(must(other.agent().enrol_request(id)) == request);
  CHECK(other.info(id).log_origin == "hub.example.nz/site/akl-01/e4");
  CHECK(other.info(id).fingerprint != before.fingerprint);
  const auto started = std::get<ses::EpochStarted>(entries_of(other.agent(), id).at(0).event);
  CHECK(started.previous_origin == before.log_origin);
  CHECK(started.previous_size == 5);
  CHECK(started.previous_root == story.hub.mirror().frontier.root());
  CHECK(started.cosigned_size == 5);
  CHECK(started.reason == ses::EpochReason::DatabaseLost);

  story.hub.approve(request, 4);
  other.record(id, 2);
  other.connect(id, story.hub);
  CHECK(other.info(id).cosigned_size == other.info(id).size);
  CHECK(story.hub.offers.empty());
  CHECK(other.info(id).trouble.empty());
}

TEST_CASE("the machine of a lost database uses none of its old keys when it is enrolled again") {
  Story story;
  const auto before = story.bench.info(story.id);
  story.bench.close();
  for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"})
    std::filesystem::remove(story.bench.folder() / name);
  must(agent::Agent::create(story.bench.parts()));
  story.bench.open();
  const auto invitation = story.hub.invitation_again(story.bench.clock.now().unix_ms + 1'000, 2);
  const RegisterId id = must(story.bench.agent().enrol(invitation)).id;
  CHECK(id != story.id);
  CHECK(story.bench.info(id).fingerprint != before.fingerprint);
  story.hub.approve(must(story.bench.agent().enrol_request(id)), 2);
  story.bench.record(id, 1);
  story.bench.connect(id, story.hub);
  CHECK(story.bench.info(id).cosigned_size == story.bench.info(id).size);
}

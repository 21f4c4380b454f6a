// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/restated.hpp"
#include "tests/agent/agent_fixture.hpp"
#include "tests/support/fault_vfs.hpp"

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
  TestFolder folder_;
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

/// What the log that is written now states, each entry peeled.
std::vector<ses::Stated> stated_in(agent::Agent& agent, RegisterId id) {
  std::vector<ses::Stated> all;
  for (ses::Entry& entry : entries_of(agent, id)) all.push_back(ses::stated(std::move(entry)));
  return all;
}
/// How often it states that terminal, itself or restated.
std::size_t times_stated(const std::vector<ses::Stated>& all, std::uint32_t terminal_no) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const ses::Stated& said) {
    const auto* added = std::get_if<ses::TerminalAdded>(&said.fact.event);
    return added != nullptr && added->terminal_no == terminal_no;
  }));
}
agent::Fact person(AgentBench& bench, ses::PersonNo no, const std::string& name) {
  agent::Fact fact;
  bench.random.fill(fact.request_id);
  fact.terminal_no = 3;
  fact.event = ses::PersonAdded{no, 0};
  fact.details = {{ses::DetailKind::Name, to_bytes(as_bytes(name))},
                  {ses::DetailKind::Narrative, to_bytes(as_bytes("started on Monday"))}};
  return fact;
}

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

TEST_CASE("what was recorded after a restore stands in the new epoch once more, with its details") {
  Story story;
  story.roll_back(4);  // the hub holds 10 of the first history
  const agent::Fact somebody = person(story.bench, 77, "Ana Example");
  const auto first = must(must(story.bench.agent().record(story.id, std::span(&somebody, 1))).front());
  std::vector<agent::Fact> facts;
  for (std::uint32_t no : {901, 902}) facts.push_back(story.bench.fact(no));
  for (const auto& answer : must(story.bench.agent().record(story.id, facts))) must(answer);
  CHECK(first.at == ses::Ref{1, 6});
  SECTION("fewer than the hub holds") {}
  SECTION("more than the hub holds") {
    std::vector<agent::Fact> more;
    for (std::uint32_t no = 903; no < 903 + 600; ++no) more.push_back(story.bench.fact(no));
    for (const auto& answer : must(story.bench.agent().record(story.id, more))) must(answer);
  }
  const std::uint64_t ended = story.bench.info(story.id).size;
  story.bench.connect(story.id, story.hub);

  const auto all = stated_in(story.bench.agent(), story.id);
  REQUIRE(all.size() == 1 + ended - 6);  // entry 0; not the start of the agent at index 5
  CHECK(std::holds_alternative<ses::EpochStarted>(all[0].fact.event));
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].places == std::vector<ses::Ref>{{1, i + 5}});
  for (std::uint32_t no = 901; no < 903; ++no) CHECK(times_stated(all, no) == 1);
  const ses::Entry outer = entries_of(story.bench.agent(), story.id)[1];
  CHECK(outer.header.person_no == 0);
  CHECK(outer.header.auth_method == ses::AuthMethod::None);
  CHECK(outer.details == all[1].fact.details);

  // The register knows each once, and by its first place.
  const auto self = must(story.bench.agent().rows().self(story.id));
  CHECK(self.epoch == 2);
  CHECK(self.next_index == all.size());

  // It comes again from the terminal's queue: known, now and after a new start.
  for (int start = 0; start < 2; ++start) {
    const auto again = must(must(story.bench.agent().record(story.id, std::span(&somebody, 1))).front());
    CHECK(again.repeated);
    CHECK(again.at == first.at);
    CHECK(times_stated(stated_in(story.bench.agent(), story.id), 901) == 1);
    story.bench.open();
  }

  story.hub.approve_epoch();
  story.bench.connect(story.id, story.hub);
  CHECK(story.hub.mirror().entries.size() == story.bench.info(story.id).size);
  must(story.bench.agent().on_message(story.id, story.hub.want_details(1, 2)));
  story.bench.talk(story.id, story.hub);
  REQUIRE(story.hub.details.size() == 1);
  CHECK(story.hub.details[0].missing.empty());
  REQUIRE(story.hub.details[0].items.size() == 2);
  for (const sync::DetailItem& item : story.hub.details[0].items) {
    CHECK(item.index == 1);
    CHECK(ses::commit_detail(static_cast<ses::DetailKind>(item.kind), item.salt, item.bytes) ==
          outer.details.at(item.n).commitment);
  }
  CHECK(as_text(story.hub.details[0].items[0].bytes) == "Ana Example");

  // Erased by its first place, it is gone in both.
  agent::Fact erased;
  story.bench.random.fill(erased.request_id);
  erased.event = ses::DetailsErased{first.at};
  must(must(story.bench.agent().record(story.id, std::span(&erased, 1))).front());
  must(story.bench.agent().on_message(story.id, story.hub.want_details(1, 2)));
  story.bench.talk(story.id, story.hub);
  CHECK(story.hub.details.back().items.empty());
  CHECK(story.hub.details.back().missing.size() == 2);
}

TEST_CASE("what directives were adopted is said again in the new epoch, before anything else") {
  Story story;
  story.hub.issue(ses::SiteApproved{1, 0, ses::Scope::Sea, "1"});
  story.bench.agent().on_disconnected(story.id);
  story.bench.connect(story.id, story.hub);
  REQUIRE(count_of<ses::DirectivesAdopted>(entries_of(story.bench.agent(), story.id)) == 1);
  story.roll_back(4);
  story.bench.record(story.id, 2);
  story.bench.connect(story.id, story.hub);
  const auto entries = entries_of(story.bench.agent(), story.id);
  REQUIRE(entries.size() >= 4);
  REQUIRE(std::holds_alternative<ses::DirectivesAdopted>(entries[1].event));
  CHECK(std::get<ses::DirectivesAdopted>(entries[1].event).size == 1);
  CHECK(count_of<ses::Restated>(entries) == 2);
  CHECK(count_of<ses::DirectivesAdopted>(entries) == 1);
}

TEST_CASE("a power cut at any write while facts are restated loses none and doubles none") {
  constexpr std::uint32_t kFacts = 600;  // three transactions
  for (std::uint64_t n = 1;; n += n < 30 ? 1 : 9) {
    FaultVfs vfs;
    AgentBench bench(vfs.name());
    SmallHub hub;
    bench.open();
    const RegisterId id = bench.enrol(hub);
    hub.approve(must(bench.agent().enrol_request(id)));
    bench.record(id, 3);
    bench.connect(id, hub);
    bench.close();
    std::map<std::string, Bytes> copy;
    for (const char* name : {"agent.db", "agent.db-wal"}) {
      const std::string file = (bench.folder() / name).string();
      copy[file] = vfs.content(file);
    }
    bench.open();
    bench.record(id, 1);
    bench.connect(id, hub);
    bench.close();
    for (const auto& [file, bytes] : copy) vfs.replace(file, bytes);
    bench.open();
    std::vector<agent::Fact> facts;
    for (std::uint32_t no = 0; no < kFacts; ++no) facts.push_back(bench.fact(10'000 + no));
    for (const auto& answer : must(bench.agent().record(id, facts))) must(answer);

    vfs.strike_at(n, Fault::PowerCut);
    bench.agent().on_connected(id);
    for (auto frame = bench.agent().next_frame(id); frame && *frame; frame = bench.agent().next_frame(id)) {
      bench.agent().sent(id, true);
      for (const Bytes& reply : hub.on_frame(**frame, bench.clock.now()))
        static_cast<void>(bench.agent().on_message(id, reply));
    }
    const bool struck = vfs.struck();
    bench.close();
    vfs.reboot(Unsynced::Mixed, n);
    vfs.heal();
    bench.open();
    bench.connect(id, hub);
    INFO("change " << n);
    const auto all = stated_in(bench.agent(), id);
    REQUIRE(std::holds_alternative<ses::EpochStarted>(all.at(0).fact.event));
    for (std::uint32_t i = 0; i < kFacts; ++i) REQUIRE(times_stated(all, 10'000 + i) == 1);
    if (!struck) break;
  }
}

TEST_CASE("facts of an epoch that head office never took stand in the next one, restated twice") {
  Story story;
  story.roll_back(4);
  story.bench.record(story.id, 2);
  story.bench.connect(story.id, story.hub);  // epoch 2; nobody approves it
  REQUIRE(story.bench.info(story.id).log_origin.ends_with("/e2"));
  story.bench.record(story.id, 1);
  story.hub.approve_epoch();
  story.bench.close();
  const Copy copy(story.bench.folder());
  story.bench.open();
  story.bench.record(story.id, 1);
  story.bench.agent().on_disconnected(story.id);
  story.bench.connect(story.id, story.hub);  // the hub has epoch 2 now, and more of it than the copy
  story.bench.close();
  copy.put_back(story.bench.folder());
  story.bench.open();
  const agent::Fact after = story.bench.fact(950);
  must(must(story.bench.agent().record(story.id, std::span(&after, 1))).front());
  story.bench.connect(story.id, story.hub);
  REQUIRE(story.bench.info(story.id).log_origin.ends_with("/e3"));
  const auto all = stated_in(story.bench.agent(), story.id);
  CHECK(times_stated(all, 950) == 1);
  std::size_t twice = 0;
  for (const ses::Stated& said : all) {
    if (said.places.size() != 2) continue;
    CHECK(said.places[0].epoch == 2);
    CHECK(said.places[1].epoch == 1);
    ++twice;
  }
  CHECK(twice == 2);
  story.bench.open();
  CHECK(must(story.bench.agent().rows().self(story.id)).epoch == 3);
}

TEST_CASE("details of a log that the copy knows nothing of are nobody's, and the hub is told so") {
  Story story;
  story.bench.close();
  const Copy copy(story.bench.folder());
  story.bench.open();
  story.bench.record(story.id, 4);
  story.bench.connect(story.id, story.hub);
  story.bench.close();
  copy.put_back(story.bench.folder());
  story.bench.open();
  story.bench.record(story.id, 1);
  story.bench.connect(story.id, story.hub);
  story.hub.approve_epoch();
  story.bench.connect(story.id, story.hub);
  const Bytes of_second = story.hub.want_details(1, 3);
  story.bench.close();
  copy.put_back(story.bench.folder());
  story.bench.open();
  story.bench.connect(story.id, story.hub);
  REQUIRE(story.bench.info(story.id).log_origin.ends_with("/e3"));
  must(story.bench.agent().on_message(story.id, of_second));
  story.bench.talk(story.id, story.hub);
  REQUIRE(story.hub.details.size() == 1);
  CHECK(story.hub.details[0].from == 1);
  CHECK(story.hub.details[0].to == 3);
  CHECK(story.hub.details[0].items.empty());
}

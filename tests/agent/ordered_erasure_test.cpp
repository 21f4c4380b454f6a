// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/directory.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

struct Ordered : CommandBench {
  Ordered() {
    said({"person", "add", "Tama"});
    tama = must(agent::Directory::read(bench.agent(), id)).people().front().no;
    said({"store", "add", "Safe"});
    said({"seal", "receive", "NZ300001", "--count", "5", "--place", "Safe", "--by", "Tama"});
    hub.issue(ses::PlanSet{static_cast<std::uint16_t>(ses::Setting::RetentionDays), 7, "v2"});
    hub.issue(ses::ErasureOrdered{tama, {}});
  }
  void hear() {
    bench.connect(id, hub);
    must(bench.agent().tick());
    bench.talk(id, hub);
  }
  [[nodiscard]] bool named() { return holds(said({"person", "list"}), "Tama"); }
  [[nodiscard]] std::vector<ses::ErasureAnswered> answers() {
    std::vector<ses::ErasureAnswered> out;
    for (const ses::Entry& entry : entries_of(bench.agent(), id))
      if (const auto* one = std::get_if<ses::ErasureAnswered>(&entry.event)) out.push_back(*one);
    return out;
  }
  ses::PersonNo tama = 0;
};

}  // namespace

TEST_CASE_METHOD(Ordered,
                 "an ordered erasure is refused once while the register must show the name, then done") {
  hear();
  CHECK(named());
  REQUIRE(answers().size() == 1);
  CHECK(answers()[0].person_no == tama);
  CHECK(answers()[0].keep_until_ms > bench.clock.now().unix_ms);
  must(bench.agent().tick());
  bench.open();
  must(bench.agent().tick());
  CHECK(answers().size() == 1);
  bench.clock.pass(7 * kDayMs + 1);
  must(bench.agent().tick());
  CHECK_FALSE(named());
  REQUIRE(answers().size() == 2);
  CHECK(answers()[1].keep_until_ms == 0);
  must(bench.agent().tick());
  CHECK(answers().size() == 2);
  CHECK(holds(said({"verify"}), "\"valid\":true"));
}

TEST_CASE_METHOD(Ordered, "a database that was put back from an old copy carries the order out again") {
  bench.close();
  const TestFolder copy;
  for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"})
    if (std::filesystem::exists(bench.folder() / name))
      std::filesystem::copy(bench.folder() / name, copy.path() / name);
  bench.open();
  bench.clock.pass(8 * kDayMs);
  hear();
  CHECK_FALSE(named());
  bench.close();
  for (const char* name : {"agent.db", "agent.db-wal", "agent.db-shm"}) {
    std::filesystem::remove(bench.folder() / name);
    if (std::filesystem::exists(copy.path() / name))
      std::filesystem::copy(copy.path() / name, bench.folder() / name);
  }
  bench.open();
  CHECK(named());
  hear();
  hear();
  CHECK_FALSE(named());
}

TEST_CASE_METHOD(Ordered,
                 "the details of one entry are erased as ordered, and one that never was here is answered") {
  hub.issue(ses::ErasureOrdered{0, {1, 999}});
  bench.clock.pass(8 * kDayMs);
  hear();
  REQUIRE(answers().size() == 2);
  for (const ses::ErasureAnswered& one : answers()) CHECK(one.keep_until_ms == 0);
  CHECK(count_of<ses::DetailsErased>(entries_of(bench.agent(), id)) == 1);
}

TEST_CASE_METHOD(Ordered, "what is about the site's manager shows in no command of the site") {
  said({"concern", "--story", "keys in the manager's car", "--about-manager", "--by", "Tama"});
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"todo"}, {"status"}, {"dock"}, {"compliance", "--clause", "6.2"}, {"record", "list"}}) {
    INFO(words.front());
    const std::string shown = said(words);
    CHECK_FALSE(holds(shown, "oncern"));
    CHECK_FALSE(holds(shown, "manager's"));
  }
}

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <thread>

#include "agent/commands/commands.hpp"
#include "common/crypto/system_random.hpp"
#include "hub/commands/commands.hpp"
#include "live_pair.hpp"

using namespace sealkeep;
using fault::ask;
using fault::command;
using fault::eventually;
using fault::number_of;

namespace {

constexpr int kRounds = 200;

// Records one application of a fresh seal after the other and keeps what was answered as recorded.
struct Recorder {
  net::NetContext& context;
  std::filesystem::path folder;
  std::atomic<bool> stop{false};
  std::map<std::uint64_t, std::string> recorded;  // index -> seal
  std::set<std::string> unclear;                  // asked, and no answer came: may or may not be recorded

  void run() {
    for (std::uint64_t i = 1; !stop; ++i) {
      const std::string seal = fmt::format("NZ{:09}", i);
      const Result<cli::Value> answer = ask(
          context, folder,
          command(
              "seal apply",
              {{"seal", {seal}}, {"container", {fmt::format("TSTU{:07}", i)}}, {"reason", {"kill test"}}}));
      if (!answer) {
        unclear.insert(seal);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        continue;
      }
      const cli::Value* index = answer->find("index");
      if (index != nullptr && index->as_int() != nullptr)
        recorded[static_cast<std::uint64_t>(*index->as_int())] = seal;
    }
  }
};

}  // namespace

TEST_CASE(
    "killed 200 times while facts are recorded, both programs lose nothing that was answered as recorded") {
  const test::TestFolder folder;
  SystemRandom random;
  SystemClock clock;
  NullLogger quiet;
  const agent::AgentParts agent_parts{folder.path() / "agent", {}, {}, clock, random, quiet};
  const hub::HubParts hub_parts{folder.path() / "hub", {}, {}, clock, random, quiet};
  fault::LivePair pair(hub_parts, agent_parts.folder, folder.path());
  net::NetContext context;

  net::NetContext recorder_context;
  Recorder recorder{recorder_context, agent_parts.folder, {}, {}, {}};
  std::thread recording([&] { recorder.run(); });
  SeededRandom chance(static_cast<std::uint64_t>(clock.now().unix_ms));
  for (int round = 0; round < kRounds; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + chance.below(230)));
    const std::uint64_t who = chance.below(3);
    if (who != 0) pair.agent.kill();
    if (who != 1) pair.hub.kill();
    if (who != 1) pair.hub.start();
    if (who != 0) pair.agent.start();
  }
  recorder.stop = true;
  recording.join();
  REQUIRE(recorder.recorded.size() > 200);

  eventually(context, agent_parts.folder, command("status"),
             [](const cli::Value& status) { return number_of(status, "unsafe_records") == 0; });
  REQUIRE(pair.agent.stop() == 0);
  REQUIRE(pair.hub.stop() == 0);

  auto hub = hub::Hub::open(hub_parts);
  REQUIRE(hub);
  const auto sites = (*hub)->sites();
  REQUIRE(sites);
  const auto logs = (*hub)->register_logs(sites->front().id);
  REQUIRE(logs);
  REQUIRE(logs->site.size() == 1);
  std::map<std::uint64_t, std::string> at_hub;
  std::set<std::string> seals;
  const auto visited = (*hub)->logs().read_entries(
      logs->site.front().log, 0, UINT64_MAX, UINT64_MAX,
      [&](std::uint64_t index, ByteView bytes) -> Result<> {
        SEALKEEP_LET(entry, ses::decode_entry(bytes));
        if (const auto* applied = std::get_if<ses::SealApplied>(&entry.event)) {
          REQUIRE(seals.insert(applied->seal.text()).second);  // nothing is there twice
          at_hub[index] = applied->seal.text();
        }
        return {};
      });
  REQUIRE(visited);
  for (const auto& [index, seal] : recorder.recorded) REQUIRE(at_hub[index] == seal);
  for (const auto& [index, seal] : at_hub) {
    const auto known = recorder.recorded.find(index);
    REQUIRE((known == recorder.recorded.end() ? recorder.unclear.contains(seal) : known->second == seal));
  }

  const auto no_progress = [](const cli::Progress&) {};
  const auto hub_valid = hub::execute(**hub, command("verify"), no_progress);
  REQUIRE(hub_valid);
  INFO(cli::to_json(*hub_valid));
  REQUIRE(*hub_valid->find("valid")->as_bool());
  auto agent = agent::Agent::open(agent_parts);
  REQUIRE(agent);
  const auto agent_valid = agent::execute(**agent, command("verify"), no_progress);
  REQUIRE(agent_valid);
  INFO(cli::to_json(*agent_valid));
  REQUIRE(*agent_valid->find("valid")->as_bool());
  WARN(recorder.recorded.size() << " facts answered as recorded, " << recorder.unclear.size()
                                << " asked without an answer, " << at_hub.size() << " at the hub");
}

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "agent/commands/commands.hpp"
#include "common/crypto/system_random.hpp"
#include "hub/commands/commands.hpp"
#include "processes.hpp"

using namespace sealkeep;
using fault::ask;

namespace {

constexpr int kRounds = 200;

cli::Command command(std::string name, std::map<std::string, std::vector<std::string>> options = {}) {
  return {std::move(name), std::move(options), {}};
}

std::string text_of(const cli::Value& value, std::string_view name) {
  const cli::Value* found = value.find(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->as_text() != nullptr);
  return *found->as_text();
}

std::int64_t number_of(const cli::Value& value, std::string_view name) {
  const cli::Value* found = value.find(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->as_int() != nullptr);
  return *found->as_int();
}

// Asks again and again until the daemon answers `good`, at most a minute.
template <class Good>
cli::Value eventually(net::NetContext& context, const std::filesystem::path& folder,
                      const cli::Command& asked, Good&& good) {
  std::string last = "nothing";
  for (int i = 0; i < 600; ++i) {
    if (Result<cli::Value> answer = ask(context, folder, asked)) {
      if (good(*answer)) return *answer;
      last = cli::to_json(*answer);
    } else {
      last = answer.error().text();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  FAIL("gave up waiting; last answer: " << last);
  return {};
}

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
  const fault::TempFolder folder;
  const std::filesystem::path hub_folder = folder.path() / "hub";
  const std::filesystem::path agent_folder = folder.path() / "agent";
  const std::uint16_t main_port = fault::free_port();
  const std::uint16_t enrol_port = fault::free_port();
  const std::string bin = SEALKEEP_BIN_DIR;
  SystemRandom random;
  SystemClock clock;
  NullLogger quiet;
  net::NetContext context;

  const hub::HubParts hub_parts{hub_folder, {}, {}, clock, random, quiet};
  std::filesystem::create_directory(hub_folder);
  std::filesystem::permissions(hub_folder, std::filesystem::perms::owner_all);
  REQUIRE(hub::init(hub_parts, {"hub.example.nz", fmt::format("tcp://127.0.0.1:{}", main_port),
                                fmt::format("tcp://127.0.0.1:{}", enrol_port)}));
  fault::Program hub_program({bin + "/sealkeep-hub", "--data", hub_folder.string(), "serve", "--main-port",
                              std::to_string(main_port), "--enrol-port", std::to_string(enrol_port)},
                             folder.path() / "hub.log");
  fault::Program agent_program({bin + "/sealkeep-agent", "--data", agent_folder.string(), "serve"},
                               folder.path() / "agent.log");
  hub_program.start();
  const cli::Value added = eventually(context, hub_folder, command("site add", {{"code", {"akl-01"}}}),
                                      [](const cli::Value&) { return true; });
  {
    std::ofstream file(folder.path() / "invitation");
    file << text_of(added, "invitation");
  }
  fault::Program enrol({bin + "/sealkeep-agent", "--data", agent_folder.string(), "enrol", "--invitation",
                        (folder.path() / "invitation").string()},
                       folder.path() / "enrol.log");
  enrol.start();
  std::string fingerprint;
  eventually(context, hub_folder, command("site list"), [&](const cli::Value& sites) {
    if (sites.as_list() == nullptr || text_of(sites.as_list()->front(), "state") != "pending") return false;
    fingerprint = text_of(sites.as_list()->front(), "fingerprint");
    return true;
  });
  eventually(context, hub_folder,
             command("site approve", {{"code", {"akl-01"}}, {"fingerprint", {fingerprint}}}),
             [](const cli::Value&) { return true; });
  REQUIRE(enrol.stop() == 0);
  agent_program.start();

  net::NetContext recorder_context;
  Recorder recorder{recorder_context, agent_folder, {}, {}, {}};
  std::thread recording([&] { recorder.run(); });
  SeededRandom chance(static_cast<std::uint64_t>(clock.now().unix_ms));
  for (int round = 0; round < kRounds; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + chance.below(230)));
    const std::uint64_t who = chance.below(3);
    if (who != 0) agent_program.kill();
    if (who != 1) hub_program.kill();
    if (who != 1) hub_program.start();
    if (who != 0) agent_program.start();
  }
  recorder.stop = true;
  recording.join();
  REQUIRE(recorder.recorded.size() > 200);

  eventually(context, agent_folder, command("status"),
             [](const cli::Value& status) { return number_of(status, "unsafe_records") == 0; });
  REQUIRE(agent_program.stop() == 0);
  REQUIRE(hub_program.stop() == 0);

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
  auto agent = agent::Agent::open({agent_folder, {}, {}, clock, random, quiet});
  REQUIRE(agent);
  const auto agent_valid = agent::execute(**agent, command("verify"), no_progress);
  REQUIRE(agent_valid);
  INFO(cli::to_json(*agent_valid));
  REQUIRE(*agent_valid->find("valid")->as_bool());
  WARN(recorder.recorded.size() << " facts answered as recorded, " << recorder.unclear.size()
                                << " asked without an answer, " << at_hub.size() << " at the hub");
}

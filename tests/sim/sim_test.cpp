// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/sim/checks.hpp"

using namespace sealkeep;
using namespace sealkeep::sim;

namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::filesystem::path scratch_folder(std::uint64_t seed) {
  std::error_code ignored;
  const std::filesystem::path memory = "/dev/shm";
  const auto base = std::filesystem::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0
                        ? memory
                        : std::filesystem::temp_directory_path();
  return base / ("sealkeep-sim-" + std::to_string(::getpid()) + "-" + std::to_string(seed));
}

RunType type_of(std::uint64_t seed) {
  return static_cast<RunType>(seed % kRunTypes);
}

/// Empty, or what went wrong.
std::string run(std::uint64_t seed, std::uint64_t steps, RunType type,
                const std::function<void(SimWorld&)>& look = {}) {
  std::unique_ptr<SimWorld> world;
  std::string what;
  try {
    world = std::make_unique<SimWorld>(seed, type, scratch_folder(seed));
    world->trouble(steps);
    world->heal();
    check_all(*world);
    if (look) look(*world);
    return {};
  } catch (const std::exception& error) {
    what = error.what();
  }
  return "seed " + std::to_string(seed) + " (" + run_type_name(type) + "): " + what +
         "\nagain: SEALKEEP_SIM_SEED=" + std::to_string(seed) +
         " SEALKEEP_SIM_STEPS=" + std::to_string(steps) + " test_sim\n" +
         (world ? world->trace().text() : std::string());
}

void run_seeds(RunType type, const std::function<void(SimWorld&)>& look = {}) {
  const std::uint64_t steps = number_from("SEALKEEP_SIM_STEPS", 220);
  const char* one = std::getenv("SEALKEEP_SIM_SEED");
  if (one != nullptr) {
    const std::uint64_t seed = number_from("SEALKEEP_SIM_SEED", 0);
    if (type_of(seed) == type) CHECK(run(seed, steps, type, look) == "");
    return;
  }
  const std::uint64_t seeds = number_from("SEALKEEP_SIM_SEEDS", 240);
  for (std::uint64_t seed = number_from("SEALKEEP_SIM_FROM", 1); seed <= seeds; ++seed)
    if (type_of(seed) == type) CHECK(run(seed, steps, type, look) == "");
}

}  // namespace

TEST_CASE("a healthy network brings every fact to the hub and raises no alarm", "[a]") {
  run_seeds(RunType::Healthy);
}
TEST_CASE("a network that loses, doubles, reorders and parts loses no fact", "[a]") {
  run_seeds(RunType::Lossy);
}
TEST_CASE("power cuts and failing disks at any write lose nothing that was acknowledged", "[a]") {
  run_seeds(RunType::Crashy);
}
TEST_CASE("a database that was put back from a copy is noticed, and recording goes on", "[b]") {
  run_seeds(RunType::Rollback);
}
TEST_CASE("a copied agent is noticed and its site frozen", "[b]") {
  run_seeds(RunType::Clone);
}
TEST_CASE("an agent of two hubs tells neither of the other", "[b]") {
  run_seeds(RunType::TwoHubs);
}
TEST_CASE("a revoked site changes nothing any more", "[c]") {
  run_seeds(RunType::Revoke);
}
TEST_CASE("frames with wrong bits, and old ones, change nothing", "[c]") {
  run_seeds(RunType::Hostile);
}
TEST_CASE("a site that is silent for days raises an alert and comes back by itself", "[c]") {
  run_seeds(RunType::Silent);
}

TEST_CASE("a hub that was put back from a copy gets back what it lost and signs nothing twice") {
  std::uint64_t held_back = 0, came_back = 0, runs = 0;
  run_seeds(RunType::HubRestored, [&](SimWorld& world) {
    ++runs;
    held_back += world.held_back();
    for (const auto& site : must(world.hubs()[0]->hub->sites(), "sites"))
      came_back += alerts_of(*world.hubs()[0], hub::AlertRule::Gap, site.id);
  });
  INFO("runs " << runs << ", directives held back " << held_back << ", losses that came back " << came_back);
  // In so many runs each kind of luck occurs.
  if (runs >= 10) CHECK((held_back > 0 && came_back > 0));
}

TEST_CASE(
    "a disk that is full for a while refuses facts, changes nothing by it, and all goes on afterwards") {
  std::uint64_t at_sites = 0, at_hubs = 0, runs = 0;
  run_seeds(RunType::DiskFull, [&](SimWorld& world) {
    ++runs;
    at_sites += world.refused_at_site();
    at_hubs += world.refused_at_hub();
  });
  INFO("runs " << runs << ", refused at sites " << at_sites << ", at hubs " << at_hubs);
  if (runs >= 10) CHECK((at_sites > 0 && at_hubs > 0));
}

TEST_CASE("what a site recorded in the days before its approval arrives afterwards") {
  run_seeds(RunType::LateApproval,
            [](SimWorld& world) { REQUIRE(world.agents()[0]->tenants[0].recorded_before_approval > 0); });
}

TEST_CASE("what once failed does not fail again") {
  if (std::getenv("SEALKEEP_SIM_SEED") != nullptr) return;
  constexpr std::uint64_t kSteps = 260;
  // There were nine kinds of run then.
  const auto run_again = [&](std::uint64_t seed) {
    return run(seed, kSteps, static_cast<RunType>(seed % 9));
  };
  CHECK(run_again(3) == "");    // a refused epoch offer overtook every answer to a hello
  CHECK(run_again(11) == "");   // a register of no entries differed from its rebuild
  CHECK(run_again(25) == "");   // directives without an answer were never sent again
  CHECK(run_again(39) == "");   // details lost with a backup kept the next log's from being asked for
  CHECK(run_again(237) == "");  // the recount of the ledger counted numbers that were only named
  CHECK(run_again(275) == "");  // a session that ended at the hub alone was never opened again
  CHECK(run_again(635) == "");
}

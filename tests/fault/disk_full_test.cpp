// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/agent.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/wal_keeper.hpp"
#include "live_pair.hpp"

using namespace sealkeep;
using fault::ask;
using fault::command;
using fault::eventually;
using fault::number_of;

namespace {

constexpr std::uint64_t kMib = 1024 * 1024;

// A disk in memory, of its own; it takes root's rights to have one.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path at, std::uint64_t bytes) : at_(std::move(at)) {
    std::filesystem::create_directory(at_);
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, fmt::format("size={}", bytes).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] std::uint64_t free_bytes() const { return std::filesystem::space(at_).available; }
  /// Something else takes room until `left` bytes are free.
  void fill_up_to(std::uint64_t left) const {
    std::ofstream file(ballast(), std::ios::app | std::ios::binary);
    const std::vector<char> block(4096, 'x');
    while (free_bytes() > left && file.write(block.data(), 4096) && file.flush()) {
    }
  }
  void make_room() const { std::filesystem::remove(ballast()); }

 private:
  [[nodiscard]] std::filesystem::path ballast() const { return at_ / "ballast"; }
  std::filesystem::path at_;
  bool mounted_ = false;
};

cli::Command application(int number) {
  return command("seal apply", {{"seal", {fmt::format("NZ{:09}", number)}},
                                {"container", {fmt::format("TSTU{:07}", number)}},
                                {"reason", {"disk test"}}});
}

std::string code_of(const Result<cli::Value>& answer) {
  return answer ? "success" : answer.error().code;
}

}  // namespace

TEST_CASE(
    "on a full disk the agent refuses facts and says why, reads and syncs on, and records again once there "
    "is "
    "room") {
  const test::TestFolder folder;
  const SmallDisk disk(folder.path() / "disk", agent::kReserveBytes + WalKeeper::kSiteBytes + 16 * kMib);
  if (!disk.mounted()) {
    WARN("skipped: not permitted to mount a tmpfs");
    return;
  }
  SystemRandom random;
  SystemClock clock;
  NullLogger quiet;
  const std::filesystem::path agent_folder = folder.path() / "disk" / "agent";
  fault::LivePair pair({folder.path() / "hub", {}, {}, clock, random, quiet}, agent_folder, folder.path());
  net::NetContext context;
  const auto all_safe = [](const cli::Value& status) { return number_of(status, "unsafe_records") == 0; };
  const auto records = [&] {
    return number_of(eventually(context, agent_folder, command("status"), all_safe), "records");
  };
  eventually(context, agent_folder, application(1), [](const cli::Value&) { return true; });
  const std::int64_t before = records();

  // Nearly full: no fact is taken, but that it was refused is recorded from the reserve and reaches the hub.
  disk.fill_up_to(agent::kReserveBytes / 2);
  CHECK(code_of(ask(context, agent_folder, application(2))) == "store.disk_full");
  CHECK(code_of(ask(context, agent_folder, application(3))) == "store.disk_full");
  CHECK(records() == before + 1);

  // Not one byte: still it answers.
  disk.fill_up_to(0);
  CHECK(disk.free_bytes() == 0);
  CHECK(code_of(ask(context, agent_folder, application(4))) == "store.disk_full");
  CHECK(records() == before + 1);
  CHECK(ask(context, agent_folder, command("seal show", {{"seal", {"NZ000000001"}}})));

  disk.make_room();
  const auto again =
      eventually(context, agent_folder, application(5), [](const cli::Value&) { return true; });
  // How many facts were refused in all comes before the first one that is taken.
  CHECK(records() == before + 3);
  CHECK(number_of(again, "index") == before + 2);
  const auto verified = ask(context, agent_folder, command("verify"));
  REQUIRE(verified);
  INFO(cli::to_json(*verified));
  CHECK(*verified->find("valid")->as_bool());
  CHECK(pair.agent.stop() == 0);
  CHECK(pair.hub.stop() == 0);
}

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>

#include "agent/agent.hpp"
#include "common/cli/value.hpp"
#include "common/crypto/system_random.hpp"
#include "hub/hub.hpp"
#include "tests/scenarios/script.hpp"
#include "tests/support/fault_vfs.hpp"

/// Head office and its sites in one process: real programs on disks in memory, frames handed from one to the
/// other, clocks moved by hand.
namespace sealkeep::scenarios {

/// Something that must always work did not: the scenario ends.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
template <class T>
T must(Result<T> result) {
  if (!result) throw Broken(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class World {
 public:
  /// `exporters`: besides the first one.
  World(std::filesystem::path folder, const std::vector<std::string>& exporters);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Invited, enrolled, approved, connected, by the commands of both programs; with every exporter.
  void add_site(const Site& site);

  [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }
  /// Time passes up to that moment, if it is not over; what was said by then has been heard.
  void pass_to(std::int64_t unix_ms);
  /// Frames flow until nobody has anything to say.
  void settle();
  void connect(const std::string& site, bool online);

  /// Runs a command as its program does.
  Result<cli::Value> run(const std::string& actor, const std::vector<std::string>& words);
  /// Entries of the site's logs, or directives and journal of head office.
  [[nodiscard]] std::uint64_t recorded(const std::string& actor);
  /// What the hubs' registers of that site have otherwise than the site's own; empty: nothing.
  [[nodiscard]] std::vector<std::string> register_differences(const std::string& site);
  /// How often head office interrupted each person, in the worst 24 hours.
  [[nodiscard]] std::map<std::string, std::size_t> interruptions(const std::string& actor);
  [[nodiscard]] std::vector<std::string> sites() const;
  [[nodiscard]] std::vector<std::string> offices() const;

 private:
  void carry();
  class HandClock final : public Clock {
   public:
    HandClock(const std::int64_t& now_ms, std::uint8_t machine) : now_ms_(now_ms), machine_(machine) {}
    [[nodiscard]] Now now() override;
    [[nodiscard]] std::string boot_id() override;

   private:
    const std::int64_t& now_ms_;
    std::uint8_t machine_;
  };
  struct Machine {
    Machine(const std::int64_t& now_ms, std::uint8_t number, std::filesystem::path where)
        : folder(std::move(where)), clock(now_ms, number), random(number) {
      std::filesystem::create_directories(folder);
    }
    std::filesystem::path folder;
    HandClock clock;
    SeededRandom random;
    NullLogger log;
    test::FaultVfs disk;
  };
  struct Office : Machine {
    using Machine::Machine;
    std::string actor, name;
    std::unique_ptr<hub::Hub> hub;
  };
  /// A site's register and line to one exporter.
  struct Line {
    Office* office = nullptr;
    RegisterId id = 0;
    BoxPublicKey curve_key;
    std::uint32_t connection = 0;
  };
  struct Dock : Machine {
    using Machine::Machine;
    [[nodiscard]] Bytes peer(const Line& line) const;
    std::string code;
    std::unique_ptr<agent::Agent> agent;
    std::vector<Line> lines;
    bool online = false;
  };

  void add_office(const std::string& actor, const std::string& name);
  void enrol(Dock& dock, Office& office);
  bool turn();
  bool hand_down(Office& office, const std::vector<hub::PeerReply>& replies);
  void set_online(Dock& dock, bool online);
  void reconnect(Dock& dock, Line& line);
  void compare(const Dock& dock, const Line& line, std::vector<std::string>& out);
  [[nodiscard]] Dock& dock(const std::string& code);
  [[nodiscard]] Office& office(const std::string& actor);

  std::int64_t now_ms_ = kMondayMs + 6 * 3'600'000LL;
  std::filesystem::path folder_;
  std::vector<std::unique_ptr<Office>> offices_;
  std::vector<std::unique_ptr<Dock>> docks_;
};

}  // namespace sealkeep::scenarios

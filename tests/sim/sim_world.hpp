// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <set>

#include "agent/agent.hpp"
#include "common/sync/messages.hpp"
#include "hub/alerts/alerts.hpp"
#include "hub/hub.hpp"
#include "tests/sim/sim_network.hpp"
#include "tests/sim/workload.hpp"
#include "tests/support/fault_vfs.hpp"

namespace sealkeep::sim {

enum class RunType {
  Healthy,
  Lossy,
  Crashy,
  Rollback,
  Clone,
  TwoHubs,
  Revoke,
  Hostile,
  Silent,
  HubRestored,
  DiskFull,
  LateApproval
};
inline constexpr std::size_t kRunTypes = 12;
[[nodiscard]] const char* run_type_name(RunType type);

/// Facts that were answered as recorded: each entry's exact bytes at that time, by index.
using AckedLog = std::map<std::uint64_t, Bytes>;

/// A process on a machine with a disk of its own.
///
/// A crash is one of these, and nothing milder is ever meant: the process ends between two steps and the disk
/// keeps all that was written, synced or not (a kill); or the power fails inside the n-th write, sync or
/// truncation, and of what no sync covered each write is kept, dropped or torn, in any order; or such a call
/// fails, and the process, which trusts that disk no more, ends. The disk is FaultVfs, in memory: what a sync
/// costs a real disk is left out, what it promises is not. Keys and the hub's high-water file lie in a real
/// folder (in memory too where there is /dev/shm) and are not struck.
struct Machine {
  Machine(const TrueTime& time, Trace& trace, Random& seeds, std::filesystem::path where, std::string called,
          std::int64_t skew_ms, std::int64_t drift_ppm)
      : name(std::move(called)),
        folder(std::move(where)),
        clock(time, skew_ms, drift_ppm, name),
        random(seeds.u64()),
        log(trace, name) {}
  std::string name;
  std::filesystem::path folder;
  SimClock clock;
  SeededRandom random;
  TraceLogger log;
  test::FaultVfs disk;
  std::int64_t down_until_ms = 0;
  bool power_cut_armed = false;
  std::int64_t full_until_ms = 0;         ///< 0 = there is room on the disk
  std::uint64_t free_bytes = UINT64_MAX;  ///< as the system tells it
  [[nodiscard]] bool short_of_room() const { return full_until_ms != 0; }
  /// Checked at each start, when something was really stored before.
  bool created = false;
};

struct HubNode : Machine {
  using Machine::Machine;
  std::unique_ptr<hub::Hub> hub;
  /// Largest size in any cosignature that left the hub, by log.
  std::map<sync::WireLogId, std::uint64_t> released;
  /// The same as it was when the hub's database was put back: held again once everything has healed.
  std::map<sync::WireLogId, std::uint64_t> released_before;
};

using Request = std::pair<std::uint32_t, std::array<std::uint8_t, 8>>;
inline Request request_of(const agent::Fact& fact) {
  return {fact.terminal_no, fact.request_id};
}

struct AgentNode;
/// One exporter of an agent: its hub, its pipe, its dock, and what was promised.
struct Tenant {
  std::size_t hub_no = 0;
  std::string code;
  RegisterId id = 0;
  std::optional<std::size_t> link;
  std::unique_ptr<DockDay> dock;
  std::map<std::string, AckedLog> acked;                 ///< by origin
  std::vector<std::pair<agent::Fact, ses::Ref>> recent;  ///< to be sent again
  std::vector<agent::Fact> unsure;                       ///< sent, and no answer came before the crash
  std::vector<agent::Fact> on_paper;                     ///< refused for want of room, to be said again
  std::set<Request> refused;                             ///< the same, not recorded since
  bool refusal_to_tell = false;                          ///< the process that refused lives
  std::string fingerprint;                               ///< asked for, not approved yet; empty = approved
  std::size_t recorded_before_approval = 0;
  bool revoked = false;
  std::uint64_t mirrored_at_revocation = 0;
  std::int64_t heard_at_revocation = 0;
  /// Every fact that was ever answered as recorded, by its entry's bytes: whether the hub must know it. False
  /// for one that was gone with the disk when a copy was put back, before the hub had it.
  std::map<Bytes, bool> promised;
};
struct AgentNode : Machine {
  using Machine::Machine;
  std::unique_ptr<agent::Agent> agent;
  std::vector<Tenant> tenants;
  bool clone = false;
  /// Largest size in any cosignature of directives that left the agent, by log.
  std::map<sync::WireLogId, std::uint64_t> released;
};

/// Everything of one run. Deterministic by the seed.
class SimWorld {
 public:
  SimWorld(std::uint64_t seed, RunType type, std::filesystem::path folder);
  ~SimWorld();

  /// Phase 1: `steps` steps with faults.
  void trouble(std::uint64_t steps);
  /// Phase 2: heals everything; throws Violation if it does not converge.
  void heal();

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] RunType type() const { return type_; }
  [[nodiscard]] Trace& trace() { return trace_; }
  [[nodiscard]] std::vector<std::unique_ptr<HubNode>>& hubs() { return hubs_; }
  [[nodiscard]] std::vector<std::unique_ptr<AgentNode>>& agents() { return agents_; }
  [[nodiscard]] SimNetwork& network() { return network_; }
  [[nodiscard]] std::uint64_t facts() const { return facts_; }
  [[nodiscard]] std::uint64_t crashes() const { return crashes_; }
  /// The site that was rolled back, cloned or revoked lost entries that the hub had cosigned.
  [[nodiscard]] bool fork_expected() const { return fork_expected_; }
  /// That many directives were refused because the site had not been heard of since the hub was put back.
  [[nodiscard]] std::uint64_t held_back() const { return held_back_; }
  /// A copy was put back more than once, or a site that was put back had started since: one number of start
  /// in two sessions, which to the hub is a clone.
  [[nodiscard]] bool starts_repeat() const { return starts_repeat_; }
  /// That many times a site, or head office, was refused something because a disk had no room.
  [[nodiscard]] std::uint64_t refused_at_site() const { return refused_at_site_; }
  [[nodiscard]] std::uint64_t refused_at_hub() const { return refused_at_hub_; }

 private:
  void step(bool faults);
  void choose_faults();
  void add_hub(const std::string& name);
  void add_agent(const std::string& name, const std::vector<std::size_t>& hubs);
  void connect(AgentNode& node, Tenant& tenant);
  void create(Machine& node, const std::function<Result<>()>& make);
  void start(HubNode& node);
  void start(AgentNode& node);
  void stop(HubNode& node, const char* why);
  void stop(AgentNode& node, const char* why);
  /// After an error of a node: fine if its disk was struck, a violation if not.
  template <class Node>
  void failed(Node& node, const Error& error);
  /// A node that does not start: waits if its disk has no room, else as failed().
  template <class Node>
  void no_start(Node& node, const Error& error);
  void turn(HubNode& node, std::size_t no);
  void turn(AgentNode& node);
  void send_down(HubNode& node, std::size_t hub_no, const std::vector<hub::PeerReply>& replies);
  void record(AgentNode& node, Tenant& tenant);
  void record(AgentNode& node, Tenant& tenant, const std::vector<agent::Fact>& facts);
  void direct(HubNode& node, std::size_t no);
  void approve_epochs(HubNode& node);
  void misfortune();
  void copy_database(AgentNode& node);
  void roll_back(AgentNode& node);
  void put_back(HubNode& node);
  void clone(AgentNode& node);
  void revoke();
  void fill_disks();
  template <class Node>
  void fill_disk(Node& node, bool running);
  void find_room(Machine& node);
  /// The agent refused for want of room: nothing may have changed since its log had `size` entries.
  void refused_for_room(AgentNode& node, Tenant& tenant, const std::vector<agent::Fact>& facts,
                        std::uint64_t size);
  void say_again(AgentNode& node);
  void approve_late();
  [[nodiscard]] bool chance(std::uint64_t per_thousand) { return random_.below(1000) < per_thousand; }
  [[nodiscard]] std::string unconverged();
  [[nodiscard]] Bytes peer_of(std::size_t link) const;

  std::uint64_t seed_;
  RunType type_;
  std::filesystem::path folder_;
  SeededRandom random_;
  TrueTime time_;
  Trace trace_;
  SimNetwork network_;
  std::vector<std::unique_ptr<HubNode>> hubs_;
  std::vector<std::unique_ptr<AgentNode>> agents_;
  bool faults_ = true, fork_expected_ = false, special_done_ = false, starts_repeat_ = false,
       put_back_ = false;
  std::uint64_t steps_ = 0, facts_ = 0, crashes_ = 0, special_at_ = 0, held_back_ = 0;
  std::uint64_t rollbacks_left_ = 1;
  std::uint64_t refused_at_site_ = 0, refused_at_hub_ = 0;
  std::map<std::string, Bytes> snapshot_;
  std::map<std::string, std::uint64_t> snapshot_sizes_;  // by origin
};

}  // namespace sealkeep::sim

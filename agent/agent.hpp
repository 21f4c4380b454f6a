// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>

#include "agent/register/site_register.hpp"
#include "common/access/access.hpp"
#include "common/base/log.hpp"
#include "common/crypto/envelope.hpp"
#include "common/sync/enrolment.hpp"

namespace sealkeep::agent {

class Scanners;

/// How fast originals of pictures travel to head office if the configuration says nothing: a quarter of what
/// a poor 4G link carries upwards.
inline constexpr std::uint64_t kPictureBytesPerSecond = 256 * 1024;

/// What an agent stands on. Everything outlives the agent.
struct AgentParts {
  std::filesystem::path folder;       ///< the data folder, locked by the caller
  std::filesystem::path credentials;  ///< systemd credentials, may be empty
  std::string vfs;                    ///< SQLite VFS, empty = the system's (tests inject faults here)
  Clock& clock;
  Random& random;
  Logger& log;
  /// Room left where the folder is; empty: asks the file system.
  std::function<std::uint64_t()> free_bytes = {};
  /// The scanners that this process reads: serve() steps them, `devices list` shows them. Null: none.
  Scanners* scanners = nullptr;
  /// As configured (`terminal.listen`, `terminal.hosts`): where terminals reach the agent.
  std::vector<std::string> terminal_listen = {}, terminal_hosts = {};
  /// `pictures.limit_bytes_s`: originals to all hubs together, bytes a second; 0: no limit.
  std::uint64_t picture_limit_bytes_s = kPictureBytesPerSecond;
};

/// Below this much room facts are refused (Full `store.disk_full`): what is left is the reserve from which
/// the refusal itself is recorded.
inline constexpr std::uint64_t kReserveBytes = 32 * 1024 * 1024;

/// One exporter that this agent is enrolled with: its hub, and the state of the link to it.
struct ExporterInfo {
  RegisterId id = 0;
  std::string hub;  ///< the hub's name, as in origins: "hub.example.nz"
  std::string site_code;
  std::string main_address, enrol_address;
  std::string log_origin;   ///< of the epoch that is written now
  sync::SiteKeys keys;      ///< this site's, for this exporter
  std::string fingerprint;  ///< of these, to be compared with the hub's list
  std::string hub_fingerprint;
  bool requested = false;  ///< the enrolment request has reached the hub (pending or approved there)
  bool connected = false;
  std::uint64_t size = 0;                ///< entries of the log written now
  std::uint64_t cosigned_size = 0;       ///< "safe at head office"
  std::int64_t cosigned_s = 0;           ///< Unix seconds of the newest cosignature, 0: none
  std::int64_t oldest_unsafe_ms = 0;     ///< recorded_ms of the oldest entry that is not cosigned; 0: none
  std::uint64_t picture_sent_bytes = 0;  ///< of the original that travels to the hub now
  std::uint64_t picture_bytes = 0;       ///< how many it has; 0: none travels
  std::string trouble;  ///< what is wrong with the link in one sentence, empty: nothing ("register
                        ///< restarted", fork, ...)
};

/// The whole agent without sockets and threads: the product, the simulator and the benchmarks drive this
/// class. One thread. Everything that was answered as recorded is durable. Any error of kind Corrupt means:
/// end the process, start again.
class Agent {
 public:
  /// Makes the database of a new agent in `folder`. Refused `agent.exists` if there is one.
  [[nodiscard]] static Result<> create(const AgentParts& parts);
  /// Opens it: counts the boot, recovers, folds what is missing, records agent_started in each register.
  [[nodiscard]] static Result<std::unique_ptr<Agent>> open(const AgentParts& parts);
  /// The database's file and how it is opened, for those who look at one that open() refuses.
  [[nodiscard]] static std::filesystem::path database(const AgentParts& parts);
  [[nodiscard]] static OpenOptions database_options(const AgentParts& parts);
  virtual ~Agent() = default;

  // ---- enrolment
  /// Makes this site's keys for the invitation's hub and keeps both; nothing is sent yet. Refused
  /// `enrol.already` if it is enrolled with that hub, `enrol.expired` if the invitation is over.
  [[nodiscard]] virtual Result<ExporterInfo> enrol(const sync::Invitation& invitation) = 0;
  /// The request for the enrolment port, or for a file that is carried there (the same bytes, frame
  /// included).
  [[nodiscard]] virtual Result<Bytes> enrol_request(RegisterId id) = 0;
  /// The hub's answer to it (a frame).
  [[nodiscard]] virtual Result<sync::EnrolAnswer> on_enrol_answer(RegisterId id, ByteView frame) = 0;

  // ---- the register
  [[nodiscard]] virtual std::vector<ExporterInfo> exporters() = 0;
  /// nullptr if there is no such exporter.
  [[nodiscard]] virtual SiteRegister* site_register(RegisterId id) = 0;
  /// Records facts in one register (SiteRegister::record) and offers the new entries to the link. Full
  /// `store.disk_full` with less than kReserveBytes left: nothing is recorded but that facts were refused,
  /// and how many once there is room again. NotFound `agent.no_exporter`.
  [[nodiscard]] virtual Result<std::vector<Result<Recorded>>> record(RegisterId id,
                                                                     std::span<const Fact> facts) = 0;

  // ---- the links, one for each exporter; transport frames in and out
  struct Link {
    RegisterId id = 0;
    std::string address;
    BoxPublicKey hub_key;     ///< pinned CURVE key of the hub
    const BoxKey* curve_key;  ///< ours; lives as long as the agent
  };
  [[nodiscard]] virtual std::vector<Link> links() = 0;
  virtual void on_connected(RegisterId id) = 0;
  virtual void on_disconnected(RegisterId id) = 0;
  [[nodiscard]] virtual Result<> on_message(RegisterId id, ByteView frame) = 0;
  /// Timers; call at next_tick_ms() (monotonic) at the latest.
  [[nodiscard]] virtual Result<> tick() = 0;
  [[nodiscard]] virtual std::int64_t next_tick_ms() = 0;
  /// Takes the next frame to send to that hub, made on demand (a backlog is read in bounded memory): nullopt
  /// when there is nothing to send now. `sent(false)` tells that the transport did not take the last one.
  [[nodiscard]] virtual Result<std::optional<Bytes>> next_frame(RegisterId id) = 0;
  virtual void sent(RegisterId id, bool taken) = 0;
  /// The machine asks for a fresh connection (the transport rebuilds it); asked once.
  [[nodiscard]] virtual bool take_reconnect(RegisterId id) = 0;

  /// Nothing waits: after a second's rest the WAL is moved into the database. To be called at least once a
  /// second.
  [[nodiscard]] virtual Result<> idle() = 0;

  // ---- for commands
  [[nodiscard]] virtual Db& db() = 0;
  [[nodiscard]] virtual LogStore& logs() = 0;
  [[nodiscard]] virtual DetailStore& details() = 0;
  [[nodiscard]] virtual RegisterRows& rows() = 0;
  [[nodiscard]] virtual const AgentParts& parts() = 0;
  /// Who may use the terminals.
  [[nodiscard]] virtual access::Access& access() = 0;
  /// Public keys of the hub of that exporter, to check cosignatures: its mirror key, its directive key.
  [[nodiscard]] virtual Result<sync::RolesBundle> hub_roles(RegisterId id) = 0;
};

}  // namespace sealkeep::agent

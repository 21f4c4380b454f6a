// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/event.hpp"
#include "common/store/log_store.hpp"
#include "common/store/register_rows.hpp"
#include "common/sync/enrolment.hpp"

namespace sealkeep::agent {

enum class EnrolmentState : std::uint8_t {
  Invited = 1,    ///< keys are made; the hub has not answered the request
  Requested = 2,  ///< the hub has it; a person decides there
  Approved = 3,
  Refused = 4,
};

/// One exporter as enrolled.
struct Enrolment {
  RegisterId id = 0;
  std::string hub, site_code, main_address, enrol_address;
  PublicKey root;  ///< pinned
  Bytes roles;     ///< the hub's signed bundle; opens with `root`
  std::optional<sync::OneTimeCode> code;
  EnrolmentState state = EnrolmentState::Invited;
  /// What the hub holds of an earlier enrolment of this site; nothing for a site that was never enrolled.
  std::optional<sync::FollowedLog> follows = std::nullopt;
};

/// One log of an exporter's register.
struct EpochLogRow {
  LogRole role = LogRole::Site;
  std::uint32_t epoch = 0;
  LogId log = 0;
  ses::EpochReason reason = ses::EpochReason::First;
  std::uint64_t cosigned_size = 0;  ///< of the epoch before it
  std::uint64_t details_held = 0;
};

/// Counts of one start of the agent.
struct BootState {
  std::uint32_t boot_no = 0;
  std::array<std::uint8_t, 8> instance_id{};
};

/// The agent's own tables (agent_schema.sql). Over one Db that outlives it, same thread. Functions that write
/// need the caller's transaction. Errors as Db.
class EnrolmentRepository {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<EnrolmentRepository> open(Db& db);

  [[nodiscard]] Result<> create_state(const std::array<std::uint8_t, 8>& instance_id);
  [[nodiscard]] Result<bool> has_state();
  /// Adds one to the number of starts and returns it. Corrupt `store.row_malformed` without create_state.
  [[nodiscard]] Result<BootState> count_boot();

  [[nodiscard]] Result<> add(const Enrolment& enrolment);
  [[nodiscard]] Result<std::vector<Enrolment>> all();
  [[nodiscard]] Result<> set_state(RegisterId id, EnrolmentState state);
  [[nodiscard]] Result<> set_roles(RegisterId id, ByteView roles);
  [[nodiscard]] Result<> forget_code(RegisterId id);

  [[nodiscard]] Result<> add_epoch(RegisterId id, const EpochLogRow& row);
  /// By role, then epoch.
  [[nodiscard]] Result<std::vector<EpochLogRow>> epochs(RegisterId id);
  /// The hub holds the details of entries before `through`; never less than before.
  [[nodiscard]] Result<> set_details_held(RegisterId id, std::uint32_t epoch, std::uint64_t through);

 private:
  struct Statements;
  explicit EnrolmentRepository(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::agent

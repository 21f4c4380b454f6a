// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "common/access/account.hpp"
#include "common/cli/command.hpp"
#include "common/store/db.hpp"

namespace sealkeep::hub {

using ApprovalId = std::int64_t;
inline constexpr std::int64_t kApprovalMs =
    24 * 3'600'000LL;  ///< a command waits so long for its second person
inline constexpr std::size_t kApprovalsWaiting = 200;

/// Stored; never reuse one.
enum class ApprovalState : std::uint8_t {
  Waiting = 1,
  Confirmed = 2,  ///< and being carried out; after a power cut nobody knows: look
  Done = 3,
  Failed = 4,  ///< confirmed, and it could not be carried out; ask anew
  Refused = 5,
  Expired = 6,
};
[[nodiscard]] std::string_view approval_state_name(ApprovalState state);

/// A command that one person asked for and a second one decides about.
struct Approval {
  ApprovalId id = 0;
  cli::Command command;  ///< empty once it is decided
  std::string name;      ///< of the command
  std::string words;     ///< the command as it would be typed
  ApprovalState state = ApprovalState::Waiting;
  access::AccountId asked_account = 0;  ///< 0: the shell
  std::string asked_by;
  std::int64_t asked_ms = 0, expires_ms = 0;
  access::AccountId decided_account = 0;
  std::string decided_by;
  std::int64_t decided_ms = 0;
  std::string reason;
};

/// Approvals in the database. Over one Db that outlives it, same thread; functions that write need the
/// caller's transaction. Errors as Db.
class Approvals {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<Approvals> open(Db& db);
  [[nodiscard]] Result<ApprovalId> next_id();
  /// Full `approval.many`; BadInput `command.too_large`.
  [[nodiscard]] Result<> add(const Approval& approval);
  /// State and what is said of the decision; the command's bytes go with it.
  [[nodiscard]] Result<> decide(const Approval& approval);
  [[nodiscard]] Result<std::optional<Approval>> find(ApprovalId id);
  /// Newest first.
  [[nodiscard]] Result<std::vector<Approval>> list(bool waiting_only, std::size_t most);

 private:
  struct Statements;
  explicit Approvals(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub

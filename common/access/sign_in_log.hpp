// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "common/access/account.hpp"
#include "common/access/limits.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

/// What a line of the log says. Numbers are stored; never reuse one.
enum class Logged : std::uint8_t {
  SignedIn = 1,
  Refused = 2,  ///< wrong name or secret
  MadeToWait = 3,
  SignedOut = 4,
  Expired = 5,
  Added = 6,  ///< account made
  RoleChanged = 7,
  Locked = 8,
  Unlocked = 9,
  Removed = 10,
  CodeGiven = 11,  ///< one-time code
  PasswordChanged = 12,
  PinChanged = 13,
  BadgeChanged = 14,
  PinBlocked = 15,
  TerminalNamed = 16,
  TerminalRemoved = 17,
  RefusedLocked = 18,  ///< the secret was right and the account is locked
  SessionsEnded = 19,
};
[[nodiscard]] std::string_view logged_name(Logged what);  ///< "signed_in", "refused", ...

/// One line. Refusals of one kind on one account, terminal and peer within an hour are one line with a count,
/// so that nobody can fill the log with them.
struct LogLine {
  std::int64_t id = 0;
  Logged what = Logged::SignedIn;
  std::int64_t at_ms = 0;  ///< the newest, where `times` is more than 1
  std::uint32_t times = 1;
  AccountId account = 0;  ///< 0: no account (an unknown name is not kept: people type passwords there)
  std::string person;
  Method method = Method::None;
  TerminalNo terminal_no = 0;
  std::string peer;
  std::string note;  ///< "role 3"
};

/// The log of sign-ins (clause 5.1). Functions that write need the caller's transaction. Errors as Db.
class SignInLog {
 public:
  [[nodiscard]] static Result<SignInLog> open(Db& db, std::size_t most_lines = kLogLines);
  /// The line's id is ignored. Beyond `most_lines` the oldest go, at every kTrimEveryLines-th.
  [[nodiscard]] Result<> add(const LogLine& line);
  [[nodiscard]] Result<std::vector<LogLine>> list(std::size_t most, std::int64_t before_id);
  [[nodiscard]] Result<> forget_before(std::int64_t at_ms);

 private:
  struct Statements;
  explicit SignInLog(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::access

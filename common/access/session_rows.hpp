// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/access/account.hpp"
#include "common/crypto/hash.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

/// Sessions in the database, by the SHA-256 of their token. A Session from here has its id, account, method,
/// terminal and times; the rest is the account's. Over one Db that outlives it, same thread; functions that
/// write need the caller's transaction. Errors as Db.
class SessionRows {
 public:
  [[nodiscard]] static Result<SessionRows> open(Db& db);

  /// Is told of each session that ends here, as Access::on_session_end says.
  void on_end(std::function<void(SessionId)> told);

  /// Ends the session of this account that was used longest ago until there is room for this one; sets the
  /// id.
  [[nodiscard]] Result<> add(const Hash& token, Session& session);
  /// Compares the whole hash in constant time; the index only sees its first bytes.
  [[nodiscard]] Result<std::optional<Session>> find(const Hash& token);
  [[nodiscard]] Result<> seen(SessionId id, std::int64_t at_ms);
  [[nodiscard]] Result<> end(SessionId id);
  /// Returns how many there were; so do the next three.
  [[nodiscard]] Result<std::int64_t> end_of(AccountId account);
  [[nodiscard]] Result<std::int64_t> end_at(TerminalNo terminal_no);
  [[nodiscard]] Result<std::int64_t> end_over(std::int64_t now_ms);
  [[nodiscard]] Result<std::int64_t> end_others(AccountId account, SessionId but);
  [[nodiscard]] Result<std::vector<Session>> all();  ///< newest first

 private:
  struct Statements;
  explicit SessionRows(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

/// It has lasted too long, or nothing was done in it for too long.
[[nodiscard]] inline bool is_over(const Session& session, std::int64_t now_ms) {
  return now_ms >= session.ends_ms || now_ms - session.seen_ms >= session.idle_ms;
}

}  // namespace sealkeep::access

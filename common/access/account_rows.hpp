// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "common/access/account.hpp"
#include "common/crypto/password_hash.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

/// An account with what is checked against.
struct AccountRow {
  Account account;  ///< has_..., pin_blocked are not stored: seen() sets them
  std::string person_key;
  std::optional<PasswordHash> password, pin;
  std::optional<Hash> badge, code;  ///< keyed hashes
  std::uint32_t pin_failures = 0;
  std::int64_t asked_ms = 0, later_ms = 0;  ///< see PasswordPrompt

  [[nodiscard]] Account seen() const;
};

/// A person's failures in a row at a place; terminal 0: all places where that person has never signed in.
struct AccountPlace {
  AccountId account = 0;
  TerminalNo terminal_no = 0;
  std::uint32_t failures = 0;
  std::int64_t failed_ms = 0;
};

/// Accounts in the database. Over one Db that outlives it, same thread; functions that write need the
/// caller's transaction. Errors as Db; Corrupt `store.row_malformed`.
class AccountRows {
 public:
  [[nodiscard]] static Result<AccountRows> open(Db& db);

  /// The key of badges and codes; nothing while there is none.
  [[nodiscard]] Result<std::optional<Secret>> key();
  [[nodiscard]] Result<> make_key(ByteView key);

  /// Sets the row's id.
  [[nodiscard]] Result<> add(AccountRow& row);
  [[nodiscard]] Result<> save(const AccountRow& row);
  [[nodiscard]] Result<> remove(AccountId id);
  [[nodiscard]] Result<std::optional<AccountRow>> by_id(AccountId id);
  [[nodiscard]] Result<std::optional<AccountRow>> by_person(std::string_view person_key);
  [[nodiscard]] Result<std::optional<AccountRow>> by_badge(const Hash& badge);
  [[nodiscard]] Result<std::vector<AccountRow>> all();  ///< by person_key

  [[nodiscard]] Result<bool> knows(AccountId id, TerminalNo terminal_no);
  [[nodiscard]] Result<> save(const AccountPlace& place);
  [[nodiscard]] Result<> forgive(AccountId id);  ///< no failures at any place
  [[nodiscard]] Result<> forget_place(TerminalNo terminal_no);
  [[nodiscard]] Result<std::vector<AccountPlace>> failing();

 private:
  struct Statements;
  explicit AccountRows(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::access

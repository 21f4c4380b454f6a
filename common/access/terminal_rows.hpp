// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "common/access/account.hpp"
#include "common/crypto/hash.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

struct TerminalRow {
  Terminal terminal;
  bool noted = false;  ///< SecurityNote::What::NewTerminal was raised
};

/// Terminals in the database, by the SHA-256 of their token. Over one Db that outlives it, same thread;
/// functions that write need the caller's transaction. Errors as Db.
class TerminalRows {
 public:
  [[nodiscard]] static Result<TerminalRows> open(Db& db);

  /// Sets the number: one that was never given before.
  [[nodiscard]] Result<> add(const Hash& token, TerminalRow& row);
  [[nodiscard]] Result<> save(const TerminalRow& row);
  [[nodiscard]] Result<> remove(TerminalNo no);
  [[nodiscard]] Result<std::optional<TerminalRow>> find(const Hash& token);
  [[nodiscard]] Result<std::optional<TerminalRow>> by_no(TerminalNo no);
  [[nodiscard]] Result<std::vector<TerminalRow>> all();  ///< by number
  [[nodiscard]] Result<std::size_t> pending();
  [[nodiscard]] Result<std::size_t> named();
  /// The pending one that was seen longest ago and at which nobody is signed in.
  [[nodiscard]] Result<std::optional<TerminalNo>> least_pending();
  [[nodiscard]] Result<> forget_pending_before(std::int64_t seen_ms);

 private:
  struct Statements;
  explicit TerminalRows(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::access

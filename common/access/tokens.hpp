// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "common/access/account.hpp"
#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "common/crypto/secret.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

using TokenId = std::int64_t;
inline constexpr std::size_t kTokens = 1'000;
inline constexpr std::size_t kTokenNameBytes = 64;
inline constexpr std::size_t kTokenCommands = 64;
inline constexpr std::int64_t kTokenMostMs = 400 * kDayMs;
inline constexpr std::string_view kTokenBegins = "skt_";

/// What a program may do in a person's name: never more than that person, and no longer than the account.
struct Token {
  TokenId id = 0;
  std::string name;  ///< what it is for
  AccountId account = 0;
  Role role = 0;                      ///< at most; what the person has now counts if it is less
  std::vector<std::string> commands;  ///< only these; empty: all of the role
  std::int64_t created_ms = 0, ends_ms = 0, used_ms = 0;  ///< used 0: never
};

/// Tokens in a table of their own beside Access's, over a Db that outlives it, same thread; makes its own
/// transactions. Only the SHA-256 of a token is kept.
class Tokens {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<Tokens> open(Db& db);

  struct New {
    Token token;
    Secret text;  ///< "skt_" and 64 hex digits: shown once
  };
  /// `token` without id and times but ends_ms. BadInput `access.token` (name, commands, an end that is past
  /// or more than kTokenMostMs away), Full `access.tokens`.
  [[nodiscard]] Result<New> add(Token token, const Now& now, Random& random);
  /// The token of that text, used now (written once a minute, without a sync); nothing for what is none, or
  /// is over. Whether its account may still be used is the caller's question.
  [[nodiscard]] Result<std::optional<Token>> find(std::string_view text, const Now& now);
  [[nodiscard]] Result<std::vector<Token>> all();  ///< newest first
  /// NotFound `access.no_token`.
  [[nodiscard]] Result<> remove(TokenId id);

 private:
  struct Statements;
  Tokens(std::shared_ptr<Statements> statements, Db& db) : statements_(std::move(statements)), db_(&db) {}
  std::shared_ptr<Statements> statements_;
  Db* db_;
};

}  // namespace sealkeep::access

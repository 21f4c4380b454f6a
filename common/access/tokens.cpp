// SPDX-License-Identifier: Apache-2.0
#include "common/access/tokens.hpp"

#include <algorithm>

#include "common/access/access_parts.hpp"
#include "common/access/token_schema_sql.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep::access {
namespace {

constexpr std::string_view kColumns =
    "token_id, name, account_id, role, commands, created_ms, ends_ms, used_ms";

Token token_at(const Rows& rows) {
  Token token;
  token.id = rows.int64(0);
  token.name = rows.text(1);
  token.account = rows.int64(2);
  token.role = static_cast<Role>(rows.int64(3));
  const std::string lines(rows.text(4));
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', from), lines.size());
    token.commands.push_back(lines.substr(from, end - from));
    from = end + 1;
  }
  token.created_ms = rows.int64(5);
  token.ends_ms = rows.int64(6);
  token.used_ms = rows.int64(7);
  return token;
}

Result<> check(const Token& token, const Now& now) {
  const auto wrong = [](const char* why, const char* next) {
    return bad_input("access.token", "No such token can be made", why, next);
  };
  const bool named = !token.name.empty() && token.name.size() <= kTokenNameBytes &&
                     std::none_of(token.name.begin(), token.name.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (!named) return wrong("its name has 1 to 64 bytes on one line", "Say what it is for");
  const bool shaped =
      token.commands.size() <= kTokenCommands &&
      std::none_of(token.commands.begin(), token.commands.end(), [](const auto& command) {
        return command.empty() || command.size() > 64 || command.find('\n') != std::string::npos;
      });
  if (!shaped) return wrong("it names at most 64 commands", "Leave them out: the role then says what it may");
  if (token.ends_ms <= now.unix_ms || token.ends_ms > now.unix_ms + kTokenMostMs)
    return wrong("it ends between now and 400 days from now", "Say for how many days");
  if (token.role == 0 || token.account == 0) return wrong("it has a role and a person", "Name both");
  return {};
}

}  // namespace

struct Tokens::Statements {
  Statement add, newest, count, find, used, remove, all;
};

std::string_view Tokens::schema() {
  return sql::token_schema;
}

Result<Tokens> Tokens::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select = "SELECT " + std::string(kColumns) + " FROM api_token ";
  const std::pair<Statement*, std::string> all[] = {
      {&s->add,
       "INSERT INTO api_token (token, name, account_id, role, commands, created_ms, ends_ms, used_ms) "
       "VALUES (?, ?, ?, ?, ?, ?, ?, 0)"},
      {&s->newest, "SELECT max(token_id) FROM api_token"},
      {&s->count, "SELECT count(*) FROM api_token"},
      {&s->find, select + "WHERE token = ?"},
      {&s->used, "UPDATE api_token SET used_ms = ?2 WHERE token_id = ?1"},
      {&s->remove, "DELETE FROM api_token WHERE token_id = ?"},
      {&s->all, select + "ORDER BY token_id DESC"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return Tokens(std::move(s), db);
}

Result<Tokens::New> Tokens::add(Token token, const Now& now, Random& random) {
  SEALKEEP_TRY(check(token, now));
  {
    SEALKEEP_LET(rows, statements_->count.query());
    SEALKEEP_LET(found, rows.next());
    if (found && rows.int64(0) >= std::int64_t{kTokens})
      return fail(ErrorKind::Full, "access.tokens", "There is no room for another token",
                  std::to_string(kTokens) + " are there", "Remove those that are not used any more");
  }
  const Secret digits = new_token(random);
  std::string text = std::string(kTokenBegins) + std::string(as_text(digits.expose()));
  Secret secret(as_bytes(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  std::string lines;
  for (const std::string& command : token.commands) lines += (lines.empty() ? "" : "\n") + command;
  token.created_ms = now.unix_ms;
  token.used_ms = 0;
  SEALKEEP_TRY(db_->transaction([&]() -> Result<> {
    SEALKEEP_TRY(statements_->add.run(sha256(secret.expose()).bytes, token.name, token.account, token.role,
                                      lines, token.created_ms, token.ends_ms));
    SEALKEEP_LET(rows, statements_->newest.query());
    SEALKEEP_LET(found, rows.next());
    SEALKEEP_ASSERT(found);
    token.id = rows.int64(0);
    return {};
  }));
  return New{std::move(token), std::move(secret)};
}

// The search goes by a hash that nobody can aim at: how long it takes says nothing of a token.
Result<std::optional<Token>> Tokens::find(std::string_view text, const Now& now) {
  if (!text.starts_with(kTokenBegins) || text.size() != kTokenBegins.size() + kTokenDigits)
    return std::nullopt;
  std::optional<Token> token;
  {
    SEALKEEP_LET(rows, statements_->find.query(sha256(as_bytes(text)).bytes));
    SEALKEEP_LET(found, rows.next());
    if (found) token = token_at(rows);
  }
  if (!token || now.unix_ms >= token->ends_ms) return std::nullopt;
  if (now.unix_ms - token->used_ms >= kSeenEveryMs) {
    token->used_ms = now.unix_ms;
    SEALKEEP_TRY(db_->set_durable(false));
    const auto written = db_->transaction([&] { return statements_->used.run(token->id, token->used_ms); });
    SEALKEEP_TRY(db_->set_durable(true));
    // A full disk must not keep programs from reading.
    if (!written && written.error().kind != ErrorKind::Full) return tl::unexpected<Error>(written.error());
  }
  return token;
}

Result<std::vector<Token>> Tokens::all() {
  std::vector<Token> found;
  SEALKEEP_LET(rows, statements_->all.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    found.push_back(token_at(rows));
  }
}

Result<> Tokens::remove(TokenId id) {
  return db_->transaction([&]() -> Result<> {
    SEALKEEP_TRY(statements_->remove.run(id));
    if (statements_->remove.changes() == 0)
      return fail(ErrorKind::NotFound, "access.no_token", "There is no token " + std::to_string(id), {},
                  "See token list");
    return {};
  });
}

}  // namespace sealkeep::access

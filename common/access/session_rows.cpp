// SPDX-License-Identifier: Apache-2.0
#include "common/access/session_rows.hpp"

#include "common/access/limits.hpp"
#include "common/crypto/secret.hpp"

namespace sealkeep::access {
namespace {

constexpr std::string_view kColumns =
    "session_id, account_id, terminal_no, method, created_ms, seen_ms, idle_ms, ends_ms, token";
constexpr std::size_t kFoundByBytes = 8;

Session session_at(const Rows& rows) {
  Session session;
  session.id = rows.int64(0);
  session.account = rows.int64(1);
  session.terminal_no = static_cast<TerminalNo>(rows.int64(2));
  session.method = static_cast<Method>(rows.int64(3));
  session.created_ms = rows.int64(4);
  session.seen_ms = rows.int64(5);
  session.idle_ms = rows.int64(6);
  session.ends_ms = rows.int64(7);
  return session;
}

}  // namespace

struct SessionRows::Statements {
  Statement add, newest, find, seen, end, end_of, end_others, end_at, end_over, make_room, all;
  std::function<void(SessionId)> told;

  // Of a deletion that returns the numbers of what it deleted.
  Result<std::int64_t> ended(Result<Rows> rows) {
    if (!rows) return tl::unexpected<Error>(std::move(rows).error());
    std::int64_t count = 0;
    while (true) {
      SEALKEEP_LET(more, rows->next());
      if (!more) return count;
      ++count;
      if (told) told(rows->int64(0));
    }
  }
};

Result<SessionRows> SessionRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select = "SELECT " + std::string(kColumns) + " FROM session ";
  const std::pair<Statement*, std::string> all[] = {
      {&s->add,
       "INSERT INTO session (token, account_id, terminal_no, method, created_ms, seen_ms, idle_ms, ends_ms) "
       "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->newest, "SELECT max(session_id) FROM session"},
      {&s->find, select + "WHERE token >= ?1 AND token < ?2"},
      {&s->seen, "UPDATE session SET seen_ms = ?2 WHERE session_id = ?1"},
      {&s->end, "DELETE FROM session WHERE session_id = ? RETURNING session_id"},
      {&s->end_of, "DELETE FROM session WHERE account_id = ? RETURNING session_id"},
      {&s->end_others, "DELETE FROM session WHERE account_id = ? AND session_id <> ? RETURNING session_id"},
      {&s->end_at, "DELETE FROM session WHERE terminal_no = ? RETURNING session_id"},
      {&s->end_over,
       "DELETE FROM session WHERE ends_ms <= ?1 OR seen_ms + idle_ms <= ?1 RETURNING session_id"},
      {&s->make_room,
       "DELETE FROM session WHERE session_id IN (SELECT session_id FROM session WHERE account_id = ?1 "
       "ORDER BY seen_ms DESC, session_id DESC LIMIT -1 OFFSET ?2) RETURNING session_id"},
      {&s->all, select + "ORDER BY session_id DESC"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return SessionRows(std::move(s));
}

void SessionRows::on_end(std::function<void(SessionId)> told) {
  statements_->told = std::move(told);
}

Result<> SessionRows::add(const Hash& token, Session& session) {
  SEALKEEP_TRY(statements_->ended(statements_->make_room.query(session.account, kSessionsPerAccount - 1)));
  SEALKEEP_TRY(statements_->add.run(token.bytes, session.account, session.terminal_no,
                                    static_cast<int>(session.method), session.created_ms, session.seen_ms,
                                    session.idle_ms, session.ends_ms));
  SEALKEEP_LET(rows, statements_->newest.query());
  SEALKEEP_LET(found, rows.next());
  SEALKEEP_ASSERT(found);
  session.id = rows.int64(0);
  return {};
}

Result<std::optional<Session>> SessionRows::find(const Hash& token) {
  Bytes from(token.bytes.begin(), token.bytes.begin() + kFoundByBytes);
  Bytes until = from;
  until.resize(token.bytes.size() + 1, 0xff);
  SEALKEEP_LET(rows, statements_->find.query(from, until));
  std::optional<Session> found;
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    if (equal_in_constant_time(rows.blob(8), token.view())) found = session_at(rows);
  }
}

Result<> SessionRows::seen(SessionId id, std::int64_t at_ms) {
  return statements_->seen.run(id, at_ms);
}

Result<> SessionRows::end(SessionId id) {
  SEALKEEP_TRY(statements_->ended(statements_->end.query(id)));
  return {};
}

Result<std::int64_t> SessionRows::end_of(AccountId account) {
  return statements_->ended(statements_->end_of.query(account));
}

Result<std::int64_t> SessionRows::end_others(AccountId account, SessionId but) {
  return statements_->ended(statements_->end_others.query(account, but));
}

Result<std::int64_t> SessionRows::end_at(TerminalNo terminal_no) {
  return statements_->ended(statements_->end_at.query(terminal_no));
}

Result<std::int64_t> SessionRows::end_over(std::int64_t now_ms) {
  return statements_->ended(statements_->end_over.query(now_ms));
}

Result<std::vector<Session>> SessionRows::all() {
  std::vector<Session> found;
  SEALKEEP_LET(rows, statements_->all.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    found.push_back(session_at(rows));
  }
}

}  // namespace sealkeep::access

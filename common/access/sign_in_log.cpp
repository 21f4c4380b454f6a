// SPDX-License-Identifier: Apache-2.0
#include "common/access/sign_in_log.hpp"

#include <iterator>

#include "common/access/limits.hpp"

namespace sealkeep::access {
namespace {

constexpr std::string_view kNames[] = {"",
                                       "signed_in",
                                       "refused",
                                       "made_to_wait",
                                       "signed_out",
                                       "expired",
                                       "account_added",
                                       "role_changed",
                                       "locked",
                                       "unlocked",
                                       "account_removed",
                                       "code_given",
                                       "password_changed",
                                       "pin_changed",
                                       "badge_changed",
                                       "pin_blocked",
                                       "terminal_named",
                                       "terminal_removed",
                                       "refused_locked",
                                       "sessions_ended"};

bool counts_up(Logged what) {
  return what == Logged::Refused || what == Logged::MadeToWait || what == Logged::RefusedLocked;
}

}  // namespace

std::string_view logged_name(Logged what) {
  const auto no = static_cast<std::size_t>(what);
  return no < std::size(kNames) ? kNames[no] : "unknown";
}

struct SignInLog::Statements {
  Statement same, remove, add, newest, trim, list, forget;
  std::size_t most_lines = 0;
};

Result<SignInLog> SignInLog::open(Db& db, std::size_t most_lines) {
  auto s = std::make_shared<Statements>();
  s->most_lines = most_lines;
  const std::pair<Statement*, const char*> all[] = {
      {&s->same,
       "SELECT line_id, times FROM sign_in_log WHERE what = ? AND account_id = ? AND terminal_no = ? AND "
       "peer = ? "
       "AND method = ? AND at_ms > ? ORDER BY line_id DESC LIMIT 1"},
      {&s->remove, "DELETE FROM sign_in_log WHERE line_id = ?"},
      {&s->add,
       "INSERT INTO sign_in_log (what, at_ms, times, account_id, person, method, terminal_no, peer, note) "
       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->newest, "SELECT max(line_id) FROM sign_in_log"},
      {&s->trim,
       "DELETE FROM sign_in_log WHERE line_id <= (SELECT line_id FROM sign_in_log ORDER BY line_id DESC "
       "LIMIT 1 "
       "OFFSET ?)"},
      {&s->list,
       "SELECT line_id, what, at_ms, times, account_id, person, method, terminal_no, peer, note FROM "
       "sign_in_log "
       "WHERE line_id < ? ORDER BY line_id DESC LIMIT ?"},
      {&s->forget, "DELETE FROM sign_in_log WHERE at_ms < ?"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return SignInLog(std::move(s));
}

Result<> SignInLog::add(const LogLine& line) {
  std::int64_t times = line.times;
  if (counts_up(line.what)) {
    std::optional<std::int64_t> before;
    {
      SEALKEEP_LET(
          rows, statements_->same.query(static_cast<int>(line.what), line.account, line.terminal_no,
                                        line.peer, static_cast<int>(line.method), line.at_ms - kOneLineMs));
      SEALKEEP_LET(found, rows.next());
      if (found) {
        before = rows.int64(0);
        times += rows.int64(1);
      }
    }
    // A new line in place of the old one: the newest stands first.
    if (before) SEALKEEP_TRY(statements_->remove.run(*before));
  }
  SEALKEEP_TRY(statements_->add.run(static_cast<int>(line.what), line.at_ms, times, line.account, line.person,
                                    static_cast<int>(line.method), line.terminal_no, line.peer, line.note));
  SEALKEEP_LET(rows, statements_->newest.query());
  SEALKEEP_LET(found, rows.next());
  SEALKEEP_ASSERT(found);
  return rows.int64(0) % kTrimEveryLines == 0 ? statements_->trim.run(statements_->most_lines) : Result<>{};
}

Result<std::vector<LogLine>> SignInLog::list(std::size_t most, std::int64_t before_id) {
  std::vector<LogLine> found;
  SEALKEEP_LET(rows, statements_->list.query(before_id, most));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    LogLine& line = found.emplace_back();
    line.id = rows.int64(0);
    line.what = static_cast<Logged>(rows.int64(1));
    line.at_ms = rows.int64(2);
    line.times = static_cast<std::uint32_t>(rows.int64(3));
    line.account = rows.int64(4);
    line.person = rows.text(5);
    line.method = static_cast<Method>(rows.int64(6));
    line.terminal_no = static_cast<TerminalNo>(rows.int64(7));
    line.peer = rows.text(8);
    line.note = rows.text(9);
  }
}

Result<> SignInLog::forget_before(std::int64_t at_ms) {
  return statements_->forget.run(at_ms);
}

}  // namespace sealkeep::access

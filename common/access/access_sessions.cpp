// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/access/access_parts.hpp"
#include "common/access/secret_rules.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::access {
namespace {

tl::unexpected<Error> no_session(const char* why) {
  return fail(ErrorKind::NotFound, "access.no_session", "Nobody is signed in here", why,
              "Sign in; what you had typed is kept");
}

tl::unexpected<Error> no_terminal(TerminalNo no) {
  return fail(ErrorKind::NotFound, "access.no_terminal", "There is no terminal " + std::to_string(no), {},
              "See the list of terminals");
}

/// A disk that is full must not keep people from reading: what was seen when is not worth that.
Result<> unless_full(Result<> result) {
  if (!result && result.error().kind == ErrorKind::Full) return {};
  return result;
}

}  // namespace

Secret new_token(Random& random) {
  std::array<std::uint8_t, kTokenBytes> bytes{};
  random.fill(bytes);
  std::string text = hex(bytes);
  Secret token(as_bytes(text));
  wipe(bytes);
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return token;
}

std::string csrf_of(ByteView token) {
  // Bound to the token, which a page cannot read, and says nothing of it.
  return hex(sha256({as_bytes("sealkeep csrf "), token}).view());
}

PasswordPrompt prompt_of(const AccountRow& row, std::int64_t password_age_ms, std::int64_t now_ms) {
  if (!row.password || now_ms - row.account.password_ms < password_age_ms) return PasswordPrompt::None;
  if (row.asked_ms != 0 && now_ms - row.asked_ms >= kLaterMs) return PasswordPrompt::Overdue;
  if (row.later_ms != 0 && now_ms - row.later_ms < kLaterDayMs) return PasswordPrompt::PutOff;
  return PasswordPrompt::Ask;
}

void complete(Session& session, const AccountRow& row, std::int64_t password_age_ms, std::int64_t now_ms) {
  session.person = row.account.person;
  session.role = row.account.role;
  session.prompt = prompt_of(row, password_age_ms, now_ms);
}

// ---- sessions

Result<Session> Access::session(ByteView token, const Policy& policy, const Now& now) {
  Parts& p = *parts_;
  if (token.size() != kTokenDigits) return no_session("there is no session of this browser");
  SEALKEEP_LET(found, p.sessions.find(sha256(token)));
  if (!found) return no_session("the session has ended");
  Session session = *std::move(found);
  SEALKEEP_LET(row, p.accounts.by_id(session.account));
  if (!row || row->account.locked) return no_session("the account may not be used any more");
  if (is_over(session, now.unix_ms)) {
    SEALKEEP_TRY(unless_full(p.write_lightly([&] { return p.expire(session, row->account.person, now); })));
    return no_session("nothing was done for too long, or the session has lasted its time");
  }
  if (now.unix_ms - session.seen_ms >= kSeenEveryMs) {
    session.seen_ms = now.unix_ms;
    SEALKEEP_TRY(unless_full(p.write_lightly([&] { return p.sessions.seen(session.id, now.unix_ms); })));
  }
  session.csrf = csrf_of(token);
  complete(session, *row, policy.password_age_ms, now.unix_ms);
  return session;
}

bool Access::is_csrf(const Session& session, std::string_view word) {
  return !session.csrf.empty() && equal_in_constant_time(as_bytes(session.csrf), as_bytes(word));
}

Result<> Access::end(ByteView token, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(session, p.sessions.find(sha256(token)));
  if (!session) return {};
  SEALKEEP_LET(row, p.accounts.by_id(session->account));
  LogLine line;
  line.what = Logged::SignedOut;
  line.at_ms = now.unix_ms;
  line.account = session->account;
  if (row) line.person = row->account.person;
  line.method = session->method;
  line.terminal_no = session->terminal_no;
  return p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.sessions.end(session->id));
    return p.log.add(line);
  });
}

Result<> Access::end_all(std::string_view person, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.row_of(person));
  return p.db.transaction([&] { return p.end_sessions(row.account, now); });
}

Result<> Access::Parts::expire(const Session& session, const std::string& person, const Now& now) {
  LogLine line;
  line.what = Logged::Expired;
  line.at_ms = now.unix_ms;
  line.account = session.account;
  line.person = person;
  line.method = session.method;
  line.terminal_no = session.terminal_no;
  SEALKEEP_TRY(sessions.end(session.id));
  return log.add(line);
}

void Access::on_session_end(std::function<void(SessionId)> told) {
  parts_->sessions.on_end(std::move(told));
}

Result<> Access::end_expired(const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(all, p.sessions.all());
  std::erase_if(all, [&](const Session& one) { return !is_over(one, now.unix_ms); });
  if (all.empty()) return {};
  return unless_full(p.write_lightly([&]() -> Result<> {
    for (const Session& session : all) {
      SEALKEEP_LET(row, p.accounts.by_id(session.account));
      SEALKEEP_TRY(p.expire(session, row ? row->account.person : std::string(), now));
    }
    return {};
  }));
}

Result<> Access::end_others(const Session& session) {
  return parts_->db.transaction([&]() -> Result<> {
    SEALKEEP_LET(ended, parts_->sessions.end_others(session.account, session.id));
    static_cast<void>(ended);
    return {};
  });
}

Result<std::vector<Session>> Access::sessions(const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(found, p.sessions.all());
  std::vector<Session> out;
  for (Session& session : found) {
    if (is_over(session, now.unix_ms)) continue;
    SEALKEEP_LET(row, p.accounts.by_id(session.account));
    if (!row) continue;
    session.person = row->account.person;
    session.role = row->account.role;
    out.push_back(std::move(session));
  }
  return out;
}

Result<PasswordPrompt> Access::later(const Session& session, const Policy& policy, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.accounts.by_id(session.account));
  if (!row) return no_session("the account is gone");
  const PasswordPrompt prompt = prompt_of(*row, policy.password_age_ms, now.unix_ms);
  if (prompt == PasswordPrompt::None) return prompt;
  if (prompt == PasswordPrompt::Overdue) {
    return fail(ErrorKind::Refused, "access.later_over", "The new password cannot be put off any more",
                "it was put off for 14 days", "Choose a new password now");
  }
  row->later_ms = now.unix_ms;
  if (row->asked_ms == 0) row->asked_ms = now.unix_ms;
  SEALKEEP_TRY(p.db.transaction([&] { return p.accounts.save(*row); }));
  return PasswordPrompt::PutOff;
}

// ---- terminals

Result<std::optional<Terminal>> Access::terminal(ByteView token, std::string_view peer, const Now& now) {
  Parts& p = *parts_;
  if (token.size() != kTokenDigits) return std::nullopt;
  SEALKEEP_LET(row, p.terminals.find(sha256(token)));
  if (!row) return std::nullopt;
  if (row->terminal.last_peer != peer || now.unix_ms - row->terminal.seen_ms >= kSeenEveryMs) {
    row->terminal.last_peer = peer;
    row->terminal.seen_ms = now.unix_ms;
    SEALKEEP_TRY(unless_full(p.write_lightly([&] { return p.terminals.save(*row); })));
  }
  return row->terminal;
}

Result<Access::NewTerminal> Access::new_terminal(std::string_view peer, const Now& now, Random& random) {
  Parts& p = *parts_;
  const Secret token = new_token(random);
  TerminalRow row;
  row.terminal.first_peer = row.terminal.last_peer = peer;
  row.terminal.first_ms = row.terminal.seen_ms = now.unix_ms;
  SEALKEEP_TRY(p.write_lightly([&]() -> Result<> {
    SEALKEEP_LET(pending, p.terminals.pending());
    if (pending >= kPendingTerminals) {
      SEALKEEP_LET(least, p.terminals.least_pending());
      if (!least) {
        return fail(ErrorKind::Full, "access.terminals", "There are too many terminals without a name",
                    std::to_string(kPendingTerminals) + " are in use",
                    "Ask a supervisor to name or remove some");
      }
      SEALKEEP_TRY(p.accounts.forget_place(*least));
      SEALKEEP_TRY(p.terminals.remove(*least));
    }
    return p.terminals.add(sha256(token.expose()), row);
  }));
  return NewTerminal{std::move(row.terminal), std::string(as_text(token.expose()))};
}

Result<Terminal> Access::name_terminal(TerminalNo no, std::string_view name, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(key, name_key(name));
  SEALKEEP_LET(all, p.terminals.all());
  TerminalRow* row = nullptr;
  std::size_t named = 0;
  for (TerminalRow& one : all) {
    if (one.terminal.no == no) {
      row = &one;
      continue;
    }
    if (one.terminal.pending()) continue;
    ++named;
    SEALKEEP_LET(other, name_key(one.terminal.name));
    if (other == key) {
      return fail(ErrorKind::Refused, "access.terminal_name", "Another terminal has this name",
                  "it is number " + std::to_string(one.terminal.no),
                  "Give another name, or remove that terminal");
    }
  }
  if (row == nullptr) return no_terminal(no);
  if (named >= kTerminals) {
    return fail(ErrorKind::Full, "access.terminals", "There is no room for another terminal",
                std::to_string(kTerminals) + " have a name", "Remove terminals that are not used any more");
  }
  if (row->terminal.pending()) row->terminal.named_ms = now.unix_ms;
  row->terminal.name = name;
  LogLine line;
  line.what = Logged::TerminalNamed;
  line.at_ms = now.unix_ms;
  line.terminal_no = no;
  line.note = name;
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.terminals.save(*row));
    return p.log.add(line);
  }));
  return row->terminal;
}

Result<> Access::remove_terminal(TerminalNo no, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.terminals.by_no(no));
  if (!row) return no_terminal(no);
  LogLine line;
  line.what = Logged::TerminalRemoved;
  line.at_ms = now.unix_ms;
  line.terminal_no = no;
  line.note = row->terminal.name;
  return p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.sessions.end_at(no));
    SEALKEEP_TRY(p.accounts.forget_place(no));
    SEALKEEP_TRY(p.terminals.remove(no));
    return p.log.add(line);
  });
}

Result<std::vector<Terminal>> Access::terminals() {
  SEALKEEP_LET(rows, parts_->terminals.all());
  std::vector<Terminal> out;
  for (const TerminalRow& row : rows) out.push_back(row.terminal);
  return out;
}

// ---- the log

Result<std::vector<LogLine>> Access::log(std::size_t most, std::int64_t before_id) {
  return parts_->log.list(most, before_id);
}

Result<> Access::tidy(std::int64_t age_ms, const Now& now) {
  Parts& p = *parts_;
  return p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.sessions.end_over(now.unix_ms));
    SEALKEEP_TRY(p.log.forget_before(now.unix_ms - age_ms));
    return p.terminals.forget_pending_before(now.unix_ms - age_ms);
  });
}

}  // namespace sealkeep::access

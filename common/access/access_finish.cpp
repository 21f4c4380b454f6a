// SPDX-License-Identifier: Apache-2.0
#include "common/access/access_parts.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::access {
namespace {

Method method_of(Way way) {
  switch (way) {
    case Way::Pin:
      return Method::Pin;
    case Way::Badge:
      return Method::Badge;
    case Way::Password:
    case Way::Code:
      break;
  }
  return Method::Password;
}

/// What was verified is what the account has still.
bool still_so(const SecretCheck::Begun& begun, const AccountRow& row, std::int64_t now_ms) {
  if (begun.by_badge && row.badge != begun.by_badge) return false;
  switch (begun.way) {
    case Way::Password:
      return begun.stored && row.password == begun.stored;
    case Way::Pin:
      return begun.stored && row.pin == begun.stored && row.pin_failures < kPinTries;
    case Way::Code:
      return row.code == begun.by_code && now_ms < row.account.code_until_ms;
    case Way::Badge:
      return begun.by_badge.has_value();
  }
  return false;
}

tl::unexpected<Error> wrong_secret(const SecretCheck::Begun& begun) {
  if (begun.way == Way::Badge) {
    return fail(ErrorKind::Refused, "access.wrong", "This badge is nobody's here", {},
                "Scan it again, or sign in with your name and password");
  }
  return fail(ErrorKind::Refused, "access.wrong", "The name or the secret is not right", {},
              "Try again; if it is forgotten, a site manager can give you a one-time code");
}

tl::unexpected<Error> is_locked() {
  return fail(ErrorKind::Refused, "access.locked", "This account is locked", "somebody locked it",
              "Ask your supervisor to unlock it");
}

}  // namespace

LogLine Access::Parts::line_of(Logged what, const SecretCheck::Begun& begun,
                               const std::optional<AccountRow>& row, const Now& now) const {
  LogLine line;
  line.what = what;
  line.at_ms = now.unix_ms;
  if (row) {
    line.account = row->account.id;
    line.person = row->account.person;
  }
  line.method = method_of(begun.way);
  line.terminal_no = begun.terminal_no;
  line.peer = begun.peer;
  return line;
}

Result<> Access::Parts::wrong(const SecretCheck::Begun& begun, std::optional<AccountRow>& row, const Now& now,
                              std::vector<SecurityNote>& notes) {
  if (begun.failures % kNoteFailures == 0)
    notes.push_back({SecurityNote::What::FailedSignIns, begun.terminal_no, begun.failures});
  SEALKEEP_TRY(log.add(line_of(Logged::Refused, begun, row, now)));
  if (!row || begun.way != Way::Pin || row->pin_failures >= kPinTries) return {};
  ++row->pin_failures;
  if (row->pin_failures == kPinTries) {
    SEALKEEP_TRY(log.add(line_of(Logged::PinBlocked, begun, row, now)));
    notes.push_back({SecurityNote::What::Locked, begun.terminal_no, kPinTries});
  }
  return accounts.save(*row);
}

Result<SignedIn> Access::Parts::right(const SecretCheck::Begun& begun, const SecretOutcome& outcome,
                                      AccountRow& row, const Policy& policy, const Now& now, Random& random,
                                      std::vector<SecurityNote>& notes) {
  SignedIn out{new_token(random), {}, begun.chosen_password, begun.chosen_pin};
  SEALKEEP_ASSERT(!begun.chosen_password || outcome.new_password);
  SEALKEEP_ASSERT(!begun.chosen_pin || outcome.new_pin);
  if (outcome.new_password) row.password = outcome.new_password;
  if (outcome.new_pin) row.pin = outcome.new_pin;
  if (begun.chosen_password) {
    row.account.password_ms = now.unix_ms;
    row.asked_ms = row.later_ms = 0;
    SEALKEEP_TRY(log.add(line_of(Logged::PasswordChanged, begun, row, now)));
  }
  if (begun.chosen_pin) SEALKEEP_TRY(log.add(line_of(Logged::PinChanged, begun, row, now)));
  // Whoever knew the old one is out.
  if (begun.chosen_password || begun.chosen_pin) SEALKEEP_TRY(end_sessions(row.account, now));
  if (begun.way == Way::Code || begun.chosen_password) row.code.reset();
  if (begun.way != Way::Badge) row.pin_failures = 0;
  if (row.asked_ms == 0 && prompt_of(row, policy.password_age_ms, now.unix_ms) != PasswordPrompt::None)
    row.asked_ms = now.unix_ms;
  row.account.last_sign_in_ms = now.unix_ms;
  SEALKEEP_TRY(accounts.save(row));
  SEALKEEP_TRY(accounts.save({row.account.id, begun.place, 0, 0}));
  if (begun.terminal_no != begun.place)
    SEALKEEP_TRY(accounts.save({row.account.id, begun.terminal_no, 0, 0}));

  if (begun.replaces) {
    SEALKEEP_LET(old, sessions.find(*begun.replaces));
    if (old) SEALKEEP_TRY(sessions.end(old->id));
  }
  Session& session = out.session;
  session.account = row.account.id;
  session.method = method_of(begun.way);
  session.terminal_no = begun.terminal_no;
  session.created_ms = session.seen_ms = now.unix_ms;
  session.idle_ms = policy.idle_ms;
  session.ends_ms = now.unix_ms + policy.absolute_ms;
  SEALKEEP_TRY(sessions.add(sha256(out.token.expose()), session));
  session.csrf = csrf_of(out.token.expose());
  complete(session, row, policy.password_age_ms, now.unix_ms);
  SEALKEEP_TRY(log.add(line_of(Logged::SignedIn, begun, row, now)));

  if (policy.off_hours) notes.push_back({SecurityNote::What::OffHours, begun.terminal_no, 1});
  SEALKEEP_LET(terminal, terminals.by_no(begun.terminal_no));
  if (terminal && terminal->terminal.pending() && !terminal->noted) {
    notes.push_back({SecurityNote::What::NewTerminal, begun.terminal_no, 1});
    terminal->noted = true;
    SEALKEEP_TRY(terminals.save(*terminal));
  }
  return out;
}

Result<std::optional<Error>> Access::Parts::second_step(const SecretCheck::Begun& begun, AccountRow& row,
                                                        const SecondCheck& second, const Now& now,
                                                        std::vector<SecurityNote>& notes) {
  if (!second) return std::nullopt;
  SEALKEEP_LET(step, second(row.seen()));
  if (step == SecondStep::Passed) return std::nullopt;
  if (step == SecondStep::Wrong) {
    std::optional<AccountRow> whose = row;
    SEALKEEP_TRY(db.transaction([&] { return wrong(begun, whose, now, notes); }));
    return totp_wrong();
  }
  of_accounts.was_none(begun.name_key);
  count_back(begun);
  const std::uint32_t failures = of_accounts.failures(begun.name_key, now.mono_ms);
  SEALKEEP_TRY(write_lightly([&] {
    return accounts.save({row.account.id, begun.place, failures, now.unix_ms});
  }));
  return totp_needed();
}

Result<SignedIn> Access::Parts::finish(const SecretCheck::Begun& begun, const SecretOutcome& outcome,
                                       const Policy& policy, const Now& now, Random& random,
                                       const SecondCheck& second, std::vector<SecurityNote>& notes) {
  std::optional<AccountRow> row;
  if (begun.account != 0) {
    SEALKEEP_LET(found, accounts.by_id(begun.account));
    row = std::move(found);
  }
  if (!outcome.matches || !row || !still_so(begun, *row, now.unix_ms)) {
    SEALKEEP_TRY(db.transaction([&] { return wrong(begun, row, now, notes); }));
    return wrong_secret(begun);
  }
  if (row->account.locked) {
    SEALKEEP_TRY(db.transaction([&] { return log.add(line_of(Logged::RefusedLocked, begun, row, now)); }));
    return is_locked();
  }
  SEALKEEP_LET(stopped, second_step(begun, *row, second, now, notes));
  if (stopped) return tl::unexpected<Error>(*std::move(stopped));
  SEALKEEP_LET(signed_in,
               db.transaction([&] { return right(begun, outcome, *row, policy, now, random, notes); }));
  of_accounts.forget(begun.name_key);
  count_back(begun);
  return signed_in;
}

SignInOutcome Access::finish(SecretCheck check, SecretOutcome outcome, const Policy& policy, const Now& now,
                             Random& random, const SecondCheck& second) {
  SEALKEEP_ASSERT(check.begun != nullptr);
  std::vector<SecurityNote> notes;
  auto signed_in = parts_->finish(*check.begun, outcome, policy, now, random, second, notes);
  return {std::move(signed_in), std::move(notes)};
}

}  // namespace sealkeep::access

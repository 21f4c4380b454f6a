// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/access/access_parts.hpp"
#include "common/access/secret_rules.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::access {
namespace {

constexpr const char* kAskSupervisor = "Sign in with your password, or ask your supervisor";

Result<Way> way_of(const Attempt& attempt) {
  const bool named = !attempt.person.empty();
  if (named == attempt.badge.has_value() || (named && !attempt.secret)) {
    return bad_input("access.attempt", "This is not a whole sign-in",
                     "it needs a name and a secret, or a badge", "Choose your name or scan your badge");
  }
  if (!attempt.secret) return Way::Badge;
  return looks_like_pin(attempt.secret->expose()) ? Way::Pin : Way::Password;
}

tl::unexpected<Error> have_to_wait(std::int64_t wait_ms) {
  const std::int64_t seconds = (wait_ms + 999) / 1000;
  return fail(ErrorKind::Busy, "access.wait", "There were too many wrong tries",
              "the next one is possible in " + std::to_string(seconds) + " s",
              "Wait until then; a site manager can unlock the account at the agent's own machine");
}

std::uint64_t work(Argon2Cost cost) {
  return std::uint64_t{cost.passes} * cost.memory_kib;
}

SecretCheck::Making making(Secret secret, Argon2Cost cost, Random& random) {
  SecretCheck::Making out{std::move(secret), {}, cost};
  random.fill(out.salt);
  return out;
}

/// The password or PIN that somebody chose, if it may be one.
Result<Secret> chosen_password(const Secret& typed, const Secret& old, const Policy& policy,
                               const std::string& person) {
  SEALKEEP_LET(password, normalised(typed.expose()));
  std::vector<std::string> words = policy.own_words;
  if (!person.empty()) words.push_back(person);
  SEALKEEP_TRY(check_new_password(password.expose(), words));
  if (equal_in_constant_time(password.expose(), old.expose())) {
    return bad_input("access.password_same", "The new password is the old one", {},
                     "Choose another password");
  }
  return password;
}

}  // namespace

Result<> Access::Parts::allowed(Way way, TerminalNo terminal_no, const Policy& policy) {
  if (way != Way::Badge && way != Way::Pin) return {};
  const bool by_badge = way == Way::Badge;
  const char* code = by_badge ? "access.badge_not_allowed" : "access.pin_not_allowed";
  const char* what = by_badge ? "A badge alone does not sign in here" : "A PIN does not sign in here";
  if (by_badge ? !policy.badge_allowed : !policy.pin_allowed)
    return fail(ErrorKind::Refused, code, what, "the site's plan does not allow it", kAskSupervisor);
  SEALKEEP_LET(row, terminals.by_no(terminal_no));
  if (!row || row->terminal.pending()) {
    return fail(ErrorKind::Refused, code, what, "nobody has given this terminal a name yet",
                "Sign in with your password, or ask your supervisor to name this terminal");
  }
  return {};
}

Result<std::optional<AccountRow>> Access::Parts::who(const Attempt& attempt, SecretCheck::Begun& begun) {
  std::optional<AccountRow> row;
  Hash searched;
  if (attempt.badge) {
    SEALKEEP_LET(text, badge_text(as_text(attempt.badge->expose())));
    searched = keyed(text);
    SEALKEEP_LET(found, accounts.by_badge(searched));
    row = std::move(found);
    begun.by_badge = searched;
  } else {
    SEALKEEP_LET(name, name_key(attempt.person));
    searched = keyed(name);
    SEALKEEP_LET(found, accounts.by_person(name));
    row = std::move(found);
  }
  begun.stranger = !row;
  if (row) {
    begun.account = row->account.id;
    SEALKEEP_LET(known, accounts.knows(row->account.id, attempt.terminal_no));
    begun.place = known ? attempt.terminal_no : 0;
    begun.name_key = place_key(row->account.id, begun.place);
  } else {
    // What was typed in place of a name may be a password: only its keyed hash is remembered.
    begun.name_key = hex(searched.view());
  }
  // A person at their own screen is not held up by what others did there or from there.
  if (begun.place == 0) {
    if (attempt.terminal_no != 0) begun.terminal_key = std::to_string(attempt.terminal_no);
    begun.peer_key = attempt.peer;
  }
  return row;
}

std::int64_t Access::Parts::wait_ms_of(const SecretCheck::Begun& begun, const Now& now) const {
  const Throttle& of_names = begun.stranger ? of_strangers : of_accounts;
  return std::max({of_names.wait_ms(begun.name_key, now.mono_ms),
                   of_terminals.wait_ms(begun.terminal_key, now.mono_ms),
                   of_peers.wait_ms(begun.peer_key, now.mono_ms)});
}

Result<> Access::Parts::count_failure(SecretCheck::Begun& begun, const Now& now) {
  const std::uint32_t of_name =
      (begun.stranger ? of_strangers : of_accounts).failed(begun.name_key, now.mono_ms);
  begun.failures = of_name;
  if (!begun.terminal_key.empty())
    begun.failures = std::max(begun.failures, of_terminals.failed(begun.terminal_key, now.mono_ms));
  if (!begun.peer_key.empty())
    begun.failures = std::max(begun.failures, of_peers.failed(begun.peer_key, now.mono_ms));
  if (begun.stranger) return {};
  return write_lightly([&] { return accounts.save({begun.account, begun.place, of_name, now.unix_ms}); });
}

void Access::Parts::count_back(const SecretCheck::Begun& begun) {
  of_terminals.was_none(begun.terminal_key);
  of_peers.was_none(begun.peer_key);
}

Result<SecretCheck> Access::Parts::begin(const Attempt& attempt, const Policy& policy, const Now& now,
                                         Random& random, std::int64_t& wait_ms) {
  SEALKEEP_LET(way, way_of(attempt));
  if (way != Way::Password && (attempt.new_password || attempt.new_pin)) {
    return fail(ErrorKind::Refused, "access.password_needed", "This needs your password",
                "a PIN or a badge alone is not enough to choose a new secret", "Type your password");
  }
  SEALKEEP_TRY(allowed(way, attempt.terminal_no, policy));
  SecretCheck::Begun begun;
  begun.way = way;
  begun.terminal_no = attempt.terminal_no;
  begun.peer = attempt.peer;
  if (attempt.replaces) begun.replaces = sha256(attempt.replaces->expose());
  SEALKEEP_LET(row, who(attempt, begun));

  wait_ms = wait_ms_of(begun, now);
  if (wait_ms > 0) {
    SEALKEEP_TRY(write_lightly([&] { return log.add(line_of(Logged::MadeToWait, begun, row, now)); }));
    return have_to_wait(wait_ms);
  }

  SecretCheck check{std::nullopt, {policy.cost, made_up, {}}, std::nullopt, std::nullopt, nullptr};
  if (way == Way::Pin) {
    if (row && row->pin_failures >= kPinTries) {
      return fail(ErrorKind::Refused, "access.pin_blocked", "This PIN is blocked",
                  "it was wrong " + std::to_string(kPinTries) + " times",
                  "Sign in with your password; then it works again");
    }
    if (row) begun.stored = row->pin;
    check.secret.emplace(attempt.secret->expose());
  } else if (way == Way::Password) {
    SEALKEEP_LET(typed, normalised(attempt.secret->expose()));
    if (attempt.new_password) {
      SEALKEEP_LET(password, chosen_password(*attempt.new_password, typed, policy,
                                             row ? row->account.person : attempt.person));
      check.new_password = making(std::move(password), policy.cost, random);
      begun.chosen_password = true;
    }
    if (attempt.new_pin) {
      SEALKEEP_TRY(check_new_pin(attempt.new_pin->expose()));
      check.new_pin = making(Secret(attempt.new_pin->expose()), policy.cost, random);
      begun.chosen_pin = true;
    }
    const std::optional<Secret> code = code_of(typed.expose());
    if (row && row->code && code &&
        equal_in_constant_time(keyed(as_text(code->expose())).view(), row->code->view())) {
      if (now.unix_ms >= row->account.code_until_ms) {
        return fail(ErrorKind::Refused, "access.code_over", "This one-time code is over",
                    "it was valid for a day", "Ask for a new one: user reset, at the agent's own machine");
      }
      if (!begun.chosen_password) {
        return fail(ErrorKind::Refused, "access.choose_password",
                    "The code is right: now choose your own password", "it works once, to set a password",
                    "Type a new password of 15 characters or more");
      }
      begun.way = Way::Code;
      begun.by_code = row->code;
    } else {
      if (row) begun.stored = row->password;
      check.secret = std::move(typed);
    }
  }
  if (begun.stored) {
    check.against = *begun.stored;
    const bool cheap = work(begun.stored->cost) < work(policy.cost);
    auto& again = way == Way::Pin ? check.new_pin : check.new_password;
    if (cheap && !again) again = making(Secret(check.secret->expose()), policy.cost, random);
  }
  SEALKEEP_TRY(count_failure(begun, now));
  check.begun = std::make_shared<const SecretCheck::Begun>(std::move(begun));
  return check;
}

Result<bool> Access::is_badge(std::string_view scanned, TerminalNo terminal_no, const Policy& policy,
                              const Now& now) {
  Parts& p = *parts_;
  const auto text = badge_text(scanned);
  if (!text) return false;
  if (const auto allowed = p.allowed(Way::Badge, terminal_no, policy); !allowed) {
    if (allowed.error().kind == ErrorKind::Refused) return false;
    return tl::unexpected<Error>(allowed.error());
  }
  const std::string key = std::to_string(terminal_no);
  if (p.of_badges.wait_ms(key, now.mono_ms) > 0) return false;
  SEALKEEP_LET(holder, p.accounts.by_badge(p.keyed(*text)));
  if (!holder) p.of_badges.failed(key, now.mono_ms);
  return holder.has_value();
}

BeginOutcome Access::begin(Attempt attempt, const Policy& policy, const Now& now, Random& random) {
  std::int64_t wait_ms = 0;
  auto check = parts_->begin(attempt, policy, now, random, wait_ms);
  return {std::move(check), wait_ms};
}

}  // namespace sealkeep::access

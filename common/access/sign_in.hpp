// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/access/account.hpp"
#include "common/base/clock.hpp"
#include "common/crypto/password_hash.hpp"

/// Signing in, in three steps: Access::begin() on the owner's thread, verify() on any, Access::finish() on
/// the owner's again. The middle one is where the time goes (Argon2id).
namespace sealkeep::access {

/// What the house allows and asks; the owner fills it from its plan and settings for each call.
struct Policy {
  bool badge_allowed = false;  ///< a badge alone signs in, at named terminals
  bool pin_allowed = false;    ///< a PIN signs in, at named terminals
  bool off_hours = false;      ///< the site is closed at this moment (opening hours of the plan)
  std::int64_t idle_ms = 30 * 60'000;
  std::int64_t absolute_ms = 12 * 3'600'000;
  std::int64_t password_age_ms = 180 * kDayMs;  ///< PasswordDays; then the prompt
  Argon2Cost cost{};                            ///< for new hashes; older ones are made again
  std::vector<std::string> own_words{};         ///< site, exporter: no passwords of these
};

/// One try to sign in. Exactly one of `person` and `badge` is not empty.
struct Attempt {
  std::string person;           ///< a name as typed or chosen
  std::optional<Secret> badge;  ///< as scanned
  /// Password, PIN (6 to 12 digits can only be one) or one-time code; nothing: the badge alone.
  std::optional<Secret> secret;
  /// The person chooses a new one of these along with a right password or one-time code. With a code a new
  /// password is needed. Set only with a password or code (Refused `access.password_needed`).
  std::optional<Secret> new_password, new_pin;
  TerminalNo terminal_no = 0;  ///< by Access::terminal(); 0: none
  std::string peer;            ///< the address without port; an IPv6 one cut to its /64 by the caller
  std::optional<Secret>
      replaces{};  ///< token of the session that this browser has now: it ends with the sign-in
};

/// What has to be computed. Moves, never copies; holds its secrets in locked memory.
struct SecretCheck {
  std::optional<Secret> secret;  ///< nothing: there is nothing to verify (a badge alone, a one-time code)
  PasswordHash against;  ///< of the account; a made-up one where there is none, so that it takes as long
  struct Making {
    Secret secret;
    PasswordSalt salt{};
    Argon2Cost cost;
  };
  std::optional<Making> new_password, new_pin;  ///< chosen, or the same one at a cost that was raised
  struct Begun;
  std::shared_ptr<const Begun> begun;  ///< whom it is about: for finish() alone
};

/// The answer of begin(): something to verify, or the refusal.
struct BeginOutcome {
  Result<SecretCheck> check;
  std::int64_t wait_ms = 0;  ///< with `access.wait`: how long, for Retry-After
};

/// What verify() found; handed to finish() with the check.
struct SecretOutcome {
  bool matches = false;
  std::optional<PasswordHash> new_password, new_pin;  ///< made only if it matches
};

/// Does the work of a check: one Argon2id, and one more for each hash that is to be made. Pure, any thread;
/// takes memory of the check's cost for as long as it runs. How many run at once is the owner's business: at
/// most two, and others wait in a short queue (Busy `access.busy` when it is full). Busy `crypto.memory`.
[[nodiscard]] Result<SecretOutcome> verify(const SecretCheck& check);

/// What a second factor says of somebody whose first one was right.
enum class SecondStep : std::uint8_t {
  Passed,
  Asked,  ///< nothing was given: the same again with it. No failure
  Wrong,  ///< a failure like a wrong password
};
/// Asked between the password and the session; may be empty: there is none.
using SecondCheck = std::function<Result<SecondStep>(const Account&)>;
/// Refused `access.totp_needed`, `access.totp_wrong`.
[[nodiscard]] Error totp_needed();
[[nodiscard]] Error totp_wrong();

/// A sign-in that worked.
struct SignedIn {
  Secret token;  ///< 64 hex digits for the cookie: shown once, only its SHA-256 is kept
  Session session;
  bool password_changed = false;  ///< record it (clause 5.2)
  bool pin_changed = false;
};

/// The answer of finish(): a session or the refusal, and what is to be raised in either case.
struct SignInOutcome {
  Result<SignedIn> signed_in;
  std::vector<SecurityNote> notes;
};

}  // namespace sealkeep::access

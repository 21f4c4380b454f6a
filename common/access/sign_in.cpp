// SPDX-License-Identifier: Apache-2.0
#include "common/access/sign_in.hpp"

namespace sealkeep::access {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::Password:
      return "password";
    case Method::Badge:
      return "badge";
    case Method::Pin:
      return "pin";
    case Method::None:
      break;
  }
  return "none";
}

std::string_view prompt_name(PasswordPrompt prompt) {
  switch (prompt) {
    case PasswordPrompt::Ask:
      return "ask";
    case PasswordPrompt::PutOff:
      return "put_off";
    case PasswordPrompt::Overdue:
      return "overdue";
    case PasswordPrompt::None:
      break;
  }
  return "none";
}

Error totp_needed() {
  return {ErrorKind::Refused, "access.totp_needed", "This account asks for a second factor",
          "the password is right", "Type the six digits that your authenticator app shows"};
}

Error totp_wrong() {
  return {ErrorKind::Refused, "access.totp_wrong", "The six digits are not right",
          "they are good for half a minute, and once",
          "Type those that the app shows now; see whether its "
          "clock is right"};
}

Result<SecretOutcome> verify(const SecretCheck& check) {
  SecretOutcome outcome;
  outcome.matches = true;
  if (check.secret) {
    SEALKEEP_LET(matches, is_password(check.secret->expose(), check.against));
    outcome.matches = matches;
  }
  if (!outcome.matches) return outcome;
  const auto make =
      [](const std::optional<SecretCheck::Making>& making) -> Result<std::optional<PasswordHash>> {
    if (!making) return std::nullopt;
    SEALKEEP_LET(hash, hash_password(making->secret.expose(), making->salt, making->cost));
    return hash;
  };
  SEALKEEP_LET(password, make(check.new_password));
  outcome.new_password = password;
  SEALKEEP_LET(pin, make(check.new_pin));
  outcome.new_pin = pin;
  return outcome;
}

}  // namespace sealkeep::access

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/access/sign_in.hpp"
#include "common/base/clock.hpp"
#include "common/crypto/envelope.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

inline constexpr std::int64_t kTotpStepMs = 30'000;
inline constexpr std::size_t kTotpSecretBytes = 20;

/// What a person gets to put into an authenticator app: shown once.
struct Enrolment {
  std::string otpauth;  ///< otpauth://totp/..., as a QR code or typed
  std::string secret;   ///< its secret alone, base32
};

/// One-time codes by time (TOTP, RFC 6238: SHA-1, six digits, 30 s) as a second factor beside the password.
/// The code of the step before and of the step after is taken too; no step is taken twice, nor an older one
/// after a newer one. Secrets are at rest in an envelope to a key that is not in the database. In a table of
/// its own beside Access's, over a Db and a key that outlive it, same thread; makes its own transactions.
class SecondFactor {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<SecondFactor> open(Db& db, const BoxKey& key);

  /// True once a code of the account's secret was typed.
  [[nodiscard]] Result<bool> confirmed(AccountId account);
  /// A new secret, in place of one that was not confirmed yet. Refused `access.totp_there` if one was.
  [[nodiscard]] Result<Enrolment> enrol(const Account& account, std::string_view issuer, const Now& now,
                                        Random& random);
  /// The first code: from now on sign-ins ask for one. Refused `access.totp_wrong`; Refused
  /// `access.totp_none` if nothing waits for it.
  [[nodiscard]] Result<> confirm(AccountId account, std::string_view typed, const Now& now);
  /// For Access::finish(): Asked for an empty `typed`, Passed where the account has no confirmed secret.
  [[nodiscard]] Result<SecondStep> check(AccountId account, std::string_view typed, const Now& now);
  /// For somebody who lost the device: the next sign-in begins anew.
  [[nodiscard]] Result<> forget(AccountId account);

 private:
  struct Statements;
  struct Row;
  SecondFactor(std::shared_ptr<Statements> statements, Db& db, const BoxKey& key)
      : statements_(std::move(statements)), db_(&db), key_(&key) {}
  [[nodiscard]] Result<std::optional<Row>> row_of(AccountId account);
  [[nodiscard]] Result<bool> take(AccountId account, const Row& row, std::string_view typed, const Now& now);
  std::shared_ptr<Statements> statements_;
  Db* db_;
  const BoxKey* key_;
};

}  // namespace sealkeep::access

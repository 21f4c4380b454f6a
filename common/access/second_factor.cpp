// SPDX-License-Identifier: Apache-2.0
#include "common/access/second_factor.hpp"

#include <algorithm>

#include "common/access/second_factor_schema_sql.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/one_time_code.hpp"

namespace sealkeep::access {
namespace {

constexpr std::int64_t kStepsAround = 1;
constexpr int kDigits = 6;

tl::unexpected<Error> malformed() {
  return fail(
      ErrorKind::Corrupt, "store.row_malformed", "a secret of a second factor is not readable",
      "the database or the key \"access\" was changed from outside, or one of them is of another copy",
      "Give that person a new code: user reset");
}

// The account's number is inside, so that a row is of no use for another account.
Result<Secret> opened(ByteView sealed, AccountId account, const BoxKey& key) {
  auto clear = envelope::open(sealed, key);
  if (!clear) return malformed();
  ByteReader in(*clear);
  const std::uint64_t whose = in.u64();
  const ByteView bytes = in.raw(kTotpSecretBytes);
  if (!in.finished() || whose != static_cast<std::uint64_t>(account)) return malformed();
  Secret secret(bytes);
  wipe(*clear);
  return secret;
}

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      out += '%' + hex(std::span(&byte, 1));
    }
  }
  return out;
}

/// Six digits, blanks left out, as apps show them in two groups.
std::optional<std::uint32_t> code_in(std::string_view typed) {
  std::uint32_t code = 0;
  int digits = 0;
  for (const char c : typed) {
    if (c == ' ') continue;
    if (c < '0' || c > '9' || ++digits > kDigits) return std::nullopt;
    code = code * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return digits == kDigits ? std::optional(code) : std::nullopt;
}

}  // namespace

struct SecondFactor::Statements {
  Statement find, put, took, forget;
};

struct SecondFactor::Row {
  Bytes sealed;
  bool confirmed = false;
  std::int64_t last_step = 0;
};

std::string_view SecondFactor::schema() {
  return sql::second_factor_schema;
}

Result<SecondFactor> SecondFactor::open(Db& db, const BoxKey& key) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, std::string_view> all[] = {
      {&s->find, "SELECT secret, confirmed, last_step FROM second_factor WHERE account_id = ?"},
      {&s->put,
       "INSERT OR REPLACE INTO second_factor (account_id, secret, confirmed, last_step, since_ms) "
       "VALUES (?, ?, 0, 0, ?)"},
      {&s->took, "UPDATE second_factor SET confirmed = 1, last_step = ?2 WHERE account_id = ?1"},
      {&s->forget, "DELETE FROM second_factor WHERE account_id = ?"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return SecondFactor(std::move(s), db, key);
}

Result<std::optional<SecondFactor::Row>> SecondFactor::row_of(AccountId account) {
  SEALKEEP_LET(rows, statements_->find.query(account));
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::optional<Row>();
  return std::optional(Row{to_bytes(rows.blob(0)), rows.int64(1) != 0, rows.int64(2)});
}

Result<bool> SecondFactor::confirmed(AccountId account) {
  SEALKEEP_LET(row, row_of(account));
  return row && row->confirmed;
}

Result<Enrolment> SecondFactor::enrol(const Account& account, std::string_view issuer, const Now& now,
                                      Random& random) {
  SEALKEEP_LET(there, confirmed(account.id));
  if (there)
    return fail(ErrorKind::Refused, "access.totp_there", "This account has its second factor already", {},
                "For another device an administrator gives a new code: user reset");
  std::array<std::uint8_t, kTotpSecretBytes> secret{};
  random.fill(secret);
  Bytes clear;
  ByteWriter(clear).u64(static_cast<std::uint64_t>(account.id)).raw(secret);
  const Bytes sealed = envelope::seal(clear, key_->public_key(), random);
  Enrolment out;
  out.secret = base32(secret);
  wipe(clear);
  wipe(secret);
  SEALKEEP_TRY(db_->transaction([&] { return statements_->put.run(account.id, sealed, now.unix_ms); }));
  out.otpauth = "otpauth://totp/" + percent(issuer) + ":" + percent(account.person) +
                "?secret=" + out.secret + "&issuer=" + percent(issuer) + "&algorithm=SHA1&digits=6&period=30";
  return out;
}

Result<bool> SecondFactor::take(AccountId account, const Row& row, std::string_view typed, const Now& now) {
  const auto code = code_in(typed);
  if (!code) return false;
  SEALKEEP_LET(secret, opened(row.sealed, account, *key_));
  const std::int64_t step = now.unix_ms / kTotpStepMs;
  for (std::int64_t at = std::max(step - kStepsAround, row.last_step + 1); at <= step + kStepsAround; ++at) {
    if (hotp(secret.expose(), static_cast<std::uint64_t>(at)) != *code) continue;
    SEALKEEP_TRY(db_->transaction([&] { return statements_->took.run(account, at); }));
    return true;
  }
  return false;
}

Result<> SecondFactor::confirm(AccountId account, std::string_view typed, const Now& now) {
  SEALKEEP_LET(row, row_of(account));
  if (!row || row->confirmed)
    return fail(ErrorKind::Refused, "access.totp_none", "No second factor waits for its first code", {},
                row ? "Sign in with its code" : "Begin anew: sign in");
  SEALKEEP_LET(right, take(account, *row, typed, now));
  if (!right) return tl::unexpected<Error>(totp_wrong());
  return {};
}

Result<SecondStep> SecondFactor::check(AccountId account, std::string_view typed, const Now& now) {
  SEALKEEP_LET(row, row_of(account));
  if (!row || !row->confirmed) return SecondStep::Passed;
  if (typed.empty()) return SecondStep::Asked;
  SEALKEEP_LET(right, take(account, *row, typed, now));
  return right ? SecondStep::Passed : SecondStep::Wrong;
}

Result<> SecondFactor::forget(AccountId account) {
  return db_->transaction([&] { return statements_->forget.run(account); });
}

}  // namespace sealkeep::access

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/access/access.hpp"
#include "common/access/account_rows.hpp"
#include "common/access/session_rows.hpp"
#include "common/access/terminal_rows.hpp"
#include "common/access/throttle.hpp"

/// What is inside Access; for access*.cpp alone.
namespace sealkeep::access {

inline constexpr std::size_t kTokenBytes = 32;
inline constexpr std::size_t kTokenDigits = 2 * kTokenBytes;
inline constexpr std::uint32_t kSharedFailures = 20;  // of a terminal or a peer, which many people share
inline constexpr std::size_t kThrottleKeys = 4'096;

/// How somebody tries to show who they are.
enum class Way : std::uint8_t { Password, Code, Pin, Badge };

/// Whom a check is about.
struct SecretCheck::Begun {
  Way way = Way::Password;
  AccountId account = 0;               // 0: nobody
  std::optional<PasswordHash> stored;  // what was checked against
  std::optional<Hash> by_badge, by_code;
  bool chosen_password = false;  // new_password is the person's choice, not the same one hashed anew
  bool chosen_pin = false;
  std::string name_key, terminal_key, peer_key;  // of the throttles; empty: none
  bool stranger = false;                         // name_key is of the throttle of unknown names
  std::uint32_t failures = 0;                    // in a row with this one, at the key that has most
  TerminalNo place = 0;                          // 0: elsewhere
  TerminalNo terminal_no = 0;
  std::string peer;
  std::optional<Hash> replaces;
};

struct Access::Parts {
  Db& db;
  AccountRows accounts;
  SessionRows sessions;
  TerminalRows terminals;
  SignInLog log;
  Secret key;              // of badges, codes and the names of strangers
  PasswordSalt made_up{};  // salt of the hash that unknown names are checked against
  Throttle of_accounts{Waits{}, 4 * kThrottleKeys};
  Throttle of_strangers{Waits{}, kThrottleKeys};
  Throttle of_terminals{Waits{kSharedFailures}, kThrottleKeys};
  Throttle of_peers{Waits{kSharedFailures}, kThrottleKeys};
  /// Texts at a terminal that were no badge: numbers that nobody knows yet are scanned there too.
  Throttle of_badges{Waits{.free_failures = kSharedFailures, .forget_ms = 3'600'000}, kThrottleKeys};

  /// A write that a power cut may undo, because nothing that was promised stands on it.
  template <class F>
  [[nodiscard]] auto write_lightly(F&& body) -> std::invoke_result_t<F&> {
    SEALKEEP_TRY(db.set_durable(false));
    auto result = db.transaction(body);
    SEALKEEP_TRY(db.set_durable(true));
    return result;
  }

  [[nodiscard]] Result<SecretCheck> begin(const Attempt& attempt, const Policy& policy, const Now& now,
                                          Random& random, std::int64_t& wait_ms);
  [[nodiscard]] Result<SignedIn> finish(const SecretCheck::Begun& begun, const SecretOutcome& outcome,
                                        const Policy& policy, const Now& now, Random& random,
                                        const SecondCheck& second, std::vector<SecurityNote>& notes);

  /// NotFound `access.unknown_person`.
  [[nodiscard]] Result<AccountRow> row_of(std::string_view person);
  [[nodiscard]] Hash keyed(std::string_view text) const { return keyed_hash(key.expose(), as_bytes(text)); }
  /// Puts a fresh code into the row.
  [[nodiscard]] NewCode give_code(AccountRow& row, const Now& now, Random& random) const;
  /// Ends all sessions of the account; a line in the log if there were any.
  [[nodiscard]] Result<> end_sessions(const Account& account, const Now& now);
  [[nodiscard]] Result<> expire(const Session& session, const std::string& person, const Now& now);
  [[nodiscard]] Result<> note(Logged what, const Account& account, const Now& now, std::string words = {});
  void forgive(const AccountRow& row);

  // ---- of begin()
  [[nodiscard]] Result<> allowed(Way way, TerminalNo terminal_no, const Policy& policy);
  [[nodiscard]] Result<std::optional<AccountRow>> who(const Attempt& attempt, SecretCheck::Begun& begun);
  [[nodiscard]] std::int64_t wait_ms_of(const SecretCheck::Begun& begun, const Now& now) const;
  [[nodiscard]] Result<> count_failure(SecretCheck::Begun& begun, const Now& now);
  void count_back(const SecretCheck::Begun& begun);
  // ---- of finish()
  /// Nothing: passed.
  [[nodiscard]] Result<std::optional<Error>> second_step(const SecretCheck::Begun& begun, AccountRow& row,
                                                         const SecondCheck& second, const Now& now,
                                                         std::vector<SecurityNote>& notes);
  [[nodiscard]] LogLine line_of(Logged what, const SecretCheck::Begun& begun,
                                const std::optional<AccountRow>& row, const Now& now) const;
  [[nodiscard]] Result<> wrong(const SecretCheck::Begun& begun, std::optional<AccountRow>& row,
                               const Now& now, std::vector<SecurityNote>& notes);
  [[nodiscard]] Result<SignedIn> right(const SecretCheck::Begun& begun, const SecretOutcome& outcome,
                                       AccountRow& row, const Policy& policy, const Now& now, Random& random,
                                       std::vector<SecurityNote>& notes);
};

/// "12/3": the account at a place, as the throttle of accounts names it.
[[nodiscard]] std::string place_key(AccountId account, TerminalNo place);
[[nodiscard]] PasswordPrompt prompt_of(const AccountRow& row, std::int64_t password_age_ms,
                                       std::int64_t now_ms);
/// 64 hex digits of fresh randomness, in locked memory.
[[nodiscard]] Secret new_token(Random& random);
/// What the account says of a session: person, role, prompt.
void complete(Session& session, const AccountRow& row, std::int64_t password_age_ms, std::int64_t now_ms);
[[nodiscard]] std::string csrf_of(ByteView token);
/// The code as its holder may type it (any case, with or without "-", O for 0, I and L for 1) in its one
/// form; nothing if it is no code.
[[nodiscard]] std::optional<Secret> code_of(ByteView typed);

}  // namespace sealkeep::access

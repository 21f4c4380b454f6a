// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// The values of common/access: who has an account, who is signed in, where, and what was noticed.
namespace sealkeep::access {

using AccountId = std::int64_t;  ///< never used again, also after the account is removed
using SessionId = std::int64_t;
using TerminalNo = std::uint32_t;  ///< as in facts; 0: no terminal (the agent itself, a shell)

/// A small number that the program gives a meaning; a higher one may do what a lower one may. 1..255.
using Role = std::uint8_t;

/// How somebody showed who they are. Same numbers as ses::AuthMethod.
enum class Method : std::uint8_t {
  None = 0,
  Password = 1,  ///< also: a one-time code with which the password was chosen
  Badge = 2,     ///< a badge alone
  Pin = 3,       ///< a PIN, with a name or a badge
};
[[nodiscard]] std::string_view method_name(Method method);  ///< "password", "badge", "pin", "none"

/// One account; one per person (clause 5.2). Nothing secret is in it.
struct Account {
  AccountId id = 0;
  std::string person;  ///< the person's name as in the registers; unique by name_key()
  Role role = 0;
  bool locked = false;
  bool has_password = false, has_pin = false, has_badge = false;
  bool pin_blocked = false;        ///< wrong too often: a sign-in with the password opens it again
  std::int64_t code_until_ms = 0;  ///< a one-time code is waiting; 0: none
  std::int64_t created_ms = 0, password_ms = 0, last_sign_in_ms = 0;  ///< 0: never
};

/// What the age of the password asks (clause 5.2). It is a question, never a refusal to record a fact.
enum class PasswordPrompt : std::uint8_t {
  None = 0,
  Ask = 1,      ///< may be put off with `later`
  PutOff = 2,   ///< "later" was said within the last day
  Overdue = 3,  ///< 14 days over: cannot be put off any more, is shown until it is done
};
[[nodiscard]] std::string_view prompt_name(PasswordPrompt prompt);  ///< "none", "ask", "put_off", "overdue"

/// Somebody who is signed in.
struct Session {
  SessionId id = 0;
  AccountId account = 0;
  std::string person;
  Role role = 0;  ///< as the account has it now
  Method method = Method::None;
  TerminalNo terminal_no = 0;
  std::string csrf;  ///< what a write must repeat in its header; 64 hex digits, bound to the token
  std::int64_t created_ms = 0;
  std::int64_t ends_ms = 0;  ///< at the latest (absolute)
  std::int64_t idle_ms = 0;  ///< and this long after the last touch
  std::int64_t seen_ms = 0;
  PasswordPrompt prompt = PasswordPrompt::None;
};

/// A browser on a machine, known by a long-lived cookie.
struct Terminal {
  TerminalNo no = 0;
  std::string name;  ///< empty: nobody has named it yet (pending)
  std::string first_peer, last_peer;
  std::int64_t first_ms = 0, seen_ms = 0, named_ms = 0;
  [[nodiscard]] bool pending() const { return name.empty(); }
};

/// What clause 5.1 wants raised. The owner makes a fact of it; it holds no name.
struct SecurityNote {
  enum class What : std::uint8_t {
    FailedSignIns = 1,  ///< `count` in a row on one account, at one terminal or from one peer; on every 5th
    NewTerminal = 2,    ///< first sign-in on a terminal that nobody has named
    OffHours = 3,       ///< a sign-in outside the opening hours
    Locked = 4,         ///< an account or its PIN was locked
  };
  What what = What::FailedSignIns;
  TerminalNo terminal_no = 0;
  std::uint32_t count = 1;
  friend bool operator==(const SecurityNote&, const SecurityNote&) = default;
};

}  // namespace sealkeep::access

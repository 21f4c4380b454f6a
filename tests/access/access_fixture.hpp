// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>

#include "common/access/access.hpp"
#include "tests/store/store_fixture.hpp"

namespace sealkeep::access::test {

using sealkeep::test::code_of;
using sealkeep::test::must;
using sealkeep::test::TestFolder;

inline constexpr std::int64_t kStartMs = 1'790'000'000'000;
inline constexpr const char* kGood = "seven wet boots hang there";
inline constexpr const char* kOther = "marble kettle over nine hills";

inline Secret secret(std::string_view text) {
  return Secret(as_bytes(text));
}

/// An Access over a database of its own, with a hand clock and the cheapest Argon2id.
class Desk {
 public:
  Desk() { open(); }

  void open() {
    access_.reset();
    db_.reset();
    OpenOptions options;
    options.application_id = sealkeep::test::kTestApplication;
    options.migrations = {{{Access::schema()}}};
    options.create = true;
    db_.emplace(must(Db::open(folder_ / "test.db", options)));
    access_.emplace(must(Access::open(*db_, now, random)));
  }

  void pass_ms(std::int64_t length_ms) {
    now.unix_ms += length_ms;
    now.mono_ms += length_ms;
  }

  /// An account that has chosen a password.
  void person(const std::string& name, Role role = 1, const char* password = kGood) {
    const auto made = must(access().add(name, role, now, random));
    Attempt attempt;
    attempt.person = name;
    attempt.secret = secret(made.code);
    attempt.new_password = secret(password);
    must(sign_in(std::move(attempt)).signed_in);
  }

  [[nodiscard]] static Attempt attempt(const std::string& name, std::string_view with,
                                       TerminalNo terminal = 0, const std::string& peer = "192.0.2.1") {
    Attempt made;
    made.person = name;
    made.secret = secret(with);
    made.terminal_no = terminal;
    made.peer = peer;
    return made;
  }
  [[nodiscard]] static Attempt badge(std::string_view text, TerminalNo terminal) {
    Attempt made;
    made.badge = secret(text);
    made.terminal_no = terminal;
    made.peer = "192.0.2.1";
    return made;
  }

  /// All three steps.
  SignInOutcome sign_in(Attempt attempt) {
    auto begun = access().begin(std::move(attempt), policy, now, random);
    wait_ms = begun.wait_ms;
    if (!begun.check) return {tl::unexpected<Error>(begun.check.error()), {}};
    auto outcome = verify(*begun.check);
    if (!outcome) return {tl::unexpected<Error>(outcome.error()), {}};
    return access().finish(*std::move(begun.check), *outcome, policy, now, random);
  }
  SignInOutcome sign_in(const std::string& name, std::string_view with, TerminalNo terminal = 0,
                        const std::string& peer = "192.0.2.1") {
    return sign_in(attempt(name, with, terminal, peer));
  }
  std::string code_of_sign_in(const std::string& name, std::string_view with, TerminalNo terminal = 0,
                              const std::string& peer = "192.0.2.1") {
    return code_of(sign_in(name, with, terminal, peer).signed_in);
  }
  TerminalNo terminal(const char* name = nullptr) {
    const TerminalNo no = must(access().new_terminal("192.0.2.1", now, random)).terminal.no;
    if (name != nullptr) must(access().name_terminal(no, name, now));
    return no;
  }

  [[nodiscard]] Access& access() { return *access_; }
  [[nodiscard]] Db& db() { return *db_; }
  [[nodiscard]] const TestFolder& folder() const { return folder_; }

  Now now{kStartMs, 5'000'000, 720};
  Policy policy = [] {
    Policy made;
    made.cost = kLeastArgon2Cost;
    made.badge_allowed = made.pin_allowed = true;
    return made;
  }();
  SeededRandom random{7};
  std::int64_t wait_ms = 0;

 private:
  TestFolder folder_;
  std::optional<Db> db_;
  std::optional<Access> access_;
};

}  // namespace sealkeep::access::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/access/access_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::access;
using namespace sealkeep::access::test;
using What = SecurityNote::What;

TEST_CASE("a new account begins with a one-time code, and nothing else opens it") {
  Desk desk;
  const auto made = must(desk.access().add("Mere", 4, desk.now, desk.random));
  CHECK(made.code.size() == 23);
  CHECK(desk.code_of_sign_in("Mere", "password") == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere", made.code) == "access.choose_password");
  Attempt choose = Desk::attempt("mere ", made.code);
  choose.new_password = secret("tooshort");
  CHECK(code_of(desk.sign_in(std::move(choose)).signed_in) == "access.password_short");
  choose = Desk::attempt("mere ", made.code);
  choose.new_password = secret(kGood);
  const auto in = must(desk.sign_in(std::move(choose)).signed_in);
  CHECK(in.password_changed);
  CHECK(in.session.person == "Mere");
  CHECK(in.session.role == 4);
  CHECK(in.session.method == Method::Password);
  // The code is used up; the password works.
  CHECK(desk.code_of_sign_in("Mere", made.code) == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere", kGood) == "success");
  CHECK(desk.code_of_sign_in("Mere", kOther) == "access.wrong");
}

TEST_CASE("a one-time code may be typed as people type, and is over after a day") {
  Desk desk;
  const auto made = must(desk.access().add("Mere", 4, desk.now, desk.random));
  std::string typed;
  for (char c : made.code)
    typed += c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : static_cast<char>(std::tolower(c));
  desk.pass_ms(kCodeMs - 1);
  CHECK(desk.code_of_sign_in("Mere", typed) == "access.choose_password");
  desk.pass_ms(1);
  CHECK(desk.code_of_sign_in("Mere", typed) == "access.code_over");
  CHECK(must(desk.access().reset("Mere", desk.now, desk.random)).code != made.code);
}

TEST_CASE("the password may be typed in another Unicode form") {
  Desk desk;
  desk.person("Mere", 1, "ng\xc4\x81 k\xc4\x81k\xc4\x81 rere ki");
  CHECK(desk.code_of_sign_in("MERE", "nga\xcc\x84 ka\xcc\x84ka\xcc\x84 rere ki") == "success");
}

TEST_CASE("unknown names cost the same work and get the same answer as known ones") {
  Desk desk;
  desk.person("Mere");
  const auto known = desk.access().begin(Desk::attempt("Mere", kOther), desk.policy, desk.now, desk.random);
  const auto unknown =
      desk.access().begin(Desk::attempt("Nobody", kOther), desk.policy, desk.now, desk.random);
  REQUIRE(known.check);
  REQUIRE(unknown.check);
  CHECK(known.check->secret.has_value());
  CHECK(unknown.check->secret.has_value());
  CHECK(known.check->against.cost == unknown.check->against.cost);
  CHECK_FALSE(must(verify(*unknown.check)).matches);
  CHECK(desk.sign_in("Mere", kOther).signed_in.error().text() ==
        desk.sign_in("Nobody", kOther).signed_in.error().text());
  // A locked account is told only to who knows the secret.
  must(desk.access().lock("Mere", desk.now));
  CHECK(desk.code_of_sign_in("Mere", kOther) == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere", kGood) == "access.locked");
  must(desk.access().unlock("Mere", desk.now));
  CHECK(desk.code_of_sign_in("Mere", kGood) == "success");
}

TEST_CASE("an outcome that says it matches opens nothing for a name without an account") {
  Desk desk;
  auto begun = desk.access().begin(Desk::attempt("Nobody", kGood), desk.policy, desk.now, desk.random);
  SecretOutcome forged;
  forged.matches = true;
  CHECK(code_of(desk.access()
                    .finish(*std::move(begun.check), forged, desk.policy, desk.now, desk.random)
                    .signed_in) == "access.wrong");
}

TEST_CASE("unknown names wait like known ones") {
  Desk desk;
  desk.person("Mere");
  for (const char* name : {"Mere", "Nobody"}) {
    CAPTURE(name);
    for (int i = 0; i < 5; ++i) CHECK(desk.code_of_sign_in(name, kOther, 0, "") == "access.wrong");
    CHECK(desk.code_of_sign_in(name, kOther, 0, "") == "access.wait");
    CHECK(desk.wait_ms == 5'000);
  }
}

TEST_CASE("after five failures even the right password has to wait, longer each time, until it succeeds") {
  Desk desk;
  desk.person("Mere");
  for (int i = 0; i < 5; ++i) desk.sign_in("Mere", kOther);
  auto refused = desk.sign_in("Mere", kGood);
  CHECK(code_of(refused.signed_in) == "access.wait");
  CHECK(refused.signed_in.error().why.find("5 s") != std::string::npos);
  desk.pass_ms(4'999);
  CHECK(desk.code_of_sign_in("Mere", kGood) == "access.wait");
  CHECK(desk.wait_ms == 1);
  desk.pass_ms(1);
  CHECK(desk.code_of_sign_in("Mere", kOther) == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere", kGood) == "access.wait");
  CHECK(desk.wait_ms == 10'000);
  desk.pass_ms(10'000);
  CHECK(desk.code_of_sign_in("Mere", kGood) == "success");
  for (int i = 0; i < 4; ++i) CHECK(desk.code_of_sign_in("Mere", kOther) == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere", kGood) == "success");
}

TEST_CASE("many tries at once are no more than as many one after the other") {
  Desk desk;
  desk.person("Mere");
  std::vector<SecretCheck> checks;
  for (int i = 0; i < 20; ++i) {
    auto begun = desk.access().begin(Desk::attempt("Mere", kOther), desk.policy, desk.now, desk.random);
    if (begun.check) checks.push_back(*std::move(begun.check));
  }
  CHECK(checks.size() == 5);
}

TEST_CASE("a stranger cannot keep a person from their own terminal") {
  Desk desk;
  desk.person("Mere", 4);
  const TerminalNo office = desk.terminal("Office");
  CHECK(desk.code_of_sign_in("Mere", kGood, office) == "success");
  const TerminalNo elsewhere = desk.terminal();
  for (int i = 0; i < 40; ++i) {
    desk.sign_in("Mere", kOther, elsewhere, "198.51.100.9");
    desk.pass_ms(desk.wait_ms);
  }
  desk.sign_in("Mere", kOther, elsewhere, "198.51.100.9");
  CHECK(desk.code_of_sign_in("Mere", kGood, elsewhere, "198.51.100.9") == "access.wait");
  CHECK(desk.code_of_sign_in("Mere", kGood, 0, "198.51.100.10") == "access.wait");
  CHECK(desk.code_of_sign_in("Mere", kGood, office) == "success");
  // The shell on the machine ends every wait.
  must(desk.access().unlock("Mere", desk.now));
  CHECK(desk.code_of_sign_in("Mere", kGood, 0, "198.51.100.10") == "success");
}

TEST_CASE("a terminal and a peer wait after twenty failures with any names") {
  Desk desk;
  desk.person("Mere");
  desk.person("Tama");
  const TerminalNo dock = desk.terminal("Dock");
  for (int i = 0; i < 20; ++i)
    CHECK(desk.code_of_sign_in("name " + std::to_string(i), kOther, dock, "") == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere", kGood, dock, "") == "access.wait");
  CHECK(desk.code_of_sign_in("Mere", kGood, 0, "") == "success");
  for (int i = 0; i < 20; ++i)
    CHECK(desk.code_of_sign_in("other " + std::to_string(i), kOther, 0, "203.0.113.5") == "access.wrong");
  CHECK(desk.code_of_sign_in("Tama", kGood, 0, "203.0.113.5") == "access.wait");
  CHECK(desk.code_of_sign_in("Tama", kGood, 0, "203.0.113.6") == "success");
}

TEST_CASE("sign-ins that work count against nobody") {
  Desk desk;
  desk.person("Mere");
  const TerminalNo dock = desk.terminal("Dock");
  for (int i = 0; i < 25; ++i) CHECK(desk.code_of_sign_in("Mere", kGood) == "success");
  for (int i = 0; i < 25; ++i) {
    const std::string name = "Packer " + std::to_string(i);
    desk.person(name);
    CHECK(desk.code_of_sign_in(name, kGood, dock) == "success");
  }
}

TEST_CASE("unlocking ends a wait for good, also after a restart") {
  Desk desk;
  desk.person("Mere");
  for (int i = 0; i < 5; ++i) desk.sign_in("Mere", kOther);
  CHECK(desk.code_of_sign_in("Mere", kGood) == "access.wait");
  must(desk.access().unlock("Mere", desk.now));
  desk.open();
  CHECK(desk.code_of_sign_in("Mere", kGood) == "success");
}

TEST_CASE("waits run on after a restart") {
  Desk desk;
  desk.person("Mere");
  for (int i = 0; i < 7; ++i) {
    desk.pass_ms(desk.wait_ms);
    desk.sign_in("Mere", kOther);
    desk.code_of_sign_in("Mere", kOther);
  }
  const std::int64_t wait_ms = desk.wait_ms;
  REQUIRE(wait_ms > 5'000);
  desk.now.mono_ms = 1'000;  // another boot
  desk.now.unix_ms += 2'000;
  desk.open();
  CHECK(desk.code_of_sign_in("Mere", kGood) == "access.wait");
  CHECK(desk.wait_ms == wait_ms - 2'000);
}

TEST_CASE("a badge alone signs in where the plan allows it, at terminals that have a name") {
  Desk desk;
  desk.person("Mere");
  must(desk.access().set_badge("Mere", " B-00417\r\n", desk.now));
  const TerminalNo pending = desk.terminal();
  const TerminalNo dock = desk.terminal("Dock");
  CHECK(code_of(desk.sign_in(Desk::badge("B-00417", pending)).signed_in) == "access.badge_not_allowed");
  CHECK(code_of(desk.sign_in(Desk::badge("B-00417", 0)).signed_in) == "access.badge_not_allowed");
  const auto in = must(desk.sign_in(Desk::badge("B-00417", dock)).signed_in);
  CHECK(in.session.method == Method::Badge);
  CHECK(in.session.terminal_no == dock);
  CHECK(code_of(desk.sign_in(Desk::badge("B-00418", dock)).signed_in) == "access.wrong");
  desk.policy.badge_allowed = false;
  CHECK(code_of(desk.sign_in(Desk::badge("B-00417", dock)).signed_in) == "access.badge_not_allowed");
  // With the password it is only a name.
  Attempt both = Desk::badge("B-00417", pending);
  both.secret = secret(kGood);
  CHECK(must(desk.sign_in(std::move(both)).signed_in).session.method == Method::Password);
  desk.policy.badge_allowed = true;
  must(desk.access().set_badge("Mere", std::nullopt, desk.now));
  CHECK(code_of(desk.sign_in(Desk::badge("B-00417", dock)).signed_in) == "access.wrong");
}

TEST_CASE("a text is told to be a badge only where that badge would sign in") {
  Desk desk;
  desk.person("Mere");
  must(desk.access().set_badge("Mere", "B-00417", desk.now));
  const TerminalNo dock = desk.terminal("Dock");
  const auto is_badge = [&](std::string_view text, TerminalNo at) {
    return must(desk.access().is_badge(text, at, desk.policy, desk.now));
  };
  CHECK(is_badge("B-00417\r\n", dock));
  CHECK_FALSE(is_badge("B-00418", dock));
  CHECK_FALSE(is_badge("B-0", dock));
  CHECK_FALSE(is_badge("B-00417", desk.terminal()));
  CHECK_FALSE(is_badge("B-00417", 0));
  desk.policy.badge_allowed = false;
  CHECK_FALSE(is_badge("B-00417", dock));
}

TEST_CASE("nobody finds a badge by asking about one text after the other") {
  Desk desk;
  desk.person("Mere");
  must(desk.access().set_badge("Mere", "B-00417", desk.now));
  const TerminalNo dock = desk.terminal("Dock"), gate = desk.terminal("Gate");
  const auto found = [&](TerminalNo at) {
    return must(desk.access().is_badge("B-00417", at, desk.policy, desk.now));
  };
  for (int i = 0; i < 20; ++i) {
    CHECK(found(dock));
    CHECK_FALSE(must(desk.access().is_badge("B-01" + std::to_string(100 + i), dock, desk.policy, desk.now)));
  }
  CHECK_FALSE(found(dock));
  CHECK(found(gate));
  desk.now.mono_ms += 5'000;
  CHECK(found(dock));
}

TEST_CASE("a badge belongs to one person") {
  Desk desk;
  desk.person("Mere");
  desk.person("Tama");
  must(desk.access().set_badge("Mere", "B-00417", desk.now));
  CHECK(code_of(desk.access().set_badge("Tama", "B-00417", desk.now)) == "access.badge_used");
  must(desk.access().remove("Mere", desk.now));
  must(desk.access().set_badge("Tama", "B-00417", desk.now));
  CHECK(must(desk.sign_in(Desk::badge("B-00417", desk.terminal("Dock"))).signed_in).session.person == "Tama");
}

TEST_CASE(
    "a PIN is chosen with the password, works at named terminals, and is blocked after ten wrong ones") {
  Desk desk;
  desk.person("Mere");
  const TerminalNo dock = desk.terminal("Dock");
  Attempt weak = Desk::attempt("Mere", kGood);
  weak.new_pin = secret("123456");
  CHECK(code_of(desk.sign_in(std::move(weak)).signed_in) == "access.pin_common");
  Attempt choose = Desk::attempt("Mere", kGood);
  choose.new_pin = secret("739182");
  CHECK(must(desk.sign_in(std::move(choose)).signed_in).pin_changed);
  CHECK(must(desk.sign_in("Mere", "739182", dock).signed_in).session.method == Method::Pin);
  CHECK(desk.code_of_sign_in("Mere", "739182", desk.terminal()) == "access.pin_not_allowed");
  Attempt sneaky = Desk::attempt("Mere", "739182", dock);
  sneaky.new_password = secret(kOther);
  CHECK(code_of(desk.sign_in(std::move(sneaky)).signed_in) == "access.password_needed");

  std::vector<SecurityNote> notes;
  for (std::uint32_t i = 0; i < kPinTries; ++i) {
    auto out = desk.sign_in("Mere", "739183", dock);
    CHECK(code_of(out.signed_in) == "access.wrong");
    notes.insert(notes.end(), out.notes.begin(), out.notes.end());
    desk.pass_ms(15 * 60'000);
  }
  CHECK(notes == std::vector<SecurityNote>{{What::FailedSignIns, dock, 5},
                                           {What::FailedSignIns, dock, 10},
                                           {What::Locked, dock, kPinTries}});
  CHECK(must(desk.access().account("Mere")).pin_blocked);
  CHECK(desk.code_of_sign_in("Mere", "739182", dock) == "access.pin_blocked");
  CHECK(desk.code_of_sign_in("Mere", kGood, dock) == "success");
  CHECK(desk.code_of_sign_in("Mere", "739182", dock) == "success");
}

TEST_CASE("a sign-in out of hours, at a new terminal and failures are raised, without a name") {
  Desk desk;
  desk.person("Mere");
  const TerminalNo strange = desk.terminal();
  CHECK(desk.sign_in("Mere", kGood, strange).notes ==
        std::vector<SecurityNote>{{What::NewTerminal, strange, 1}});
  CHECK(desk.sign_in("Mere", kGood, strange).notes.empty());
  desk.policy.off_hours = true;
  CHECK(desk.sign_in("Mere", kGood, strange).notes ==
        std::vector<SecurityNote>{{What::OffHours, strange, 1}});
  desk.policy.off_hours = false;
  for (int i = 1; i <= 4; ++i) CHECK(desk.sign_in("Mere", kOther, strange).notes.empty());
  CHECK(desk.sign_in("Mere", kOther, strange).notes ==
        std::vector<SecurityNote>{{What::FailedSignIns, strange, 5}});
}

TEST_CASE("a hash of a lower cost is made anew at the next sign-in, and the password stays") {
  Desk desk;
  desk.person("Mere");
  desk.policy.cost = {2, 32};
  auto begun = desk.access().begin(Desk::attempt("Mere", kGood), desk.policy, desk.now, desk.random);
  CHECK(begun.check->against.cost == kLeastArgon2Cost);
  auto outcome = must(verify(*begun.check));
  const auto in = desk.access().finish(*std::move(begun.check), outcome, desk.policy, desk.now, desk.random);
  CHECK_FALSE(must(Result<bool>(in.signed_in->password_changed)));
  begun = desk.access().begin(Desk::attempt("Mere", kGood), desk.policy, desk.now, desk.random);
  CHECK(begun.check->against.cost == Argon2Cost{2, 32});
  CHECK_FALSE(begun.check->new_password.has_value());
  desk.policy.cost = kLeastArgon2Cost;  // never down
  begun = desk.access().begin(Desk::attempt("Mere", kGood), desk.policy, desk.now, desk.random);
  CHECK_FALSE(begun.check->new_password.has_value());
}

TEST_CASE("what changed between begin and finish counts") {
  Desk desk;
  desk.person("Mere");
  const auto half_way = [&](auto&& meanwhile) {
    auto begun = desk.access().begin(Desk::attempt("Mere", kGood), desk.policy, desk.now, desk.random);
    auto outcome = must(verify(*begun.check));
    REQUIRE(outcome.matches);
    meanwhile();
    return code_of(
        desk.access().finish(*std::move(begun.check), outcome, desk.policy, desk.now, desk.random).signed_in);
  };
  CHECK(half_way([&] { must(desk.access().lock("Mere", desk.now)); }) == "access.locked");
  must(desk.access().unlock("Mere", desk.now));
  CHECK(half_way([&] { must(desk.access().reset("Mere", desk.now, desk.random)); }) == "access.wrong");
  must(desk.access().remove("Mere", desk.now));
  desk.person("Mere");
  CHECK(half_way([&] { must(desk.access().remove("Mere", desk.now)); }) == "access.wrong");
}

TEST_CASE("a new password must be another one, and strangers' words are not taken into account") {
  Desk desk;
  desk.policy.own_words = {"Harbour Cool Stores"};
  desk.person("Mere Parata");
  for (const auto& [password, code] :
       std::vector<std::pair<std::string, std::string>>{{kGood, "access.password_same"},
                                                        {"Mere Parata 1985 !", "access.password_common"},
                                                        {"harbour cool stores", "access.password_common"},
                                                        {kOther, "success"}}) {
    CAPTURE(password);
    Attempt change = Desk::attempt("Mere Parata", kGood);
    change.new_password = secret(password);
    CHECK(code_of(desk.sign_in(std::move(change)).signed_in) == code);
  }
  CHECK(desk.code_of_sign_in("Mere Parata", kGood) == "access.wrong");
  CHECK(desk.code_of_sign_in("Mere Parata", kOther) == "success");
}

TEST_CASE("half a sign-in is refused") {
  Desk desk;
  Attempt nothing;
  CHECK(code_of(desk.sign_in(std::move(nothing)).signed_in) == "access.attempt");
  Attempt no_secret;
  no_secret.person = "Mere";
  CHECK(code_of(desk.sign_in(std::move(no_secret)).signed_in) == "access.attempt");
  Attempt both = Desk::badge("B-00417", 0);
  both.person = "Mere";
  CHECK(code_of(desk.sign_in(std::move(both)).signed_in) == "access.attempt");
}

TEST_CASE("every refusal says what to do next") {
  Desk desk;
  desk.person("Mere");
  const TerminalNo dock = desk.terminal("Dock");
  must(desk.access().set_badge("Mere", "B-00417", desk.now));
  const auto code = must(desk.access().add("Tama", 1, desk.now, desk.random)).code;
  std::vector<Error> refusals;
  const auto collect = [&](SignInOutcome out) { refusals.push_back(out.signed_in.error()); };
  const auto keep = [&](const auto& result) { refusals.push_back(result.error()); };
  collect(desk.sign_in("Mere", kOther));
  collect(desk.sign_in("Tama", code));
  collect(desk.sign_in(Desk::badge("B-999999", dock)));
  collect(desk.sign_in(Desk::badge("B-00417", 0)));
  collect(desk.sign_in("Mere", "739182", 0));
  collect(desk.sign_in(Attempt{}));
  collect(desk.sign_in("a\nb", kGood));
  for (const char* password : {"short", "passwordpassword", kGood}) {
    Attempt change = Desk::attempt("Mere", kGood);
    change.new_password = secret(password);
    collect(desk.sign_in(std::move(change)));
  }
  for (const char* pin : {"12", "123456"}) {
    Attempt change = Desk::attempt("Mere", kGood);
    change.new_pin = secret(pin);
    collect(desk.sign_in(std::move(change)));
  }
  keep(desk.access().add("mere", 1, desk.now, desk.random));
  keep(desk.access().add("Nora", 0, desk.now, desk.random));
  keep(desk.access().set_badge("Tama", "B-00417", desk.now));
  keep(desk.access().set_badge("Tama", "B", desk.now));
  keep(desk.access().lock("Nora", desk.now));
  keep(desk.access().name_terminal(99, "Dock", desk.now));
  keep(desk.access().name_terminal(desk.terminal(), "dock", desk.now));
  keep(desk.access().session(as_bytes("x"), desk.policy, desk.now));
  must(desk.access().lock("Mere", desk.now));
  collect(desk.sign_in("Mere", kGood));
  for (int i = 0; i < 6; ++i) desk.sign_in("Mere", kOther);
  collect(desk.sign_in("Mere", kGood));
  CHECK(refusals.size() == 22);
  for (const Error& error : refusals) {
    CAPTURE(error.text());
    CHECK_FALSE(error.next.empty());
    CHECK_FALSE(error.what.empty());
    CHECK(error.text().find(kGood) == std::string::npos);
  }
}

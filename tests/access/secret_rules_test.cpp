// SPDX-License-Identifier: Apache-2.0
#include "common/access/secret_rules.hpp"

#include "tests/access/access_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::access;
using namespace sealkeep::access::test;

namespace {
std::string verdict(std::string_view password) {
  const std::vector<std::string> own{"Harbour Cool Stores", "akl-01", "Mere Tīpene"};
  const Secret plain = must(normalised(as_bytes(password)));
  return code_of(check_new_password(plain.expose(), own));
}
std::string pin_verdict(std::string_view pin) {
  return code_of(check_new_pin(as_bytes(pin)));
}
}  // namespace

TEST_CASE("a password needs 15 characters, in any script, and nothing else") {
  CHECK(verdict("kettle over hi") == "access.password_short");  // 14
  CHECK(verdict("kettle over hil") == "success");               // 15
  CHECK(verdict("ngā kākā rere ki") == "success");
  CHECK(verdict("我們的雨靴掛在那裡很久了對吧") == "access.password_short");  // 14 characters, 42 bytes
  CHECK(verdict("我們的雨靴掛在那裡很久了對吧啊") == "success");
  CHECK(verdict("739182645037615") == "success");
}

TEST_CASE("passwords that are easy to guess are refused, and why is said") {
  const char* easy[] = {"passwordpassword",          "Password12345678",
                        "aaaaaaaaaaaaaaaa",          "abcabcabcabcabcabc",
                        "qwertyuiop12345",           "123456789012345",
                        "abcdefghijklmnop",          "poiuytrewqlkjhgf",
                        "CorrectHorseBatteryStaple", "correct horse battery staple!",
                        "P@ssw0rd P@ssw0rd 1",       "sealkeep-akl01-2026",
                        "Sealkeep Sealkeep!!",       "Harbour Cool Stores 26",
                        "Mere Tīpene 1985!",         "welcome to the seals 1",
                        "1qaz2wsx3edc4rfv",          "----------------"};
  for (const char* password : easy) {
    CAPTURE(password);
    CHECK(verdict(password) == "access.password_common");
  }
  CHECK(verdict("sealkeep rains on marble kettles") == "success");
}

TEST_CASE("a password means the same from every keyboard") {
  // e with a combining accent, fullwidth letters, a ligature.
  CHECK(to_bytes(must(normalised(as_bytes("caf\x65\xcc\x81"))).expose()) ==
        to_bytes(as_bytes("caf\xc3\xa9")));
  CHECK(to_bytes(must(normalised(as_bytes("\xef\xbc\xa1"))).expose()) == to_bytes(as_bytes("A")));
  CHECK(must(name_key("  MERE   t\xc4\xaapene ")) == must(name_key("Mere T\x69\xcc\x84pene")));
}

TEST_CASE("text with control characters, broken UTF-8, nothing or too much is refused") {
  CHECK(code_of(normalised(as_bytes("abc\n"))) == "access.text");
  CHECK(code_of(normalised(as_bytes(std::string_view("a\0b", 3)))) == "access.text");
  CHECK(code_of(normalised(as_bytes("a\xc2\x85z"))) == "access.text");
  CHECK(code_of(normalised(as_bytes("a\xff"))) == "access.text");
  CHECK(code_of(normalised({})) == "access.text");
  CHECK(must(normalised(as_bytes(std::string(256, 'x')))).size() == 256);
  CHECK(code_of(normalised(as_bytes(std::string(257, 'x')))) == "access.text");
  // One character that NFKC makes into eighteen: the limit holds afterwards too.
  std::string wide;
  for (int i = 0; i < 80; ++i) wide += "\xef\xb7\xba";
  CHECK(code_of(normalised(as_bytes(wide))) == "access.text");
  CHECK(code_of(name_key("   ")) == "access.text");
  CHECK(code_of(name_key(std::string(129, 'n'))) == "access.text");
}

TEST_CASE("a PIN has 6 to 12 digits and is no pattern") {
  CHECK(pin_verdict("739182") == "success");
  CHECK(pin_verdict("739182640517") == "success");
  CHECK(pin_verdict("73918") == "access.pin_form");
  CHECK(pin_verdict("7391826405172") == "access.pin_form");
  CHECK(pin_verdict("73918a") == "access.pin_form");
  for (const char* easy : {"123456", "654321", "000000", "121212", "123123", "012345", "567890", "112233",
                           "123789", "19850412", "12041985"}) {
    CAPTURE(easy);
    CHECK(pin_verdict(easy) == "access.pin_common");
  }
  CHECK(looks_like_pin(as_bytes("123456789012")));
  CHECK_FALSE(looks_like_pin(as_bytes("1234567890123")));
  CHECK_FALSE(looks_like_pin(as_bytes("12345 ")));
}

TEST_CASE("a badge is printable and neither short nor endless; blanks and line ends of the scanner go") {
  CHECK(must(badge_text(" \tB-00417\r\n")) == "B-00417");
  CHECK(code_of(badge_text("B-041")) == "access.badge_form");
  CHECK(must(badge_text(std::string(128, 'b'))).size() == 128);
  CHECK(code_of(badge_text(std::string(129, 'b'))) == "access.badge_form");
  CHECK(code_of(badge_text("B-00\x1d"
                           "417")) == "access.badge_form");
  CHECK(code_of(badge_text("B-00417\xc3\xa9")) == "access.badge_form");
}

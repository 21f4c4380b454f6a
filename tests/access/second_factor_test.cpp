// SPDX-License-Identifier: Apache-2.0
#include "common/access/second_factor.hpp"

#include <fstream>

#include "common/access/tokens.hpp"
#include "common/crypto/one_time_code.hpp"
#include "common/crypto/system_random.hpp"
#include "tests/access/access_fixture.hpp"
#include "tests/support/base32.hpp"

namespace sealkeep::access {
namespace {

using test::code_of;
using test::must;

/// A desk with tables for second factors and tokens, and one person with an app.
struct FactorDesk {
  FactorDesk() {
    OpenOptions options;
    options.application_id = sealkeep::test::kTestApplication;
    options.migrations = {{{Access::schema(), SecondFactor::schema(), Tokens::schema()}}};
    options.create = true;
    db.emplace(must(Db::open(folder / "test.db", options)));
    access.emplace(must(Access::open(*db, now, random)));
    factor.emplace(must(SecondFactor::open(*db, key)));
    tokens.emplace(must(Tokens::open(*db)));
    const auto made = must(access->add("Mere", 3, now, random));
    mere = made.account;
    Attempt first;
    first.person = "Mere";
    first.secret = test::secret(made.code);
    first.new_password = test::secret(test::kGood);
    must(sign_in(std::move(first), "").signed_in);
  }
  SignInOutcome sign_in(Attempt attempt, const std::string& typed) {
    auto begun = access->begin(std::move(attempt), policy, now, random);
    if (!begun.check) return {tl::unexpected<Error>(begun.check.error()), {}};
    auto outcome = must(verify(*begun.check));
    return access->finish(*std::move(begun.check), outcome, policy, now, random,
                          [&](const Account& account) { return factor->check(account.id, typed, now); });
  }
  std::string sign_in_with(const std::string& typed, const char* password = test::kGood) {
    return code_of(sign_in(test::Desk::attempt("Mere", password), typed).signed_in);
  }
  [[nodiscard]] std::string app_shows(std::int64_t later_ms = 0) const {
    const auto step = static_cast<std::uint64_t>((now.unix_ms + later_ms) / kTotpStepMs);
    std::string code = std::to_string(hotp(sealkeep::test::from_base32(secret), step));
    return std::string(6 - code.size(), '0') + code;
  }
  void enrol() {
    secret = must(factor->enrol(mere, "hub.example.nz", now, random)).secret;
    must(factor->confirm(mere.id, app_shows(), now));
    pass_ms(2 * kTotpStepMs);
  }
  void pass_ms(std::int64_t ms) {
    now.unix_ms += ms;
    now.mono_ms += ms;
  }

  sealkeep::test::TestFolder folder;
  Now now{test::kStartMs, 5'000'000, 720};
  SeededRandom random{7};
  BoxKey key = BoxKey::generate(random);
  Policy policy = [] {
    Policy made;
    made.cost = kLeastArgon2Cost;
    return made;
  }();
  std::optional<Db> db;
  std::optional<Access> access;
  std::optional<SecondFactor> factor;
  std::optional<Tokens> tokens;
  Account mere;
  std::string secret;
};

TEST_CASE("a second factor is asked for once its first code was typed, and not before") {
  FactorDesk at;
  CHECK(at.sign_in_with("") == "success");
  const Enrolment made = must(at.factor->enrol(at.mere, "hub.example.nz", at.now, at.random));
  at.secret = made.secret;
  CHECK(made.otpauth == "otpauth://totp/hub.example.nz:Mere?secret=" + made.secret +
                            "&issuer=hub.example.nz&algorithm=SHA1&digits=6&period=30");
  CHECK(at.sign_in_with("") == "success");
  CHECK(code_of(at.factor->confirm(at.mere.id, "12345", at.now)) == "access.totp_wrong");
  must(at.factor->confirm(at.mere.id, at.app_shows(), at.now));
  CHECK(at.sign_in_with("") == "access.totp_needed");
  CHECK(code_of(at.factor->enrol(at.mere, "hub.example.nz", at.now, at.random)) == "access.totp_there");
  CHECK(code_of(at.factor->confirm(at.mere.id, at.app_shows(), at.now)) == "access.totp_none");
}

TEST_CASE("no code is taken twice, nor an older one after it") {
  FactorDesk at;
  at.enrol();
  const std::string now = at.app_shows(), before = at.app_shows(-kTotpStepMs);
  CHECK(at.sign_in_with(now) == "success");
  CHECK(at.sign_in_with(now) == "access.totp_wrong");
  CHECK(at.sign_in_with(before) == "access.totp_wrong");
  at.pass_ms(kTotpStepMs);
  CHECK(at.sign_in_with(at.app_shows()) == "success");
}

TEST_CASE("a code is good one step before and one after its own, and no further") {
  FactorDesk at;
  at.enrol();
  CHECK(at.sign_in_with(at.app_shows(-2 * kTotpStepMs)) == "access.totp_wrong");
  CHECK(at.sign_in_with(at.app_shows(2 * kTotpStepMs)) == "access.totp_wrong");
  CHECK(at.sign_in_with(at.app_shows(-kTotpStepMs)) == "success");
  CHECK(at.sign_in_with(at.app_shows(kTotpStepMs)) == "success");
}

TEST_CASE("a wrong code is a failure like a wrong password, and asking for one is none") {
  FactorDesk at;
  at.enrol();
  for (int i = 0; i < 20; ++i) CHECK(at.sign_in_with("") == "access.totp_needed");
  for (int i = 0; i < 5; ++i) {
    CHECK(at.sign_in_with("000000") == "access.totp_wrong");
    CHECK((i == 4 || at.sign_in_with("") == "access.totp_needed"));
  }
  CHECK(at.sign_in_with(at.app_shows()) == "access.wait");
}

TEST_CASE("without the password nobody learns whether there is a second factor") {
  FactorDesk at;
  CHECK(at.sign_in_with("", "some other words here") == "access.wrong");
  at.enrol();
  CHECK(at.sign_in_with("", "some other words here") == "access.wrong");
  CHECK(at.sign_in_with(at.app_shows(), "some other words here") == "access.wrong");
  // And the code was not spent by it.
  CHECK(at.sign_in_with(at.app_shows()) == "success");
}

TEST_CASE("a secret is of no use in another account's row, and without its key") {
  FactorDesk at;
  at.enrol();
  const Account tama = must(at.access->add("Tama", 1, at.now, at.random)).account;
  must(at.db->transaction([&]() -> Result<> {
    SEALKEEP_LET(copy,
                 at.db->prepare("INSERT INTO second_factor SELECT ?, secret, 1, 0, 0 FROM second_factor"));
    return copy.run(tama.id);
  }));
  CHECK(code_of(at.factor->check(tama.id, at.app_shows(), at.now)) == "store.row_malformed");
  const BoxKey other = BoxKey::generate(at.random);
  auto stranger = must(SecondFactor::open(*at.db, other));
  CHECK(code_of(stranger.check(at.mere.id, at.app_shows(), at.now)) == "store.row_malformed");
}

TEST_CASE("whoever lost the device begins anew after the administrator's reset") {
  FactorDesk at;
  at.enrol();
  must(at.factor->forget(at.mere.id));
  CHECK_FALSE(must(at.factor->confirmed(at.mere.id)));
  CHECK(at.sign_in_with("") == "success");
}

TEST_CASE("a token is shown once, found by its text until it ends, and gone with its account") {
  FactorDesk at;
  Token wanted;
  wanted.name = "prometheus";
  wanted.account = at.mere.id;
  wanted.role = 2;
  wanted.commands = {"metrics", "site list"};
  wanted.ends_ms = at.now.unix_ms + 86'400'000;
  const auto made = must(at.tokens->add(wanted, at.now, at.random));
  const std::string text(as_text(made.text.expose()));
  CHECK(text.starts_with("skt_"));
  CHECK(text.size() == 68);
  const auto found = must(at.tokens->find(text, at.now));
  REQUIRE(found);
  CHECK(found->commands == wanted.commands);
  CHECK(found->used_ms == at.now.unix_ms);
  CHECK_FALSE(must(at.tokens->find(text.substr(0, 67) + (text.back() == '0' ? '1' : '0'), at.now)));
  CHECK_FALSE(must(at.tokens->find(text + "0", at.now)));
  CHECK_FALSE(must(at.tokens->find("", at.now)));
  const std::string file = [&] {
    std::string all;
    for (const auto& item : std::filesystem::directory_iterator((at.folder / "test.db").parent_path())) {
      std::ifstream in(item.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }();
  CHECK(file.find(text.substr(4)) == std::string::npos);
  at.pass_ms(86'400'000);
  CHECK_FALSE(must(at.tokens->find(text, at.now)));
  CHECK(must(at.tokens->all()).size() == 1);
  must(at.access->remove("Mere", at.now));
  CHECK(must(at.tokens->all()).empty());
}

TEST_CASE("a token without end, name or person cannot be made") {
  FactorDesk at;
  Token good;
  good.name = "bi";
  good.account = at.mere.id;
  good.role = 1;
  good.ends_ms = at.now.unix_ms + 1'000;
  const auto made = [&](auto change) {
    Token token = good;
    change(token);
    return code_of(at.tokens->add(token, at.now, at.random));
  };
  CHECK(made([](Token&) {}) == "success");
  CHECK(made([](Token& t) { t.name = ""; }) == "access.token");
  CHECK(made([](Token& t) { t.name = "a\nb"; }) == "access.token");
  CHECK(made([&](Token& t) { t.ends_ms = at.now.unix_ms; }) == "access.token");
  CHECK(made([&](Token& t) { t.ends_ms = at.now.unix_ms + kTokenMostMs + 1; }) == "access.token");
  CHECK(made([](Token& t) { t.commands = {"a\nb"}; }) == "access.token");
  CHECK(made([](Token& t) { t.commands.assign(kTokenCommands + 1, "status"); }) == "access.token");
  CHECK(made([](Token& t) { t.role = 0; }) == "access.token");
  CHECK(code_of(at.tokens->remove(99)) == "access.no_token");
}

}  // namespace
}  // namespace sealkeep::access

// SPDX-License-Identifier: Apache-2.0
#include "tests/hub/api/api_bench.hpp"

namespace sealkeep::hub {
namespace {

using test::Answer;
using test::HeadOffice;
using test::must;
using test::Person;
using test::signed_in;

TEST_CASE(
    "the first administrator comes in with a one-time code, a password of their own and a second factor") {
  HeadOffice at;
  const std::string code = at.code_for("Mere Tipene", "administrator");
  Person mere(at);
  CHECK(mere.get("/session").body == cli::Value::object({{"signed_in", false}, {"hub", "hub.example.nz"}}));
  CHECK(mere.post("/session", R"({"person":"Mere Tipene","secret":")" + code + R"("})").code() ==
        "access.choose_password");
  const Answer first = mere.post("/session", R"({"person":"Mere Tipene","secret":")" + code +
                                                 R"(","new_password":"quay fourteen rain gloves"})");
  REQUIRE(first.status == 200);
  CHECK(first.member("second_factor") == "enrol");
  CHECK(first.member("otpauth").starts_with("otpauth://totp/hub.example.nz:Mere%20Tipene?secret="));
  CHECK(*first.body.find("sites") == cli::Value());
  mere.csrf = first.member("csrf");
  mere.secret = first.member("secret");
  // Nothing is shown before it.
  CHECK(mere.get("/site/list").code() == "access.totp_enrol");
  CHECK(mere.get("/events").code() == "access.totp_enrol");
  CHECK(mere.get("/session").member("otpauth").empty());
  CHECK(mere.post("/session/second-factor", R"({"totp":"000000"})").code() == "access.totp_wrong");
  const Answer confirmed = mere.post("/session/second-factor", R"({"totp":")" + mere.app_shows() + R"("})");
  CHECK(confirmed.member("second_factor") == "ok");
  CHECK(mere.get("/site/list").status == 200);
  CHECK(mere.get("/session").member("role") == "administrator");
}

TEST_CASE("a page may send the first digits with the sign-in once more") {
  HeadOffice at;
  const std::string code = at.code_for("Mere", "viewer");
  Person mere(at);
  const std::string once =
      R"({"person":"Mere","secret":")" + code + R"(","new_password":"quay fourteen rain gloves")";
  const Answer first = mere.post("/session", once + "}");
  mere.csrf = first.member("csrf");
  mere.secret = first.member("secret");
  CHECK(mere.post("/session", once + R"(,"totp":"000000"})").code() == "access.totp_wrong");
  const Answer done = mere.post("/session", once + R"(,"totp":")" + mere.app_shows() + R"("})");
  CHECK(done.member("second_factor") == "ok");
  CHECK(mere.get("/site/list").status == 200);
}

TEST_CASE("a sign-in asks for the six digits, and takes none twice") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "administrator");
  CHECK(mere.sign_in("").code() == "access.totp_needed");
  CHECK(mere.sign_in(mere.app_shows()).code() == "access.totp_wrong");  // they confirmed the app
  at.pass(access::kTotpStepMs);
  CHECK(mere.sign_in(mere.app_shows(), "another word or five").code() == "access.wrong");
  const Answer in = mere.sign_in(mere.app_shows());
  CHECK(in.status == 200);
  CHECK(in.member("second_factor") == "ok");
  CHECK(mere.sign_in(mere.app_shows()).code() == "access.totp_wrong");
}

TEST_CASE("whoever knew the password before there was a second factor is out once there is one") {
  HeadOffice at;
  const std::string code = at.code_for("Mere", "viewer");
  Person mere(at), thief(at);
  const Answer first = mere.post("/session", R"({"person":"Mere","secret":")" + code +
                                                 R"(","new_password":"quay fourteen rain gloves"})");
  REQUIRE(thief.post("/session", R"({"person":"Mere","secret":"quay fourteen rain gloves"})").status == 200);
  // The thief's sign-in made a new secret; the app has to be set up again.
  mere.csrf = first.member("csrf");
  const Answer again = mere.post("/session/second-factor", "{}");
  mere.secret = again.member("secret");
  REQUIRE(mere.post("/session/second-factor", R"({"totp":")" + mere.app_shows() + R"("})").status == 200);
  CHECK(mere.get("/site/list").status == 200);
  CHECK(thief.get("/site/list").status == 401);
}

TEST_CASE("a session's cookie is not what it was before, and a planted one is nobody's") {
  HeadOffice at;
  Person mere(at);
  mere.plant("sealkeep", std::string(64, 'a'));
  CHECK(mere.get("/site/list").status == 401);
  mere.begin("Mere", at.code_for("Mere", "viewer"));
  const std::string first = mere.cookie("sealkeep");
  CHECK(first != std::string(64, 'a'));
  Person copy = mere;
  at.pass(2 * access::kTotpStepMs);
  REQUIRE(mere.sign_in(mere.app_shows()).status == 200);
  CHECK(mere.cookie("sealkeep") != first);
  CHECK(copy.get("/site/list").status == 401);
  // Signing out ends it here and on the server.
  Person other = mere;
  CHECK(mere.ask("DELETE", "/session", "{}").status == 204);
  CHECK(other.get("/site/list").status == 401);
}

TEST_CASE("a write without the session's word, or from another page, changes nothing") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "administrator");
  Person forgetful = mere;
  forgetful.csrf.clear();
  CHECK(forgetful.post("/user/lock", R"({"name":"Mere"})").code() == "access.foreign");
  CHECK(mere.ask("POST", "/user/lock", R"({"name":"Mere"})", "Origin: https://evil.example\r\n").status ==
        403);
  CHECK(mere.ask("POST", "/user/lock", R"({"name":"Mere"})", "Sec-Fetch-Site: cross-site\r\n").status == 403);
  CHECK(mere.get("/user/list").status == 200);
}

TEST_CASE("a guest's account ends on its day, at the next question and at the next sign-in") {
  HeadOffice at;
  CHECK(test::code_of(at.shell("user add", {{"name", {"Customs"}}, {"role", {"guest"}}})) == "access.until");
  // The hand clock starts on 2026-01-01.
  Person customs = signed_in(at, "Customs", "guest", {{"until", {"2026-01-01T06:00Z"}}});
  CHECK(customs.get("/site/list").status == 200);
  at.pass(6 * 3'600'000);
  CHECK(customs.get("/site/list").status != 200);
  CHECK(*customs.get("/session").body.find("signed_in") == cli::Value(false));
  CHECK(customs.sign_in(customs.app_shows()).code() == "access.over");
}

TEST_CASE("an administrator's reset forgets password and second factor, and ends the sessions") {
  HeadOffice at;
  Person tama = signed_in(at, "Tama", "viewer");
  const std::string code =
      *must(at.shell("user reset", {{"name", {"Tama"}}})).find("one_time_code")->as_text();
  CHECK(tama.get("/site/list").status == 401);
  CHECK(tama.sign_in(tama.app_shows()).code() == "access.wrong");
  Person again(at);
  again.begin("Tama", code);
  CHECK(again.get("/site/list").status == 200);
}

TEST_CASE("the last administrator stays") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "administrator");
  CHECK(mere.post("/user/lock", R"({"name":"Mere"})").code() == "access.last_administrator");
  CHECK(mere.post("/user/remove", R"({"name":"Mere"})").code() == "access.last_administrator");
  CHECK(test::code_of(at.shell("user role", {{"name", {"Mere"}}, {"role", {"viewer"}}})) ==
        "access.last_administrator");
  signed_in(at, "Ana", "administrator");
  CHECK(mere.post("/user/lock", R"({"name":"Mere"})").status == 200);
  CHECK(mere.get("/site/list").status == 401);
}

}  // namespace
}  // namespace sealkeep::hub

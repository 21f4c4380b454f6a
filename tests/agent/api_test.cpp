// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/api_bench.hpp"

namespace sealkeep {
namespace {

using agent::api::Does;
using agent::api::Operation;
using test::ApiBench;
using test::Browser;
using test::must;

constexpr const char* kApply = R"({"seal":"NZ300006","container":"MSCU1234566","source":"scanned"})";

TEST_CASE("nobody who is not signed in can ask or record anything") {
  ApiBench at;
  const std::uint64_t before = at.size();
  for (const Operation& operation : agent::api::operations()) {
    const std::string path = agent::api::path_of(operation);
    const auto answer = operation.does == Does::Records ? at.browser.post(path, "{}") : at.browser.get(path);
    CHECK(answer.status == 401);
    CHECK(answer.code() == "access.no_session");
    CHECK_FALSE(answer.member("next").empty());
  }
  CHECK(at.browser.get("/events").status == 401);
  CHECK(at.size() == before);
}

TEST_CASE("each role reaches the operations of its own and of lower roles, and no others") {
  ApiBench at;
  const std::pair<const char*, access::Role> roles[] = {
      {"packer", agent::kPacker}, {"supervisor", agent::kSupervisor}, {"site-manager", agent::kSiteManager}};
  const char* people[] = {"Mere", "Tama", "Ana"};
  for (std::size_t i = 0; i < std::size(roles); ++i) {
    Browser browser = at.signed_in(people[i], roles[i].first);
    for (const Operation& operation : agent::api::operations()) {
      INFO(roles[i].first << " " << operation.command);
      const std::string path = agent::api::path_of(operation);
      const auto answer = operation.does == Does::Records ? browser.post(path, R"({"no-such-option":1})")
                                                          : browser.get(path, {{"no-such-option", "1"}});
      CHECK(answer.code() == (roles[i].second >= operation.least ? "cli.unknown_option" : "access.role"));
    }
  }
}

TEST_CASE("what only the machine's shell may do is not there") {
  ApiBench at;
  Browser manager = at.signed_in("Ana", "site-manager");
  for (const char* path : {"/enrol", "/serve", "/verify", "/export-log", "/seal/import", "/", "",
                           "/seal/apply/", "/seal//apply", "/../session"})
    CHECK(manager.post(path, "{}").status == 404);
  CHECK(manager.get("/seal/apply").status == 405);
  CHECK(manager.post("/dock", "{}").status == 405);
}

TEST_CASE("a record says who was signed in, at which terminal, and how") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const auto answer = mere.post("/seal/apply", kApply);
  REQUIRE(answer.status == 200);
  const ses::Entry entry = at.newest();
  REQUIRE(std::holds_alternative<ses::SealApplied>(entry.event));
  CHECK(entry.header.auth_method == ses::AuthMethod::Password);
  CHECK(entry.header.terminal_no != 0);
  CHECK(entry.header.source == ses::Source::Scanned);
  CHECK(test::holds(at.said({"seal", "show", "NZ300006"}), "Mere"));
}

TEST_CASE("the same request again is answered and not recorded again") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const http::Request once = mere.writing("/seal/apply", kApply);
  const auto first = mere.ask(once);
  const std::uint64_t size = at.size();
  const auto again = mere.ask(once);
  CHECK(again.status == 200);
  CHECK(*again.body.find("repeated") == cli::Value(true));
  CHECK(again.member("entry") == first.member("entry"));
  CHECK(at.size() == size);
  http::Request keyless = once;
  keyless.headers.erase("idempotency-key");
  CHECK(mere.ask(keyless).code() == "api.idempotency_key");
  keyless.headers["idempotency-key"] = "short";
  CHECK(mere.ask(keyless).code() == "api.idempotency_key");
  CHECK(at.size() == size);
}

TEST_CASE("a request of several facts that comes again repeats all of them") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const http::Request once = mere.writing(
      "/seal/receive", R"({"first":"NZ500001","last":"NZ502500","place":"Safe","delivery":"DN-9"})");
  REQUIRE(mere.ask(once).status == 200);
  const std::uint64_t size = at.size();
  CHECK(mere.ask(once).status == 200);
  CHECK(at.size() == size);
}

TEST_CASE("a request from another page, or without the session's word, changes nothing") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const std::uint64_t size = at.size();
  http::Request foreign = mere.writing("/seal/apply", kApply);
  foreign.headers["origin"] = "https://evil.example";
  CHECK(mere.ask(foreign).status == 403);
  foreign = mere.writing("/seal/apply", kApply);
  foreign.headers["sec-fetch-site"] = "cross-site";
  CHECK(mere.ask(foreign).status == 403);
  mere.forget_csrf();
  CHECK(mere.post("/seal/apply", kApply).status == 403);
  CHECK(at.size() == size);
}

TEST_CASE("only a supervisor, or who copies a paper sheet, writes down what somebody else did") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const std::string other = R"({"seal":"NZ300006","container":"MSCU1234566","by":"Tama")";
  CHECK(mere.post("/seal/apply", other + "}").code() == "access.speaks_for");
  REQUIRE(mere.post("/seal/apply", other + R"(,"sheet":"204"})").status == 200);
  CHECK(at.newest().header.source == ses::Source::Paper);
  // Nobody showed that it was Tama.
  CHECK(at.newest().header.auth_method == ses::AuthMethod::None);
  Browser ana = at.signed_in("Ana", "supervisor");
  REQUIRE(ana.post("/seal/apply", R"({"seal":"NZ300007","container":"TGHU7654321","by":"Tama"})").status ==
          200);
  CHECK(test::holds(at.said({"seal", "show", "NZ300007"}), "written down by Ana"));
}

TEST_CASE("a quiet concern names neither person nor terminal") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  REQUIRE(mere.post("/concern", R"({"story":"padlock codes on the wall","quiet":true})").status == 200);
  const ses::EntryHeader header = at.newest().header;
  CHECK(header.person_no == 0);
  CHECK(header.terminal_no == 0);
  CHECK(header.auth_method == ses::AuthMethod::None);
}

TEST_CASE("photos and a signature stand beside the fact, and only pictures are taken") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const auto with = [&](const std::string& attachments) {
    return mere.post("/seal/apply",
                     R"({"seal":"NZ300006","container":"MSCU1234566","attachments":)" + attachments + "}");
  };
  REQUIRE(with(R"([{"kind":"photo","data":"/9j/4AA="},{"kind":"signature","data":"iVBORw0="}])").status ==
          200);
  const ses::Entry entry = at.newest();
  REQUIRE(entry.details.size() == 2);
  CHECK(entry.details[0].kind == ses::DetailKind::Photo);
  CHECK(entry.details[1].kind == ses::DetailKind::Signature);
  for (const char* bad : {R"([{"kind":"photo","data":"PHN2Zz4="}])", R"([{"kind":"film","data":"/9j/4AA="}])",
                          R"([{"kind":"photo"}])", R"("photo")", R"([1])", R"([{"kind":"photo","data":""}])"})
    CHECK(with(bad).code() == "api.attachments");
  CHECK(with(R"([{"kind":"photo","data":"%%%"}])").code() == "base64.malformed");
}

TEST_CASE("a stop sign is asked first, and both of its answers are recorded") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  const auto say = [&](const char* more) {
    return mere.post("/seal/apply",
                     std::string(R"({"seal":"NZ999999","container":"MSCU1234566")") + more + "}");
  };
  const std::uint64_t size = at.size();
  const auto asked = say(R"(,"stop-sign":true)");
  CHECK(asked.status == 200);
  CHECK(*asked.body.find("stop") == cli::Value(true));
  CHECK(at.size() == size);
  CHECK(say(R"(,"avoid":true)").status == 200);
  CHECK(std::holds_alternative<ses::Avoided>(at.newest().event));
  const auto happened = say(R"(,"stop-sign":true,"happened-already":true,"reason":"it came in another box")");
  CHECK(happened.status == 200);
  CHECK(happened.body.find("irregular")->as_list()->size() > 0);
  CHECK(std::holds_alternative<ses::SealApplied>(at.newest().event));
}

TEST_CASE("a sheet to print is made for the asker and leaves nothing behind") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  REQUIRE(mere.post("/seal/apply", kApply).status == 200);
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(at.bench.folder()),
                         std::filesystem::directory_iterator());
  };
  const auto before = files();
  const auto sheet = mere.get("/print/load-sheet", {{"container", "MSCU1234566"}});
  CHECK(sheet.status == 200);
  CHECK(sheet.text.starts_with("%PDF-"));
  // And it is recorded who took it, where.
  const ses::Entry taken = at.newest();
  CHECK(std::holds_alternative<ses::DataExported>(taken.event));
  CHECK(taken.header.person_no != 0);
  CHECK(taken.header.auth_method == ses::AuthMethod::Password);
  CHECK(taken.header.terminal_no != 0);
  CHECK(mere.get("/print/load-sheet", {{"container", "???"}}).status == 400);
  CHECK(mere.get("/print/load-sheet", {{"container", "MSCU1234566"}, {"file", "/tmp/x"}}).code() ==
        "cli.unknown_option");
  CHECK(files() == before);
}

TEST_CASE("signing out ends the session here and on the server") {
  ApiBench at;
  Browser mere = at.signed_in("Mere", "packer");
  CHECK(*mere.get("/session").body.find("signed_in") == cli::Value(true));
  Browser copy = mere;
  CHECK(mere.ask(mere.request("DELETE", "/session")).status == 204);
  CHECK(*mere.get("/session").body.find("signed_in") == cli::Value(false));
  CHECK(copy.get("/dock").status == 401);
}

TEST_CASE("a wrong password is refused in words that tell a stranger nothing") {
  ApiBench at;
  at.signed_in("Mere", "packer");
  const auto wrong = at.browser.post("/session", R"({"person":"Mere","secret":"not the right password"})");
  const auto nobody = at.browser.post("/session", R"({"person":"Nobody","secret":"not the right password"})");
  CHECK(wrong.status == 403);
  CHECK(wrong.text == nobody.text);
  CHECK_FALSE(test::holds(wrong.text, "not the right password"));
}

TEST_CASE("a session's cookie is not what it was before the sign-in") {
  ApiBench at;
  const std::string code = at.code_for("Mere", "packer");
  Browser mere(at.bench.agent());
  mere.sign_in("Mere", code);
  const http::Pairs first = mere.request("GET", "/").cookies;
  REQUIRE(mere.post("/session", R"({"person":"Mere","secret":"quay fourteen rain gloves"})").status == 200);
  const http::Pairs second = mere.request("GET", "/").cookies;
  CHECK(http::find(first, "sealkeep") != http::find(second, "sealkeep"));
  CHECK(http::find(first, "sealkeep-terminal") == http::find(second, "sealkeep-terminal"));
}

}  // namespace
}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "common/crypto/encoding.hpp"
#include "common/http/authority.hpp"
#include "tests/agent/api_bench.hpp"

/// What a terminal gets before anybody is signed in: names where the plan allows them, how long to wait, and
/// the way to trust the agent.
namespace sealkeep {
namespace {

using cli::Value;
using test::ApiBench;
using test::Browser;
using test::holds;
using test::must;

struct Gate : ApiBench {
  void allow_names(std::int64_t how) {
    if (hub.directives().empty()) hub.issue(ses::DirectiveEpochStarted{});
    hub.issue(ses::PlanSet{static_cast<std::uint16_t>(ses::Setting::SignInNames), how, "v3"});
    bench.connect(id, hub);
  }
  /// A browser at which somebody was once signed in, with or without a name of its own.
  Browser known(const std::string& person, const char* name) {
    Browser one = signed_in(person, "packer");
    const std::int64_t no = *one.get("/session").body.find("terminal")->as_int();
    if (name != nullptr) must(run({"terminal", "name", std::to_string(no), name}));
    one.ask(one.request("DELETE", "/session"));
    one.forget_csrf();
    return one;
  }
  static std::set<std::string> people(Browser& at) {
    std::set<std::string> out;
    const Browser::Answer said = at.get("/session");
    if (const Value* listed = said.body.find("people"))
      for (const Value& one : *listed->as_list()) out.insert(*one.find("name")->as_text());
    return out;
  }
};

TEST_CASE("names are shown before a sign-in only at a terminal with a name, and only as the plan allows") {
  Gate at;
  must(at.run({"person", "add", "Tama Walker"}));
  must(at.run({"person", "add", "Tama Wong"}));
  must(at.run({"person", "add", "Aroha King"}));
  for (const char* person : {"Tama Walker", "Tama Wong", "Aroha King"}) at.code_for(person, "packer");
  Browser gate = at.known("Mere", "Gate 1");
  Browser unnamed = at.known("Ana", nullptr);
  CHECK(Gate::people(gate).empty());
  at.allow_names(1);
  CHECK(Gate::people(gate) == std::set<std::string>{"Mere", "Ana", "Aroha", "Tama Walker", "Tama Wong"});
  CHECK(Gate::people(unnamed).empty());
  CHECK(Gate::people(at.browser).empty());
  must(at.run({"user", "remove", "Tama Wong"}));
  must(at.run({"user", "lock", "Ana"}));
  CHECK(Gate::people(gate) == std::set<std::string>{"Mere", "Aroha", "Tama"});
  at.allow_names(2);
  CHECK(Gate::people(gate) == std::set<std::string>{"Mere", "Aroha King", "Tama Walker"});
  at.allow_names(0);
  CHECK(Gate::people(gate).empty());
}

TEST_CASE("a scanned badge is told to be a person's, and whose it is is not") {
  Gate at;
  must(at.run({"user", "add", "Tama", "--role", "packer"}));
  must(at.run({"user", "badge", "Tama", "--badge", "B-00417"}));
  Browser mere = at.signed_in("Mere", "packer");
  const auto what = [&](const char* text) { return mere.get("/look", {{"text", text}}); };
  CHECK(what("B-00417").member("what") == "unknown");
  const std::int64_t no = *mere.get("/session").body.find("terminal")->as_int();
  must(at.run({"terminal", "name", std::to_string(no), "Gate 1"}));
  CHECK(what("B-00417").member("what") == "unknown");
  at.hub.issue(ses::DirectiveEpochStarted{});
  at.hub.issue(ses::PlanSet{static_cast<std::uint16_t>(ses::Setting::BadgeSignIn), 1, "v3"});
  at.bench.connect(at.id, at.hub);
  const auto badge = what("B-00417");
  CHECK(badge.member("what") == "person");
  CHECK_FALSE(holds(badge.text, "Tama"));
  CHECK(what("B-00418").member("what") == "unknown");
  CHECK(what("NZ300007").member("what") == "seal");
}

TEST_CASE("the name that is shown is the one to sign in with, there and nowhere else") {
  Gate at;
  must(at.run({"person", "add", "Aroha King"}));
  const std::string code = at.code_for("Aroha King", "packer");
  Browser gate = at.known("Mere", "Gate 1");
  at.allow_names(1);
  const std::string with_code =
      R"({"person":"Aroha","secret":")" + code + R"(","new_password":"quay fourteen rain gloves"})";
  CHECK(at.browser.post("/session", with_code).code() == "access.wrong");
  const auto in = gate.post("/session", with_code);
  CHECK(in.status == 200);
  CHECK(in.member("name") == "Aroha King");
}

TEST_CASE("who has to wait is told for how long") {
  Gate at;
  at.signed_in("Mere", "packer");
  Browser::Answer last;
  for (int i = 0; i < 6; ++i)
    last = at.browser.post("/session", R"({"person":"Mere","secret":"not the right password"})");
  CHECK(last.status == 503);
  CHECK(last.code() == "access.wait");
  CHECK(last.header("Retry-After") == "5");
  at.bench.clock.pass(3'200);
  last = at.browser.post("/session", R"({"person":"Mere","secret":"not the right password"})");
  CHECK(last.header("Retry-After") == "2");
}

TEST_CASE("an event stream belongs to its session") {
  Gate at;
  Browser mere = at.signed_in("Mere", "packer");
  Browser ana = at.signed_in("Ana", "packer");
  std::vector<access::SessionId> ended;
  at.bench.agent().access().on_session_end([&](access::SessionId id) { ended.push_back(id); });
  const auto topics = mere.get("/events").topics;
  const auto others = ana.get("/events").topics;
  must(at.run({"user", "lock", "Mere"}));
  REQUIRE(ended.size() == 1);
  const std::string gone = agent::api::session_topic(ended.front());
  CHECK(std::count(topics.begin(), topics.end(), gone) == 1);
  CHECK(std::count(others.begin(), others.end(), gone) == 0);
  at.bench.agent().access().on_session_end({});
}

http::Request open_page(const std::string& path, const std::string& method = "GET") {
  http::Request out;
  out.method = method;
  out.path = path;
  out.headers = {{"host", "192.168.1.20:8443"}};
  return out;
}

TEST_CASE("without an address for tablets there is nothing to trust, and the page says so") {
  ApiBench at;
  const auto page = at.browser.ask(open_page("/trust"));
  CHECK(page.status == 409);
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(holds(page.text, "terminal.listen"));
  CHECK(at.browser.ask(open_page("/trust/authority.crt")).code() == "http.no_root");
  CHECK(test::code_of(at.run({"terminal", "trust"})) == "trust.this_machine_only");
}

TEST_CASE("the root certificate is brought to whoever asks, with the fingerprint that the command prints") {
  ApiBench at;
  at.bench.tablets = {"https://192.168.1.20:8443", "http://127.0.0.1:8484"};
  at.bench.open();
  Browser tablet(at.bench.agent());
  CHECK(test::code_of(at.run({"terminal", "trust"})) == "http.no_root");
  const auto authority =
      must(http::Authority::open(KeyFolder(at.bench.folder() / "keys", {}), at.bench.folder(), "akl-01",
                                 must(http::server_names({"192.168.1.20"})), at.bench.clock.now().unix_ms));
  const Value said = must(at.run({"terminal", "trust"}));
  CHECK(*said.find("page") == Value("https://192.168.1.20:8443/trust"));
  CHECK(*said.find("fingerprint") == Value(authority.fingerprint()));
  CHECK(*said.find("fingerprint_in_words") == Value(authority.fingerprint_in_words()));

  const auto der = tablet.ask(open_page("/trust/authority.crt"));
  CHECK(der.status == 200);
  CHECK(der.header("Content-Type") == "application/x-x509-ca-cert");
  std::string fingerprint;
  for (const char c : authority.fingerprint())
    if (c != ':') fingerprint += c >= 'A' ? static_cast<char>(c - 'A' + 'a') : c;
  CHECK(hex(sha256(as_bytes(der.text)).view()) == fingerprint);
  CHECK(tablet.ask(open_page("/trust/authority.pem")).text == authority.root_pem());

  const auto page = tablet.ask(open_page("/trust"));
  CHECK(page.status == 200);
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(holds(page.text, authority.fingerprint()));
  CHECK(holds(page.text, authority.fingerprint_in_words()));
  CHECK(holds(page.text, "https://192.168.1.20:8443/trust"));
  CHECK_FALSE(holds(page.text, "{{"));
  CHECK_FALSE(holds(page.text, "<script>"));
  CHECK_FALSE(holds(page.text, " style="));  // the policy of every answer allows neither
  CHECK(tablet.ask(open_page("/trust/address.svg")).header("Content-Type") == "image/svg+xml");
  CHECK(tablet.ask(open_page("/trust/page.css")).header("Content-Type") == "text/css");
  CHECK(tablet.ask(open_page("/trust/https-root.pem")).status == 404);
  CHECK(tablet.ask(open_page("/trust", "PUT")).status == 405);
}

}  // namespace
}  // namespace sealkeep

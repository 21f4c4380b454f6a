// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "common/http/certificate.hpp"
#include "tests/hub/api/api_bench.hpp"
#include "tests/support/open_api_schema.hpp"

namespace sealkeep::hub {
namespace {

using test::Answer;
using test::HeadOffice;
using test::must;
using test::Person;
using test::signed_in;
using test::TestFolder;

std::string token_of(Person& person, const std::string& json) {
  const Answer made = person.post("/token/add", json);
  if (made.status != 200) FAIL(made.text);
  return made.member("token");
}

/// Runs a program over a file of that content; its exit code.
int checked_by(const std::string& program, const std::string& content) {
  TestFolder folder;
  folder.put("in", content);
  return std::system((program + " < " + (folder.path() / "in").string() + " > /dev/null 2>&1").c_str());
}

TEST_CASE("a token asks for what it is for, in its person's name, and for no more") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager");
  Person program(at), any(at);
  program.token = token_of(mere, R"({"name":"bi","role":"viewer","scope":["site list","withdrawn"]})");
  any.token = token_of(mere, R"({"name":"all of a viewer","role":"viewer"})");
  CHECK(program.get("/site/list").status == 200);
  CHECK(program.get("/status").code() == "access.scope");
  CHECK(any.get("/status").status == 200);
  CHECK(any.get("/approval/list").code() == "access.role");
  CHECK(any.post("/site/add", R"({"code":"new-01"})").code() == "access.role");
  CHECK(mere.post("/token/add", R"({"name":"too much","role":"administrator"})").code() == "access.role");
  const Answer list = mere.get("/token/list");
  CHECK(list.text.find(program.token.substr(4)) == std::string::npos);
  CHECK(list.body.find("tokens")->as_list()->size() == 2);
  // A write by a token needs no page's word, and is no second person.
  Person deciding(at);
  deciding.token = token_of(mere, R"({"name":"deploys","role":"ses-manager"})");
  CHECK(deciding.post("/site/add", R"({"code":"new-01"})").status == 200);
  Person ana = signed_in(at, "Ana", "ses-manager");
  const auto waiting = ana.post("/site/revoke", R"({"code":"trg-01"})").number("waiting_for_second");
  CHECK(deciding.post("/approval/confirm", R"({"id":)" + std::to_string(waiting) + "}").code() ==
        "approval.signed_in");
}

TEST_CASE("a token ends on its day, when it is removed, and with its person's account") {
  HeadOffice at;
  signed_in(at, "Ana", "administrator");
  Person mere = signed_in(at, "Mere", "administrator");
  Person first(at), second(at), third(at);
  first.token = token_of(mere, R"({"name":"one","days":1})");
  second.token = token_of(mere, R"({"name":"two"})");
  third.token = token_of(mere, R"({"name":"three"})");
  CHECK(first.get("/site/list").status == 200);
  REQUIRE(mere.post("/token/remove", R"({"id":2})").status == 200);
  CHECK(second.get("/site/list").status == 401);
  at.pass(86'400'000);
  CHECK(first.get("/site/list").status == 401);
  CHECK(third.get("/site/list").status == 200);
  must(at.shell("user lock", {{"name", {"Mere"}}}));
  CHECK(third.get("/site/list").status == 401);
  Person made_up(at);
  made_up.token = "skt_" + std::string(64, '0');
  CHECK(made_up.get("/site/list").status == 401);
}

TEST_CASE("a site manager's token is limited to the same sites, with whatever role") {
  HeadOffice at;
  Person ana = signed_in(at, "Ana", "site-manager", {{"site", {"akl-01"}}});
  Person program(at);
  program.token = token_of(ana, R"({"name":"bi","role":"viewer"})");
  CHECK(program.get("/site/list").text.find("trg-01") == std::string::npos);
  CHECK(program.get("/withdrawn?site=trg-01").code() == "access.site");
}

TEST_CASE("somebody else's token is removed by an administrator only") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "viewer"), tama = signed_in(at, "Tama", "viewer");
  Person ana = signed_in(at, "Ana", "administrator");
  token_of(mere, R"({"name":"mine"})");
  CHECK(tama.get("/token/list").body.find("tokens")->as_list()->empty());
  CHECK(tama.post("/token/remove", R"({"id":1})").code() == "access.role");
  CHECK(ana.post("/token/remove", R"({"id":1})").status == 200);
}

TEST_CASE("who listens hears what changed within a second, and only of sites that are theirs") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "viewer"),
         tama = signed_in(at, "Tama", "site-manager", {{"site", {"akl-01"}}});
  at.door->turn();
  const auto stream = [&](Person& person, http::Client& client) {
    client.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: sealkeep=" +
                person.cookie("sealkeep") + "\r\n\r\n");
    at.while_serving([&] { return client.wait_for("event: hello\ndata: {}\n\n"); });
  };
  http::Client hers(at.door->port(0)), his(at.door->port(0));
  stream(mere, hers);
  stream(tama, his);
  at.trg.record(test::applied(300'005));
  at.trg.sync_all();
  at.world.oversee_all();
  must(at.world.hub->tick());
  at.pass(api::Door::kLookMs);
  at.door->turn();
  CHECK(hers.wait_for("event: site\ndata: {\"site\":\"trg-01\"}\n\n"));
  CHECK(hers.wait_for("event: alert\ndata: {\"id\":\""));
  CHECK(hers.wait_for("\"state\":\"open\"}\n\n"));
  CHECK(hers.wait_for("event: overview\ndata: {\"as_of_ms\":"));
  at.akl.record(test::received(300'001, 20, at.world.clock.reading.unix_ms));
  at.akl.sync_all();
  at.world.oversee_all();
  must(at.world.hub->tick());
  at.pass(api::Door::kLookMs);
  at.door->turn();
  // The first that he hears is about his own site.
  CHECK(his.wait_for("event: "));
  CHECK(his.buffer().starts_with("site\ndata: {\"site\":\"akl-01\"}\n\n"));
  // An end of the session is an end of its stream.
  must(at.shell("user lock", {{"name", {"Mere"}}}));
  at.pass(10'000);
  at.door->turn();
  CHECK(hers.ended());
}

TEST_CASE("health is told to everybody, metrics to this machine and to a token for them") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "viewer");
  const auto plain = [&](const std::string& path, const std::string& more = {}) {
    http::Client client(at.door->port(0));
    return at.exchange(client, http::get(path, more));
  };
  CHECK(plain("/healthz").body == "ok\n");
  CHECK(plain("/readyz").body == "ready\n");
  const http::Answer metrics = plain("/metrics");
  CHECK(metrics.status == 200);
  CHECK(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(metrics.body.find("sealkeep_sites{state=\"approved\"} 2") != std::string::npos);
  CHECK(metrics.body.find("sealkeep_alerts_open{severity=\"critical\"} 0") != std::string::npos);
  CHECK(metrics.body.find("sealkeep_site_heard_timestamp_seconds{site=\"akl-01\"} 0") != std::string::npos);
  const std::string good = token_of(mere, R"({"name":"prometheus","scope":["metrics"]})");
  const std::string other = token_of(mere, R"({"name":"bi"})");
  CHECK(plain("/metrics", "Authorization: Bearer " + good + "\r\n").status == 200);
  CHECK(plain("/metrics", "Authorization: Bearer " + other + "\r\n").status == 403);
  CHECK(plain("/metrics", "Authorization: Bearer nonsense\r\n").status == 403);
  CHECK(checked_by("promtool check metrics", metrics.body) == 0);
  CHECK(checked_by("promtool check metrics", "sealkeep total\n") != 0);
}

TEST_CASE("head office is not ready while what arrived is not judged for a minute") {
  HeadOffice at;
  const auto ready = [&] {
    http::Client client(at.door->port(0));
    return at.exchange(client, http::get("/readyz")).status;
  };
  at.akl.record(test::received(300'001, 20, at.world.clock.reading.unix_ms));
  at.akl.sync_all();
  CHECK(ready() == 200);
  at.pass(60'000);
  CHECK(ready() == 503);
  at.world.oversee_all();
  CHECK(ready() == 200);
}

TEST_CASE("the rules for alerts are ones that Prometheus takes, and name metrics that there are") {
  const std::string folder = SEALKEEP_SOURCE_DIR "/deploy/prometheus";
  REQUIRE(std::filesystem::exists(folder + "/sealkeep.rules.yml"));
  CHECK(std::system(("promtool check rules " + folder + "/sealkeep.rules.yml > /dev/null").c_str()) == 0);
  CHECK(std::system(
            ("cd " + folder + " && promtool test rules sealkeep.rules.test.yml > /dev/null").c_str()) == 0);
  HeadOffice at;
  http::Client client(at.door->port(0));
  const std::string metrics = at.exchange(client, http::get("/metrics")).body;
  const auto names_in = [](const std::string& file) {
    std::ifstream in(file);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    std::set<std::string> names;
    for (std::size_t from = text.find("sealkeep_"); from != std::string::npos;
         from = text.find("sealkeep_", from + 1)) {
      const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", from);
      names.insert(text.substr(from, end - from));
    }
    return names;
  };
  for (const std::string& file :
       {folder + "/sealkeep.rules.yml", std::string(SEALKEEP_SOURCE_DIR "/deploy/grafana/sealkeep.json")}) {
    const auto names = names_in(file);
    CHECK(names.size() > 5);
    for (const std::string& name : names) {
      INFO(file << " " << name);
      CHECK(metrics.find("# TYPE " + name + " ") != std::string::npos);
    }
  }
}

TEST_CASE("the dashboard is JSON with panels that each ask something") {
  std::ifstream in(SEALKEEP_SOURCE_DIR "/deploy/grafana/sealkeep.json");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const cli::Value dashboard = must(sealkeep::api::read_json(text));
  CHECK(*dashboard.find("title") == cli::Value("Sealkeep head office"));
  const auto& panels = *dashboard.find("panels")->as_list();
  CHECK(panels.size() >= 6);
  for (const cli::Value& panel : panels)
    for (const cli::Value& target : *panel.find("targets")->as_list())
      CHECK(target.find("expr")->as_text()->find("sealkeep_") != std::string::npos);
}

TEST_CASE("the document describes each operation once, and real answers are what it says") {
  HeadOffice at;
  Person nobody(at);
  const cli::Value document = nobody.get("/openapi.json").body;
  const cli::Value& paths = *document.find("paths");
  CHECK(paths.as_object()->size() == api::operations().size() + 4);
  for (const api::Operation& operation : api::operations()) {
    INFO(operation.command);
    const cli::Value* path = paths.find(api::path_of(operation));
    REQUIRE(path != nullptr);
    CHECK(*path->as_object()->front().value.find("x-least-role") == cli::Value(role_name(operation.least)));
  }
  const sealkeep::test::Schema schema(document);
  const auto fits = [&](const std::string& path, const char* method, const Answer& answer) {
    INFO(path << " " << answer.status << " " << answer.text);
    CHECK(schema.misfit(schema.answer(path, method, std::to_string(answer.status)), answer.body) == "");
  };
  fits("/session", "get", nobody.get("/session"));
  fits("/site/list", "get", nobody.get("/site/list"));
  fits("/session", "post", nobody.post("/session", R"({"person":"Nobody","secret":"not the right one"})"));
  Person mere = signed_in(at, "Mere", "administrator"),
         ana = signed_in(at, "Ana", "site-manager", {{"site", {"akl-01"}}});
  fits("/session", "get", mere.get("/session"));
  fits("/session", "get", ana.get("/session"));
  fits("/user/list", "get", mere.get("/user/list"));
  fits("/user/add", "post", mere.post("/user/add", R"({"name":"Tama","role":"viewer"})"));
  fits("/user/add", "post", mere.post("/user/add", R"({"name":7})"));
  fits("/token/add", "post", mere.post("/token/add", R"({"name":"bi"})"));
  fits("/token/list", "get", mere.get("/token/list"));
  fits("/approval/list", "get", mere.get("/approval/list"));
  fits("/seal/show", "get", mere.get("/seal/show?number=NZ300006"));
  fits("/status", "get", ana.get("/status"));
  fits("/session/second-factor", "post", mere.post("/session/second-factor", R"({"totp":"123456"})"));
}

TEST_CASE("what cannot be a hub's address is told, and a certificate from files is served") {
  HeadOffice at;
  at.world.clock.reading = SystemClock().now();  // the client looks at the machine's clock
  sealkeep::api::DoorConfig config;
  config.section = "web";
  config.listen = {"gopher://127.0.0.1:1"};
  CHECK(test::code_of(api::Door::open(*at.world.hub, config)) == "web.listen");
  config.listen = {"http://192.0.2.1:0"};
  CHECK(test::code_of(api::Door::open(*at.world.hub, config)) == "http.plain_remote");
  config.listen = {"https://127.0.0.1:0"};
  config.certificate = config.key = at.world.folder / "nothing.pem";
  CHECK(test::code_of(api::Door::open(*at.world.hub, config)) == "http.identity_file");
  // An authority of its own first; then its certificate and key as if they were somebody else's.
  config.certificate.clear();
  config.key.clear();
  auto own = must(api::Door::open(*at.world.hub, config));
  own.reset();
  const KeyFolder keys(at.world.folder / "keys", {});
  const Secret leaf = must(keys.load("https-leaf"));
  const Secret der = must(http::p256_key_der(leaf));
  std::ofstream(at.world.folder / "key.pem") << "-----BEGIN PRIVATE KEY-----\n"
                                             << base64(der.expose()) << "\n-----END PRIVATE KEY-----\n";
  config.certificate = at.world.folder / "https-leaf.pem";
  config.key = at.world.folder / "key.pem";
  std::filesystem::permissions(config.key, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  CHECK(test::code_of(api::Door::open(*at.world.hub, config)) == "http.identity_file");
  std::filesystem::permissions(config.key,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  at.door.reset();
  at.door = must(api::Door::open(*at.world.hub, config));
  std::ifstream root(at.world.folder / "https-root.pem");
  const std::string root_pem(std::istreambuf_iterator<char>(root), {});
  http::Client client(at.door->port(0));
  REQUIRE(at.while_serving([&] { return client.use_tls(root_pem, "127.0.0.1"); }));
  CHECK(at.exchange(client, http::get("/healthz")).body == "ok\n");
}

}  // namespace
}  // namespace sealkeep::hub

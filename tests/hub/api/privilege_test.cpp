// SPDX-License-Identifier: Apache-2.0
#include "tests/hub/api/api_bench.hpp"

namespace sealkeep::hub {
namespace {

using api::Does;
using api::Operation;
using test::Answer;
using test::HeadOffice;
using test::must;
using test::Person;
using test::signed_in;

const std::pair<const char*, access::Role> kRoles[] = {{"guest", kGuest},
                                                       {"viewer", kViewer},
                                                       {"site-manager", kSiteManager},
                                                       {"ses-manager", kSesManager},
                                                       {"administrator", kAdministrator}};

std::map<std::string, std::vector<std::string>> limits_of(access::Role role) {
  if (role == kGuest) return {{"until", {"2026-12-31"}}};
  if (role == kSiteManager) return {{"site", {"akl-01"}}};
  return {};
}

Answer with_unknown_option(Person& person, const Operation& operation) {
  const std::string path = api::path_of(operation);
  return operation.does == Does::Records ? person.post(path, R"({"no-such-option":1})")
                                         : person.get(path + "?no-such-option=1");
}

TEST_CASE("every command is served to some role, or is the shell's alone") {
  for (const cli::CommandSpec& spec : program_spec().commands) {
    INFO(spec.name);
    const auto served = std::count_if(api::operations().begin(), api::operations().end(),
                                      [&](const Operation& one) { return one.command == spec.name; });
    const auto shell = std::count_if(api::shell_only().begin(), api::shell_only().end(),
                                     [&](const auto& one) { return one.command == spec.name; });
    CHECK(served + shell == 1);
  }
}

TEST_CASE("nobody who is not signed in can ask or decide anything") {
  HeadOffice at;
  Person nobody(at);
  for (const Operation& operation : api::operations()) {
    INFO(operation.command);
    const Answer answer = with_unknown_option(nobody, operation);
    CHECK(answer.status == 401);
    CHECK(answer.code() == "access.no_session");
  }
  CHECK(nobody.get("/events").status == 401);
}

TEST_CASE("each role reaches the operations of its own and of lower roles, and no others") {
  HeadOffice at;
  for (const auto& [name, role] : kRoles) {
    Person person = signed_in(at, name, name, limits_of(role));
    for (const Operation& operation : api::operations()) {
      INFO(name << " " << operation.command);
      CHECK(with_unknown_option(person, operation).code() ==
            (role >= operation.least ? "cli.unknown_option" : "access.role"));
    }
  }
}

TEST_CASE("a site manager asks about their own sites and no others") {
  HeadOffice at;
  Person ana = signed_in(at, "Ana", "site-manager", {{"site", {"akl-01"}}});
  CHECK(ana.get("/session").body.find("sites")->as_list()->size() == 1);
  const Answer own = ana.get("/withdrawn?site=akl-01");
  CHECK(own.status == 200);
  // One answer for a site that exists and for one that does not.
  const Answer other = ana.get("/withdrawn?site=trg-01");
  const Answer none = ana.get("/withdrawn?site=xyz-99");
  CHECK(other.code() == "access.site");
  CHECK(other.text == none.text);
  for (const Operation& operation : api::operations()) {
    if (operation.least > kSiteManager) continue;
    const cli::ProgramSpec program = program_spec();
    const auto spec = std::find_if(program.commands.begin(), program.commands.end(),
                                   [&](const auto& one) { return one.name == operation.command; });
    if (api::about(operation, *spec) != api::About::SitesNamed) continue;
    INFO(operation.command);
    std::string asked = api::path_of(operation) + "?site=trg-01";
    for (const cli::OptionSpec& option : spec->options)
      if (option.required && option.name != "site" && option.type != cli::OptionType::Path)
        asked += "&" + option.name + "=" + (option.choices.empty() ? "1" : option.choices.front());
    const Answer answer = operation.does == Does::Records
                              ? ana.post(api::path_of(operation), R"({"site":["trg-01"]})")
                              : ana.get(asked);
    CHECK(answer.code() == "access.site");
  }
}

TEST_CASE("a site manager makes, sees and takes reports of their own sites only, each in the journal") {
  HeadOffice at;
  Person ana = signed_in(at, "Ana", "site-manager", {{"site", {"akl-01"}}});
  Person tama = signed_in(at, "Tama", "ses-manager");
  const Answer own = ana.post("/report/reconciliation", R"({"format":"csv"})");
  REQUIRE(own.status == 200);
  CHECK(own.member("site") == "akl-01");
  CHECK(own.member("by") == "Ana");
  const Answer all = tama.post("/report/reconciliation", "{}");
  REQUIRE(all.status == 200);
  const std::string id = own.member("id"), other = all.member("id");
  CHECK(ana.get("/report/file?id=" + id).text.starts_with("Site,Seal family,"));
  CHECK(ana.get("/report/file?id=" + other).code() == "access.site");
  CHECK(ana.get("/report/file?id=00000000").code() == "access.site");
  CHECK(ana.post("/report/cancel", R"({"id":")" + other + R"("})").code() == "access.site");
  const Answer list = ana.get("/report/list");
  CHECK(list.text.find(id) != std::string::npos);
  CHECK(list.text.find(other) == std::string::npos);
  CHECK(tama.get("/report/file?id=" + other).text.starts_with("%PDF-1."));
  CHECK(ana.get("/report/schedule/list").code() == "access.role");
  CHECK(at.journal(JournalKind::DataExported).size() == 2);
}

TEST_CASE("what a site manager sees of lists over all sites is their own part, without sums") {
  HeadOffice at;
  Person ana = signed_in(at, "Ana", "site-manager", {{"site", {"akl-01"}}});
  const Answer sites = ana.get("/site/list");
  REQUIRE(sites.status == 200);
  CHECK(sites.text.find("akl-01") != std::string::npos);
  CHECK(sites.text.find("trg-01") == std::string::npos);
  const Answer status = ana.get("/status");
  REQUIRE(status.status == 200);
  CHECK(status.text.find("trg-01") == std::string::npos);
  CHECK(status.body.find("now") == nullptr);
}

TEST_CASE("a site manager sees the alerts of their own sites only") {
  HeadOffice at;
  at.trg.record(test::applied(300'005));  // never received there
  at.trg.sync_all();
  at.world.oversee_all();
  const auto alerts = at.world.alerts();
  REQUIRE_FALSE(alerts.empty());
  const std::string id = hex(alerts.front().id.view());
  Person ana = signed_in(at, "Ana", "site-manager", {{"site", {"akl-01"}}});
  Person tama = signed_in(at, "Tama", "site-manager", {{"site", {"trg-01"}}});
  CHECK(ana.get("/alerts/show?id=" + id).code() == "access.site");
  CHECK(ana.get("/alerts/show?id=0000").code() == "access.site");
  CHECK(ana.get("/incidents/show?id=trg-01/1/0").code() == "access.site");
  CHECK(ana.get("/incidents/show?id=akl-01/1/0").code() != "access.site");
  CHECK(ana.get("/site/show?code=trg-01").code() == "access.site");
  CHECK(ana.get("/site/show?code=akl-01").status == 200);
  CHECK(ana.post("/alerts/acknowledge", R"({"id":[")" + id + R"("]})").code() == "access.site");
  CHECK(tama.get("/alerts/show?id=" + id).status == 200);
  CHECK(ana.get("/alerts/list").text.find("NZ300005") == std::string::npos);
  CHECK(tama.get("/alerts/list").text.find("NZ300005") != std::string::npos);
}

TEST_CASE("a role that is taken away ends the session at once") {
  HeadOffice at;
  Person tama = signed_in(at, "Tama", "ses-manager");
  CHECK(tama.get("/approval/list").status == 200);
  must(at.shell("user role", {{"name", {"Tama"}}, {"role", {"viewer"}}}));
  CHECK(tama.get("/approval/list").status == 401);
  at.pass(2 * access::kTotpStepMs);
  REQUIRE(tama.sign_in(tama.app_shows()).status == 200);
  CHECK(tama.get("/approval/list").code() == "access.role");
}

TEST_CASE("there is no way around the table of operations") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "administrator");
  for (const char* path : {"/init", "/serve", "/verify", "/", "", "/site/list/", "/user/list/../list"})
    CHECK(mere.post(path, "{}").status >= 400);
  for (const char* path : {"/api/v1/../v1/site/list", "/api/v1/%2e%2e/etc/passwd", "/api/v1/site%2flist",
                           "/api/v1/./site/list", "/api/v1//site/list", "/api/v1\\site\\list"}) {
    INFO(path);
    CHECK(mere.get(path).status >= 400);
  }
  CHECK(mere.get("/user/lock").status == 405);
  CHECK(mere.post("/site/list", "{}").status == 405);
  // Options that name files of the machine do not exist here.
  CHECK(mere.get("/export/register?file=/tmp/x").code() == "cli.unknown_option");
  CHECK(mere.post("/site/add", R"({"code":"new-01","out":"/tmp/x"})").code() == "cli.unknown_option");
}

}  // namespace
}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#include "hub/approvals.hpp"
#include "tests/hub/api/api_bench.hpp"

namespace sealkeep::hub {
namespace {

using test::Answer;
using test::HeadOffice;
using test::must;
using test::Person;
using test::signed_in;

const cli::Value::List& approvals_in(const Answer& answer) {
  return *answer.body.find("approvals")->as_list();
}

TEST_CASE("a site's key is revoked once a second person has confirmed it, and not by the first") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager"), ana = signed_in(at, "Ana", "ses-manager");
  Person tama = signed_in(at, "Tama", "viewer");
  const Answer asked = mere.post("/site/revoke", R"({"code":"trg-01"})");
  REQUIRE(asked.status == 200);
  const std::string id = std::to_string(asked.number("waiting_for_second"));
  CHECK(asked.member("words") == "site revoke --code trg-01");
  CHECK(at.world.site("trg-01").state == SiteState::Approved);
  CHECK(mere.post("/approval/confirm", R"({"id":)" + id + "}").code() == "approval.same_person");
  CHECK(tama.post("/approval/confirm", R"({"id":)" + id + "}").code() == "access.role");
  CHECK(test::code_of(at.shell("approval confirm", {{"id", {id}}})) == "approval.signed_in");
  CHECK(at.world.site("trg-01").state == SiteState::Approved);
  CHECK(*approvals_in(mere.get("/approval/list")).front().find("may_confirm") == cli::Value(false));
  CHECK(*approvals_in(ana.get("/approval/list")).front().find("may_confirm") == cli::Value(true));
  const Answer confirmed = ana.post("/approval/confirm", R"({"id":)" + id + "}");
  CHECK(confirmed.status == 200);
  CHECK(confirmed.number("confirmed") == asked.number("waiting_for_second"));
  CHECK(at.world.site("trg-01").state == SiteState::Revoked);
  CHECK(ana.post("/approval/confirm", R"({"id":)" + id + "}").code() == "approval.decided");
  CHECK(at.journal(JournalKind::ApprovalAsked).size() == 1);
  CHECK(at.journal(JournalKind::ApprovalDecided).size() == 1);
}

TEST_CASE("a role is changed by two administrators, and a reset too") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "administrator"), ana = signed_in(at, "Ana", "administrator");
  signed_in(at, "Tama", "viewer");
  for (const char* what : {"/user/role", "/user/reset", "/user/add"}) {
    const std::string body = std::string(what) == "/user/reset" ? R"({"name":"Tama"})"
                             : std::string(what) == "/user/add" ? R"({"name":"Aroha","role":"viewer"})"
                                                                : R"({"name":"Tama","role":"ses-manager"})";
    const Answer asked = mere.post(what, body);
    INFO(what << asked.text);
    REQUIRE(asked.number("waiting_for_second") > 0);
    const Answer done =
        ana.post("/approval/confirm", R"({"id":)" + std::to_string(asked.number("waiting_for_second")) + "}");
    CHECK(done.status == 200);
  }
  CHECK(must(at.world.hub->accounts().access().account("Tama")).role == kSesManager);
  CHECK(must(at.world.hub->accounts().access().account("Aroha")).role == kViewer);
}

TEST_CASE("a command that nobody confirms within a day is over") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager"), ana = signed_in(at, "Ana", "ses-manager");
  const std::string id =
      std::to_string(mere.post("/site/revoke", R"({"code":"trg-01"})").number("waiting_for_second"));
  at.pass(kApprovalMs);
  REQUIRE(ana.sign_in(ana.app_shows()).status == 200);
  CHECK(approvals_in(ana.get("/approval/list")).empty());
  CHECK(ana.post("/approval/confirm", R"({"id":)" + id + "}").code() == "approval.decided");
  const Answer all = ana.get("/approval/list?all=true");
  CHECK(*approvals_in(all).front().find("state") == cli::Value("expired"));
  CHECK(at.world.site("trg-01").state == SiteState::Approved);
}

TEST_CASE("a refusal says why, and nothing is changed") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager"), ana = signed_in(at, "Ana", "ses-manager");
  const std::string id =
      std::to_string(mere.post("/site/revoke", R"({"code":"trg-01"})").number("waiting_for_second"));
  CHECK(ana.post("/approval/refuse", R"({"id":)" + id + "}").code() == "cli.required");
  REQUIRE(ana.post("/approval/refuse", R"({"id":)" + id + R"(,"reason":"the wrong site"})").status == 200);
  const auto all = mere.get("/approval/list?all=true");
  CHECK(*approvals_in(all).front().find("reason") == cli::Value("the wrong site"));
  CHECK(ana.post("/approval/confirm", R"({"id":)" + id + "}").code() == "approval.decided");
  CHECK(at.world.site("trg-01").state == SiteState::Approved);
}

TEST_CASE("what was confirmed and cannot be done says so, and is not done later") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager"), ana = signed_in(at, "Ana", "ses-manager");
  const std::string id =
      std::to_string(mere.post("/site/approve", R"({"code":"akl-01","fingerprint":"0000 1111"})")
                         .number("waiting_for_second"));
  CHECK(ana.post("/approval/confirm", R"({"id":)" + id + "}").code() == "site.fingerprint");
  const auto all = mere.get("/approval/list?all=true");
  CHECK(*approvals_in(all).front().find("state") == cli::Value("failed"));
}

TEST_CASE("the shell decides alone unless the configuration asks for two persons") {
  HeadOffice at;
  must(at.shell("site revoke", {{"code", {"trg-01"}}}));
  CHECK(at.world.site("trg-01").state == SiteState::Revoked);

  HubParts parts = at.world.parts();
  parts.two_persons = true;
  at.door.reset();
  at.world.hub.reset();
  at.world.hub = must(Hub::open(parts));
  at.open();
  // The first two administrators are the shell's.
  Person mere = signed_in(at, "Mere", "administrator"), ana = signed_in(at, "Ana", "administrator");
  CHECK(must(at.shell("user add", {{"name", {"Tama"}}, {"role", {"viewer"}}})).find("waiting_for_second") !=
        nullptr);
  const auto asked = must(at.shell("site revoke", {{"code", {"akl-01"}}}));
  CHECK(at.world.site("akl-01").state == SiteState::Approved);
  const std::string id = std::to_string(*asked.find("waiting_for_second")->as_int());
  CHECK(ana.post("/approval/confirm", R"({"id":)" + id + "}").status == 200);
  CHECK(at.world.site("akl-01").state == SiteState::Revoked);
}

TEST_CASE("the same write again is answered as before and not done again") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager");
  mere.key = "one-and-the-same";
  const Answer first = mere.post("/site/add", R"({"code":"new-01"})");
  REQUIRE(first.status == 200);
  const Answer again = mere.post("/site/add", R"({"code":"new-01"})");
  CHECK(again.text == first.text);
  CHECK(at.journal(JournalKind::SiteAdded).size() == 3);  // and the two of the bench
  mere.key = "short";
  CHECK(mere.post("/site/add", R"({"code":"new-02"})").code() == "api.idempotency_key");
}

TEST_CASE("views stand in the journal gathered, changes each for itself and before they are done") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "ses-manager");
  const auto size_before = at.journal(JournalKind::ViewsSeen).size();
  for (int i = 0; i < 3; ++i) mere.get("/withdrawn?site=akl-01");
  mere.get("/seal/show?number=NZ300006");
  CHECK(at.journal(JournalKind::ViewsSeen).size() == size_before);
  at.pass(kViewsEveryMs);
  at.door->turn();
  const auto views = at.journal(JournalKind::ViewsSeen);
  REQUIRE(views.size() == size_before + 1);
  const Views seen = must(decode_views(views.back().body));
  const auto line = std::find_if(seen.lines.begin(), seen.lines.end(),
                                 [](const auto& one) { return one.asked.command == "withdrawn"; });
  REQUIRE(line != seen.lines.end());
  CHECK(line->times == 3);
  CHECK(line->asked.subject == "site akl-01");
  CHECK(line->asked.from == "127.0.0.1");
  CHECK(line->asked.account == must(at.world.hub->accounts().access().account("Mere")).id);
  CHECK(std::any_of(seen.lines.begin(), seen.lines.end(), [](const auto& one) {
    return one.asked.command == "seal show" && one.asked.subject == "NZ300006";
  }));

  // Who asks is no filter: the journal is there whole.
  CHECK(mere.get("/journal/list").text.find("hub_started") != std::string::npos);

  // A change that cannot be done was asked for all the same.
  const auto asked_before = at.journal(JournalKind::CommandAsked).size();
  CHECK(mere.post("/site/add", R"({"code":"akl-01"})").code() == "site.exists");
  const auto asked = at.journal(JournalKind::CommandAsked);
  REQUIRE(asked.size() == asked_before + 1);
  CHECK(must(decode_asked(asked.back().body)).command == "site add");
  // No name is in either.
  for (const JournalEntry& entry : asked)
    CHECK(std::string(as_text(entry.body)).find("Mere") == std::string::npos);
}

TEST_CASE("a file that somebody takes stands in the journal with who took it") {
  HeadOffice at;
  at.akl.record(test::received(300'001, 20, at.world.clock.reading.unix_ms));
  at.akl.sync_all();
  at.world.oversee_all();
  Person mere = signed_in(at, "Mere", "ses-manager");
  const Answer file = mere.get("/export/register?site=akl-01");
  REQUIRE(file.status == 200);
  CHECK(file.head.find("attachment; filename=\"export-register.csv\"") != std::string::npos);
  CHECK(file.text.find("NZ300001") != std::string::npos);
  const auto exported = at.journal(JournalKind::DataExported);
  REQUIRE(exported.size() == 1);
  CHECK(must(decode_data_export(exported.front().body)).by == "Mere");
  const auto xlsx = mere.get("/export/register?site=akl-01&format=xlsx");
  CHECK(xlsx.head.find("spreadsheetml") != std::string::npos);
  CHECK(xlsx.text.starts_with("PK"));
}

TEST_CASE("what was gathered of views is written at the end, and when there are many different ones") {
  HeadOffice at;
  Person mere = signed_in(at, "Mere", "viewer");
  at.door->end();
  const auto before = at.journal(JournalKind::ViewsSeen).size();
  for (std::size_t i = 0; i <= kViewLines; ++i)
    mere.get("/seal/show?number=NZ" + std::to_string(300'000 + i));
  CHECK(at.journal(JournalKind::ViewsSeen).size() == before + 1);
  at.door->end();
  const auto views = at.journal(JournalKind::ViewsSeen);
  REQUIRE(views.size() == before + 2);
  CHECK(must(decode_views(views[before].body)).lines.size() == kViewLines);
  CHECK(must(decode_views(views.back().body)).lines.size() == 1);
}

TEST_CASE("the bodies of the audit's entries are read back, and no flipped bit or cut is more than that") {
  const Asked asked{7, 3, "seal show", "NZ300006", "192.0.2.1"};
  CHECK(must(decode_asked(encode(asked).bytes())) == asked);
  Views views;
  views.from_ms = 1'767'225'600'000;
  views.lines = {{asked, 3, 1'767'225'601'000}, {{8, 0, "sign in", "", "::1"}, 1, 1'767'225'602'000}};
  const Bytes bytes = encode(views).bytes();
  CHECK(must(decode_views(bytes)).lines == views.lines);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    CHECK_FALSE(decode_views(ByteView(bytes).first(cut)).has_value());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    if (const auto read = decode_views(changed)) CHECK(encode(*read).bytes() == changed);
  }
  Views empty;
  CHECK_FALSE(decode_views(encode(empty).bytes()).has_value());
}

}  // namespace
}  // namespace sealkeep::hub

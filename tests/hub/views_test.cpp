// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/cli/render.hpp"
#include "hub/audit.hpp"
#include "hub/commands/commands.hpp"
#include "hub/commands/overview_sentence.hpp"
#include "hub/commands/say.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

// Head office over two sites, asked by commands as people type them.
struct Office {
  Office() : akl(world, "akl-01"), wlg(world, "wlg-02", 2) {
    akl.enrol();
    wlg.enrol();
  }
  Result<cli::Value> ask(std::vector<std::string> words) {
    auto parsed = cli::parse_command_line(program_spec(), words);
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    return execute(*world.hub, std::get<cli::Invocation>(*parsed).command, [](auto&) {});
  }
  cli::Value answer(std::vector<std::string> words) { return must(ask(std::move(words))); }
  std::string json(std::vector<std::string> words) { return cli::to_json(answer(std::move(words))); }
  std::string printed(std::vector<std::string> words) { return cli::render(answer(std::move(words)), {}); }
  std::string refusal(std::vector<std::string> words) { return code_of(ask(std::move(words))); }
  void hear() {
    akl.sync_all();
    wlg.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  void adopt(TestSite& site) {
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/" + site.code + "/e1"));
    const auto head = must(world.hub->logs().checkpoint(log->id));
    site.record(ses::DirectivesAdopted{1, head.size, head.root});
    hear();
  }
  [[nodiscard]] std::int64_t now() const { return world.clock.reading.unix_ms; }

  HubWorld world;
  TestSite akl, wlg;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
std::string text_of(const cli::Value& value, const char* name) {
  const cli::Value* found = value.find(name);
  return found == nullptr || found->as_text() == nullptr ? "not there" : *found->as_text();
}
std::int64_t number_of(const cli::Value& value, const char* name) {
  const cli::Value* found = value.find(name);
  return found == nullptr || found->as_int() == nullptr ? -1 : *found->as_int();
}
const cli::Value::List& list_of(const cli::Value& value, const char* name) {
  const cli::Value* found = value.find(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->as_list() != nullptr);
  return *found->as_list();
}

ses::SealLost lost(std::uint64_t first, std::uint32_t count, std::int64_t at_ms) {
  ses::SealLost event;
  event.seals = seals(first, count);
  event.discovered_ms = at_ms;
  return event;
}

}  // namespace

TEST_CASE("when all is well the sentence says so, and up to when it is true") {
  Office office;
  CHECK(holds(text_of(office.answer({"overview"}), "sentence"), "No seal is on record yet"));
  office.akl.record(received(300001, 20, office.now()));
  office.wlg.record(received(400001, 5, office.now()));
  office.hear();
  const cli::Value all = office.answer({"overview"});
  CHECK(text_of(all, "sentence") == "All 25 seals are accounted for, as of 00:00.");
  CHECK(*all.find("all_well")->as_bool());
  CHECK(number_of(all, "heard_up_to_ms") == office.now());
  CHECK(list_of(all, "sites").size() == 2);
  CHECK(holds(cli::render(all, {}), "All 25 seals are accounted for"));
}

TEST_CASE("the sentence counts seals once, names the clock to Customs and keeps silence apart") {
  Office office;
  office.akl.record(received(300001, 1'000, office.now()));
  office.akl.record(received(301001, 1'000, office.now()));
  office.wlg.record(received(400001, 5, office.now()));
  office.hear();
  office.world.clock.pass(4 * kDay);
  // Three of one site lost in one record; the other site stays silent.
  office.akl.record(lost(300001, 3, office.now()));
  office.akl.sync_all();
  office.world.oversee_all();
  must(office.world.hub->tick());
  const cli::Value said = office.answer({"overview"});
  INFO(cli::to_json(said));
  CHECK(
      text_of(said, "sentence") ==
      "Of 2,005 seals, 3 are not accounted for; 1 must be told to Customs by Tue 00:00; 1 site not heard of "
      "since Thursday.");
  CHECK(number_of(said, "unaccounted") == 3);
  CHECK(number_of(said, "sites_not_heard") == 1);
  CHECK_FALSE(*said.find("all_well")->as_bool());

  std::string pieces;
  std::vector<std::string> lists;
  for (const cli::Value& part : list_of(said, "parts")) {
    pieces += text_of(part, "text");
    if (part.find("list") != nullptr) lists.push_back(text_of(part, "list"));
  }
  CHECK(pieces == text_of(said, "sentence"));
  CHECK(lists == std::vector<std::string>{"unaccounted", "tell_customs", "not_heard"});

  const cli::Value& tell = list_of(said, "tell_customs").front();
  CHECK(text_of(tell, "id") == "akl-01/1/2");
  CHECK(text_of(tell, "decision") == "undecided");
  CHECK(text_of(tell, "next_step") == "decide");
  CHECK(*tell.find("draft_ready")->as_bool());
  CHECK(number_of(tell, "due_ms") == office.now() + kDay);
  const cli::Value& missing = list_of(said, "not_accounted_for").front();
  CHECK(text_of(missing, "seal") == "NZ300001..NZ300003 (3)");
  CHECK(text_of(missing, "who") == "SES manager");
  CHECK(text_of(missing, "must") == "Tell Customs");
  CHECK(number_of(*missing.find("last_seen"), "when_ms") == office.now());
  CHECK(text_of(list_of(said, "not_heard").front(), "site") == "wlg-02");
  // The site with something to find stands before the silent one.
  CHECK(text_of(list_of(said, "sites").front(), "site") == "akl-01");
  CHECK(number_of(list_of(said, "sites").front(), "unaccounted") == 3);
}

TEST_CASE("a clock to Customs that ran out is said to have run out") {
  Office office;
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(lost(300004, 1, office.now()));
  office.hear();
  office.world.clock.pass(26 * kHour);
  office.hear();
  CHECK(text_of(office.answer({"overview"}), "sentence") ==
        "Of 10 seals, 1 is not accounted for; 1 should have been told to Customs by 00:00.");
}

TEST_CASE("a seal that two alerts speak of is one seal, and a container's seals count each") {
  Office office;
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(applied(300002));
  office.akl.record(applied(300003));
  office.hear();
  office.world.clock.pass(3 * kHour);
  office.hear();
  CHECK(number_of(office.answer({"overview"}), "unaccounted") == 2);
  office.akl.record(lost(300003, 1, office.now()));
  office.hear();
  const cli::Value said = office.answer({"overview"});
  INFO(cli::to_json(said));
  CHECK(list_of(said, "not_accounted_for").size() == 2);
  CHECK(number_of(said, "unaccounted") == 2);
}

TEST_CASE("a box that came short is named by the seals that were not in it") {
  Office office;
  ses::SealsReceived box = received(300001, 10, office.now());
  box.missing = {seals(300004, 1).front(), seals(300007, 1).front()};
  office.akl.record(box);
  office.hear();
  const cli::Value said = office.answer({"overview"});
  INFO(cli::to_json(said));
  CHECK(number_of(said, "unaccounted") == 2);
  CHECK(text_of(list_of(said, "not_accounted_for").front(), "seal") == "NZ300004, NZ300007");
}

TEST_CASE("numbers and times read as people write them") {
  using namespace sealkeep::hub::commands;
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(48'210) == "48,210");
  CHECK(grouped(10'000'000) == "10,000,000");
  const Now now{1'767'225'600'000, 0, 780};  // Thursday 1 January 2026, 13:00 in that zone
  CHECK(clock_words(now.unix_ms, now) == "13:00");
  CHECK(clock_words(now.unix_ms + kDay, now) == "Fri 13:00");
  CHECK(clock_words(now.unix_ms - 20 * kDay, now) == "12 Dec 2025 13:00");
  CHECK(since_words(now.unix_ms - 3 * kDay, now) == "Monday");
  CHECK(since_words(now.unix_ms - 7 * kDay, now) == "25 December 2025");
  CHECK(since_words(now.unix_ms - 12 * kHour, now) == "01:00");
}

TEST_CASE("the first sentence is the one that was asked for, in the singular too") {
  using namespace sealkeep::hub::commands;
  const Now now{1'767'225'600'000, 0, 780};  // Thursday 1 January 2026, 13:00 in that zone
  OverviewNumbers n;
  n.approved = 5;
  n.seals = 48'210;
  n.unaccounted = 3;
  n.must_tell = 1;
  n.tell_by_ms = now.unix_ms + 3 * kHour + kHour / 2;
  n.not_heard = 2;
  n.not_heard_since_ms = now.unix_ms - 3 * kDay;
  n.heard_up_to_ms = now.unix_ms - 3 * kDay;
  CHECK(overview_sentence(n, now).text() ==
        "Of 48,210 seals, 3 are not accounted for; 1 must be told to Customs by 16:30; 2 sites not heard of "
        "since Monday.");
  n.unaccounted = 0;
  n.must_tell = 0;
  n.not_heard = 1;
  CHECK(overview_sentence(n, now).text() ==
        "All 48,210 seals are accounted for; 1 site not heard of since Monday.");
  n.not_heard = 0;
  n.heard_up_to_ms = now.unix_ms - 2 * kDay;
  CHECK(overview_sentence(n, now).text() == "All 48,210 seals are accounted for, as of Tue 13:00.");
  n.seals = 1;
  CHECK(overview_sentence(n, now).text() == "The one seal is accounted for, as of Tue 13:00.");
  n = {};
  CHECK(overview_sentence(n, now).text() == "No load site is approved yet.");
}

TEST_CASE("the list of sites says what each has, and printed it is the list of enrolment") {
  Office office;
  office.akl.record(received(300001, 10, office.now()));
  office.hear();
  const cli::Value said = office.answer({"site", "list"});
  const cli::Value& first = list_of(said, "sites").front();
  CHECK(text_of(first, "site") == "akl-01");
  CHECK(text_of(first, "state") == "approved");
  CHECK(number_of(first, "stock") == 10);
  CHECK(number_of(first, "backlog") == 0);
  CHECK(*first.find("balances")->as_bool());
  CHECK(text_of(first, "fingerprint") == office.world.site("akl-01").fingerprint);
  CHECK(holds(office.printed({"site", "list"}), "akl-01  approved"));
}

TEST_CASE("one site shows its ledger, where its seals lie, its dock and its people") {
  Office office;
  office.akl.record(ses::StoreAdded{1, ses::PlaceKind::LockedStore});
  office.akl.record(ses::PersonAdded{5, 0});
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(applied(300001));
  ses::RecordKept trained;
  trained.what = ses::RecordKind::TrainingSeals;
  trained.person_no = 5;
  trained.until_ms = office.now() + 100 * kDay;
  office.akl.record(trained);
  office.hear();
  const cli::Value site = office.answer({"site", "show", "akl-01"});
  INFO(cli::to_json(site));
  const cli::Value& ledger = list_of(site, "ledgers").front();
  CHECK(number_of(ledger, "received") == 10);
  CHECK(number_of(ledger, "in_stock") == 9);
  CHECK(number_of(ledger, "left") == number_of(ledger, "right"));
  CHECK(number_of(list_of(site, "places").front(), "seals") == 9);
  CHECK(text_of(list_of(site, "units").front(), "unit") == "MSCU1234566");
  CHECK(text_of(list_of(site, "units").front(), "state") == "sealed");
  CHECK(text_of(list_of(site, "units").front(), "words") == "sealed, not checked");
  const cli::Value& person = list_of(site, "people").front();
  CHECK(number_of(person, "training_until_ms") == trained.until_ms);
  CHECK(text_of(*site.find("keys"), "origin") == "hub.example.nz/site/akl-01/e1");
  CHECK(office.refusal({"site", "show", "nowhere"}) == "site.unknown");
  const cli::Value all = office.answer({"people"});
  CHECK(text_of(list_of(all, "people").front(), "site") == "akl-01");
  CHECK(holds(office.printed({"people"}), "Trained to handle, apply and check seals until 2026-04-11"));
}

TEST_CASE("seals are found by number, letters or none, range, container, delivery and state") {
  Office office;
  ses::SealsReceived box = received(300001, 120, office.now());
  box.delivery = "DN-7";
  office.akl.record(box);
  office.akl.record(applied(300002));
  office.akl.record(lost(300005, 1, office.now()));
  office.wlg.record(received(300500, 3, office.now()));
  office.hear();
  const auto numbers = [&](std::vector<std::string> words) {
    std::vector<std::string> out;
    const cli::Value answer = office.answer(std::move(words));
    for (const cli::Value& hit : list_of(answer, "hits"))
      out.push_back(text_of(hit, "number") + " " + text_of(hit, "site"));
    return out;
  };
  using Found = std::vector<std::string>;
  CHECK(numbers({"seal", "find", "NZ30050"}) ==
        Found{"NZ300500 wlg-02", "NZ300501 wlg-02", "NZ300502 wlg-02"});
  CHECK(numbers({"seal", "find", "30050"}).size() == 3);
  CHECK(numbers({"seal", "find", "nz300119..nz300500"}) ==
        Found{"NZ300119 akl-01", "NZ300120 akl-01", "NZ300500 wlg-02"});
  CHECK(numbers({"seal", "find", "MSCU1234566"}) == Found{"NZ300002 akl-01"});
  CHECK(numbers({"seal", "find", "--state", "lost"}) == Found{"NZ300005 akl-01"});
  CHECK(numbers({"seal", "find", "--state", "in_stock", "--site", "wlg-02"}).size() == 3);
  CHECK(numbers({"seal", "find", "NZ9"}).empty());
  CHECK(office.refusal({"seal", "find", "NZ3", "--cursor", "later"}) == "cli.value");

  // Pages: every seal of the delivery once, whatever the page ends on.
  Found all;
  std::vector<std::string> words{"seal", "find", "DN-7"};
  while (true) {
    const cli::Value page = office.answer(words);
    for (const cli::Value& hit : list_of(page, "hits")) all.push_back(text_of(hit, "number"));
    if (!*page.find("more")->as_bool()) break;
    words = {"seal", "find", "DN-7", "--cursor", text_of(page, "next")};
  }
  CHECK(all.size() == 120);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 120);

  const cli::Value lost_one = list_of(office.answer({"seal", "find", "NZ300005"}), "hits").front();
  CHECK(text_of(lost_one, "alert").size() == 64);
  CHECK(text_of(lost_one, "state") == "lost");
}

TEST_CASE("deliveries show what was announced and what came of it") {
  Office office;
  must(office.ask({"approve", "delivery", "--site", "akl-01", "--approval", "PO-1", "--first", "NZ300001",
                   "--last", "NZ300010"}));
  const auto state = [&](std::string_view approval) {
    const cli::Value answer = office.answer({"deliveries"});
    for (const cli::Value& one : list_of(answer, "deliveries"))
      if (text_of(one, "approval") == approval) return text_of(one, "state");
    return std::string("not there");
  };
  CHECK(state("PO-1") == "planned");
  CHECK_FALSE(
      *list_of(office.answer({"deliveries"}), "deliveries").front().find("site_has_heard")->as_bool());
  office.adopt(office.akl);
  ses::SealsReceived box = received(300001, 10, office.now());
  box.approval = "PO-1";
  box.missing = {seals(300004, 1).front()};
  office.akl.record(box);
  office.hear();
  CHECK(state("PO-1") == "short");
  const cli::Value one = list_of(office.answer({"deliveries", "--state", "short"}), "deliveries").front();
  CHECK(number_of(one, "planned") == 10);
  CHECK(number_of(one, "short") == 1);
  CHECK(number_of(one, "received_ms") == office.now());

  must(office.ask({"approve", "delivery", "--site", "akl-01", "--approval", "PO-2", "--first", "NZ310001",
                   "--last", "NZ310010"}));
  office.adopt(office.akl);
  box = received(310001, 10, office.now());
  box.approval = "PO-2";
  office.wlg.record(box);
  office.hear();
  CHECK(state("PO-2") == "wrong_site");
}

TEST_CASE("an incident is followed from its discovery to the report to Customs") {
  Office office;
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(lost(300004, 1, office.now()));
  office.hear();
  const cli::Value open = list_of(office.answer({"incidents", "list"}), "incidents").front();
  CHECK(text_of(open, "id") == "akl-01/1/1");
  CHECK(text_of(open, "kind") == "seal_lost");
  CHECK(text_of(open, "decision") == "undecided");
  CHECK(text_of(open, "state") == "open");
  CHECK(number_of(open, "due_ms") == office.now() + kDay);
  const std::int64_t told_ms = office.now();
  office.akl.record(ses::CustomsTold{{1, 1}, ses::ToldHow::Phone, told_ms, false});
  office.hear();
  const cli::Value told = office.answer({"incidents", "show", "akl-01/1/1"});
  INFO(cli::to_json(told));
  CHECK(text_of(told, "decision") == "reported");
  CHECK(text_of(told, "state") == "closed");
  CHECK(text_of(told, "how") == "by phone");
  CHECK(number_of(told, "reported_ms") == told_ms);
  CHECK(holds(text_of(told, "form"), "print incident"));
  CHECK(office.refusal({"incidents", "show", "akl-01/1/0"}) == "incident.unknown");
  CHECK(office.refusal({"incidents", "show", "what"}) == "incident.unknown");
  // Many: pages go from the newest to the oldest and name each once.
  for (std::uint64_t i = 0; i < 60; ++i) {
    office.world.clock.pass(1'000);
    ses::IncidentReported event;
    event.what = ses::IncidentKind::SuspiciousRequest;
    event.discovered_ms = office.now();
    office.wlg.record(event);
  }
  office.hear();
  const cli::Value first = office.answer({"incidents", "list"});
  CHECK(list_of(first, "incidents").size() == 50);
  CHECK(text_of(list_of(first, "incidents").front(), "kind") == "suspicious_request");
  const cli::Value second = office.answer({"incidents", "list", "--cursor", text_of(first, "next")});
  CHECK(list_of(second, "incidents").size() == 11);
  CHECK(second.find("next") == nullptr);
  CHECK(list_of(office.answer({"incidents", "list", "--site", "akl-01"}), "incidents").size() == 1);
}

TEST_CASE("versions of the plan are shown with what each changed, and compared") {
  Office office;
  for (const auto& [version, value] : {std::pair("2", "1200000"), std::pair("3", "600000")}) {
    const std::string from = std::string("2026-01-0") + version;
    must(office.ask({"approve", "plan", "--site", "akl-01", "--plan-version", version, "--from", from}));
    must(office.ask({"plan", "set", "--site", "akl-01", "--setting", "checked_ms", "--value", value,
                     "--plan-version", version}));
  }
  must(office.ask(
      {"plan", "set", "--site", "akl-01", "--setting", "sealed_ms", "--value", "60000", "--house"}));
  const cli::Value plan = office.answer({"plan", "show"});
  INFO(cli::to_json(plan));
  const auto& versions = list_of(plan, "versions");
  REQUIRE(versions.size() == 2);
  CHECK(text_of(versions[1], "version") == "3");
  const cli::Value& setting = list_of(versions[1], "settings").front();
  CHECK(text_of(setting, "name") == "checked_ms");
  CHECK(number_of(setting, "was") == 1'200'000);
  CHECK(number_of(setting, "value") == 600'000);
  CHECK(text_of(list_of(plan, "house").front(), "source") == "house");
  const cli::Value diff = office.answer({"plan", "diff", "default", "3"});
  REQUIRE(list_of(diff, "settings").size() == 1);
  CHECK(number_of(list_of(diff, "settings").front(), "was") == 1'800'000);
  CHECK(*list_of(diff, "settings").front().find("stricter")->as_bool());
  CHECK(office.refusal({"plan", "diff", "2", "9"}) == "plan.unknown");
}

TEST_CASE("trends count each day's facts, alerts and what was late") {
  Office office;
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(applied(300001));
  office.hear();
  office.world.clock.pass(kDay);
  office.akl.record(applied(300002));
  office.hear();
  const auto days = list_of(office.answer({"trends", "--days", "3"}), "days");
  REQUIRE(days.size() == 3);
  CHECK(text_of(days[1], "day") == "2026-01-01");
  CHECK(number_of(days[1], "received") == 10);
  CHECK(number_of(days[1], "applied") == 1);
  CHECK(number_of(days[1], "typed_share") == 100);
  CHECK(number_of(days[1], "sites_heard") == 1);
  CHECK(number_of(days[2], "applied") == 1);
  CHECK(number_of(days[2], "alerts") >= 1);
  CHECK(number_of(list_of(office.answer({"trends", "--site", "wlg-02"}), "days").back(), "applied") == 0);
}

TEST_CASE("the journal is listed newest first, by kind and in pages") {
  Office office;
  const cli::Value all = office.answer({"journal", "list"});
  const auto& entries = list_of(all, "entries");
  CHECK(text_of(entries.front(), "kind") == "site_approved");
  CHECK(text_of(entries.back(), "kind") == "hub_started");
  CHECK(holds(text_of(entries.front(), "words"), "the keys of wlg-02 were approved: "));
  for (int i = 0; i < 60; ++i) must(office.ask({"withdraw", "--site", "akl-01", "--first", "NZ300001"}));
  const cli::Value first = office.answer({"journal", "list", "--kind", "directive_issued"});
  CHECK(list_of(first, "entries").size() == 50);
  CHECK(text_of(list_of(first, "entries").front(), "words") == "instruction to akl-01: seals_withdrawn");
  const cli::Value second =
      office.answer({"journal", "list", "--kind", "directive_issued", "--cursor", text_of(first, "next")});
  CHECK(list_of(second, "entries").size() == 10);
  CHECK(list_of(office.answer({"journal", "list", "--by", "wlg-02"}), "entries").size() == 3);
}

TEST_CASE("the journal says who asked and who looked at what, by name while the account is there") {
  Office office;
  must(office.ask({"user", "add", "Anna Reid", "--role", "viewer"}));
  const auto anna = must(office.world.hub->accounts().access().account("Anna Reid")).id;
  Audit audit(*office.world.hub);
  must(audit.asked({anna, 0, "site revoke", "site akl-01", "10.0.0.7"}));
  must(audit.viewed({anna, 0, "overview", "", "10.0.0.7"}));
  must(audit.viewed({anna, 0, "seal show", "NZ300001", "10.0.0.7"}));
  must(audit.viewed({anna, 0, "seal show", "NZ300001", "10.0.0.7"}));
  must(audit.viewed({77, 3, "site list", "", "10.0.0.8"}));
  must(audit.flush());
  const cli::Value asked = office.answer({"journal", "list", "--kind", "command_asked"});
  CHECK(text_of(list_of(asked, "entries").front(), "words") ==
        "Anna Reid: site revoke site akl-01, from 10.0.0.7");
  CHECK(text_of(list_of(asked, "entries").back(), "words") ==
        "the shell: user add account " + std::to_string(anna) + ", viewer");
  const cli::Value seen = office.answer({"journal", "list", "--by", "Anna Reid", "--kind", "views_seen"});
  CHECK(text_of(list_of(seen, "entries").front(), "words") ==
        "Anna Reid: overview, seal show NZ300001 (2 times); account 77 (token 3): site list");
}

TEST_CASE("the matrix of clauses and sites is kept up with what comes in, and equals one computed anew") {
  Office office;
  office.akl.record(received(300001, 5, office.now()));
  office.hear();
  const auto basis = [&](const cli::Value& said, std::string_view clause, std::size_t site) {
    const cli::Value& matrix = *said.find("matrix");
    const auto& clauses = list_of(matrix, "clauses");
    for (std::size_t i = 0; i < clauses.size(); ++i)
      if (text_of(clauses[i], "clause") == clause)
        return text_of((*list_of(matrix, "cells")[i].as_list())[site], "basis");
    return std::string("no such clause");
  };
  CHECK(basis(office.answer({"compliance"}), "2.13", 0) == "not_shown");
  office.akl.record(applied(300001));
  office.hear();
  const cli::Value kept = office.answer({"compliance"});
  CHECK(basis(kept, "2.13", 0) == "facts");
  CHECK(basis(kept, "2.13", 1) == "not_shown");
  const cli::Value anew = office.answer({"compliance", "--from", "2025-01-01"});
  CHECK(*kept.find("clauses") == *anew.find("clauses"));
  CHECK(*kept.find("matrix") == *anew.find("matrix"));
  // A day later what was shown a year ago has gone.
  office.world.clock.pass(367 * kDay);
  CHECK(basis(office.answer({"compliance"}), "2.13", 0) == "not_shown");
  CHECK(holds(cli::to_json(*office.answer({"overview"}).find("compliance")), "not_shown"));
}

TEST_CASE("what the pages count is rebuilt from the logs and compared by verify") {
  Office office;
  office.akl.record(ses::PersonAdded{5, 0});
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(applied(300001));
  office.akl.record(lost(300004, 1, office.now()));
  office.hear();
  INFO(office.json({"verify"}));
  CHECK(*office.answer({"verify"}).find("valid")->as_bool());
  Db& db = office.world.hub->db();
  must(db.transaction([&]() -> Result<> { return db.execute_script("UPDATE day_count SET applied = 7"); }));
  const std::string wrong = office.json({"verify"});
  CHECK(holds(wrong, "\"valid\":false"));
  CHECK(holds(wrong, "day_count: stored [day=20454"));
}

TEST_CASE("a database from before the counters catches up by itself") {
  Office office;
  office.akl.record(received(300001, 10, office.now()));
  office.akl.record(applied(300001));
  office.hear();
  Db& db = office.world.hub->db();
  must(db.transaction([&]() -> Result<> {
    return db.execute_script(
        "DELETE FROM chronicle; DELETE FROM day_count; DELETE FROM incident; DELETE FROM named");
  }));
  office.world.restart();
  office.world.oversee_all();
  office.akl.record(applied(300002));
  office.hear();
  CHECK(number_of(list_of(office.answer({"trends"}), "days").back(), "applied") == 2);
  CHECK(*office.answer({"verify"}).find("valid")->as_bool());
}

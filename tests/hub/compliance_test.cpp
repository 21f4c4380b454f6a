// SPDX-License-Identifier: Apache-2.0
#include "common/ses/clause.hpp"
#include "hub/commands/commands.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

// An exporter with one site, asked by commands as people type them.
struct Office {
  Office() : site(world, "akl-01") { site.enrol(); }

  Result<cli::Value> ask(
      std::vector<std::string> words, const cli::OnProgress& progress = [](auto&) {}) {
    auto parsed = cli::parse_command_line(program_spec(), words);
    if (!parsed) return tl::unexpected<Error>(parsed.error());
    return execute(*world.hub, std::get<cli::Invocation>(*parsed).command, progress);
  }
  std::string said(std::vector<std::string> words) { return cli::to_json(must(ask(std::move(words)))); }
  std::string refusal(std::vector<std::string> words) { return code_of(ask(std::move(words))); }
  // The site takes over what was issued to it, and is heard.
  void adopt() {
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const auto head = must(world.hub->logs().checkpoint(log->id));
    site.record(ses::DirectivesAdopted{1, head.size, head.root});
    hear();
  }
  void hear() {
    site.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  ses::SealChecked check() {
    ses::SealChecked event;
    event.seal = seals(300001, 1).front();
    event.unit = applied(300001).unit;
    event.door = event.paper = {"NZ300001", "MSCU1234566"};
    event.vvtt = {ses::Step::Pass, ses::Step::Pass, ses::Step::Pass, ses::Step::Pass};
    return event;
  }

  HubWorld world;
  TestSite site;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// The row of a clause in the matrix of one site.
std::string row_of(const cli::Value& value, std::string_view id) {
  for (const cli::Value& row : *value.find("clauses")->as_list())
    if (*row.find("clause")->as_text() == id) return cli::to_json(row);
  return "no such row";
}

}  // namespace

TEST_CASE("the matrix has a row for each clause, and moves as the site records") {
  Office office;
  office.site.record(received(300001, 5, office.world.clock.reading.unix_ms));
  office.site.record(applied(300001));
  office.hear();
  const cli::Value before = must(office.ask({"compliance"}));
  CHECK(before.find("clauses")->as_list()->size() == ses::clauses().size());
  CHECK(holds(row_of(before, "2.14"), "\"basis\":\"not shown\""));
  CHECK(holds(row_of(before, "2.13"), "\"basis\":\"shown by facts\""));
  CHECK(holds(row_of(before, "2.14"), "1 to do"));

  office.site.record(office.check());
  office.hear();
  const cli::Value after = must(office.ask({"compliance", "--site", "akl-01"}));
  CHECK(holds(row_of(after, "2.14"), "\"basis\":\"shown by facts\",\"why\":\"1 fact\",\"duties\":\"-\""));
  CHECK(holds(*after.find("summary")->as_text(), "clauses shown by facts"));

  const std::string past = office.said({"compliance", "--from", "2025-01-01", "--to", "2025-06-30"});
  CHECK(holds(past, "0 clauses shown by facts"));
}

TEST_CASE("one clause names the records behind it and what is to do about it") {
  Office office;
  office.site.record(received(300001, 5, office.world.clock.reading.unix_ms));
  office.site.record(applied(300001));
  office.hear();
  const std::string applied_only = office.said({"compliance", "--clause", "2.14"});
  CHECK(holds(applied_only, "\"to_do\":\"Check the seal: door, then paper\""));
  office.site.record(office.check());
  office.hear();
  const std::string checked = office.said({"compliance", "--clause", "2.14"});
  CHECK(holds(checked, "\"record\":\"1/2\""));
  CHECK(holds(checked, "\"by\":\"person 5\""));
  CHECK(holds(checked, "\"records_behind_it\":1"));
  CHECK(office.refusal({"compliance", "--clause", "2.21"}) == "clause.unknown");
}

TEST_CASE("with several sites a clause counts by the site where it stands weakest") {
  Office office;
  TestSite other(office.world, "tga-02", 2);
  other.enrol();
  office.site.record(received(300001, 5, office.world.clock.reading.unix_ms));
  other.record(received(400001, 5, office.world.clock.reading.unix_ms));
  office.site.record(applied(300001));
  office.hear();
  other.sync_all();
  office.world.oversee_all();
  const std::string both = office.said({"compliance"});
  CHECK(holds(both,
              "\"clause\":\"2.13\",\"what\":\"Sealed as soon as closed\",\"akl-01\":\"shown by facts\","
              "\"tga-02\":\"not shown\""));
  CHECK(holds(both, "2 clauses shown by facts"));  // 2.6 and 2.7
}

TEST_CASE("the summary of a page is of all sites, as far as they were read in idle moments") {
  Office office;
  TestSite other(office.world, "tga-02", 2);
  other.enrol();
  const auto tell = [&](TestSite& site, std::uint64_t first) {
    site.record(received(first, 5, office.world.clock.reading.unix_ms));
    site.sync_all();
    office.world.oversee_all();
  };
  const auto second_page = [&] { return must(office.ask({"compliance", "--cursor", "akl-01"})); };
  const auto unread = [&] {
    const cli::Value page = second_page();
    const cli::Value* count = page.find("sites_still_being_read");
    return count == nullptr ? 0 : *count->as_int();
  };
  const auto summary = [&] { return *second_page().find("summary")->as_text(); };
  tell(office.site, 300001);
  other.record(applied(400001));
  tell(other, 400001);
  CHECK(unread() == 1);
  CHECK(holds(summary(), "3 clauses shown by facts"));  // of tga-02 alone: 2.6, 2.7, 2.13
  office.world.clock.pass(kHour);
  must(office.world.hub->idle());
  CHECK(unread() == 0);
  CHECK(holds(summary(), "2 clauses shown by facts"));
  tell(office.site, 300101);
  CHECK(unread() == 1);
  office.world.clock.pass(kHour);
  must(office.world.hub->idle());
  CHECK(unread() == 0);
}

TEST_CASE("what stands in the plan names a version that Customs approved, and RACAs need none") {
  Office office;
  const std::vector<std::string> set{"plan", "set", "--setting", "checked_ms", "--value", "3600000"};
  const auto with = [](std::vector<std::string> words, std::initializer_list<const char*> more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const std::vector<std::string> haulier{"approve",  "operator", "--name", "Harbour Haulage",
                                         "--number", "12",       "--from", "2026-01-01"};
  CHECK(office.refusal(set) == "plan.not_approved");
  CHECK(office.refusal(with(set, {"--plan-version", "3"})) == "plan.not_approved");
  CHECK(office.refusal(haulier) == "plan.not_approved");
  CHECK(office.refusal({"approve", "customs", "--site", "akl-01", "--from", "2026-01-01"}) ==
        "plan.not_approved");
  CHECK(office.refusal({"approve", "seal-type", "--prefix", "NZ", "--width", "6", "--from", "2026-01-01"}) ==
        "plan.not_approved");
  CHECK(office.refusal(with(haulier, {"--scope", "air"})) == "success");

  const std::string noted = office.said({"approve", "plan", "--plan-version", "3", "--from", "2026-01-01"});
  CHECK(holds(noted, "only declared"));
  CHECK(office.refusal(with(set, {"--plan-version", "3"})) == "success");
  CHECK(office.refusal(with(set, {"--plan-version", "4"})) == "plan.not_approved");
  CHECK(office.refusal(with(haulier, {"--plan-version", "3"})) == "success");
}

TEST_CASE("the house may only be stricter than the plan") {
  Office office;
  const auto house = [&](const char* setting, const char* value) {
    return office.refusal({"plan", "set", "--setting", setting, "--value", value, "--house"});
  };
  CHECK(house("checked_ms", "1800001") == "plan.not_stricter");
  CHECK(house("9", "1800000") == "success");
  CHECK(house("9", "600000") == "success");
  CHECK(house("second_person", "0") == "plan.not_stricter");
  CHECK(house("second_person", "2") == "success");
  CHECK(house("open_from_min", "480") == "success");  // when the site works is no rule
  CHECK(house("no_such", "1") == "plan.setting");
  CHECK(house("second_person", "3") == "plan.setting");
}

TEST_CASE("a clause is not relevant for a reason that stands in an approved plan") {
  Office office;
  CHECK(office.refusal({"plan", "clause", "--clause", "5.4", "--how", "not-relevant"}) == "cli.required");
  CHECK(office.refusal({"plan", "clause", "--clause", "5.4", "--how", "not-relevant", "--reason", "none"}) ==
        "plan.not_approved");
  CHECK(office.refusal({"plan", "clause", "--clause", "9.9"}) == "clause.unknown");
  must(office.ask({"approve", "plan", "--plan-version", "3", "--from", "2026-01-01"}));
  must(office.ask({"plan", "clause", "--clause", "5.4", "--how", "not-relevant", "--reason", "no computers",
                   "--plan-version", "3"}));
  CHECK(
      holds(row_of(must(office.ask({"compliance"})), "5.4"), "\"how\":\"applies\""));  // not heard there yet
  office.adopt();
  const std::string row = row_of(must(office.ask({"compliance"})), "5.4");
  CHECK(holds(row, "\"basis\":\"not relevant\",\"why\":\"no computers, plan 3\""));
}

TEST_CASE("closed days are told to the site, at most a year of them") {
  Office office;
  CHECK(office.refusal({"plan", "closed-days", "--first", "2026-12-24", "--last", "2026-12-23"}) ==
        "plan.closed_days");
  CHECK(office.refusal({"plan", "closed-days", "--first", "2026-01-01", "--last", "2027-01-02"}) ==
        "plan.closed_days");
  must(office.ask({"plan", "closed-days", "--first", "2026-01-02", "--last", "2026-01-05"}));
  office.adopt();
  ses::Rows rows;
  must(office.world.hub->rows().begin(office.world.site("akl-01").id, rows));
  CHECK(rows.adopted.closed == ses::Closings{{20455, 20458}});
}

TEST_CASE("a draft is run over what was recorded and changes nothing") {
  Office office;
  office.site.record(received(300001, 5, office.world.clock.reading.unix_ms));
  office.site.record(applied(300001));
  office.world.clock.pass(20 * 60'000);
  office.site.record(office.check());
  office.world.clock.pass(kDay);
  office.hear();
  const auto id = office.world.site("akl-01").id;
  CHECK(must(office.world.hub->rows().late_duties(id, 10)).empty());

  std::uint64_t told = 0;
  const auto count = [&](const cli::Progress& progress) { told = progress.done; };
  const std::string tried =
      cli::to_json(must(office.ask({"plan", "replay", "--set", "checked_ms=600000"}, count)));
  CHECK(told == 3);
  CHECK(holds(tried, "\"result\":\"With this draft 1 more would have been flagged, and 0 would not.\""));
  CHECK(holds(tried,
              "\"flag\":\"applied_checked\",\"what\":\"sealed, and nobody checked it\",\"really\":0,"
              "\"with_the_draft\":1,\"new\":1,\"no_longer\":0,"
              "\"new_ones\":[\"unit:MSCU1234566 since 1/1\"]"));
  CHECK(must(office.world.hub->rows().late_duties(id, 10)).empty());
  CHECK_FALSE(std::filesystem::exists(office.world.folder / "replay.tmp.db"));

  const std::string same = office.said({"plan", "replay", "--set", "checked_ms=1800000"});
  CHECK(holds(same, "With this draft 0 more would have been flagged, and 0 would not."));
}

TEST_CASE("a draft of seal types and operators flags what it would not list, and explains what it lists") {
  Office office;
  office.site.record(received(300001, 5, office.world.clock.reading.unix_ms));
  office.site.record(applied(300001));
  office.hear();
  const std::string wider = office.said({"plan", "replay", "--seal-type", "ses:NZ:8"});
  CHECK(holds(wider, "\"flag\":\"seal_type_not_approved\""));
  CHECK(holds(wider, "seal NZ300001"));
  CHECK_FALSE(holds(office.said({"plan", "replay", "--seal-type", "ses:NZ:6"}), "seal_type_not_approved"));
  const std::string other = office.said(
      {"plan", "replay", "--seal-type", "ses:NZ:8", "--from", "2024-01-01", "--to", "2024-12-31"});
  CHECK(holds(other, "With this draft 0 more"));
}

TEST_CASE("a draft that cannot be is refused") {
  Office office;
  CHECK(office.refusal({"plan", "replay"}) == "cli.required");
  for (const char* set : {"nothing=1", "checked_ms", "checked_ms=", "checked_ms=-1", "second_person=3"})
    CHECK(office.refusal({"plan", "replay", "--set", set}) == "cli.value");
  for (const char* type : {"NZ", "ses:NZ", "ses:NZ:0", "ses:NZ:19", "other:NZ:6"})
    CHECK(office.refusal({"plan", "replay", "--seal-type", type}) == "cli.value");
  for (const char* named : {"0", "x", "12:rail"})
    CHECK(office.refusal({"plan", "replay", "--operator", named}) == "cli.value");
  CHECK(office.refusal({"plan", "replay", "--operator", "12:air"}) == "success");
}

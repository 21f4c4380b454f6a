// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/commands.hpp"
#include "hub/journal.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

struct HeadOffice {
  HeadOffice() : site(world, "akl-01") { site.enrol(); }
  void tell(const ses::Event& event) {
    site.record(event);
    hear();
  }
  void hear() {
    site.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  void adopt() {
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const auto head = must(world.hub->logs().checkpoint(log->id));
    tell(ses::DirectivesAdopted{1, head.size, head.root});
  }
  Result<cli::Value> run(const std::vector<std::string>& words) {
    const auto asked = must(cli::parse_command_line(program_spec(), words));
    return execute(*world.hub, std::get<cli::Invocation>(asked).command, {});
  }
  std::string said(const std::vector<std::string>& words) { return cli::to_json(must(run(words))); }
  std::string id_of(std::uint16_t rule) {
    for (const Alert& alert : world.alerts())
      if (alert.rule == rule) return hex(alert.id.view());
    FAIL("there is no such alert");
    return {};
  }
  /// Sealed, and nobody checked it.
  std::string unchecked() {
    tell(received(300001, 10, world.clock.reading.unix_ms));
    tell(applied(300001));
    world.clock.pass(kHour);
    hear();
    return id_of(9);
  }
  std::size_t journal_entries(JournalKind kind) {
    const auto log = must(world.hub->logs().find_log("hub.example.nz/journal/e1"));
    std::size_t count = 0;
    for (std::uint64_t i = 0; i < must(world.hub->logs().size(log->id)); ++i) {
      const auto entry = must(decode_journal_entry(must(world.hub->logs().read_entry(log->id, i))));
      if (entry.kind == kind) ++count;
    }
    return count;
  }
  HubWorld world;
  TestSite site;
};

std::int64_t number_in(const cli::Value& value, const char* group, const char* name) {
  return *value.find(group)->find(name)->as_int();
}

const cli::Value& first_alert(const cli::Value& value) {
  return value.find("alerts")->as_list()->at(0);
}

std::string text_in(const cli::Value& value, const char* name) {
  const cli::Value* member = value.find(name);
  return member == nullptr || member->as_text() == nullptr ? std::string() : *member->as_text();
}

}  // namespace

TEST_CASE(
    "an alert lives through the commands: in hand, given on, asleep, commented, answered for in its "
    "history") {
  HeadOffice office;
  const std::string id = office.unchecked();
  cli::Value list = must(office.run({"alerts", "list", "--clause", "2.14"}));
  const cli::Value& shown = first_alert(list);
  CHECK(text_in(shown, "state") == "open");
  CHECK(text_in(shown, "rule_name") == "applied_checked");
  CHECK(text_in(shown, "what_to_do") == "Check the seal: door, then paper");
  CHECK(shown.find("due_ms")->as_int() != nullptr);
  const auto done = must(office.run({"alerts", "acknowledge", id, "--by", "Anna"}));
  CHECK(text_in(first_alert(done), "state") == "acknowledged");
  CHECK(text_in(first_alert(done), "owner") == "Anna");
  must(office.run({"alerts", "assign", id, "--to", "Mere", "--by", "Anna"}));
  must(office.run({"alerts", "comment", id, "--comment", "the gate camera shows it", "--by", "Mere"}));
  must(office.run({"alerts", "snooze", id, "--until", "8h", "--by", "Mere"}));
  list = must(office.run({"alerts", "list", "--state", "snoozed"}));
  CHECK(list.find("alerts")->as_list()->size() == 1);
  CHECK(number_in(list, "counts", "snoozed") == 1);
  CHECK(code_of(office.run({"alerts", "resolve", id, "--cause", "fine", "--by", "Mere"})) ==
        "alert.cause_open");
  must(office.run({"alerts", "wake", id, "--by", "Mere"}));
  must(office.run({"alerts", "severity", id, "--severity", "critical", "--by", "Mere"}));
  const cli::Value one = must(office.run({"alerts", "show", id}));
  CHECK(text_in(one, "severity") == "critical");
  CHECK(text_in(one, "owner") == "Mere");
  const auto& history = *one.find("history")->as_list();
  CHECK(history.size() == 7);
  CHECK(holds(cli::to_json(*one.find("history")), "the gate camera shows it"));
  CHECK(holds(cli::to_json(*one.find("quiet")), "now: Anna has it in hand"));
  CHECK(office.journal_entries(JournalKind::AlertHandled) == 6);
  // All of it stands after a restart.
  office.world.restart();
  CHECK(text_in(must(office.run({"alerts", "show", id})), "owner") == "Mere");
  CHECK(holds(office.said({"alerts", "list", "--owner", "Mere"}), id.substr(0, 12)));
}

TEST_CASE("several alerts are handled by one command, and one that cannot be spoils all") {
  HeadOffice office;
  const std::string id = office.unchecked();
  ses::IncidentReported gate;
  gate.what = ses::IncidentKind::UnauthorisedEntry;
  office.tell(gate);
  const std::string stored = office.id_of(19);
  const auto both = must(office.run({"alerts", "acknowledge", id, stored, "--by", "Anna"}));
  CHECK(both.find("done")->as_list()->size() == 2);
  CHECK(code_of(office.run({"alerts", "wake", id, stored})) == "alert.not_snoozed");
  CHECK(code_of(office.run({"alerts", "acknowledge", id, "0000aaaa"})) == "alert.unknown");
  CHECK(office.journal_entries(JournalKind::AlertHandled) == 2);
}

TEST_CASE("the decision about Customs stands beside the alert: undecided, then not reportable") {
  HeadOffice office;
  office.tell(received(300001, 10, office.world.clock.reading.unix_ms));
  ses::SealLost lost;
  lost.seals = seals(300002, 1);
  lost.discovered_ms = office.world.clock.reading.unix_ms;
  office.tell(lost);
  const std::string id = office.id_of(18);
  CHECK(text_in(must(office.run({"alerts", "show", id})), "customs_decision") == "undecided");
  CHECK(text_in(must(office.run({"alerts", "show", id})), "severity") == "critical");
  must(office.run({"alerts", "answer", id, "--decision", "not-reportable", "--reason", "it was in the van",
                   "--by", "Anna"}));
  const cli::Value answered = must(office.run({"alerts", "show", id}));
  CHECK(text_in(answered, "customs_decision") == "not_reportable");
  CHECK(text_in(answered, "owner") == "Anna");
  // Head office knows that it is over, whenever the site hears of it.
  CHECK(text_in(answered, "state") == "resolved");
  CHECK(holds(text_in(answered, "answered"), "not heard by the site yet"));
  office.adopt();
  const cli::Value list = must(office.run({"alerts", "list", "--state", "resolved"}));
  CHECK(holds(cli::to_json(list), id.substr(0, 12)));
  CHECK(text_in(must(office.run({"alerts", "show", id})), "explained_by") ==
        text_in(answered, "answered").substr(0, text_in(answered, "answered").find(" (not heard")));
}

TEST_CASE(
    "handled at head office while the site, cut off, does what was asked: one alert, one id, nothing lost") {
  HeadOffice office;
  office.tell(received(300001, 10, office.world.clock.reading.unix_ms));
  ses::SealLost lost;
  lost.seals = seals(300002, 1);
  lost.discovered_ms = office.world.clock.reading.unix_ms;
  office.tell(lost);
  const std::string id = office.id_of(18);
  // Split: head office takes it in hand and lets it sleep, the site tells Customs.
  must(office.run({"alerts", "acknowledge", id, "--by", "Anna"}));
  must(office.run({"alerts", "snooze", id, "--until", "20h", "--by", "Anna"}));
  ses::CustomsTold told;
  told.about = {1, 1};
  told.how = ses::ToldHow::Phone;
  told.told_ms = office.world.clock.reading.unix_ms;
  office.site.record(told);
  office.world.clock.pass(kHour);
  CHECK(text_in(must(office.run({"alerts", "show", id})), "state") == "snoozed");
  office.hear();
  const cli::Value met = must(office.run({"alerts", "show", id}));
  CHECK(text_in(met, "id") == id);
  CHECK(text_in(met, "state") == "resolved");
  CHECK(text_in(met, "customs_decision") == "reported");
  CHECK(text_in(met, "owner") == "Anna");
  CHECK(code_of(office.run({"alerts", "acknowledge", id, "--by", "Tom"})) == "alert.resolved");
  // A clearing at the centre blocks no new alarm of the edge: the next loss is an alert of its own.
  lost.seals = seals(300003, 1);
  office.tell(lost);
  CHECK(office.id_of(18) != id);
}

TEST_CASE(
    "an alert about a seal that was applied before its receipt was heard closes as explained by that "
    "record") {
  HeadOffice office;
  office.tell(applied(300001));
  const std::string id = office.id_of(static_cast<std::uint16_t>(AlertRule::NeverReceived));
  office.tell(received(300001, 10, office.world.clock.reading.unix_ms));
  const cli::Value closed = must(office.run({"alerts", "show", id}));
  CHECK(text_in(closed, "state") == "resolved");
  CHECK(text_in(closed, "explained_by") == "record 1/1");
  CHECK(closed.find("notices")->as_list()->empty());
}

TEST_CASE("a silent site covers its alerts, says by what, and head office reads why they are quiet") {
  HeadOffice office;
  const std::string id = office.unchecked();
  office.world.clock.pass(2 * kDay);
  must(office.world.hub->tick());
  must(office.world.hub->tick());
  const std::string silent = office.id_of(static_cast<std::uint16_t>(AlertRule::SilentSite));
  const cli::Value covered = must(office.run({"alerts", "show", id}));
  CHECK(text_in(covered, "state") == "covered");
  CHECK(text_in(covered, "covered_by") == silent.substr(0, 12));
  CHECK(holds(cli::to_json(*covered.find("quiet")), "covered by the silence"));
  CHECK(number_in(must(office.run({"alerts", "list"})), "counts", "covered") >= 1);
  office.hear();
  office.world.clock.pass(1'000);
  must(office.world.hub->tick());
  CHECK(text_in(must(office.run({"alerts", "show", id})), "state") == "open");
}

TEST_CASE("a page of alerts goes on where the one before it ended, each once") {
  HeadOffice office;
  must(office.world.hub->db().transaction([&]() -> Result<> {
    SEALKEEP_LET(alerts, Alerts::open(office.world.hub->db()));
    for (int i = 0; i < 450; ++i) {
      Alert alert;
      alert.rule = 113;
      alert.subject = "entry:1/" + std::to_string(i);
      alert.id = alert_id(alert.rule, alert.subject, "hub", static_cast<std::uint64_t>(i));
      alert.site = 1;
      alert.severity = i % 3 == 0 ? ses::Severity::High : ses::Severity::Warn;
      alert.since_ms = 1'000 + i % 7;
      alert.raised_ms = 2'000;
      alert.reason = "cannot be read";
      SEALKEEP_TRY(alerts.raise(alert));
    }
    return {};
  }));
  std::set<std::string> seen;
  std::vector<std::string> words{"alerts", "list"};
  for (int page = 0; page < 3; ++page) {
    const cli::Value value = must(office.run(words));
    for (const cli::Value& one : *value.find("alerts")->as_list())
      CHECK(seen.insert(text_in(one, "id")).second);
    words = {"alerts", "list", "--cursor", text_in(value, "next")};
    CHECK((value.find("next") == nullptr) == (page == 2));
  }
  CHECK(seen.size() == 450);
}

TEST_CASE("the ladder, the digests and the channels are shown as the configuration has them") {
  HeadOffice office;
  CHECK(holds(
      office.said({"ladder", "show"}),
      R"("name":"customs_told","after":"12 h","after_ms":43200000,"to":"ses-manager, deputy","unless":"Customs was told")"));
  office.world.hub.reset();
  HubParts parts = office.world.parts();
  parts.notices =
      must(parse_notice_setup({"mail; kind=smtp; url=smtp://relay.example.nz; from=hub@example.nz"},
                              {"Sam; role=supervisor; to=mail:sam@example.nz; zone=+00:00"}, {}, ""));
  office.world.hub = must(Hub::open(parts));
  office.unchecked();
  office.world.clock.pass(2 * 60'000);
  must(office.world.hub->tick());
  CHECK(holds(office.said({"digest", "show"}), R"("for":"Sam")"));
  CHECK(holds(office.said({"notice", "channels"}),
              R"({"name":"mail","kind":"smtp","to":"Sam","state":"never tried")"));
  const std::string test = text_in(must(office.run({"notice", "test", "mail"})), "notice");
  CHECK(holds(office.said({"notice", "list", "--state", "waiting"}), test));
  CHECK(code_of(office.run({"notice", "test", "pigeon"})) == "channel.unknown");
  must(office.run({"notice", "drop", test.substr(0, 8), "--reason", "tried by hand", "--by", "Ivy"}));
  CHECK(code_of(office.run({"notice", "retry", test})) == "notice.over");
  CHECK(office.journal_entries(JournalKind::NoticeDropped) == 1);
}

// SPDX-License-Identifier: Apache-2.0
// The way of an incident to Customs, and what head office shows of it.
#include <algorithm>

#include "common/ses/directive.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/commands.hpp"
#include "hub/customs/customs_book.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;

struct HeadOffice {
  HeadOffice() : site(world, "akl-01") {
    site.enrol();
    site.record(received(300001, 10, now()));
    hear();
  }
  Result<cli::Value> ask(const std::vector<std::string>& words, const std::string& person = {}) {
    const auto parsed = must(cli::parse_command_line(program_spec(), words));
    cli::Command command = std::get<cli::Invocation>(parsed).command;
    if (!person.empty()) {
      command.caller.emplace();
      command.caller->person = person;
      command.caller->account = static_cast<std::int64_t>(person.size());
    }
    return execute(*world.hub, command, [](auto&) {});
  }
  cli::Value answer(const std::vector<std::string>& words, const std::string& person = {}) {
    return must(ask(words, person));
  }
  std::string refusal(const std::vector<std::string>& words) { return code_of(ask(words)); }
  void hear() {
    site.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  void adopt() {
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const auto head = must(world.hub->logs().checkpoint(log->id));
    site.record(ses::DirectivesAdopted{1, head.size, head.root});
    hear();
  }
  void lose(std::uint64_t seal) {
    ses::SealLost event;
    event.seals = seals(seal, 1);
    event.discovered_ms = now();
    site.record(event);
    hear();
  }
  template <class Body>
  [[nodiscard]] std::vector<Body> issued() {
    std::vector<Body> out;
    const auto log = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
    const std::uint64_t size = must(world.hub->logs().size(log->id));
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto directive = must(ses::decode_directive(must(world.hub->logs().read_entry(log->id, i))));
      if (const auto* one = std::get_if<Body>(&directive.body)) out.push_back(*one);
    }
    return out;
  }
  [[nodiscard]] bool alerts_about(std::uint16_t rule) {
    const auto rules = world.rules();
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  }
  [[nodiscard]] std::string alert_of(std::uint16_t rule, bool open_only = true) {
    for (const Alert& alert : world.alerts(open_only))
      if (alert.rule == rule) return hex(alert.id.view());
    return {};
  }
  [[nodiscard]] bool duty_is_open(std::uint8_t rule) {
    return !must(world.hub->rows().duties_of(world.site("akl-01").id, rule, 10)).empty();
  }
  [[nodiscard]] std::int64_t now() const { return world.clock.reading.unix_ms; }

  HubWorld world;
  TestSite site;
};

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
bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::string kLost = "akl-01/1/1";

}  // namespace

TEST_CASE("an incident goes its whole way to Customs, and telling them stops the clock at once") {
  HeadOffice office;
  office.lose(300004);
  const std::int64_t discovered_ms = office.now();
  office.world.clock.pass(30 * kMinute);
  const cli::Value decided =
      office.answer({"incidents", "decide", kLost, "--decision", "report", "--by", "Anna"});
  CHECK(text_of(decided, "decision") == "report");
  CHECK(text_of(decided, "next_step") == "tell");
  CHECK(number_of(decided, "due_ms") == discovered_ms + kDay);
  // Deciding stops no clock; it takes the alert in hand.
  REQUIRE(office.alerts_about(18));
  const std::string alert = office.alert_of(18);
  CHECK(text_of(office.answer({"alerts", "show", alert}), "owner") == "Anna");
  CHECK(text_of(office.answer({"alerts", "show", alert}), "customs_decision") == "report");
  CHECK(text_of(list_of(office.answer({"overview"}), "tell_customs").front(), "decision") == "report");

  office.world.clock.pass(kHour);
  const cli::Value told =
      office.answer({"incidents", "told", kLost, "--how", "phone", "--at", "2026-01-01T01:10:00Z", "--whom",
                     "Duty officer", "--reference", "CR-1", "--text", "one bolt seal", "--by", "Anna"});
  const std::int64_t told_ms = discovered_ms + 70 * kMinute;
  CHECK(text_of(told, "decision") == "reported");
  CHECK(number_of(told, "reported_ms") == told_ms);
  CHECK(text_of(told, "reference") == "CR-1");
  CHECK(text_of(told, "state") == "closed");
  CHECK(text_of(told, "next_step") == "send_form");
  CHECK(told.find("due_ms") == nullptr);
  // The site has not heard of it, and its alert is over all the same.
  CHECK_FALSE(office.alerts_about(18));
  CHECK(office.duty_is_open(18));
  const cli::Value overview = office.answer({"overview"});
  CHECK_FALSE(holds(text_of(overview, "sentence"), "Customs by"));
  const cli::Value& owed = list_of(overview, "tell_customs").front();
  CHECK(text_of(owed, "id") == kLost);
  CHECK(text_of(owed, "next_step") == "send_form");
  CHECK(number_of(owed, "reported_ms") == told_ms);

  CHECK(text_of(office.answer({"incidents", "told", kLost, "--how", "form", "--by", "Anna"}), "next_step") ==
        "note_reply");
  CHECK(list_of(office.answer({"overview"}), "tell_customs").empty());
  const cli::Value done = office.answer(
      {"incidents", "reply", kLost, "--reference", "CR-2", "--text", "no further action", "--by", "Tom"});
  CHECK(text_of(done, "reply") == "no further action");
  CHECK(text_of(done, "reference") == "CR-2");
  CHECK(done.find("next_step") == nullptr);
  // The first word is the one that counts.
  CHECK(number_of(done, "reported_ms") == told_ms);
  CHECK(list_of(done, "steps").size() == 4);

  const std::string history = cli::to_json(office.answer({"alerts", "show", alert}));
  CHECK(holds(history, "told Customs by phone, Duty officer, reference CR-1: one bolt seal"));
  CHECK(holds(history, "Customs answered by e-mail, reference CR-2: no further action"));
  const std::string journal = cli::to_json(office.answer({"journal", "list", "--kind", "customs_step"}));
  CHECK(holds(journal, "Tom wrote down Customs' answer to incident 1/1 of akl-01"));
  CHECK(list_of(office.answer({"journal", "list", "--kind", "customs_step"}), "entries").size() == 4);

  // The site hears of it once, with the time at which Customs was told: it was in time.
  REQUIRE(office.issued<ses::CustomsToldByOffice>().size() == 2);
  CHECK(office.issued<ses::CustomsToldByOffice>().front() ==
        ses::CustomsToldByOffice{{1, 1}, ses::ToldHow::Phone, told_ms});
  office.adopt();
  CHECK_FALSE(office.duty_is_open(18));
  CHECK_FALSE(office.alerts_about(static_cast<std::uint16_t>(AlertRule::DoneLate)));
  CHECK(*office.answer({"verify"}).find("valid")->as_bool());
}

TEST_CASE("what head office told Customs stays told when the hub is started again before the site hears it") {
  HeadOffice office;
  office.lose(300004);
  office.answer({"incidents", "told", kLost, "--how", "phone", "--by", "Anna"});
  office.world.restart();
  office.world.oversee_all();
  must(office.world.hub->tick());
  CHECK_FALSE(office.alerts_about(18));
  office.world.clock.pass(25 * kHour);
  office.hear();
  CHECK_FALSE(office.alerts_about(18));
  CHECK(text_of(office.answer({"incidents", "show", kLost}), "decision") == "reported");
  office.adopt();
  CHECK_FALSE(office.duty_is_open(18));
  // The next loss is a matter of its own.
  office.lose(300005);
  CHECK(office.alerts_about(18));
}

TEST_CASE(
    "a decision that Customs need not be told has a reason, is told to the site, and can be overtaken") {
  HeadOffice office;
  office.lose(300004);
  CHECK(office.refusal({"incidents", "decide", kLost, "--decision", "not-reportable"}) == "incident.reason");
  CHECK(office.refusal({"incidents", "decide", kLost, "--decision", "not-reportable", "--reason",
                        std::string(201, 'x')}) == "incident.reason");
  office.answer(
      {"incidents", "decide", kLost, "--decision", "undecided", "--reason", "the yard is searched"});
  CHECK(office.alerts_about(18));
  office.answer(
      {"incidents", "decide", kLost, "--decision", "not-reportable", "--reason", "it was in the van"});
  CHECK_FALSE(office.alerts_about(18));
  CHECK(office.issued<ses::AlertAnswered>().size() == 1);
  const cli::Value one = office.answer({"incidents", "show", kLost});
  CHECK(text_of(one, "decision") == "not_reportable");
  CHECK(text_of(one, "state") == "closed");
  CHECK(one.find("next_step") == nullptr);
  CHECK(list_of(office.answer({"overview"}), "tell_customs").empty());
  CHECK(office.refusal({"incidents", "decide", kLost, "--decision", "report"}) == "incident.not_reportable");
  office.answer({"incidents", "told", kLost, "--how", "email"});
  CHECK(text_of(office.answer({"incidents", "show", kLost}), "decision") == "reported");
  CHECK(office.refusal({"incidents", "decide", kLost, "--decision", "report"}) == "incident.reported");
}

TEST_CASE("what cannot be true of an incident is refused, and nothing of it is kept") {
  HeadOffice office;
  office.lose(300004);
  CHECK(office.refusal({"incidents", "told", "akl-01/1/0", "--how", "phone"}) == "incident.unknown");
  CHECK(office.refusal({"incidents", "told", "akl-01", "--how", "phone"}) == "incident.unknown");
  CHECK(office.refusal({"incidents", "told", kLost, "--how", "phone", "--at", "2026-01-01T00:06:00Z"}) ==
        "incident.when");
  CHECK(office.refusal({"incidents", "told", kLost, "--how", "phone", "--at", "2025-12-31T23:59:00Z"}) ==
        "incident.when");
  CHECK(office.refusal({"incidents", "told", kLost, "--how", "phone", "--whom", std::string(121, 'x')}) ==
        "customs.text");
  CHECK(office.refusal({"incidents", "told", kLost, "--how", "phone", "--text", std::string(2001, 'x')}) ==
        "customs.text");
  CHECK(office.refusal({"incidents", "reply", kLost, "--text", "thanks"}) == "incident.not_told");
  office.answer({"incidents", "told", kLost, "--how", "phone", "--whom", std::string(120, 'x'), "--text",
                 std::string(2000, 'x')});
  CHECK(office.refusal({"incidents", "reply", kLost}) == "cli.required");
  CHECK(list_of(office.answer({"incidents", "show", kLost}), "steps").size() == 1);
  CHECK(office.issued<ses::CustomsToldByOffice>().size() == 1);
}

TEST_CASE("the first screen names what a person must do next: nobody's or theirs, nearest limit first") {
  HeadOffice office;
  ses::IncidentReported gate;
  gate.what = ses::IncidentKind::UnauthorisedEntry;
  gate.discovered_ms = office.now();
  office.site.record(gate);
  office.hear();
  office.world.clock.pass(kMinute);
  office.lose(300004);
  const auto needs = [&](const std::string& person) {
    std::vector<std::string> out;
    const cli::Value said = office.answer({"overview"}, person);
    for (const cli::Value& one : list_of(said, "needs_me")) out.push_back(text_of(one, "incident"));
    return out;
  };
  const std::string gate_id = "akl-01/1/1", lost_id = "akl-01/1/2";
  CHECK(needs("Anna") == std::vector<std::string>{gate_id, lost_id});
  const std::string lost = office.alert_of(18), decide = office.alert_of(19);
  office.answer({"alerts", "assign", lost, "--to", "Tom"});
  CHECK(needs("Anna") == std::vector<std::string>{gate_id});
  CHECK(needs("Tom") == std::vector<std::string>{gate_id, lost_id});
  office.answer({"alerts", "acknowledge", lost, "--by", "Tom"});
  CHECK(needs("Tom") == std::vector<std::string>{gate_id, lost_id});
  office.answer({"alerts", "snooze", decide, "--until", "4h", "--by", "Anna"});
  CHECK(needs("Anna").empty());
  // At a shell nobody is known: what nobody has in hand.
  office.answer({"alerts", "wake", decide});
  CHECK(needs("") == std::vector<std::string>{gate_id});
}

TEST_CASE("the clauses are counted on the first screen right after a start") {
  HeadOffice office;
  office.world.restart();
  const cli::Value said = office.answer({"overview"});
  const cli::Value* compliance = said.find("compliance");
  REQUIRE(compliance != nullptr);
  CHECK(number_of(*compliance, "facts") > 0);
  CHECK(number_of(*compliance, "sites_read") == 1);
  CHECK(number_of(*compliance, "sites") == 1);
}

TEST_CASE("a site lies where a person said, to a millionth of a degree, and the journal knows") {
  HeadOffice office;
  CHECK(list_of(office.answer({"overview"}), "sites").front().find("place")->as_object() == nullptr);
  office.answer({"site", "place", "akl-01", "--lat", "-36.8485", "--lon", "174.763336"});
  const cli::Value said = office.answer({"overview"});
  const cli::Value* place = list_of(said, "sites").front().find("place");
  REQUIRE(place != nullptr);
  CHECK(number_of(*place, "lat_e6") == -36'848'500);
  CHECK(number_of(*place, "lon_e6") == 174'763'336);
  CHECK(holds(cli::to_json(office.answer({"journal", "list", "--kind", "site_placed"})), "akl-01"));
  for (const char* lat :
       {"90.000001", "-91", "1.2.3", "1.", ".5", "", "-", "1.1234567", "12e1", "0000000000001"})
    CHECK(office.refusal({"site", "place", "akl-01", "--lat", lat, "--lon", "0"}) == "site.place");
  office.answer({"site", "place", "akl-01", "--lat", "90", "--lon", "-180.000000"});
  CHECK(office.refusal({"site", "place", "nowhere", "--lat", "1", "--lon", "1"}) == "site.unknown");
}

TEST_CASE("filters are each person's own, under names of their own") {
  HeadOffice office;
  office.answer({"filter", "save", "mine", "--page", "alerts", "--query", "owner=Anna"}, "Anna");
  office.answer({"filter", "save", "mine", "--page", "alerts", "--query", "owner=Anna&state=all"}, "Anna");
  office.answer({"filter", "save", "late", "--page", "seals"}, "Anna");
  const cli::Value hers = office.answer({"filter", "list", "--page", "alerts"}, "Anna");
  REQUIRE(list_of(hers, "filters").size() == 1);
  CHECK(text_of(list_of(hers, "filters").front(), "query") == "owner=Anna&state=all");
  CHECK(list_of(office.answer({"filter", "list"}, "Thomas"), "filters").empty());
  CHECK(code_of(office.ask({"filter", "remove", "mine", "--page", "alerts"}, "Thomas")) == "filter.unknown");
  CHECK(list_of(office.answer({"filter", "remove", "mine", "--page", "alerts"}, "Anna"), "filters").empty());
  CHECK(list_of(office.answer({"filter", "list"}, "Anna"), "filters").size() == 1);
  CHECK(code_of(office.ask({"filter", "save", std::string(61, 'x'), "--page", "alerts"})) == "filter.text");
  for (int i = 0; i < 100; ++i) office.answer({"filter", "save", std::to_string(i), "--page", "alerts"});
  CHECK(code_of(office.ask({"filter", "save", "one more", "--page", "alerts"})) == "filter.many");
  office.answer({"filter", "save", "99", "--page", "alerts", "--query", "replaced"});
}

TEST_CASE("what a site did against an instruction that it had not heard is marked: it could not know") {
  HeadOffice office;
  const auto could_not_know = [&](std::uint16_t rule) {
    const std::string id = office.alert_of(rule);
    REQUIRE_FALSE(id.empty());
    const cli::Value shown = office.answer({"alerts", "show", id});
    const cli::Value* marked = shown.find("site_could_not_know");
    return marked != nullptr && *marked->as_bool();
  };
  const RegisterId site = office.world.site("akl-01").id;
  const auto approve = [&](std::uint32_t no, ses::Scope scope) {
    must(office.world.hub->issue(site, ses::OperatorApproved{no, "Carrier", scope, 0, 0, "1"}));
  };
  const auto uplift = [&](ses::UnitKind kind, const char* unit, std::uint32_t operator_no) {
    ses::Uplifted event;
    event.unit = must(ses::UnitId::parse(kind, unit));
    event.operator_no = operator_no;
    office.site.record(event);
    office.hear();
    // Judged once the site was heard past that moment.
    office.world.clock.pass(kMinute);
    office.hear();
  };
  SECTION("an operator that is not in the plan") {
    approve(7, ses::Scope::Sea);
    office.adopt();
    office.world.clock.pass(kMinute);
    uplift(ses::UnitKind::SeaContainer, "MSCU1234566", 9);
    CHECK_FALSE(could_not_know(13));
    approve(9, ses::Scope::Sea);
    office.world.clock.pass(kMinute);
    office.adopt();
    CHECK_FALSE(could_not_know(13));
  }
  SECTION("an operator that was approved, and the site has not heard so") {
    approve(7, ses::Scope::Sea);
    office.adopt();
    approve(9, ses::Scope::Sea);
    office.world.clock.pass(kMinute);
    uplift(ses::UnitKind::SeaContainer, "MSCU1234566", 9);
    CHECK(could_not_know(13));
    office.adopt();
    CHECK_FALSE(could_not_know(13));
  }
  SECTION("an air carrier") {
    approve(7, ses::Scope::Air);
    office.adopt();
    approve(9, ses::Scope::Air);
    office.world.clock.pass(kMinute);
    uplift(ses::UnitKind::AirPackage, "PKG1", 9);
    CHECK(could_not_know(34));
  }
  SECTION("a delivery that was announced to it, and it has not heard so") {
    approve(7, ses::Scope::Sea);
    office.adopt();
    must(office.world.hub->issue(
        site, ses::DeliveryApproved{"PO-1", ses::Family::Ses, ses::SealKind::Bolt, seals(310001, 5), 0}));
    office.world.clock.pass(kMinute);
    ses::SealsReceived box = received(310001, 5, office.now());
    box.approval = "PO-1";
    office.site.record(box);
    office.hear();
    office.world.clock.pass(kMinute);
    office.hear();
    CHECK(could_not_know(42));
    office.adopt();
    CHECK(office.alert_of(42).empty());
  }
  SECTION("a delivery to a site whose approval it has not heard of") {
    must(office.world.hub->issue(site, ses::OperatorApproved{7, "Carrier", ses::Scope::Sea, 0, 0, "1"}));
    office.adopt();
    must(office.world.hub->issue(site, ses::SiteApproved{0, 0, ses::Scope::Sea, "1"}));
    office.world.clock.pass(kMinute);
    office.site.record(received(310001, 5, office.now()));
    office.hear();
    CHECK(could_not_know(static_cast<std::uint16_t>(AlertRule::SiteNotApproved)));
  }
}

TEST_CASE("messages that are over leave the outbox after 400 days; the journal and open ones stay") {
  HeadOffice office;
  Outbox& outbox = office.world.hub->desk().outbox();
  const auto put = [&](const char* id, NoticeState state) {
    Notice notice;
    notice.id = id;
    notice.created_ms = notice.next_try_ms = office.now();
    notice.state = state;
    must(office.world.hub->db().transaction([&]() -> Result<> {
      SEALKEEP_TRY(outbox.put(notice));
      return outbox.change(notice);
    }));
  };
  put("sent", NoticeState::Sent);
  put("dead", NoticeState::Dead);
  office.world.clock.pass(kDay);
  put("younger", NoticeState::Sent);
  office.world.clock.pass(399 * kDay);
  must(office.world.hub->tick());
  CHECK(must(outbox.find("sent")).has_value());
  const auto journal = must(office.world.hub->logs().find_log("hub.example.nz/journal/e1"));
  const std::uint64_t before = must(office.world.hub->logs().size(journal->id));
  office.world.clock.pass(12 * kHour);
  must(office.world.hub->tick());
  CHECK_FALSE(must(outbox.find("sent")).has_value());
  CHECK(must(outbox.find("dead")).has_value());
  CHECK(must(outbox.find("younger")).has_value());
  CHECK(must(office.world.hub->logs().size(journal->id)) == before);
}

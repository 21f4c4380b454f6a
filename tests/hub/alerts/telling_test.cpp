// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/telling.hpp"

#include "tests/hub/alerts/life_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;
using enum LifeStep;

namespace {

Recipient person(std::string name, Role role, std::vector<std::string> sites = {}) {
  Recipient one;
  one.name = std::move(name);
  one.role = role;
  one.sites = std::move(sites);
  one.ways = {{"mail", "a@example.nz"}};
  one.utc_offset_min = 0;
  return one;
}

struct Desk {
  Desk() {
    people = {person("Anna", Role::SesManager), person("Dev", Role::Deputy),
              person("Sam", Role::Supervisor, {"akl-01"}), person("Sid", Role::Supervisor, {"tga-01"}),
              person("Ivy", Role::It)};
    office.people = &people;
    office.site = "akl-01";
    office.now.unix_ms = kNoon;
  }
  Decision at(Living& one, std::int64_t ms, LifeStep step) {
    one.pass(ms);
    office.now.unix_ms = one.now_ms;
    for (const Happening& happening : one.happened)
      if (happening.step == step) return decide(one.life, one.alert, happening, office);
    FAIL("that did not happen");
    return {};
  }
  Decision now(const Living& one, Happening happening) {
    office.now.unix_ms = one.now_ms;
    return decide(one.life, one.alert, happening, office);
  }
  std::vector<Recipient> people;
  Office office;
};

std::vector<std::string> names(const Decision& decision) {
  std::vector<std::string> out;
  for (const Telling& one : decision.tellings) out.push_back(one.person);
  return out;
}

Now in_auckland(std::int64_t unix_ms) {
  Now now;
  now.unix_ms = unix_ms;
  now.utc_offset_min = 13 * 60;
  return now;
}

bool says(const std::vector<std::string>& sentences, std::string_view part) {
  for (const std::string& one : sentences)
    if (one.find(part) != one.npos) return true;
  return false;
}

}  // namespace

TEST_CASE("the first word goes to who is asked first, at that site, and says why") {
  Desk desk;
  Living one;
  const Decision said = desk.at(one, kMinute, FirstWord);
  CHECK(names(said) == std::vector<std::string>{"Sam"});
  CHECK(said.tellings[0].interrupts);
  CHECK(said.tellings[0].moment == Moment::Raised);
  CHECK(says(said.spoke, "Sam was told at 2026-01-02T12:01:00Z"));
  CHECK(said.quiet.empty());
}

TEST_CASE("if nobody has a role the next one is told instead; if nobody is entered it says so") {
  Desk desk;
  desk.people = {person("Dev", Role::Deputy)};
  Living one;
  Decision said = desk.at(one, kMinute, FirstWord);
  CHECK(names(said) == std::vector<std::string>{"Dev"});
  CHECK(says(said.spoke, "Nobody is entered as the supervisor"));
  desk.people.clear();
  Living other;
  said = desk.at(other, kMinute, FirstWord);
  CHECK(said.tellings.empty());
  CHECK(says(said.quiet, "the screen alone"));
}

TEST_CASE("warn goes into the daily digest and list into Monday's: neither interrupts") {
  Desk desk;
  Living warn(kChecked, ses::Severity::Warn);
  Decision said = desk.at(warn, kMinute, FirstWord);
  REQUIRE(said.tellings.size() == 1);
  CHECK_FALSE(said.tellings[0].interrupts);
  CHECK(said.tellings[0].digest_due_ms == kNoon + 19 * kHour);
  CHECK(says(said.quiet, "warn interrupts nobody"));
  Living list(kChecked, ses::Severity::List);
  said = desk.at(list, kMinute, FirstWord);
  // Friday noon to Monday 07:00.
  CHECK(said.tellings.at(0).digest_due_ms == kNoon + 2 * kDay + 19 * kHour);
}

TEST_CASE("past four messages a day what is high waits for the digest; two are kept for what is critical") {
  Desk desk;
  desk.office.spent["Sam"] = {kBudget - kKeptForCritical - 1, kNoon};
  Living fourth;
  CHECK(desk.at(fourth, kMinute, FirstWord).tellings.at(0).interrupts);
  desk.office.spent["Sam"] = {kBudget - kKeptForCritical, kNoon};
  Living fifth;
  const Decision said = desk.at(fifth, kMinute, FirstWord);
  CHECK_FALSE(said.tellings.at(0).interrupts);
  CHECK(said.tellings.at(0).digest_due_ms != 0);
  CHECK(says(said.quiet, "today's messages are used up"));
  desk.office.spent["Anna"] = {kBudget - 1, kNoon};
  Living critical(kTold, ses::Severity::Critical);
  critical.life = {};
  CHECK(desk.at(critical, 0, FirstWord).tellings.at(0).interrupts);
}

TEST_CASE("past six messages what is critical is gathered within the hour, never dropped") {
  Desk desk;
  desk.office.spent["Anna"] = {kBudget, kNoon - 10 * kMinute};
  Living one(kTold, ses::Severity::Critical);
  one.life = {};
  const Decision said = desk.at(one, 0, FirstWord);
  REQUIRE(said.tellings.size() == 1);
  CHECK(said.tellings[0].gathered);
  CHECK(said.tellings[0].digest_due_ms == kNoon + 50 * kMinute);
  CHECK(says(said.spoke, "gathered"));
}

TEST_CASE("in quiet hours what is high waits for their end, what is critical does not, over midnight too") {
  Desk desk;
  for (Recipient& one : desk.people) {
    one.quiet_from_min = 22 * 60;
    one.quiet_until_min = 6 * 60;
  }
  desk.people[2].utc_offset_min = 13 * 60;  // noon in Greenwich is one o'clock at night there
  Living one;
  const Decision said = desk.at(one, kMinute, FirstWord);
  CHECK_FALSE(said.tellings.at(0).interrupts);
  CHECK(said.tellings.at(0).digest_due_ms == kNoon + 5 * kHour);
  CHECK(says(said.quiet, "quiet hours"));
  desk.people[0].utc_offset_min = 13 * 60;
  Living critical(kTold, ses::Severity::Critical);
  critical.life = {};
  CHECK(desk.at(critical, 0, FirstWord).tellings.at(0).interrupts);
  CHECK(quiet_until_ms(desk.people[1], {kNoon + 10 * kHour, 0, 0}) == kNoon + 18 * kHour);
  CHECK(quiet_until_ms(desk.people[1], {kNoon + 18 * kHour, 0, 0}) == 0);
}

TEST_CASE("who has it in hand is told to whoever was told, and not to the one who took it") {
  Desk desk;
  Living one;
  one.pass(kMinute);
  desk.office.told = {"Anna", "Sam"};
  REQUIRE(one.person(Acknowledged, "Anna"));
  const Decision said = desk.now(one, {Acknowledged, "Anna"});
  CHECK(names(said) == std::vector<std::string>{"Sam"});
  CHECK_FALSE(said.tellings[0].interrupts);
  CHECK(said.tellings[0].moment == Moment::Acknowledged);
}

TEST_CASE("the end is told to whoever was told of the beginning, and if nobody was, to nobody") {
  Desk desk;
  Living one;
  one.pass(kMinute);
  one.alert.resolved_ms = kNoon + kHour;
  desk.office.told = {"Sam"};
  Decision said = desk.at(one, kHour, Resolved);
  CHECK(names(said) == std::vector<std::string>{"Sam"});
  CHECK(said.tellings[0].moment == Moment::Resolved);
  Living quick;
  quick.alert.resolved_ms = kNoon + 10'000;
  desk.office.told.clear();
  said = desk.at(quick, 10'000, Resolved);
  CHECK(said.tellings.empty());
  CHECK(says(said.quiet, "nobody else was told"));
}

TEST_CASE("an alert that sleeps, is covered, in hand or over stays quiet and says why") {
  Living one;
  one.pass(2 * kMinute);
  CHECK(why_quiet(one.life, in_auckland(one.now_ms)).empty());
  REQUIRE(one.person(Acknowledged, "Anna"));
  CHECK(says(why_quiet(one.life, in_auckland(one.now_ms)),
             "Anna has it in hand since 2026-01-03T01:02:00+13:00"));
  REQUIRE(one.person(Snoozed, "Anna", "", 8 * kHour));
  CHECK(says(why_quiet(one.life, in_auckland(one.now_ms)), "It sleeps until 2026-01-03T09:00:00+13:00"));
  one.covering = alert_id(114, "site:akl-01", "hub", 0);
  one.pass(3 * kMinute);
  CHECK(says(why_quiet(one.life, in_auckland(one.now_ms)), "covered by the silence"));
  one.alert.resolved_ms = one.now_ms;
  one.pass(4 * kMinute);
  CHECK(says(why_quiet(one.life, in_auckland(one.now_ms)), "its cause is gone"));
  Living young;
  CHECK(says(why_quiet(young.life, in_auckland(young.now_ms)), "it may explain itself"));
}

TEST_CASE("what somebody has in hand when its first word is due is said to nobody") {
  Desk desk;
  Living one;
  REQUIRE(one.person(Acknowledged, "Anna"));
  const Decision said = desk.at(one, kMinute, FirstWord);
  CHECK(said.tellings.empty());
  CHECK(says(said.quiet, "Anna has it in hand"));
}

TEST_CASE("the supervisor's boss is told if nobody acts, with how long nobody acted") {
  Desk desk;
  Living one;
  one.pass(kMinute);
  const Decision said = desk.at(one, 4 * kHour, Escalated);
  CHECK(names(said) == std::vector<std::string>{"Anna"});
  CHECK(said.tellings[0].moment == Moment::Escalated);
  CHECK(says(said.spoke, "4 h after it was raised nobody has it in hand"));
}

TEST_CASE("the end of a snooze and a worse cause reach the owner alone") {
  Desk desk;
  Living one;
  one.pass(kMinute);
  REQUIRE(one.person(Assigned, "Sam", "", 0, "Dev"));
  CHECK(names(desk.now(one, {Assigned, "Sam", "", "Dev"})) == std::vector<std::string>{"Dev"});
  REQUIRE(one.person(Snoozed, "Dev", "", kHour));
  CHECK(names(desk.at(one, kHour, SnoozeEnded)) == std::vector<std::string>{"Dev"});
  one.alert.severity = ses::Severity::Critical;
  CHECK(names(desk.at(one, 2 * kHour, Worsened)) == std::vector<std::string>{"Dev"});
}

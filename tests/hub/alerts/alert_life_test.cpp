// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/alert_life.hpp"

#include "tests/hub/alerts/life_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;
using enum LifeStep;

// ---- one open alert a cause, repeats merged

TEST_CASE("a cause that is told again and again is one alert, raised once") {
  Living one;
  CHECK(one.life.round == 1);
  CHECK(one.pass(0).empty());
  one.alert.reason = "the same, in other words";
  CHECK(one.pass(10'000).empty());
  CHECK(one.state() == AlertState::Open);
}

TEST_CASE(
    "an alert keeps its id over its whole life, and a cause that comes again is the same alert in a new "
    "round") {
  Living one;
  const Hash id = one.alert.id;
  one.pass(2 * kMinute);
  one.alert.resolved_ms = kNoon + kHour;
  CHECK(one.pass(kHour) == Steps{Resolved});
  one.alert.resolved_ms = 0;
  CHECK(one.pass(2 * kHour) == Steps{RaisedAgain});
  CHECK(one.life.round == 2);
  CHECK(one.alert.id == id);
  CHECK(alert_id(kChecked, one.alert.subject, "hub/site/akl-01/e1", 7) == id);
  CHECK(alert_id(kChecked, one.alert.subject, "hub/site/akl-01/e1", 8) != id);
}

// ---- acknowledge

TEST_CASE("acknowledging keeps name and time, makes whoever did it the owner, and stops the ladder") {
  Living one;
  one.pass(2 * kMinute);
  CHECK(next_escalation_ms(one.life, one.alert, ladder_of(kChecked, ses::Severity::High, {})) ==
        kNoon + 4 * kHour);
  REQUIRE(one.person(Acknowledged, "Anna", "I call them"));
  CHECK(one.state() == AlertState::Acknowledged);
  CHECK(one.life.acknowledged_by == "Anna");
  CHECK(one.life.acknowledged_ms == kNoon + 2 * kMinute);
  CHECK(one.life.owner == "Anna");
  CHECK(next_escalation_ms(one.life, one.alert, ladder_of(kChecked, ses::Severity::High, {})) == 0);
  CHECK(one.pass(30 * kDay).empty());
  // The same click twice is one.
  const auto again = one.person(Acknowledged, "Anna");
  REQUIRE(again);
  CHECK_FALSE(again->has_value());
}

TEST_CASE(
    "an old acknowledgement does not keep quiet what came again months later, and wakes nobody meanwhile") {
  Living one;
  one.pass(2 * kMinute);
  REQUIRE(one.person(Acknowledged));
  CHECK(one.pass(90 * kDay).empty());
  one.alert.resolved_ms = kNoon + 90 * kDay;
  one.pass(91 * kDay);
  one.alert.resolved_ms = 0;
  CHECK(one.pass(92 * kDay) == Steps{RaisedAgain});
  CHECK(one.state() == AlertState::Open);
  CHECK(one.life.owner.empty());
  CHECK(one.pass(92 * kDay + kMinute) == Steps{FirstWord});
}

// ---- assign, comment

TEST_CASE("an alert is assigned and reassigned, and commented also when it is over") {
  Living one;
  REQUIRE(one.person(Assigned, "Tom", "", 0, "Anna"));
  CHECK(one.life.owner == "Anna");
  REQUIRE(one.person(Assigned, "Anna", "on leave", 0, "Mere"));
  CHECK(one.life.owner == "Mere");
  CHECK(one.state() == AlertState::Open);
  CHECK(code_of(one.person(Assigned, "Tom")) == "alert.owner");
  CHECK(code_of(one.person(Commented, "Tom")) == "alert.text");
  CHECK(code_of(one.person(Commented, "Tom", std::string(kAlertTextBytes + 1, 'x'))) == "alert.text");
  REQUIRE(one.person(Commented, "Tom", std::string(kAlertTextBytes, 'x')));
  one.alert.resolved_ms = one.now_ms;
  one.pass(kMinute);
  REQUIRE(one.person(Commented, "Tom", "it was behind the cage"));
  CHECK(code_of(one.person(Assigned, "Tom", "", 0, "Anna")) == "alert.resolved");
}

// ---- snooze

TEST_CASE("a snooze has an end, says nothing until then, and speaks once afterwards") {
  Living one;
  one.pass(2 * kMinute);
  CHECK(code_of(one.person(Snoozed, "Anna", "", 1)) == "alert.until");
  CHECK(code_of(one.person(Snoozed, "Anna", "", kLongestSnoozeMs + kHour)) == "alert.until");
  REQUIRE(one.person(Snoozed, "Anna", "the truck comes at eight", 20 * kHour));
  CHECK(one.state() == AlertState::Snoozed);
  CHECK(one.pass(19 * kHour).empty());
  // The rungs that came meanwhile are climbed as one.
  CHECK(one.pass(20 * kHour) == Steps{SnoozeEnded});
  CHECK(one.happened[0].to == std::vector{Role::SesManager});
  CHECK(one.state() == AlertState::Open);
  CHECK(one.pass(20 * kHour).empty());
}

TEST_CASE("a snooze is ended by hand, by a worse cause, and by the end of the cause") {
  Living one(kChecked, ses::Severity::Warn);
  one.pass(2 * kMinute);
  CHECK(code_of(one.person(Woken)) == "alert.not_snoozed");
  REQUIRE(one.person(Snoozed, "Anna", "", 8 * kHour));
  REQUIRE(one.person(Woken));
  CHECK(one.state() == AlertState::Open);
  REQUIRE(one.person(Snoozed, "Anna", "", 8 * kHour));
  one.alert.severity = ses::Severity::High;
  CHECK(one.pass(2 * kHour) == Steps{Worsened});
  CHECK(one.state() == AlertState::Open);
  REQUIRE(one.person(Snoozed, "Anna", "", 8 * kHour));
  one.alert.resolved_ms = kNoon + 3 * kHour;
  CHECK(one.pass(3 * kHour) == Steps{Resolved});
  CHECK(one.pass(9 * kHour).empty());
}

TEST_CASE("what is critical sleeps a day at most") {
  Living one(kTold, ses::Severity::Critical);
  CHECK(code_of(one.person(Snoozed, "Anna", "", kLongestCriticalSnoozeMs + 1)) == "alert.until");
  CHECK(one.person(Snoozed, "Anna", "", kLongestCriticalSnoozeMs));
}

// ---- inhibit

TEST_CASE("a silent site covers what only the site can do, and uncovers it when it is heard again") {
  Living one;
  one.covering = alert_id(114, "site:akl-01", "hub/site/akl-01", 0);
  CHECK(one.pass(10'000) == Steps{Covered});
  CHECK(one.state() == AlertState::Covered);
  CHECK(one.pass(30 * kDay).empty());
  one.covering.reset();
  CHECK(one.pass(31 * kDay) == Steps{Uncovered});
  // The site first tells what was done meanwhile.
  CHECK(one.pass(31 * kDay + kSettleMs - 1).empty());
  CHECK(one.pass(31 * kDay + kSettleMs) == Steps{FirstWord});
}

TEST_CASE("silence covers no clock of Customs and nothing that keys and logs show") {
  CHECK(can_be_covered(alert_of(kChecked, ses::Severity::High)));
  for (const std::uint16_t rule :
       std::initializer_list<std::uint16_t>{18, 19, 20, 110, 111, 112, 113, 114, 118}) {
    CAPTURE(rule);
    CHECK_FALSE(can_be_covered(alert_of(rule, ses::Severity::High)));
  }
  Alert several = alert_of(101, ses::Severity::High);
  several.site = 0;
  CHECK_FALSE(can_be_covered(several));
  Living told(kTold, ses::Severity::Critical);
  told.covering = alert_id(114, "site:akl-01", "hub/site/akl-01", 0);
  CHECK(told.pass(kMinute).empty());
}

// ---- the ladder

TEST_CASE("a ladder climbs by its waits, a rung each, unless somebody has it in hand") {
  Living one(kDriver);
  CHECK(one.pass(kMinute) == Steps{FirstWord});
  CHECK(one.happened[0].to == std::vector{Role::Supervisor});
  CHECK(one.pass(2 * kHour - 1).empty());
  CHECK(one.pass(2 * kHour) == Steps{Escalated});
  CHECK(one.happened[0].to == std::vector{Role::SesManager});
  REQUIRE(one.person(Acknowledged));
  CHECK(one.pass(30 * kHour).empty());
}

TEST_CASE("Customs' clock speaks at once, at 12 and at 20 hours after the discovery, whoever acknowledged") {
  Living one(kTold, ses::Severity::Critical);
  CHECK(one.life.first_word_ms == 0);
  CHECK(one.life.ladder_step == 1);
  one.pass(kMinute);
  REQUIRE(one.person(Acknowledged));
  CHECK(one.pass(12 * kHour - 1).empty());
  CHECK(one.pass(12 * kHour) == Steps{Escalated});
  CHECK(one.happened[0].to == std::vector{Role::SesManager, Role::Deputy});
  CHECK(one.happened[0].always);
  CHECK(one.pass(20 * kHour) == Steps{Escalated});
  CHECK(one.pass(40 * kHour).empty());
}

TEST_CASE("what head office hears 21 hours after the discovery is one word to all who are due") {
  Living one;
  one.alert = alert_of(kTold, ses::Severity::Critical, kNoon - 21 * kHour);
  one.life = {};
  CHECK(one.pass(0) == Steps{Raised, FirstWord});
  CHECK(one.happened[1].to == std::vector{Role::SesManager, Role::Deputy});
  CHECK(one.pass(kDay).empty());
}

TEST_CASE("the configuration's ladder stands above the product's, rule by rule") {
  const std::vector<LadderStep> own = {{kChecked, 0, {Role::It}, false},
                                       {kChecked, kHour, {Role::Administrator}, false}};
  CHECK(ladder_of(kChecked, ses::Severity::High, own) == own);
  CHECK(ladder_of(kDriver, ses::Severity::High, own) == ladder_of(kDriver, ses::Severity::High, {}));
  for (const ses::DutyRule& rule : ses::duty_rules())
    CHECK_FALSE(ladder_of(rule.no, rule.severity, {}).empty());
}

// ---- severity, close by hand, reopen

TEST_CASE(
    "a person changes the severity, with a reason if it becomes less, until the cause is worse than that") {
  Living one;
  CHECK(code_of(one.person(SeveritySet, "Anna", "", 0, "", ses::Severity::Warn)) == "alert.text");
  REQUIRE(one.person(SeveritySet, "Anna", "a known printer fault", 0, "", ses::Severity::Warn));
  CHECK(severity_of(one.life) == ses::Severity::Warn);
  one.alert.severity = ses::Severity::Critical;
  one.pass(kHour);
  CHECK(severity_of(one.life) == ses::Severity::Critical);
  REQUIRE(one.person(SeveritySet, "Anna", "no", 0, "", ses::Severity::High));
  CHECK(severity_of(one.life) == ses::Severity::High);
}

TEST_CASE("a duty is done, not declared: resolving by hand what is still there is refused") {
  Living one;
  CHECK(code_of(one.person(ResolvedByHand, "Anna")) == "alert.text");
  CHECK(code_of(one.person(ResolvedByHand, "Anna", "it is fine")) == "alert.cause_open");
  CHECK(one.state() == AlertState::Open);
}

TEST_CASE("what never ends by itself is resolved by hand, marked that its cause is still there") {
  Living one(static_cast<std::uint16_t>(AlertRule::UnreadableEntry));
  one.pass(2 * kMinute);
  REQUIRE(one.person(ResolvedByHand, "Tom", "the program was updated"));
  CHECK(one.state() == AlertState::Resolved);
  CHECK(one.life.resolved_by == "Tom");
  CHECK(one.life.cause == "the program was updated");
  CHECK(one.life.cause_still_there);
  CHECK(one.pass(30 * kDay).empty());
  // If it becomes worse after all, it is back.
  one.alert.severity = ses::Severity::Critical;
  CHECK(one.pass(31 * kDay) == Steps{Worsened, FirstWord});
  CHECK(one.state() == AlertState::Open);
}

TEST_CASE(
    "an alert resolves by itself when its duty is discharged, acknowledged, snoozed or covered as it may "
    "be") {
  for (const int how : {0, 1, 2, 3}) {
    Living one;
    one.pass(2 * kMinute);
    if (how == 1) REQUIRE(one.person(Acknowledged));
    if (how == 2) REQUIRE(one.person(Snoozed, "Anna", "", 8 * kHour));
    if (how == 3) one.covering = alert_id(114, "site:akl-01", "hub", 0);
    one.pass(3 * kMinute);
    one.alert.resolved_ms = kNoon + kHour;
    CHECK(one.pass(kHour) == Steps{Resolved});
    CHECK(one.state() == AlertState::Resolved);
    CHECK(one.life.resolved_by.empty());
    CHECK(next_ms(one.life, one.alert, ladder_of(kChecked, ses::Severity::High, {})) == 0);
  }
}

TEST_CASE("a resolved alert is opened again by hand, and speaks anew") {
  Living one;
  one.pass(2 * kMinute);
  CHECK(code_of(one.person(ReopenedByHand)) == "alert.not_resolved");
  one.alert.resolved_ms = kNoon + kHour;
  one.pass(kHour);
  REQUIRE(one.person(ReopenedByHand, "Anna", "the photo shows another seal"));
  CHECK(one.state() == AlertState::Open);
  CHECK(one.pass(kHour) == Steps{FirstWord});
  REQUIRE(one.person(ResolvedByHand, "Anna", "it was the right one"));
  CHECK_FALSE(one.life.cause_still_there);
}

TEST_CASE("what is over before its first word says none") {
  Living one;
  CHECK(one.life.first_word_ms == kNoon + kMinute);
  one.alert.resolved_ms = kNoon + 30'000;
  CHECK(one.pass(30'000) == Steps{Resolved});
  CHECK(one.pass(kDay).empty());
}

TEST_CASE("the time that next_ms names is the time at which something happens, and not before") {
  Living one(kDriver);
  const auto ladder = ladder_of(kDriver, ses::Severity::High, {});
  for (int i = 0; i < 3; ++i) {
    const std::int64_t next = next_ms(one.life, one.alert, ladder);
    REQUIRE(next > one.now_ms);
    CHECK(one.pass(next - kNoon - 1).empty());
    CHECK_FALSE(one.pass(next - kNoon).empty());
  }
  CHECK(next_ms(one.life, one.alert, ladder) == 0);
}

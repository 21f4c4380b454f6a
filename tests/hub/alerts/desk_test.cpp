// SPDX-License-Identifier: Apache-2.0
#include "tests/hub/alerts/desk_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

using Names = std::vector<std::string>;

Alert numbered(int n, ses::Severity severity = ses::Severity::High, std::uint16_t rule = kChecked) {
  Alert alert = alert_of(rule, severity);
  alert.subject += std::to_string(n);
  alert.id = alert_id(rule, alert.subject, "hub/site/akl-01/e1", static_cast<std::uint64_t>(n));
  return alert;
}

}  // namespace

TEST_CASE("raise, escalate, acknowledge and resolve are told, each once, to whom they concern") {
  DeskWorld world;
  const Alert alert = alert_of(kChecked, ses::Severity::High);
  world.raise(alert);
  world.turn();
  CHECK(world.carrier.received.empty());
  world.pass(kMinute);
  CHECK(world.told("raised") == Names{"Sam"});
  CHECK(world.carrier.received[0].channel == "mail");
  CHECK(world.carrier.received[0].to == "sam@example.nz");
  world.pass(4 * kHour);
  CHECK(world.told("escalated") == Names{"Anna"});
  must(world.desk->handle({alert.id}, {LifeStep::Acknowledged, "Anna"}));
  world.turn();
  CHECK(world.told("acknowledged") == Names{"Sam"});
  world.pass(2 * kDay);
  CHECK(world.told("escalated") == Names{"Anna"});
  world.resolve(alert);
  world.turn();
  CHECK(world.told("resolved").size() == 2);
  CHECK(world.carrier.received.size() == 5);
  const auto steps = must(world.desk->lives().steps(alert.id, 100));
  REQUIRE(steps.size() == 5);
  CHECK(steps[1].spoke.find("Sam was told") != std::string::npos);
}

TEST_CASE("a resolved cause whose raise was never sent sends nothing") {
  DeskWorld world;
  const Alert alert = alert_of(kChecked, ses::Severity::High);
  world.raise(alert);
  world.turn();
  world.resolve(alert);
  world.pass(kDay);
  CHECK(world.carrier.received.empty());
  // Also when its message waits already, and when it is a line of a digest.
  const Alert second = numbered(2);
  world.raise(second);
  world.clock.pass(2 * kMinute);
  must(world.desk->follow());
  world.clock.pass(2 * kMinute);
  must(world.desk->follow());
  REQUIRE(must(world.desk->outbox().list(NoticeState::Waiting, 10)).size() == 1);
  world.resolve(second);
  must(world.desk->follow());
  world.pass(kDay);
  const Alert third = numbered(3, ses::Severity::Warn);
  world.raise(third);
  world.pass(2 * kMinute);
  world.pass(2 * kMinute);
  REQUIRE(must(world.desk->outbox().lines(INT64_MAX, 10)).size() == 1);
  world.resolve(third);
  world.pass(2 * kDay);
  CHECK(world.carrier.received.empty());
}

TEST_CASE("what does not interrupt comes in one digest a day") {
  DeskWorld world;
  for (int i = 0; i < 30; ++i) world.raise(numbered(i, ses::Severity::Warn));
  world.turn();
  world.pass(2 * kMinute);
  CHECK(world.carrier.received.empty());
  world.pass(19 * kHour);
  REQUIRE(world.carrier.received.size() == 1);
  CHECK(world.carrier.received[0].moment == "digest");
  CHECK(world.carrier.received[0].person == "Sam");
  CHECK(world.carrier.received[0].subject == "Digest: 30 alerts");
  world.pass(kDay);
  CHECK(world.carrier.received.size() == 1);
}

TEST_CASE(
    "a channel that is down is an alert of its own, what is urgent goes round it, and it says when it is "
    "back") {
  DeskWorld world;
  world.carrier.down.insert("mail");
  world.raise(alert_of(kChecked, ses::Severity::High));
  world.turn();
  for (int i = 0; i < 8; ++i) world.pass(kMinute);
  REQUIRE(world.channel_alert("mail"));
  CHECK(world.channel_alert("mail")->resolved_ms == 0);
  CHECK(world.channel_alert("mail")->reason.find("no answer") != std::string::npos);
  // Sam's word went by the other channel, and so did the alert about the channel.
  std::set<std::string> people;
  for (const Notice& one : world.carrier.received) {
    CHECK(one.channel == "ops");
    people.insert(one.person);
  }
  CHECK(people == std::set<std::string>{"Anna", "Ivy", "Sam"});
  CHECK(must(world.desk->outbox().list(NoticeState::Dead, 10)).empty());
  // Something waits for the channel, and tells that it is back.
  world.carrier.down.clear();
  for (int i = 0; i < 4; ++i) world.pass(31 * kMinute);
  CHECK(world.told("channel back").size() == 1);
  CHECK(world.channel_alert("mail")->resolved_ms != 0);
}

TEST_CASE("with every channel down nothing is lost: all of it goes out when one is back") {
  DeskWorld world;
  world.carrier.down = {"mail", "ops"};
  world.raise(alert_of(kChecked, ses::Severity::High));
  world.raise(numbered(1, ses::Severity::Critical, kTold));
  world.turn();
  for (int i = 0; i < 30; ++i) world.pass(20 * kMinute);
  CHECK(world.carrier.received.empty());
  world.carrier.down = {"mail"};
  for (int i = 0; i < 6; ++i) world.pass(31 * kMinute);
  CHECK_FALSE(world.told("raised").empty());
  std::set<std::string> alerts;
  for (const Notice& one : world.carrier.received) alerts.insert(one.alert);
  CHECK(alerts.contains(hex(alert_of(kChecked, ses::Severity::High).id.view())));
  CHECK(alerts.contains(hex(numbered(1, ses::Severity::Critical, kTold).id.view())));
}

TEST_CASE("a notice that was given up is dead, keeps an alert open, and waits for a person") {
  DeskWorld world;
  world.setup.people[2].ways.pop_back();  // Sam has e-mail alone
  world.carrier.down.insert("mail");
  world.raise(alert_of(kChecked, ses::Severity::High));
  world.turn();
  for (int i = 0; i < 100; ++i) world.pass(31 * kMinute);
  const auto dead = must(world.desk->outbox().list(NoticeState::Dead, 10));
  REQUIRE_FALSE(dead.empty());
  CHECK(world.channel_alert("mail")->reason.find("given up") != std::string::npos);
  world.carrier.down.clear();
  must(world.desk->test("mail", "ivy@example.nz"));
  for (int i = 0; i < 3; ++i) world.pass(31 * kMinute);
  CHECK(world.channel_alert("mail")->resolved_ms == 0);
  CHECK(code_of(world.desk->drop(dead[0].id, "Anna", "")) == "notice.reason");
  for (const Notice& one : dead) must(world.desk->drop(one.id, "Anna", "told him by phone"));
  world.turn();
  CHECK(world.channel_alert("mail")->resolved_ms != 0);
  CHECK(world.dropped.size() == dead.size());
  CHECK(code_of(world.desk->retry(dead[0].id)) == "notice.over");
  CHECK(code_of(world.desk->retry("none")) == "notice.unknown");
}

TEST_CASE("a dead notice that a person tries again goes out") {
  DeskWorld world;
  world.setup.people[2].ways.pop_back();
  world.carrier.down.insert("mail");
  world.raise(alert_of(kChecked, ses::Severity::High));
  world.turn();
  for (int i = 0; i < 100; ++i) world.pass(31 * kMinute);
  world.carrier.down.clear();
  for (const Notice& one : must(world.desk->outbox().list(NoticeState::Dead, 10)))
    must(world.desk->retry(one.id));
  world.turn();
  world.pass(kMinute);
  CHECK(world.told("raised").back() == "Sam");
  CHECK(must(world.desk->outbox().list(NoticeState::Dead, 10)).empty());
}

TEST_CASE("a stop between the commit and the sending, or after it, loses no notice; its id is the same") {
  DeskWorld world;
  world.raise(alert_of(kChecked, ses::Severity::High));
  world.clock.pass(1);
  must(world.desk->follow());
  world.clock.pass(2 * kMinute);
  must(world.desk->follow());
  const auto waiting = must(world.desk->outbox().list(NoticeState::Waiting, 10));
  REQUIRE(waiting.size() == 1);
  world.restart();
  // Handed out, and the process ends before anybody hears what became of it.
  world.clock.pass(600);
  must(world.desk->post(world.carrier));
  REQUIRE(world.carrier.received.size() == 1);
  world.carrier.outcomes.clear();
  world.restart();
  for (int i = 0; i < 8; ++i) world.pass(kMinute);
  REQUIRE(world.carrier.received.size() == 2);
  CHECK(world.carrier.received[0].id == waiting[0].id);
  CHECK(world.carrier.received[1].id == waiting[0].id);
  CHECK(must(world.desk->outbox().find(waiting[0].id))->state == NoticeState::Sent);
}

TEST_CASE("an alert that was raised just before a stop is followed after it") {
  DeskWorld world;
  world.raise(alert_of(kChecked, ses::Severity::High));
  world.restart();
  world.turn();
  world.pass(2 * kMinute);
  CHECK(world.told("raised") == Names{"Sam"});
}

TEST_CASE("what people did to an alert stands after the oversight's tables were thrown away and built anew") {
  DeskWorld world;
  const Alert alert = alert_of(kChecked, ses::Severity::High);
  world.raise(alert);
  world.turn();
  world.pass(2 * kMinute);
  must(world.desk->handle({alert.id}, {LifeStep::Acknowledged, "Anna", "I call them"}));
  must(world.desk->handle({alert.id}, {LifeStep::Snoozed, "Anna", "", "", kNoon + 8 * kHour}));
  const AlertLife before = world.life(alert);
  must(world.db->transaction([&] { return world.db->execute_script("DELETE FROM alert"); }));
  world.restart();
  world.turn();
  CHECK(world.life(alert) == before);
  world.raise(alert);
  world.turn();
  CHECK(world.life(alert) == before);
  CHECK(world.journal.size() == 2);
  CHECK(world.told("raised") == Names{"Sam"});
}

TEST_CASE("several alerts are handled together, all of them or none") {
  DeskWorld world;
  const Alert one = numbered(1), two = numbered(2);
  world.raise(one);
  world.raise(two);
  world.turn();
  world.resolve(two);
  world.turn();
  CHECK(code_of(world.desk->handle({one.id, two.id}, {LifeStep::Acknowledged, "Anna"})) == "alert.resolved");
  CHECK(world.life(one).acknowledged_ms == 0);
  CHECK(code_of(world.desk->handle({one.id, Hash{}}, {LifeStep::Acknowledged, "Anna"})) == "alert.unknown");
  must(world.desk->handle({one.id, one.id}, {LifeStep::Acknowledged, "Anna"}));
  CHECK(world.life(one).acknowledged_by == "Anna");
}

TEST_CASE(
    "a site that falls silent covers its alerts at once, and an alert raised meanwhile speaks after it is "
    "back") {
  DeskWorld world;
  const Alert open = numbered(1);
  world.raise(open);
  world.turn();
  Alert silent = alert_of(114, ses::Severity::Warn);
  silent.subject = "site:akl-01";
  silent.id = alert_id(114, silent.subject, "hub/site/akl-01", 0);
  world.raise(silent);
  world.turn();
  CHECK(world.life(open).covered_by == silent.id);
  const Alert later = numbered(2);
  world.raise(later);
  world.turn();
  CHECK(world.life(later).covered_by == silent.id);
  world.pass(3 * kHour);
  CHECK(world.told("raised").empty());
  world.resolve(silent);
  world.turn();
  world.resolve(open);
  world.pass(10 * kMinute);
  CHECK(world.told("raised") == Names{"Sam"});
  CHECK(world.told("resolved").empty());
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/hub/alerts/desk_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::size_t kCauses = 12;

// Random alerts, people, stops, rebuilds and broken channels, and what must hold whatever happens.
struct History {
  explicit History(std::uint64_t seed) : random(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random.below(bound); }

  Alert cause(std::size_t i) {
    static constexpr std::uint16_t kRules[] = {9, 12, 18, 17, 5, 113, 2, 20};
    const std::uint16_t rule = kRules[i % std::size(kRules)];
    const bool customs = rule == 18 || rule == 20;
    Alert alert = alert_of(rule, customs ? ses::Severity::Critical : static_cast<ses::Severity>(2 + below(3)),
                           world.clock.reading.unix_ms - static_cast<std::int64_t>(below(30 * 3'600'000)));
    alert.site = 1 + static_cast<RegisterId>(i % 2);
    alert.subject = "unit:" + std::to_string(i);
    alert.id = alert_id(rule, alert.subject, "hub/site/akl-01/e1", i);
    return alert;
  }

  void person(std::size_t i) {
    static const std::string kPeople[] = {"Anna", "Dev", "Sam", "Ivy"};
    AlertAction action{static_cast<LifeStep>(1 + below(8)), kPeople[below(4)], "because", kPeople[below(4)]};
    action.until_ms = world.clock.reading.unix_ms + static_cast<std::int64_t>(below(20 * 3'600'000));
    action.severity = static_cast<ses::Severity>(below(5));
    if (const auto alert = must(world.alerts->find(cause(i).id))) {
      const AlertLife before = world.life(*alert);
      const std::size_t journal = world.journal.size();
      if (!world.desk->handle({alert->id}, action)) {
        CHECK(world.journal.size() == journal);
      } else if (action.step == LifeStep::Acknowledged) {
        CHECK(world.life(*alert).acknowledged_by == action.by);
      }
      static_cast<void>(before);
    }
  }

  void step() {
    const std::size_t i = below(kCauses);
    switch (below(10)) {
      case 0:
      case 1:
      case 2:
        world.raise(cause(i));
        break;
      case 3:
        world.resolve(cause(i));
        break;
      case 4:
      case 5:
        person(i);
        break;
      case 6:
        if (below(4) == 0) world.restart();
        break;
      case 7:
        world.carrier.down.clear();
        if (below(3) == 0) world.carrier.down.insert(below(2) == 0 ? "mail" : "ops");
        break;
      default:
        break;
    }
    world.pass(static_cast<std::int64_t>(below(40 * 60'000)));
    check();
  }

  // Every critical word that was decided is sent, waits, or is about something that is over.
  void check() {
    const std::int64_t now_ms = world.clock.reading.unix_ms;
    for (std::size_t i = 0; i < kCauses; ++i) {
      const auto alert = must(world.alerts->find(cause(i).id));
      if (!alert) continue;
      const AlertLife life = world.life(*alert);
      CHECK(life.cause_open == (alert->resolved_ms == 0));
      if (state_of(life, now_ms) != AlertState::Open || severity_of(life) != ses::Severity::Critical)
        continue;
      if (life.first_word_ms != 0) continue;
      const std::string id = hex(alert->id.view());
      bool said = false;
      for (const Notice& one : must(world.desk->outbox().of_alert(id, 1000)))
        said = said || (one.created_ms >= life.round_ms && one.state != NoticeState::Withdrawn);
      for (const DigestLine& line : must(world.desk->outbox().lines(INT64_MAX, 1000)))
        said = said || line.alert == id;
      for (const Notice& one : must(world.desk->outbox().list(std::nullopt, 10'000)))
        said = said || (one.facts.find(id) != std::string::npos && one.created_ms >= life.round_ms);
      INFO("cause " << i);
      CHECK(said);
    }
  }

  // At the end: whoever was interrupted, never more often than the budget in any 24 hours but for what was
  // gathered, and that at most once an hour.
  void check_budget() {
    std::map<std::string, std::vector<Notice>> by_person;
    for (Notice& one : must(world.desk->outbox().list(std::nullopt, 100'000)))
      if (one.interrupts && one.state != NoticeState::Withdrawn)
        by_person[one.person].push_back(std::move(one));
    for (const auto& [person, list] : by_person)
      for (const Notice& last : list) {
        std::size_t own = 0;
        for (const Notice& one : list) {
          const bool in_window =
              one.created_ms <= last.created_ms && one.created_ms > last.created_ms - kBudgetWindowMs;
          if (in_window && one.moment != "gathered") ++own;
          if (&one != &last && one.moment == "gathered" && last.moment == "gathered")
            CHECK(std::abs(one.created_ms - last.created_ms) >= kGatherMs);
        }
        INFO(person);
        CHECK(own <= kBudget);
      }
  }

  SeededRandom random;
  DeskWorld world;
};

}  // namespace

TEST_CASE("in random histories no critical word is lost, the budget holds, and one cause has one life") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    History history(seed);
    for (int i = 0; i < 120; ++i) history.step();
    history.check_budget();
    // Everything that is waiting goes out once the channels work.
    history.world.carrier.down.clear();
    for (int i = 0; i < 60; ++i) history.world.pass(31 * kMinute);
    for (const Notice& one : must(history.world.desk->outbox().list(NoticeState::Waiting, 100)))
      CHECK(one.created_ms > history.world.clock.reading.unix_ms - kHour);
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "common/ses/duty.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace sealkeep::ses;

TEST_CASE("the table of duties is ordered by number, and each rule names its clause and words") {
  std::uint8_t last = 0;
  std::set<std::string_view> names;
  for (const DutyRule& rule : duty_rules()) {
    REQUIRE(rule.no > last);
    last = rule.no;
    REQUIRE(names.insert(rule.name).second);
    REQUIRE_FALSE(rule.clause.empty());
    REQUIRE_FALSE(rule.words.empty());
    REQUIRE_FALSE(rule.overdue_words.empty());
    REQUIRE(rule.escalated >= rule.severity);
    REQUIRE(duty_rule(rule.no) == &rule);
  }
  REQUIRE(duty_rule(0) == nullptr);
  REQUIRE(duty_rule(99) == nullptr);
  REQUIRE(duty_rule(9)->words == "Check the seal: door, then paper");
}

TEST_CASE("screens never say how the program names things") {
  for (const DutyRule& rule : duty_rules())
    for (const char* word : {"duty", "discharge", "irregularity", "directive", "watermark"}) {
      REQUIRE(rule.words.find(word) == std::string_view::npos);
      REQUIRE(rule.overdue_words.find(word) == std::string_view::npos);
    }
}

TEST_CASE("a duty is nothing until it is due, then as severe as its rule, then escalated") {
  const DutyRule& rule = *duty_rule(2);
  const DutyRow duty{{1, 1}, 0, 1'000};
  const std::int64_t four_hours = 4 * 3'600'000;
  REQUIRE_FALSE(severity_at(rule, duty, 1'000));
  REQUIRE(severity_at(rule, duty, 1'001) == Severity::Warn);
  REQUIRE(severity_at(rule, duty, 1'000 + four_hours - 1) == Severity::Warn);
  REQUIRE(severity_at(rule, duty, 1'000 + four_hours) == Severity::High);
}

TEST_CASE("a duty that cannot be judged is never overdue") {
  REQUIRE_FALSE(severity_at(*duty_rule(2), DutyRow{{1, 1}, 5, 0}, INT64_MAX));
  REQUIRE(severity_at(*duty_rule(17), DutyRow{{1, 1}, 5, 0}, INT64_MAX) == Severity::Warn);
}

TEST_CASE(
    "a lost seal is head office's business at once, a short one is shown and grows severe when it is due") {
  const DutyRow duty{{1, 1}, 0, 1'000};
  REQUIRE(severity_at(*duty_rule(18), duty, 1) == Severity::Critical);
  REQUIRE(severity_at(*duty_rule(17), duty, 1) == Severity::Warn);
  REQUIRE(severity_at(*duty_rule(17), duty, 1'001) == Severity::High);
}

TEST_CASE("severities have names that order as they do") {
  REQUIRE(severity_name(Severity::Digest) == "digest");
  REQUIRE(severity_name(Severity::Critical) == "critical");
  REQUIRE(Severity::Warn < Severity::High);
}

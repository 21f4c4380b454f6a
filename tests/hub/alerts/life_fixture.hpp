// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>

#include "hub/alerts/telling.hpp"
#include "tests/support/must.hpp"

namespace sealkeep::hub::test {

using sealkeep::test::code_of;

inline constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
inline constexpr std::int64_t kNoon = 1'767'355'200'000;  // 2026-01-02T12:00Z, a Friday
inline constexpr std::uint16_t kChecked = 9, kTold = 18, kDriver = 12;

inline Alert alert_of(std::uint16_t rule, ses::Severity severity, std::int64_t since_ms = kNoon) {
  Alert alert;
  alert.rule = rule;
  alert.subject = "unit:MSCU1234566";
  alert.id = alert_id(rule, alert.subject, "hub/site/akl-01/e1", 7);
  alert.site = 1;
  alert.severity = severity;
  alert.since_ms = alert.raised_ms = since_ms;
  alert.reason = "Container MSCU1234566, seal NZ300006: sealed, and nobody checked it";
  alert.clause = "2.14, 2.15";
  return alert;
}

/// One alert, its life and the clock.
struct Living {
  explicit Living(std::uint16_t rule = kChecked, ses::Severity severity = ses::Severity::High)
      : alert(alert_of(rule, severity)) {
    pass(0);
  }
  /// Lets time pass to `ms` after the start; what happened by it.
  std::vector<LifeStep> pass(std::int64_t ms) {
    now_ms = kNoon + ms;
    happened = follow(life, alert, covering, ladder_of(alert.rule, alert.severity, {}), now_ms);
    std::vector<LifeStep> out;
    for (const Happening& one : happened) out.push_back(one.step);
    return out;
  }
  Result<std::optional<Happening>> person(LifeStep step, const std::string& by = "Anna",
                                          const std::string& text = {}, std::int64_t until_ms = 0,
                                          const std::string& owner = {},
                                          std::optional<ses::Severity> severity = {}) {
    return act(life, alert, {step, by, text, owner, until_ms == 0 ? 0 : kNoon + until_ms, severity}, now_ms);
  }
  [[nodiscard]] AlertState state() const { return state_of(life, now_ms); }

  Alert alert;
  AlertLife life;
  std::optional<Hash> covering;
  std::int64_t now_ms = kNoon;
  std::vector<Happening> happened;
};

using Steps = std::vector<LifeStep>;

}  // namespace sealkeep::hub::test

// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/schedule.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "common/base/clock.hpp"
#include "hub/reports/machine_zone.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;

// New Zealand in 2026: back to standard time on 5 April at 03:00 (14:00 UTC on the 4th), forward on 27
// September at 02:00 (14:00 UTC on the 26th).
constexpr std::int64_t kBack = 1'775'311'200'000, kForward = 1'790'431'200'000;
std::int32_t auckland(std::int64_t unix_ms) {
  return unix_ms >= kBack && unix_ms < kForward ? 12 * 60 : 13 * 60;
}

std::string shown(std::int64_t unix_ms) {
  return iso_time(unix_ms, auckland(unix_ms));
}

}  // namespace

TEST_CASE("a daily report keeps its time by the local clock over both changes of the clock") {
  const Rhythm daily{Every::Day, 1, 6 * 60};
  std::int64_t at = next_run(daily, kBack - kDayMs, auckland);
  std::string all;
  for (int i = 0; i < 4; ++i, at = next_run(daily, at, auckland)) all += shown(at) + " ";
  CHECK(all ==
        "2026-04-04T06:00:00+13:00 2026-04-05T06:00:00+12:00 2026-04-06T06:00:00+12:00 "
        "2026-04-07T06:00:00+12:00 ");
  at = next_run(daily, kForward - kDayMs, auckland);
  all.clear();
  for (int i = 0; i < 3; ++i, at = next_run(daily, at, auckland)) all += shown(at) + " ";
  CHECK(all == "2026-09-26T06:00:00+12:00 2026-09-27T06:00:00+13:00 2026-09-28T06:00:00+13:00 ");
}

TEST_CASE("a time that the clock leaves out is an hour later, one that comes twice is the first, once") {
  const Rhythm at_half_past_two{Every::Day, 1, 2 * 60 + 30};
  const std::int64_t forward = next_run(at_half_past_two, kForward - 6 * kHourMs, auckland);
  CHECK(shown(forward) == "2026-09-27T03:30:00+13:00");
  CHECK(shown(next_run(at_half_past_two, forward, auckland)) == "2026-09-28T02:30:00+13:00");
  const std::int64_t back = next_run(at_half_past_two, kBack - 6 * kHourMs, auckland);
  CHECK(shown(back) == "2026-04-05T02:30:00+13:00");
  CHECK(shown(next_run(at_half_past_two, back, auckland)) == "2026-04-06T02:30:00+12:00");
}

TEST_CASE("weekly and monthly reports run on their day, a short month on its last one") {
  const Rhythm mondays{Every::Week, 1, 7 * 60 + 30}, ends{Every::Month, 31, 0};
  const std::int64_t from = local_moment(local_day(kBack, auckland), 12 * 60, auckland);  // Sunday 5 April
  CHECK(shown(next_run(mondays, from, auckland)) == "2026-04-06T07:30:00+12:00");
  CHECK(shown(next_run(mondays, next_run(mondays, from, auckland), auckland)) == "2026-04-13T07:30:00+12:00");
  CHECK(shown(next_run(ends, from, auckland)) == "2026-04-30T00:00:00+12:00");
  CHECK(shown(next_run(ends, next_run(ends, from, auckland), auckland)) == "2026-05-31T00:00:00+12:00");
  CHECK(rhythm_words(mondays) == "every Monday at 07:30");
  CHECK(rhythm_words(ends) == "every month on day 31 at 00:00");
}

TEST_CASE("a run reports on the day, the week or the calendar month before it") {
  const auto days = [](std::int64_t first, std::int64_t last) {
    return iso_time(first * kDayMs).substr(0, 10) + " " + iso_time(last * kDayMs).substr(0, 10);
  };
  const std::int64_t run = local_moment(local_day(kBack, auckland), 6 * 60, auckland);  // 5 April
  const RunPeriod day = period_of_run({Every::Day, 1, 360}, run, auckland);
  CHECK(days(day.first_day, day.last_day) == "2026-04-04 2026-04-04");
  const RunPeriod week = period_of_run({Every::Week, 7, 360}, run, auckland);
  CHECK(days(week.first_day, week.last_day) == "2026-03-29 2026-04-04");
  const RunPeriod month = period_of_run({Every::Month, 5, 360}, run, auckland);
  CHECK(days(month.first_day, month.last_day) == "2026-03-01 2026-03-31");
  // The day on which the clock went back has 25 hours.
  CHECK(local_moment(local_day(kBack, auckland) + 1, 0, auckland) -
            local_moment(local_day(kBack, auckland), 0, auckland) ==
        25 * kHourMs);
}

TEST_CASE("the machine's zone is read from its zone files") {
  const char* before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TZ", "Pacific/Auckland", 1);
  const OffsetAt offset_at = machine_offset_at();
  const bool there = offset_at(kBack - kDayMs) != 0;  // a machine without zone files shows UTC
  if (there)
    for (const std::int64_t change : {kBack, kForward})
      for (const std::int64_t ms : {change - kHourMs, change - 1'000, change, change + kHourMs})
        CHECK(offset_at(ms) == auckland(ms));
  if (before == nullptr)
    unsetenv("TZ");
  else
    setenv("TZ", kept.c_str(), 1);
  tzset();
  if (!there) WARN("no zone files here");
}

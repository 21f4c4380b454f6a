// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/schedule.hpp"

#include <algorithm>
#include <chrono>

#include "common/base/clock.hpp"

namespace sealkeep::hub {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr const char* kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};

std::int64_t floor_day(std::int64_t ms) {
  return ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0);
}

chrono::year_month_day date_of(std::int64_t day) {
  return chrono::sys_days(chrono::days(day));
}
std::int64_t day_of(chrono::year_month_day date) {
  return chrono::sys_days(date).time_since_epoch().count();
}
// 1 Monday to 7 Sunday.
int weekday_of(std::int64_t day) {
  return static_cast<int>(chrono::weekday(chrono::sys_days(chrono::days(day))).iso_encoding());
}

// The day of that month on which it runs.
std::int64_t run_in(chrono::year_month month, int day) {
  const chrono::year_month_day last = month / chrono::last;
  const unsigned no = std::min(static_cast<unsigned>(day), static_cast<unsigned>(last.day()));
  return day_of(month / chrono::day(no));
}

}  // namespace

std::string_view every_name(Every every) {
  return every == Every::Day ? "day" : every == Every::Week ? "week" : "month";
}

std::optional<Every> every_named(std::string_view name) {
  for (const Every every : {Every::Day, Every::Week, Every::Month})
    if (every_name(every) == name) return every;
  return std::nullopt;
}

std::string rhythm_words(const Rhythm& rhythm) {
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const std::string at = " at " + two(rhythm.at_min / 60) + ":" + two(rhythm.at_min % 60);
  if (rhythm.every == Every::Day) return "every day" + at;
  if (rhythm.every == Every::Week)
    return std::string("every ") + kWeekdays[std::clamp(rhythm.day, 1, 7) - 1] + at;
  return "every month on day " + std::to_string(rhythm.day) + at;
}

std::int64_t local_moment(std::int64_t day, int at_min, const OffsetAt& offset_at) {
  const std::int64_t shown = day * kDayMs + at_min * kMinuteMs;
  // The zone's offset well before and well after: the clock moves at most once in two days.
  const std::int64_t before = shown - offset_at(shown - kDayMs - kDayMs / 2) * kMinuteMs;
  const std::int64_t after = shown - offset_at(shown + kDayMs + kDayMs / 2) * kMinuteMs;
  for (const std::int64_t moment : {std::min(before, after), std::max(before, after)})
    if (moment + offset_at(moment) * kMinuteMs == shown) return moment;
  return before;
}

std::int64_t local_day(std::int64_t unix_ms, const OffsetAt& offset_at) {
  return floor_day(unix_ms + offset_at(unix_ms) * kMinuteMs);
}

std::int64_t next_run(const Rhythm& rhythm, std::int64_t after_ms, const OffsetAt& offset_at) {
  const std::int64_t today = local_day(after_ms, offset_at);
  if (rhythm.every == Every::Month) {
    const chrono::year_month_day date = date_of(today);
    for (chrono::year_month month = date.year() / date.month();; month += chrono::months(1)) {
      const std::int64_t run = local_moment(run_in(month, rhythm.day), rhythm.at_min, offset_at);
      if (run > after_ms) return run;
    }
  }
  for (std::int64_t day = today;; ++day) {
    if (rhythm.every == Every::Week && weekday_of(day) != rhythm.day) continue;
    const std::int64_t run = local_moment(day, rhythm.at_min, offset_at);
    if (run > after_ms) return run;
  }
}

RunPeriod period_of_run(const Rhythm& rhythm, std::int64_t run_ms, const OffsetAt& offset_at) {
  const std::int64_t day = local_day(run_ms, offset_at);
  if (rhythm.every == Every::Day) return {day - 1, day - 1};
  if (rhythm.every == Every::Week) return {day - 7, day - 1};
  const chrono::year_month_day date = date_of(day);
  const chrono::year_month month = date.year() / date.month() - chrono::months(1);
  return {day_of(month / chrono::day(1)), day_of(month / chrono::last)};
}

}  // namespace sealkeep::hub

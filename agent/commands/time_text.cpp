// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/time_text.hpp"

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kUnset = -1;

// Takes exactly `digits` digits off the front.
std::int64_t take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return kUnset;
  std::int64_t value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return kUnset;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

tl::unexpected<Error> form(std::string_view text) {
  return bad_input("time.form", "\"" + printable(text) + "\" is not a time", {},
                   "Write 2026-01-31T14:05, 2026-01-31T14:05+13:00, 2026-01-31, or 14:05 for today");
}

// "14:05" or "14:05:09", as ms of the day.
std::int64_t take_clock(std::string_view& text) {
  const std::int64_t hour = take_digits(text, 2);
  if (hour == kUnset || hour > 23 || !take(text, ':')) return kUnset;
  const std::int64_t minute = take_digits(text, 2);
  if (minute == kUnset || minute > 59) return kUnset;
  std::int64_t second = 0;
  if (take(text, ':')) {
    second = take_digits(text, 2);
    if (second == kUnset || second > 59) return kUnset;
  }
  return (hour * 60 + minute) * kMinuteMs + second * 1'000;
}

std::int64_t floor_day(std::int64_t ms) {
  return ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0);
}

}  // namespace

Result<std::int64_t> days_since_epoch(int year, int month, int day) {
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1])
    return form(std::to_string(year) + "-" + std::to_string(month) + "-" + std::to_string(day));
  std::int64_t days = 0;
  for (int y = 1970; y < year; ++y) days += (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 366 : 365;
  for (int m = 0; m < month - 1; ++m) days += lengths[m];
  return days + day - 1;
}

Result<std::int64_t> parse_time(std::string_view text, const Now& now) {
  const std::int64_t zone_ms = now.utc_offset_min * kMinuteMs;
  std::string_view rest = text;
  if (text.size() >= 3 && text[2] == ':') {
    const std::int64_t clock = take_clock(rest);
    if (clock == kUnset || !rest.empty()) return form(text);
    return floor_day(now.unix_ms + zone_ms) * kDayMs + clock - zone_ms;
  }
  const std::int64_t year = take_digits(rest, 4);
  if (year == kUnset || !take(rest, '-')) return form(text);
  const std::int64_t month = take_digits(rest, 2);
  if (month == kUnset || !take(rest, '-')) return form(text);
  const std::int64_t day = take_digits(rest, 2);
  if (day == kUnset) return form(text);
  const auto days = days_since_epoch(static_cast<int>(year), static_cast<int>(month), static_cast<int>(day));
  if (!days) return form(text);
  std::int64_t clock = 0, offset_ms = zone_ms;
  if (!rest.empty()) {
    if (!take(rest, 'T') && !take(rest, ' ')) return form(text);
    clock = take_clock(rest);
    if (clock == kUnset) return form(text);
    if (take(rest, 'Z')) {
      offset_ms = 0;
    } else if (!rest.empty()) {
      const bool west = rest.front() == '-';
      if (!take(rest, '+') && !take(rest, '-')) return form(text);
      const std::int64_t ahead = take_clock(rest);
      if (ahead == kUnset || ahead > 14 * 60 * kMinuteMs) return form(text);
      offset_ms = west ? -ahead : ahead;
    }
    if (!rest.empty()) return form(text);
  }
  return *days * kDayMs + clock - offset_ms;
}

std::string time_words(std::int64_t unix_ms, std::int32_t utc_offset_min) {
  return unix_ms == 0 ? "-" : iso_time(unix_ms, utc_offset_min);
}

}  // namespace sealkeep::agent

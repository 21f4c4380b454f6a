// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/say.hpp"
#include "common/base/clock.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace sealkeep::hub::commands {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kNamedDays = 6;  // a weekday's name means one day only
constexpr std::array kDays = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                "July",    "August",   "September", "October", "November", "December"};

std::tm parts_of(std::int64_t unix_ms, std::int32_t utc_offset_min) {
  const std::int64_t local_ms = unix_ms + utc_offset_min * kMinuteMs;
  const auto seconds = static_cast<std::time_t>((local_ms - ((local_ms % 1000) + 1000) % 1000) / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

std::string date_words(const std::tm& parts, const std::tm& today, std::size_t month_letters) {
  const std::string month =
      std::string(kMonths[static_cast<std::size_t>(parts.tm_mon)]).substr(0, month_letters);
  return parts.tm_year == today.tm_year ? fmt::format("{} {}", parts.tm_mday, month)
                                        : fmt::format("{} {} {}", parts.tm_mday, month, parts.tm_year + 1900);
}

}  // namespace

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return grouped(count) + ' ' + std::string(count == 1 ? one : many);
}

std::string clock_words(std::int64_t unix_ms, const Now& now) {
  const std::int64_t days =
      local_day(unix_ms, now.utc_offset_min) - local_day(now.unix_ms, now.utc_offset_min);
  const std::tm parts = parts_of(unix_ms, now.utc_offset_min);
  const std::string time = fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
  if (days == 0) return time;
  if (days >= -kNamedDays && days <= kNamedDays)
    return std::string(kDays[static_cast<std::size_t>(parts.tm_wday)]).substr(0, 3) + ' ' + time;
  return date_words(parts, parts_of(now.unix_ms, now.utc_offset_min), 3) + ' ' + time;
}

std::string since_words(std::int64_t unix_ms, const Now& now) {
  const std::int64_t days =
      local_day(unix_ms, now.utc_offset_min) - local_day(now.unix_ms, now.utc_offset_min);
  const std::tm parts = parts_of(unix_ms, now.utc_offset_min);
  if (days == 0) return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
  if (days < 0 && days >= -kNamedDays) return kDays[static_cast<std::size_t>(parts.tm_wday)];
  return date_words(parts, parts_of(now.unix_ms, now.utc_offset_min), 9);
}

std::string day_text(std::int64_t day) {
  return day == 0 ? std::string() : iso_time(day * kDayMs).substr(0, 10);
}

}  // namespace sealkeep::hub::commands

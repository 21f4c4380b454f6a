// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>

namespace sealkeep {
namespace {

std::int64_t read_ms(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

Now SystemClock::now() {
  Now out;
  out.unix_ms = read_ms(CLOCK_REALTIME);
  out.mono_ms = read_ms(CLOCK_BOOTTIME);
  const std::time_t seconds = out.unix_ms / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  out.utc_offset_min = static_cast<std::int32_t>(local.tm_gmtoff / 60);
  return out;
}

std::string SystemClock::boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text;
  file >> text;
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return text;
}

std::int64_t local_day(std::int64_t unix_ms, std::int32_t utc_offset_min) {
  const std::int64_t local_ms = unix_ms + std::int64_t{utc_offset_min} * 60'000;
  return local_ms / kDayMs - (local_ms % kDayMs < 0 ? 1 : 0);
}

std::string iso_time(std::int64_t unix_ms, std::int32_t utc_offset_min) {
  std::int64_t seconds = unix_ms / 1000 - (unix_ms % 1000 < 0 ? 1 : 0) + std::int64_t{utc_offset_min} * 60;
  const std::time_t shifted = seconds;
  std::tm parts{};
  gmtime_r(&shifted, &parts);
  std::string zone = "Z";
  if (utc_offset_min != 0) {
    const int minutes = std::abs(utc_offset_min);
    zone = fmt::format("{}{:02}:{:02}", utc_offset_min < 0 ? '-' : '+', minutes / 60, minutes % 60);
  }
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, zone);
}

std::string duration_words(std::int64_t length_ms) {
  const std::int64_t seconds = std::max<std::int64_t>(length_ms, 0) / 1000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sealkeep::hub {

/// The local zone's offset at a moment (Unix ms), minutes east of UTC.
using OffsetAt = std::function<std::int32_t(std::int64_t unix_ms)>;

/// Numbers are stored.
enum class Every : std::uint8_t { Day = 1, Week = 2, Month = 3 };
/// "day", "week", "month".
[[nodiscard]] std::string_view every_name(Every every);
[[nodiscard]] std::optional<Every> every_named(std::string_view name);

/// When something happens by itself, by the local clock.
struct Rhythm {
  Every every = Every::Month;
  int day = 1;     ///< week: 1 Monday to 7 Sunday; month: 1 to 31, a shorter month's last day instead
  int at_min = 0;  ///< minutes of the day
  friend bool operator==(const Rhythm&, const Rhythm&) = default;
};
/// "every month on day 1 at 06:00", "every Monday at 06:00", "every day at 06:00".
[[nodiscard]] std::string rhythm_words(const Rhythm& rhythm);

/// When the local clock shows that minute of that day (days since 1970-01-01). A time that a change of the
/// clock leaves out is as much later as the clock was moved; of one that comes twice it is the first.
[[nodiscard]] std::int64_t local_moment(std::int64_t day, int at_min, const OffsetAt& offset_at);
/// The day that the local clock shows.
[[nodiscard]] std::int64_t local_day(std::int64_t unix_ms, const OffsetAt& offset_at);

/// The first run after that moment.
[[nodiscard]] std::int64_t next_run(const Rhythm& rhythm, std::int64_t after_ms, const OffsetAt& offset_at);

/// What a run reports on: the local day, the seven days or the calendar month before the day of the run.
struct RunPeriod {
  std::int64_t first_day = 0, last_day = 0;  ///< days since 1970-01-01, both inside
  friend bool operator==(const RunPeriod&, const RunPeriod&) = default;
};
[[nodiscard]] RunPeriod period_of_run(const Rhythm& rhythm, std::int64_t run_ms, const OffsetAt& offset_at);

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace sealkeep {

/// One reading of the machine's clocks. Unix time may step; monotonic time never goes back within one boot.
struct Now {
  std::int64_t unix_ms = 0;         ///< milliseconds since 1970-01-01 UTC, as the machine believes
  std::int64_t mono_ms = 0;         ///< milliseconds since an arbitrary point of this boot
  std::int32_t utc_offset_min = 0;  ///< local zone's offset, minutes east of UTC, -840..840
};

/// Where time comes from. The cores take `Now` as an argument; only adapters hold a Clock. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Now now() = 0;
  /// The kernel's identifier of this boot (32 hex digits), to tell monotonic readings of two boots apart.
  [[nodiscard]] virtual std::string boot_id() = 0;
};

/// The machine's own clocks (CLOCK_REALTIME, CLOCK_BOOTTIME, the local zone).
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Now now() override;
  [[nodiscard]] std::string boot_id() override;
};

inline constexpr std::int64_t kDayMs = 86'400'000;  ///< without a change of the clocks

/// Days since 1970-01-01 of a moment, as calendars there count it; negative before.
[[nodiscard]] std::int64_t local_day(std::int64_t unix_ms, std::int32_t utc_offset_min);
/// "2026-01-31T14:05:09+13:00" for the given offset; "2026-01-31T01:05:09Z" for offset 0.
[[nodiscard]] std::string iso_time(std::int64_t unix_ms, std::int32_t utc_offset_min = 0);

/// "14 min", "3 h", "2 days": a length for people, rounded down, never negative.
[[nodiscard]] std::string duration_words(std::int64_t length_ms);

}  // namespace sealkeep

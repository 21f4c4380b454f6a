// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/error.hpp"

namespace sealkeep::agent {

/// A day of the Gregorian calendar as days since 1970-01-01; BadInput `time.form` if there is no such day.
/// Years 1970 to 2199.
[[nodiscard]] Result<std::int64_t> days_since_epoch(int year, int month, int day);

/// A time as people type it, Unix ms: "14:05" (today in the site's zone), "2026-01-31" (its start),
/// "2026-01-31T14:05[:09][Z|+13:00]" or with a blank instead of T; without a zone in the site's. BadInput
/// `time.form`.
[[nodiscard]] Result<std::int64_t> parse_time(std::string_view text, const Now& now);

/// "2026-01-31T14:05:09+13:00" in the site's zone; "-" for 0.
[[nodiscard]] std::string time_words(std::int64_t unix_ms, std::int32_t utc_offset_min);

}  // namespace sealkeep::agent

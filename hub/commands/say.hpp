// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"

/// Numbers and times as the sentences of head office say them, in the hub's own zone.
namespace sealkeep::hub::commands {

/// "48,210".
[[nodiscard]] std::string grouped(std::int64_t number);
/// "1 site", "2,300 sites".
[[nodiscard]] std::string counted(std::int64_t count, std::string_view one, std::string_view many);
/// "16:30" today, "Tue 14:05" within six days of now on either side, else "12 Nov 14:05" with the year where
/// it is another.
[[nodiscard]] std::string clock_words(std::int64_t unix_ms, const Now& now);
/// "08:15" today, "Monday" within six days before now, else "12 November", with the year where it is another.
[[nodiscard]] std::string since_words(std::int64_t unix_ms, const Now& now);
/// "2026-01-31", of days since 1970-01-01; empty for 0.
[[nodiscard]] std::string day_text(std::int64_t day);

}  // namespace sealkeep::hub::commands

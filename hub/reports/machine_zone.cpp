// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/machine_zone.hpp"

#include <ctime>

namespace sealkeep::hub {

OffsetAt machine_offset_at() {
  ::tzset();
  return [](std::int64_t unix_ms) {
    const std::time_t seconds = unix_ms / 1'000;
    std::tm local{};
    return ::localtime_r(&seconds, &local) == nullptr ? 0 : static_cast<std::int32_t>(local.tm_gmtoff / 60);
  };
}

}  // namespace sealkeep::hub

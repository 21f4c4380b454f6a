// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/reports/schedule.hpp"

namespace sealkeep::hub {

/// The zone of this machine, as its zone files have it. Any thread.
[[nodiscard]] OffsetAt machine_offset_at();

}  // namespace sealkeep::hub

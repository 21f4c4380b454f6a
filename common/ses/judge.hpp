// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/fold.hpp"

namespace sealkeep::ses {

/// What is irregular about a fact that is about to be recorded, as the register stands now (DESIGN section 2
/// idea 4). The agent writes the answer into the entry; nobody recomputes it later. Sorted, without repeats,
/// at most limits::kIrregularitiesPerEntry. Precondition: missing() names nothing. Never a reason to refuse:
/// the world has happened. `header.recorded_ms` is the clock.
[[nodiscard]] std::vector<Irregularity> judge(const EntryHeader& header, const Event& event,
                                              const Rows& rows);

}  // namespace sealkeep::ses

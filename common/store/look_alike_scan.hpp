// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/confusable.hpp"
#include "common/store/register_rows.hpp"

namespace sealkeep {

/// Consecutive seals of one register that lie together: the same state, place and unit.
struct LiveRun {
  RegisterId register_id = 0;
  ses::SealRange seals;
  ses::SealState state = ses::SealState::None;
  ses::Place place;
  ses::UnitId unit;
};
/// All live seals (ses::is_live) of a family, by number. Reads every seal of the register, in pages; memory
/// grows with the runs.
[[nodiscard]] Result<std::vector<LiveRun>> live_runs(RegisterRows& rows, RegisterId id, ses::Family family);

/// Seals of which each in `a` is easily read as the one at its place in `b`.
struct LookAlikePair {
  LiveRun a, b;
};
/// ses::confusable_runs over these runs, with where they lie. At most `max_count`.
[[nodiscard]] std::vector<LookAlikePair> look_alike_pairs(std::span<const LiveRun> runs,
                                                          std::size_t max_count);

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "common/ses/ledger.hpp"
#include "common/ses/seal_number.hpp"

/// Seal numbers that people take for each other when they type: two neighbouring characters swapped, or one
/// character read as its look-alike (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V). Pure.
namespace sealkeep::ses {

/// Every seal number one swap or one look-alike away, sorted, without repeats and without the number itself.
/// At most 4 for each character.
[[nodiscard]] std::vector<SealNumber> look_alikes(const SealNumber& number);

/// The runs into which the whole run is misread when one of the leading characters that all of its numbers
/// share is taken for a look-alike or two neighbours of them are swapped: seal for seal, at the same place.
/// Runs that are not well formed are left out.
[[nodiscard]] std::vector<SealRange> look_alike_runs(const SealRange& run);

/// Two runs of which each seal in `a` is one such misreading away from the seal at its place in `b`.
struct ConfusableRuns {
  SealRange a, b;
  std::size_t a_of = 0, b_of = 0;  ///< of which run of the batch
};
/// What is confusable between runs of a batch because their prefixes or widths look alike. Inside one run of
/// consecutive numbers there always are swapped pairs (12 and 21): those are found one by one, when a number
/// is typed, and not named here. At most `max_count`. Work: a few dozen searches for each run.
[[nodiscard]] std::vector<ConfusableRuns> confusable_runs(std::span<const SealRange> batch,
                                                          std::size_t max_count);

/// A seal that somebody at this site could mean: in stock, in a hand, or on a unit that is still here.
[[nodiscard]] constexpr bool is_live(SealState state) {
  return state == SealState::InStock || state == SealState::Issued || state == SealState::Applied ||
         state == SealState::Checked;
}

}  // namespace sealkeep::ses

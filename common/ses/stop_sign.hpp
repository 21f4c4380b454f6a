// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/duty.hpp"
#include "common/ses/irregularity.hpp"

/// Stop signs (domain-rules section 1): shown before an act that may still be avoided; the other
/// irregularities are only asked about or marked. Pure.
namespace sealkeep::ses {

struct StopSign {
  Irregularity code{};
  Severity severity{};
  std::string_view clause;
};

/// Gravest first; of the same gravity in the order of the clauses. Where several apply, the first of them is
/// what the act is about.
[[nodiscard]] std::span<const StopSign> stop_signs();
[[nodiscard]] bool is_stop_sign(Irregularity code);
/// In the order of stop_signs(); what is none of them comes behind, by number.
[[nodiscard]] bool graver(Irregularity one, Irregularity other);

}  // namespace sealkeep::ses

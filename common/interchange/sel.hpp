// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/seal_event.hpp"

namespace sealkeep::interchange {

enum class SelDirectory : std::uint8_t {
  D95b,   ///< seal number an..10
  Later,  ///< an..35
};

/// UN/EDIFACT segments to be put into a message: for each container EQD, then one SEL a seal with the number,
/// the sealing party (CU, SH, CA; left out where nobody knows) and the condition (1 right, 2 damaged), syntax
/// UNOA with the default separators, a line end behind each segment. Air packages are left out. BadInput
/// `sel.too_long` names the first number that does not fit the directory.
[[nodiscard]] Result<std::string> sel_segments(std::span<const UnitSeals> units, SelDirectory directory);

/// Data with the release character ? before each + : ' and ?.
[[nodiscard]] std::string edifact_escaped(std::string_view data);

}  // namespace sealkeep::interchange

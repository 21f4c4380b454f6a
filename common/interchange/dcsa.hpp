// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/seal_event.hpp"

namespace sealkeep::interchange {

enum class DcsaSpelling : std::uint8_t {
  Older,  ///< sealNumber, sealSource CUS/SHI/CAR/VET, sealType KLP/BLT/WIR
  Newer,  ///< number, source CUSTOMS/SHIPPER/CARRIER/VETERINARY
};

/// A JSON array, one object for each container: its number and DCSA seal objects. Types that DCSA has no word
/// for, and parties that nobody knows, are left out, never guessed. Air packages are left out. BadInput
/// `dcsa.too_long` names the first number of more than 15 characters.
[[nodiscard]] Result<std::string> dcsa_seals(std::span<const UnitSeals> units, DcsaSpelling spelling);

}  // namespace sealkeep::interchange

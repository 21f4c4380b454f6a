// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "common/base/bytes.hpp"

namespace sealkeep::ses {

/// What a seal closes: a sea container or an air package (clauses 2.13-2.20).
enum class UnitKind : std::uint8_t { SeaContainer = 1, AirPackage = 2 };

/// The number of a container (ISO 6346: owner code, category U/J/Z, six digits, check digit, as
/// "MSCU1234566") or the identifier of an air package (2 to 35 of A-Z 0-9). Upper case, no blanks or
/// punctuation. A value.
struct UnitId {
  UnitKind kind = UnitKind::SeaContainer;
  std::string text;
  friend auto operator<=>(const UnitId&, const UnitId&) = default;

  /// What a person typed or scanned. BadInput `container.number` / `package.number` only when it cannot be
  /// such a number at all (wrong shape). A wrong check digit is not an error here: see check_digit_ok().
  [[nodiscard]] static Result<UnitId> parse(UnitKind kind, std::string_view text);
  /// The digit on the box is the one that ISO 6346 computes (remainder 10 is written 0). Always true for air
  /// packages and for the empty text of an event that names no unit.
  [[nodiscard]] bool check_digit_ok() const;
  /// The digit that ISO 6346 computes for the first ten characters, '0'..'9'. Sea containers only (asserted).
  [[nodiscard]] char computed_check_digit() const;
  /// The text is in the written form of its kind already; empty is not.
  [[nodiscard]] bool well_formed() const;
};

}  // namespace sealkeep::ses

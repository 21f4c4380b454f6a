// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>

#include "agent/vision/owner_prior.hpp"
#include "agent/vision/text_line.hpp"

/// From probabilities of characters to the container number of ISO 6346 that they say. Pure.
namespace sealkeep::vision {

struct DecodedContainer {
  std::string number;  ///< eleven characters whose check digit is right
  double score =
      0;  ///< sum of the logarithms of what was seen for it and the costs of what was passed over, <= 0
  double margin = 0;  ///< score minus that of the best other number with a right check digit
};

/// The best number with a right check digit that the cells spell from left to right, passing over some.
/// Exact: a dynamic programme over (cell, characters found, sum modulo 11), so no likelier right number
/// exists. Nothing if fewer than eleven cells stand or all ways are hopeless (a score below kHopeless).
[[nodiscard]] std::optional<DecodedContainer> decode_container(std::span<const Cell> cells,
                                                               const OwnerPrior& owners);

/// The same with ten characters, where no check digit is to be seen: `number` ends with the digit computed,
/// which nobody saw. Never a verified number.
[[nodiscard]] std::optional<DecodedContainer> decode_without_check_digit(std::span<const Cell> cells,
                                                                         const OwnerPrior& owners);

inline constexpr double kHopeless = -16;
/// More cells than any line with a number has; longer lines are not decoded.
inline constexpr std::size_t kMaxCells = 48;

}  // namespace sealkeep::vision

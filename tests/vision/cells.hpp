// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/vision/text_line.hpp"

namespace sealkeep::vision {

/// A cell with these probabilities.
inline Cell cell_of(std::initializer_list<std::pair<char, float>> probabilities) {
  Cell cell;
  cell.log_p.fill(kLeastLog);
  cell.skip_cost = 2.5F;
  for (const auto& [c, p] : probabilities)
    cell.log_p[symbol_of(c)] = std::max(cell.log_p[symbol_of(c)], std::log(p));
  return cell;
}

/// What a recogniser that is nearly sure gives for a text.
inline std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> out;
  for (const char c : text) out.push_back(cell_of({{c, 0.98F}}));
  return out;
}

inline TextLine line_with(std::string_view text) {
  return TextLine{cells_of(text)};
}

}  // namespace sealkeep::vision

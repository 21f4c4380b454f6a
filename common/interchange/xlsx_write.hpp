// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <vector>

#include "common/base/bytes.hpp"

namespace sealkeep::interchange {

/// One sheet of a workbook. Every cell is a text, "=..." too, but for whole numbers in the columns that
/// `numbers` names.
struct Sheet {
  std::string name;                   ///< at most 31 characters, unlike the others
  std::vector<std::string> headings;  ///< bold, stay in view; empty: none
  std::vector<bool> numbers;          ///< by column; shorter: the rest are texts
  std::vector<double> widths;         ///< in characters; shorter: the rest are of the usual width
  std::vector<std::vector<std::string>> rows;
  std::size_t bold_from = SIZE_MAX;  ///< rows from this one on are sums
};

/// An Office Open XML workbook (.xlsx). `created_ms` goes into its properties. Full `xlsx.too_large` past a
/// sheet's 1,048,576 rows; Refused `xlsx.write` if it cannot be made.
[[nodiscard]] Result<Bytes> write_xlsx(const std::string& title, std::span<const Sheet> sheets,
                                       std::int64_t created_ms);

}  // namespace sealkeep::interchange

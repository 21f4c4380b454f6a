// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "common/base/bytes.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kCsvRows = 200'000;
inline constexpr std::size_t kCsvColumns = 256;
inline constexpr std::size_t kCsvFieldBytes = 4096;

struct CsvRow {
  std::size_t line = 0;  ///< on which it begins, from 1
  std::vector<std::string> fields;
};
struct CsvTable {
  std::vector<std::string> headings;
  std::vector<CsvRow> rows;  ///< without empty lines
};

/// A table as spreadsheets write it (RFC 4180, also with semicolons or tabs, a byte order mark, any line
/// end). Cells are text and nothing else: a formula stays the text that it is. BadInput with the line:
/// `csv.utf8`, `csv.nul`, `csv.quote` (not closed, or text behind it), `csv.field`, `csv.columns`,
/// `csv.rows`, `csv.empty`. Safe on hostile input.
[[nodiscard]] Result<CsvTable> parse_csv(ByteView bytes);

}  // namespace sealkeep::agent

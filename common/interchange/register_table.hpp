// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/seal_event.hpp"

namespace sealkeep::interchange {

/// One seal as clause 2.6 wants it recorded. Dates are days in the site's zone, "2026-01-31"; empty: not yet.
struct RegisterLine {
  std::string seal, received, applied, container, applied_by;
  std::string site;
};
/// The register of clause 2.6: its five fields first, then the site where several are listed.
struct RegisterTable {
  bool with_site = false;
  std::vector<RegisterLine> lines;
};

[[nodiscard]] std::vector<std::string> register_headings(const RegisterTable& table);
[[nodiscard]] std::vector<std::string> register_cells(const RegisterTable& table, const RegisterLine& line);

/// CSV (RFC 4180), UTF-8, lines end in CR LF. A cell that a spreadsheet might calculate (it begins with = + -
/// @, a tab or a carriage return) is quoted and begins with an apostrophe. `byte_order_mark`: for
/// spreadsheets that take UTF-8 for something else without it.
[[nodiscard]] std::string register_csv(const RegisterTable& table, bool byte_order_mark);
/// One cell of it.
[[nodiscard]] std::string csv_cell(std::string_view text);

/// The same as an Office Open XML workbook of one sheet, every cell a text. `created_ms` goes into its
/// properties. Full `xlsx.too_large` past a sheet's 1,048,576 rows; Refused `xlsx.write` if it cannot be
/// made.
[[nodiscard]] Result<Bytes> register_xlsx(const RegisterTable& table, std::int64_t created_ms);

}  // namespace sealkeep::interchange

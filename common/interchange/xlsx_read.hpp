// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "common/base/bytes.hpp"

namespace sealkeep::interchange {

struct SheetLimits {
  std::size_t rows = 200'000;
  std::size_t columns = 256;
  std::size_t cell_bytes = 4096;
  std::size_t unpacked_bytes = 64 * 1024 * 1024;  ///< of all parts that are read together
};
struct SheetRow {
  std::size_t line = 0;  ///< the row's number in the sheet, from 1
  std::vector<std::string> cells;
};

/// True if the bytes begin as a ZIP archive, as every .xlsx file does.
[[nodiscard]] bool looks_like_xlsx(ByteView bytes);

/// The rows of the first sheet of an Office Open XML workbook (.xlsx), or of the one called `sheet`: text as
/// it is, dates as "2026-01-31" or "2026-01-31 14:05", whole numbers without a fraction (with the leading
/// zeros of a format like 000000), of formulas the value that was last calculated. Empty rows are left out.
/// Safe on hostile input: document types and entities, sizes past `limits`, deep nesting and damaged archives
/// are BadInput `xlsx.*`, with the row where one is known; NotFound `xlsx.no_sheet` names the sheets that are
/// there.
[[nodiscard]] Result<std::vector<SheetRow>> read_xlsx(ByteView bytes, std::string_view sheet = {},
                                                      const SheetLimits& limits = {});

}  // namespace sealkeep::interchange

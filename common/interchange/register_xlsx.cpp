// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/register_table.hpp"
#include "common/interchange/xlsx_write.hpp"

namespace sealkeep::interchange {

Result<Bytes> register_xlsx(const RegisterTable& table, std::int64_t created_ms) {
  Sheet sheet;
  sheet.name = "Seal register";
  sheet.headings = register_headings(table);
  for (const RegisterLine& line : table.lines) sheet.rows.push_back(register_cells(table, line));
  return write_xlsx("Seal register (SES clause 2.6)", {&sheet, 1}, created_ms);
}

}  // namespace sealkeep::interchange

// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/register_table.hpp"

namespace sealkeep::interchange {

std::vector<std::string> register_headings(const RegisterTable& table) {
  std::vector<std::string> out{"Seal number", "Date received", "Date applied", "Container number",
                               "Applied by"};
  if (table.with_site) out.emplace_back("Site");
  return out;
}

std::vector<std::string> register_cells(const RegisterTable& table, const RegisterLine& line) {
  std::vector<std::string> out{line.seal, line.received, line.applied, line.container, line.applied_by};
  if (table.with_site) out.push_back(line.site);
  return out;
}

std::string csv_cell(std::string_view text) {
  constexpr std::string_view kCalculated = "=+-@\t\r";
  const bool calculated = !text.empty() && kCalculated.find(text.front()) != std::string_view::npos;
  if (!calculated && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = calculated ? "\"'" : "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string register_csv(const RegisterTable& table, bool byte_order_mark) {
  std::string out = byte_order_mark ? "\xEF\xBB\xBF" : "";
  const auto add = [&](const std::vector<std::string>& cells) {
    const char* between = "";
    for (const std::string& cell : cells) {
      out += between + csv_cell(cell);
      between = ",";
    }
    out += "\r\n";
  };
  add(register_headings(table));
  for (const RegisterLine& line : table.lines) add(register_cells(table, line));
  return out;
}

}  // namespace sealkeep::interchange

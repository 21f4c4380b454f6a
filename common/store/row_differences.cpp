// SPDX-License-Identifier: Apache-2.0
#include "common/store/row_differences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/store/register_statements.hpp"

namespace sealkeep {

using store_detail::all;

namespace {

struct Column {
  std::string name;
  bool number = false;  // tables are STRICT: the others are TEXT or BLOB, whose bytes are compared
};

bool same_row(const Rows& left, const Rows& right, const std::vector<Column>& columns) {
  for (int n = 0; n < static_cast<int>(columns.size()); ++n) {
    if (left.is_null(n) != right.is_null(n)) return false;
    const bool same = columns[static_cast<std::size_t>(n)].number
                          ? left.int64(n) == right.int64(n)
                          : std::ranges::equal(left.blob(n), right.blob(n));
    if (!same) return false;
  }
  return true;
}

std::string row_text(const Rows& row, const std::vector<Column>& columns) {
  std::string text;
  for (int n = 0; n < static_cast<int>(columns.size()); ++n) {
    const Column& column = columns[static_cast<std::size_t>(n)];
    text += fmt::format("{}{}=", n == 0 ? "" : " ", column.name);
    const ByteView bytes = column.number || row.is_null(n) ? ByteView() : row.blob(n);
    if (row.is_null(n))
      text += "NULL";
    else if (column.number)
      text += std::to_string(row.int64(n));
    else if (const std::string shown = printable(as_text(bytes)); shown == as_text(bytes))
      text += fmt::format("'{}'", shown);
    else
      text += fmt::format("X'{}'", hex(bytes));
  }
  return text;
}

}  // namespace

Result<std::vector<std::string>> row_differences(Db& stored, Db& rebuilt, std::span<const char* const> tables,
                                                 RegisterId id) {
  std::vector<std::string> found;
  for (const char* table : tables) {
    SEALKEEP_LET(columns_statement,
                 stored.prepare(fmt::format("SELECT name, type FROM pragma_table_info('{}')", table)));
    SEALKEEP_LET(columns, all<Column>(columns_statement.query(), [](const Rows& r) -> Result<Column> {
                   return Column{std::string(r.text(0)), r.text(1) == "INTEGER"};
                 }));
    std::string names;
    for (const Column& column : columns)
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column.name);
    // Every column in key order: equal registers give equal streams.
    const std::string query =
        fmt::format("SELECT {0} FROM {1} WHERE register = ? ORDER BY {0}", names, table);
    SEALKEEP_LET(mine_statement, stored.prepare(query));
    SEALKEEP_LET(theirs_statement, rebuilt.prepare(query));
    SEALKEEP_LET(mine, mine_statement.query(id));
    SEALKEEP_LET(theirs, theirs_statement.query(id));
    while (true) {
      SEALKEEP_LET(have_mine, mine.next());
      SEALKEEP_LET(have_theirs, theirs.next());
      if (!have_mine && !have_theirs) break;
      if (have_mine && have_theirs && same_row(mine, theirs, columns)) continue;
      found.push_back(fmt::format("{}: stored [{}], rebuilt [{}]", table,
                                  have_mine ? row_text(mine, columns) : "no more rows",
                                  have_theirs ? row_text(theirs, columns) : "no more rows"));
      break;
    }
  }
  return found;
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/csv.hpp"
#include "common/base/clock.hpp"
#include "common/ses/event.hpp"

namespace sealkeep::agent {

/// One seal of an older register, as its row says. Times are Unix ms, 0 = not said.
struct ImportRow {
  std::size_t line = 0;
  ses::SealNumber seal;
  std::int64_t received_ms = 0, applied_ms = 0, uplifted_ms = 0;
  ses::UnitId unit;  ///< empty text: not on a container
  std::string by;
  friend bool operator==(const ImportRow&, const ImportRow&) = default;
};

/// Why a row cannot be taken.
struct BadRow {
  std::size_t line = 0;
  std::string column, value, reason;  ///< printable
};

struct ImportRows {
  std::vector<ImportRow> rows;
  std::vector<BadRow> bad;                                   ///< all of them
  std::vector<std::pair<std::string, std::string>> columns;  ///< what was taken from which heading
};

/// Understands a table: `map` is "number=Seal No,received=Date In,..." over the columns number, received,
/// container, applied, uplifted, by; what it does not name is guessed from the headings. Dates are
/// 2026-01-31 or 31/01/2026, with or without a time. BadInput `import.map`, `import.no_column`; rows that
/// cannot be taken are listed, not errors.
[[nodiscard]] Result<ImportRows> read_import(const CsvTable& table, std::string_view map, const Now& now);

}  // namespace sealkeep::agent

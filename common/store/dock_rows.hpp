// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "common/store/register_rows.hpp"

/// What a terminal's first screen and its search ask of the register rows. Cost is that of what is shown,
/// never of the register. Over the Db of the rows, same thread. Errors as Db.
namespace sealkeep {

/// Containers and packages that are here: something was recorded of this visit, and they have not left.
[[nodiscard]] Result<std::vector<ses::UnitId>> units_on_dock(Db& db, RegisterId id, std::size_t max_count);

/// What a dock box holds.
struct BoxStock {
  ses::StoreNo store_no = 0;
  ses::Family family{};
  std::uint64_t seals = 0;
  ses::SealNumber next;  ///< the lowest number in it
};
[[nodiscard]] Result<std::vector<BoxStock>> dock_box_stock(Db& db, RegisterId id);

/// Closed boxes, by family and label.
[[nodiscard]] Result<std::vector<std::pair<ses::Family, std::string>>> closed_boxes(Db& db, RegisterId id,
                                                                                    std::size_t max_count);

/// How many duties of one rule are open, and of those how many were due before a time.
struct DutyCount {
  std::uint8_t rule = 0;
  std::uint64_t open = 0, late = 0;
};
[[nodiscard]] Result<std::vector<DutyCount>> count_duties(Db& db, RegisterId id, std::int64_t now_ms);

/// A duty about a container or a package that can be judged.
struct UnitDuty {
  std::string unit;
  std::uint8_t rule = 0;
  std::int64_t due_ms = 0;
};
/// Earliest first.
[[nodiscard]] Result<std::vector<UnitDuty>> duties_of_units(Db& db, RegisterId id, std::size_t max_count);

/// A number as a register knows it.
struct SealHit {
  RegisterId register_id = 0;
  ses::SealKey key;
};
struct UnitHit {
  RegisterId register_id = 0;
  ses::UnitId id;
};
/// Seals of every register whose number begins with `text` (written form, not empty), or whose digits begin
/// so after one of the makers' prefixes in stock: "3000" finds NZ300006. By family, number, register.
[[nodiscard]] Result<std::vector<SealHit>> find_seals(Db& db, std::string_view text, std::size_t max_count);
/// The makers' prefixes that begin numbers of the main family, at most 32: "NZ". Cost is that of so many
/// look-ups.
[[nodiscard]] Result<std::vector<std::string>> makers_prefixes(Db& db);
[[nodiscard]] Result<std::vector<UnitHit>> find_units(Db& db, std::string_view text, std::size_t max_count);

/// The families in which that register has a box of that label.
[[nodiscard]] Result<std::vector<ses::Family>> families_of_box(Db& db, RegisterId id, std::string_view label);

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "common/store/register_rows.hpp"

namespace sealkeep {

/// Compares the rows of one register in tables that two databases have (each with a column `register`), row
/// by row in the order of all their columns, and describes the first difference of each table. Streams.
[[nodiscard]] Result<std::vector<std::string>> row_differences(Db& stored, Db& rebuilt,
                                                               std::span<const char* const> tables,
                                                               RegisterId id);

}  // namespace sealkeep

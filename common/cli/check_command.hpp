// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/program.hpp"

namespace sealkeep::cli {

/// The table's row of that name; nullptr if there is none. Valid as long as the table.
[[nodiscard]] const CommandSpec* find_command(const ProgramSpec& program, std::string_view name);

/// What somebody gave for one option, against its row: defaults filled in, required, repeated, choices,
/// range, length. Empty in and out: not given. BadInput `cli.required`, `cli.repeated`, `cli.value`.
[[nodiscard]] Result<std::vector<std::string>> checked_values(const ProgramSpec& program,
                                                              const CommandSpec& command,
                                                              const OptionSpec& option,
                                                              std::vector<std::string> values);

/// How an option is written: --seal, or "seal" for one that stands by its place.
[[nodiscard]] std::string shown(const OptionSpec& option);
[[nodiscard]] std::string see_help(const ProgramSpec& program, std::string_view command);

}  // namespace sealkeep::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "common/cli/program.hpp"

namespace sealkeep::api {

/// A command from the members of a JSON object, each named as an option of `spec`: a flag is true or false,
/// an integer a whole number, a repeatable option a list, an input file {"name": TEXT, "data": BASE64},
/// everything else a text. null and false count as not given. Checked as the command line checks: errors of
/// cli::checked_values, and BadInput `api.body` (no object), `cli.unknown_option` (names the nearest),
/// `cli.value` (wrong type), `base64.malformed`. Options that name a path on the server's disk do not exist
/// here, also those that the command needs: the caller fills them in.
[[nodiscard]] Result<cli::Command> command_from_json(const cli::ProgramSpec& program,
                                                     const cli::CommandSpec& spec, const cli::Value& members);

/// The same from a query's names and values, in order: ?seal=NZ300006. A flag takes "true" or "false".
[[nodiscard]] Result<cli::Command> command_from_query(
    const cli::ProgramSpec& program, const cli::CommandSpec& spec,
    const std::vector<std::pair<std::string, std::string>>& query);

/// False for what only a shell may say: options that name a path on the server's disk.
[[nodiscard]] bool offered(const cli::OptionSpec& option);
/// True if the command has that option.
[[nodiscard]] bool takes(const cli::CommandSpec& spec, std::string_view option);

}  // namespace sealkeep::api

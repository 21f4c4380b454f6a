// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

namespace sealkeep::hub {

/// A shell that named a file with --out waits for its report: asks how far it is, tells, and has the file
/// written when it is made. Any other answer comes back as it is. `ask` carries out a command where the hub
/// is. On the thread of the shell; blocks.
[[nodiscard]] Result<cli::Value> wait_for_report(
    const cli::Command& command, Result<cli::Value> answer,
    const std::function<Result<cli::Value>(const cli::Command&)>& ask, const cli::OnProgress& progress);

namespace commands {

/// report KIND, report list, report cancel, report file, report schedule ... . Where a daemon serves, a
/// report is made beside it and the answer says that it waits; elsewhere it is made at once. Nothing for a
/// command that is none of these.
[[nodiscard]] std::optional<Result<Value>> report_command(Hub& hub, const Command& command,
                                                          const OnProgress& progress);
[[nodiscard]] std::vector<cli::CommandSpec> report_specs();

}  // namespace commands
}  // namespace sealkeep::hub

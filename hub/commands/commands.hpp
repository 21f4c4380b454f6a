// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/config.hpp"
#include "common/cli/dispatch.hpp"
#include "common/cli/program.hpp"
#include "hub/hub.hpp"

namespace sealkeep::hub {

/// The table of sealkeep-hub's commands: names, helps, options, examples.
[[nodiscard]] cli::ProgramSpec program_spec();

/// Carries out any command but `init` and `serve`. NotFound `cli.unknown_command`.
[[nodiscard]] Result<cli::Value> execute(Hub& hub, const cli::Command& command,
                                         const cli::OnProgress& progress);

}  // namespace sealkeep::hub

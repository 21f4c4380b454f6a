// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/site_commands.hpp"

namespace sealkeep::agent {

/// Files for other systems and for people, each new and of mode 0600: export register, epcis, dcsa, sel;
/// print register, incident, load-sheet, forms (docs/formats/interchange.md).
[[nodiscard]] std::span<const OtherCommand> export_commands();
[[nodiscard]] std::vector<cli::CommandSpec> export_specs();

/// Records who (--by) took out what, once the files are written. If that cannot be recorded the files are
/// removed again: nothing leaves the register unseen.
[[nodiscard]] Result<> note_export(Agent& agent, const cli::Command& command, RegisterId id,
                                   ses::DataExported taken, const std::vector<std::string>& files);

}  // namespace sealkeep::agent

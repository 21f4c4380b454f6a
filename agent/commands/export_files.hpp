// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/site_commands.hpp"

namespace sealkeep::agent {

/// Files for other systems and for people, each new and of mode 0600: export register, epcis, dcsa, sel;
/// print register, incident, load-sheet, forms (docs/formats/interchange.md).
[[nodiscard]] std::span<const OtherCommand> export_commands();
[[nodiscard]] std::vector<cli::CommandSpec> export_specs();

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {

/// Files for other systems and for people, each new and of mode 0600: export register, epcis, dcsa, sel;
/// print register, incident, load-sheet, forms (docs/formats/interchange.md). Nothing for a command that is
/// none of these.
[[nodiscard]] std::optional<Result<Value>> write_files(Hub& hub, const Command& command);
[[nodiscard]] std::vector<cli::CommandSpec> export_specs();

}  // namespace sealkeep::hub::commands

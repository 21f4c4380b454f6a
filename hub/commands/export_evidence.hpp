// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {

[[nodiscard]] cli::CommandSpec export_evidence_spec();
/// Writes an evidence pack (docs/formats/evidence.md) and notes in the journal who took what out. The file
/// stays if the journal cannot be written, and the error says so.
[[nodiscard]] Result<Value> export_evidence(Hub& hub, const Command& command, const OnProgress& progress);

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/site_commands.hpp"

namespace sealkeep::agent {

[[nodiscard]] cli::CommandSpec export_evidence_spec();
/// Writes this site's evidence pack (docs/formats/evidence.md). Needs no network; what head office has not
/// cosigned yet is in it too, and the verifier says so.
[[nodiscard]] Result<cli::Value> export_evidence(Agent& agent, const cli::Command& command,
                                                 const cli::OnProgress& progress);

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/commands.hpp"

namespace sealkeep::agent {

/// The command asks what would be irregular before anything is recorded (--stop-sign without
/// --happened-already, or --avoid).
[[nodiscard]] bool asks_first(const cli::Command& command);

/// A stop sign (domain-rules section 1): shows what would be irregular, gravest first, and records
/// nothing; with --avoid records that it was avoided, and the gravest of it as why. Refused `stop.nothing` if
/// there is nothing to avoid.
[[nodiscard]] Result<cli::Value> stop_sign(Agent& agent, const cli::Command& command,
                                           const PreparedFacts& prepared);

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/devices/try_scanner.hpp"
#include "common/cli/command.hpp"

namespace sealkeep::agent {

/// What `devices list` answers: the states of `scanners`, null in a process that reads none, whether their
/// terminals are among `terminals`, and what is plugged in.
[[nodiscard]] cli::Value devices_value(const Scanners* scanners, std::span<const access::Terminal> terminals,
                                       const Now& now);

/// `devices test`, which needs no agent and no data folder. Blocks for its --seconds.
[[nodiscard]] Result<cli::Value> devices_test(const cli::Command& command, Clock& clock,
                                              const cli::OnProgress& progress);

}  // namespace sealkeep::agent

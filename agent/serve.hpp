// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "agent/eyes/eyes.hpp"
#include "common/api/http_door.hpp"
#include "common/net/context.hpp"
#include "common/net/service.hpp"

namespace sealkeep::agent {

using sealkeep::api::DoorConfig;

/// The agent's daemon: one loop that owns the database and every socket. Local commands, terminals, scanners,
/// the links to the hubs, enrolments under way, timers, systemd's watchdog. Returns when a signal asked it to
/// stop (success), or with the error that makes it unsafe to go on; the caller then ends the process and
/// whoever supervises it starts it again. `eyes`, if there are any, outlive it.
[[nodiscard]] Result<> serve(Agent& agent, net::NetContext& context, net::SignalFd& signals,
                             const DoorConfig& terminals = {}, Eyes* eyes = nullptr);

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "agent/agent.hpp"
#include "common/cli/dispatch.hpp"

namespace sealkeep::agent {

/// How long `enrol` waits for the hub when no daemon is there to carry the request.
inline constexpr std::int64_t kDeliverPatienceMs = 20'000;

/// Carries the enrolment requests that no hub has answered to their hubs and waits for the answers, for a
/// process without a daemon. Blocks at most `patience_ms`. Returns the answers that came; what did not arrive
/// stays for `serve` and is no error.
[[nodiscard]] Result<std::map<RegisterId, sync::EnrolAnswer>> deliver_requests(
    net::NetContext& context, Agent& agent, std::int64_t patience_ms, const cli::OnProgress& progress);

/// Writes the hub's answer into what `enrol` says: Refused `enrol.refused`, with the hub's reason, if head
/// office said no.
[[nodiscard]] Result<> add_answer(const sync::EnrolAnswer& answer, cli::Value& said);

}  // namespace sealkeep::agent

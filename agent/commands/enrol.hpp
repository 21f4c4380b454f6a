// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/cli/dispatch.hpp"

namespace sealkeep::agent {

/// How long `enrol` waits for the hub when no daemon is there to carry the request.
inline constexpr std::int64_t kDeliverPatienceMs = 20'000;

/// Carries the enrolment requests that no hub has answered to their hubs and waits for the answers, for a
/// process without a daemon. Blocks at most `patience_ms`. What did not arrive stays for `serve`: no error.
[[nodiscard]] Result<> deliver_requests(net::NetContext& context, Agent& agent, std::int64_t patience_ms,
                                        const cli::OnProgress& progress);

}  // namespace sealkeep::agent

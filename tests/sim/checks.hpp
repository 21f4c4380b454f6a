// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "tests/sim/sim_world.hpp"

namespace sealkeep::sim {

/// The value, or a Violation.
template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw Violation(what + ": " + result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
inline void require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

/// I1 at the agent, I10: after a start, everything acknowledged is there, every log and register verifies.
void check_agent(AgentNode& node);
/// I5, I10 at the hub: every cosignature that left it is backed by entries.
void check_hub(HubNode& node);
/// Cheap ones, at every step: I6, I8.
void check_bounds(SimWorld& world);
/// Everything, after healing: I1 to I10 and the registers.
void check_all(SimWorld& world);

/// The bytes of every fact that the hub's logs of a site state, restated ones as they were first recorded.
[[nodiscard]] std::set<Bytes> facts_at(hub::Hub& hub, RegisterId site);

/// Alerts of one rule about a site, open or not.
[[nodiscard]] std::size_t alerts_of(HubNode& node, hub::AlertRule rule, RegisterId site);
/// The site's state at its hub.
[[nodiscard]] hub::SiteInfo site_at(HubNode& node, const std::string& code);

}  // namespace sealkeep::sim

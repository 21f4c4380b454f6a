// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace sealkeep::agent {

/// Name and version as in agent_started and in hellos.
inline constexpr std::string_view kSoftware = "sealkeep-agent 0.1.0";

/// The database in the data folder; whether there is one tells a new agent from an old one.
inline constexpr std::string_view kDatabaseName = "agent.db";

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "hub/hub.hpp"

namespace sealkeep::hub::commands {

/// The names that a site's log gave to people, as far as their details are held here and not erased.
[[nodiscard]] Result<std::map<ses::PersonNo, std::string>> people_of(Hub& hub, const RegisterLogs& logs);

}  // namespace sealkeep::hub::commands

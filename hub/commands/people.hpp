// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"
#include "hub/oversight/people_view.hpp"

namespace sealkeep::hub::commands {

[[nodiscard]] Value person_value(const PersonView& person);

}  // namespace sealkeep::hub::commands

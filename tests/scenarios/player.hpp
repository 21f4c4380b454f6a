// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "tests/scenarios/world.hpp"

namespace sealkeep::scenarios {

/// Plays one scenario. Returns what came otherwise than it is written, each as "file:line: ..."; empty: all
/// is as written. Every scenario ends with: verify passes at head office and at each site, each ledger
/// balances (or does not for the seals that "finally:" names), head office's registers equal the sites', and
/// nobody was interrupted more than six times in a day.
/// `trace`: says every command's answer on stdout.
[[nodiscard]] std::vector<std::string> play(const Script& script, bool trace);

}  // namespace sealkeep::scenarios

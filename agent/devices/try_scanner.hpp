// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/devices/scanners.hpp"
#include "common/base/clock.hpp"
#include "common/cli/dispatch.hpp"

namespace sealkeep::agent {

inline constexpr std::int64_t kTryScansShown = 100;

/// Reads one scanner for `length_ms`, without an agent, and says what came: {"device", "state", "why",
/// "next", "scans": [{"read", "means", "symbology", "kind", "note"}]}. Waits for the device if it is not
/// there. Blocks. `device` is as parse_device() takes it; a path alone is taken as what it looks like.
/// BadInput `devices.scanner`.
[[nodiscard]] Result<cli::Value> try_scanner(std::string_view device, std::int64_t length_ms, Clock& clock,
                                             const cli::OnProgress& progress);

/// The text on one line of a screen: a control character as <1D>.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace sealkeep::agent

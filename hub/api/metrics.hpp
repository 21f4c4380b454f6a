// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/http/server.hpp"
#include "hub/hub.hpp"

namespace sealkeep::hub::api {

/// What a monitoring system asks head office for, in Prometheus' text form 0.0.4: sites, alerts, records,
/// what waits, the database, the HTTP door. Names and meanings: docs/operations.md. Errors as Hub::sites and
/// Alerts::list.
[[nodiscard]] Result<std::string> metrics_text(Hub& hub, const http::ServerCounters& counters);

/// Ready: what arrives is judged soon after. How many entries wait for their fold.
[[nodiscard]] Result<std::uint64_t> entries_waiting(Hub& hub);

}  // namespace sealkeep::hub::api

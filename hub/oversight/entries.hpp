// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "common/ses/entry.hpp"
#include "hub/records.hpp"

namespace sealkeep::hub {

/// What was recorded there, the fact itself if it was restated; nothing if that epoch is not here.
[[nodiscard]] Result<std::optional<ses::Entry>> entry_at(HubRecords& hub, const RegisterLogs& logs,
                                                         ses::Ref at);
/// The log of that epoch; 0 if it is not here.
[[nodiscard]] LogId log_of(const RegisterLogs& logs, std::uint32_t epoch);

}  // namespace sealkeep::hub

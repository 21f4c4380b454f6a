// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/compliance.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep {

struct CompliancePeriod {
  std::int64_t from_ms = 0, until_ms = 0;  ///< facts that happened from then up to, not including, then
  std::int64_t at_ms = 0;                  ///< when duties are judged: the watermark at a hub, now at a site
};

/// The cells of one register: reads its logs from the first entry on (100,000 entries take some 50 ms) and
/// its duties. `progress(done, total)` is called every 4,096 entries. Memory as ses::Compliance.
[[nodiscard]] Result<std::vector<ses::Cell>> compliance_of(
    LogStore& logs, RegisterRows& rows, const RegisterLogs& of, const CompliancePeriod& period,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/register/site_register.hpp"

namespace sealkeep::agent {

/// What a site states when it closes that day: how many facts of seals and units happened on it, and what is
/// in stock and to do now. Reads the written log whole: a fact that was recorded late may have happened that
/// day.
[[nodiscard]] Result<ses::DayClosed> day_statement(LogStore& logs, RegisterRows& rows,
                                                   const SiteRegister& site, std::uint32_t day,
                                                   std::int32_t utc_offset_min);

}  // namespace sealkeep::agent

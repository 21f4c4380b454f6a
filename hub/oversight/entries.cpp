// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/entries.hpp"

#include "common/ses/restated.hpp"

namespace sealkeep::hub {

LogId log_of(const RegisterLogs& logs, std::uint32_t epoch) {
  for (const RegisterLogs::EpochLog& log : logs.site)
    if (log.epoch == epoch) return log.log;
  return 0;
}

Result<std::optional<ses::Entry>> entry_at(HubRecords& hub, const RegisterLogs& logs, ses::Ref at) {
  const LogId log = log_of(logs, at.epoch);
  if (log == 0) return std::optional<ses::Entry>();
  SEALKEEP_LET(bytes, hub.logs().read_entry(log, at.index));
  SEALKEEP_LET(leaf, ses::decode_entry(bytes));
  return std::optional(ses::stated(std::move(leaf)).fact);
}

}  // namespace sealkeep::hub

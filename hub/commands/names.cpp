// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/names.hpp"

#include "common/ses/restated.hpp"

namespace sealkeep::hub::commands {

Result<std::map<ses::PersonNo, std::string>> people_of(Hub& hub, const RegisterLogs& logs) {
  std::map<ses::PersonNo, std::string> names;
  SEALKEEP_LET(naming,
               hub.db().prepare(
                   "SELECT idx, bytes FROM detail WHERE log_id = ? AND kind = 1 AND n = 0 AND state = 2"));
  for (const RegisterLogs::EpochLog& epoch : logs.site) {
    SEALKEEP_LET(rows, naming.query(epoch.log));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      SEALKEEP_LET(bytes, hub.logs().read_entry(epoch.log, rows.uint64(0)));
      auto entry = ses::decode_entry(bytes);
      if (!entry) continue;
      const ses::Entry fact = ses::stated(std::move(*entry)).fact;
      if (const auto* person = std::get_if<ses::PersonAdded>(&fact.event))
        names[person->person_no] = printable(as_text(rows.blob(1)));
    }
  }
  return names;
}

}  // namespace sealkeep::hub::commands

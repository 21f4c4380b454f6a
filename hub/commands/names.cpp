// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/names.hpp"

#include <fmt/format.h>

#include "common/ses/restated.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kTextBytes = 300;

}  // namespace

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

Result<SiteNames> SiteNames::read(Hub& hub, const RegisterLogs& logs) {
  SiteNames out;
  SEALKEEP_LET(people, people_of(hub, logs));
  out.people_ = std::move(people);
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
      if (const auto* store = std::get_if<ses::StoreAdded>(&fact.event))
        out.stores_[store->store_no] = printable(as_text(rows.blob(1)));
    }
  }
  return out;
}

std::string SiteNames::person_words(ses::PersonNo no) const {
  const auto found = people_.find(no);
  return found == people_.end() ? Names::person_words(no) : found->second;
}

std::string SiteNames::place_words(const ses::Place& place) const {
  const auto found = stores_.find(place.no);
  const bool store = place.kind == ses::PlaceKind::LockedStore || place.kind == ses::PlaceKind::DockBox;
  return store && found != stores_.end() ? found->second : Names::place_words(place);
}

Result<std::string> short_text(const cli::Command& command, std::string_view option) {
  std::string text = command.one(option).value_or("");
  if (text.size() <= kTextBytes) return text;
  return bad_input("cli.value", fmt::format("--{} is too long", option), {},
                   fmt::format("At most {} bytes", kTextBytes));
}

}  // namespace sealkeep::hub::commands

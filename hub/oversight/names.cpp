// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/names.hpp"

#include "hub/oversight/entries.hpp"

namespace sealkeep::hub {
namespace {

// By number, the name that was given last, as far as its bytes are here. `kind` as in the table `named`.
Result<std::map<std::uint32_t, std::string>> names_of(HubRecords& hub, const RegisterLogs& logs, int kind) {
  std::map<std::uint32_t, std::string> names;
  SEALKEEP_LET(naming, hub.db().prepare("SELECT no, epoch, idx FROM named WHERE register = ? AND kind = ? "
                                        "ORDER BY no, epoch, idx"));
  SEALKEEP_LET(rows, naming.query(logs.register_id, kind));
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return names;
    const LogId log = log_of(logs, static_cast<std::uint32_t>(rows.int64(1)));
    if (log == 0) continue;
    SEALKEEP_LET(detail, hub.details().get(log, rows.uint64(2), 0));
    if (detail && detail->state == DetailState::Held && detail->ref.kind == ses::DetailKind::Name)
      names[static_cast<std::uint32_t>(rows.int64(0))] = printable(as_text(detail->bytes));
  }
}

}  // namespace

Result<std::map<ses::PersonNo, std::string>> people_of(HubRecords& hub, const RegisterLogs& logs) {
  return names_of(hub, logs, 1);
}

Result<SiteNames> SiteNames::read(HubRecords& hub, const RegisterLogs& logs) {
  SiteNames out;
  SEALKEEP_LET(people, names_of(hub, logs, 1));
  SEALKEEP_LET(stores, names_of(hub, logs, 2));
  out.people_ = std::move(people);
  out.stores_ = std::move(stores);
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

}  // namespace sealkeep::hub

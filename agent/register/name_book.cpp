// SPDX-License-Identifier: Apache-2.0
#include "agent/register/name_book.hpp"

#include "common/ses/restated.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::string_view kNamingEntries =
    "SELECT idx FROM detail WHERE log_id = ?1 AND kind = 1 AND n = 0 ORDER BY idx";

Result<std::vector<std::uint64_t>> naming_entries_of(Db& db, const RegisterLogs::EpochLog& epoch) {
  SEALKEEP_LET(naming, db.prepare(kNamingEntries));
  SEALKEEP_LET(rows, naming.query(epoch.log));
  std::vector<std::uint64_t> out;
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return out;
    if (rows.uint64(0) < epoch.end) out.push_back(rows.uint64(0));
  }
}

// A restated entry names again whom its first place named.
void add(std::vector<Named>& all, Named named) {
  for (Named& known : all) {
    if (known.no != named.no) continue;
    if (known.name.empty()) known.name = std::move(named.name);
    return;
  }
  all.push_back(std::move(named));
}

}  // namespace

Result<NameBook> read_names(Db& db, LogStore& logs, DetailStore& details, const RegisterLogs& of) {
  NameBook out;
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    SEALKEEP_LET(indexes, naming_entries_of(db, epoch));
    for (const std::uint64_t index : indexes) {
      SEALKEEP_LET(bytes, logs.read_entry(epoch.log, index));
      SEALKEEP_LET(leaf, ses::decode_entry(bytes));
      const ses::Entry entry = ses::stated(std::move(leaf)).fact;
      SEALKEEP_LET(detail, details.get(epoch.log, index, 0));
      std::string name;
      if (detail && detail->state == DetailState::Held) name = as_text(detail->bytes);
      const ses::Ref at{epoch.epoch, index};
      if (const auto* person = std::get_if<ses::PersonAdded>(&entry.event))
        add(out.people, {person->person_no, std::move(name), ses::PlaceKind::Hand, at});
      else if (const auto* store = std::get_if<ses::StoreAdded>(&entry.event))
        add(out.places, {store->store_no, std::move(name), store->kind, at});
    }
  }
  return out;
}

bool changes_names(ses::Kind kind) {
  return kind == ses::Kind::PersonAdded || kind == ses::Kind::StoreAdded ||
         kind == ses::Kind::DetailsErased || kind == ses::Kind::Restated;
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/chronicle.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/ses/restated.hpp"
#include "common/store/row_differences.hpp"
#include "hub/oversight/chronicle_schema_sql.hpp"
#include "hub/oversight/hub_indexes_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::uint8_t kPerson = 1, kStore = 2;  // kinds of `named`
constexpr std::uint64_t kVerifySlice = 4'096;
constexpr const char* kTables[] = {"chronicle", "day_count", "incident", "named"};

bool is_about_seals(ses::Kind kind) {
  return kind >= ses::Kind::StockOpened && kind <= ses::Kind::LoadCancelled;
}

// What was read from a seal, a door or a label: there a scanner is asked for.
bool is_reading(ses::Kind kind) {
  return kind == ses::Kind::SealsReceived || kind == ses::Kind::SealApplied ||
         kind == ses::Kind::SealReplaced || kind == ses::Kind::SealChecked || kind == ses::Kind::Uplifted;
}

std::int64_t discovered(std::int64_t said_ms, const ses::Entry& entry) {
  return said_ms != 0 ? said_ms : entry.header.happened_ms;
}

struct Incident {
  std::uint8_t sort = 0;  // 0: it is none
  std::int64_t discovered_ms = 0;
};

Incident incident_of(const ses::Entry& entry) {
  const auto sort = [](IncidentSort one) { return static_cast<std::uint8_t>(one); };
  const std::int64_t now_ms = entry.header.happened_ms;
  if (const auto* lost = std::get_if<ses::SealLost>(&entry.event))
    return {sort(IncidentSort::SealLost), discovered(lost->discovered_ms, entry)};
  if (const auto* found = std::get_if<ses::SealFound>(&entry.event))
    return {found->not_on_record ? std::uint8_t{0} : sort(IncidentSort::SealFound), now_ms};
  if (const auto* damaged = std::get_if<ses::SealDamaged>(&entry.event))
    return {
        damaged->cause == ses::DamageCause::FoundBroken ? sort(IncidentSort::FoundBroken) : std::uint8_t{0},
        now_ms};
  if (const auto* replaced = std::get_if<ses::SealReplaced>(&entry.event))
    return {
        replaced->cause == ses::DamageCause::FoundBroken ? sort(IncidentSort::FoundBroken) : std::uint8_t{0},
        now_ms};
  if (const auto* tampered = std::get_if<ses::SealTampered>(&entry.event))
    return {sort(IncidentSort::Tampered), discovered(tampered->discovered_ms, entry)};
  if (const auto* roll = std::get_if<ses::RollUsed>(&entry.event))
    return {roll->use == ses::RollUse::Lost ? sort(IncidentSort::RollLost) : std::uint8_t{0}, now_ms};
  if (const auto* reported = std::get_if<ses::IncidentReported>(&entry.event))
    return {static_cast<std::uint8_t>(sort(IncidentSort::Reported) + static_cast<int>(reported->what)),
            discovered(reported->discovered_ms, entry)};
  return {};
}

}  // namespace

std::string_view incident_sort_name(std::uint8_t sort) {
  constexpr std::string_view kReported[] = {"incident",
                                            "container_tampered",
                                            "procedure_not_followed",
                                            "unauthorised_entry",
                                            "suspicious_request",
                                            "unauthorised_goods",
                                            "seals_missing",
                                            "seal_tampering",
                                            "cyber_breach",
                                            "other"};
  const int reported = sort - static_cast<int>(IncidentSort::Reported);
  if (reported >= 0 && reported < static_cast<int>(std::size(kReported))) return kReported[reported];
  switch (static_cast<IncidentSort>(sort)) {
    case IncidentSort::SealLost:
      return "seal_lost";
    case IncidentSort::SealFound:
      return "seal_found";
    case IncidentSort::FoundBroken:
      return "found_broken";
    case IncidentSort::Tampered:
      return "seal_tampered";
    case IncidentSort::RollLost:
      return "roll_lost";
    default:
      return "incident";
  }
}

struct Chronicle::Statements {
  Statement cursor, put_cursor, add_day, put_incident, told, decided, put_named;
};

std::string_view Chronicle::schema() {
  return sql::chronicle_schema;
}

std::string_view Chronicle::indexes() {
  return sql::hub_indexes;
}

Result<Chronicle> Chronicle::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, const char*> texts[] = {
      {&s->cursor, "SELECT epoch, next_index FROM chronicle WHERE register = ?"},
      {&s->put_cursor, "REPLACE INTO chronicle VALUES(?, ?, ?)"},
      {&s->add_day,
       "INSERT INTO day_count VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
       "facts = facts + excluded.facts, received = received + excluded.received, "
       "applied = applied + excluded.applied, checked = checked + excluded.checked, "
       "uplifted = uplifted + excluded.uplifted, read = read + excluded.read, "
       "typed = typed + excluded.typed, late_entries = late_entries + excluded.late_entries"},
      {&s->put_incident, "INSERT OR IGNORE INTO incident VALUES(?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0)"},
      {&s->told,
       "UPDATE incident SET told_epoch = ?, told_index = ?, told_ms = ?, told_how = ? WHERE register = ? AND "
       "epoch = ? AND idx = ?"},
      {&s->decided,
       "UPDATE incident SET decided_epoch = ?, decided_index = ?, decided_ms = ?, reportable = ? WHERE "
       "register = ? AND epoch = ? AND idx = ?"},
      {&s->put_named, "INSERT OR IGNORE INTO named VALUES(?, ?, ?, ?, ?)"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return Chronicle(db, std::move(s));
}

Result<> Chronicle::note_incident(RegisterId id, const ses::Entry& entry, ses::Ref at) {
  const Incident incident = incident_of(entry);
  if (incident.sort != 0)
    return statements_->put_incident.run(id, at.epoch, at.index, incident.sort, incident.discovered_ms);
  if (const auto* told = std::get_if<ses::CustomsTold>(&entry.event))
    return statements_->told.run(at.epoch, at.index,
                                 told->told_ms != 0 ? told->told_ms : entry.header.happened_ms,
                                 static_cast<int>(told->how), id, told->about.epoch, told->about.index);
  if (const auto* decided = std::get_if<ses::CustomsDecided>(&entry.event))
    return statements_->decided.run(at.epoch, at.index, entry.header.happened_ms, int{decided->reportable},
                                    id, decided->about.epoch, decided->about.index);
  return {};
}

Result<> Chronicle::add_place(RegisterId id, const ses::Entry& fact, ses::Ref at) {
  if (const auto* person = std::get_if<ses::PersonAdded>(&fact.event))
    return statements_->put_named.run(id, kPerson, person->person_no, at.epoch, at.index);
  if (const auto* store = std::get_if<ses::StoreAdded>(&fact.event))
    return statements_->put_named.run(id, kStore, store->store_no, at.epoch, at.index);
  return {};
}

Result<> Chronicle::add(RegisterId id, const ses::Entry& entry, ses::Ref at, Days& days) {
  const ses::Kind kind = ses::kind_of(entry.event);
  SEALKEEP_TRY(add_place(id, entry, at));
  SEALKEEP_TRY(note_incident(id, entry, at));
  if (!is_about_seals(kind)) return {};
  DayCount& day = days[local_day(entry.header.happened_ms, entry.header.utc_offset_min)];
  ++day.facts;
  if (const auto* received = std::get_if<ses::SealsReceived>(&entry.event))
    day.received += received->seals.count - received->missing.size();
  if (const auto* arrived = std::get_if<ses::TransferredIn>(&entry.event))
    day.received += arrived->seals.count;
  if (kind == ses::Kind::SealApplied || kind == ses::Kind::SealReplaced) ++day.applied;
  if (kind == ses::Kind::SealChecked) ++day.checked;
  if (kind == ses::Kind::Uplifted) ++day.uplifted;
  const ses::Source source = entry.header.source;
  const bool there_and_then = source != ses::Source::Paper && source != ses::Source::Imported;
  if (is_reading(kind) && there_and_then) {
    ++day.read;
    if (source == ses::Source::Typed) ++day.typed;
  }
  const bool late = std::any_of(entry.irregularities.begin(), entry.irregularities.end(),
                                [](const auto& one) { return one.code == ses::Irregularity::LateEntry; });
  if (late) ++day.late_entries;
  return {};
}

Result<> Chronicle::save(RegisterId id, const Days& days, ses::Ref next) {
  for (const auto& [day, n] : days)
    SEALKEEP_TRY(statements_->add_day.run(day, id, n.facts, n.received, n.applied, n.checked, n.uplifted,
                                          n.read, n.typed, n.late_entries));
  return statements_->put_cursor.run(id, next.epoch, next.index);
}

Result<ses::Ref> Chronicle::cursor(RegisterId id) {
  SEALKEEP_LET(rows, statements_->cursor.query(id));
  SEALKEEP_LET(there, rows.next());
  return there ? ses::Ref{static_cast<std::uint32_t>(rows.int64(0)), rows.uint64(1)} : ses::Ref{};
}

Result<std::uint64_t> Chronicle::catch_up(LogStore& logs, RegisterRows& rows, const RegisterLogs& of,
                                          ses::Ref until, std::uint64_t max_entries) {
  SEALKEEP_LET(from, cursor(of.register_id));
  ses::Ref next = from;
  RegisterFold fold(logs, rows);
  Days days;
  std::uint64_t done = 0;
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    if (epoch.epoch < next.epoch || epoch.epoch > until.epoch || done == max_entries) continue;
    SEALKEEP_LET(size, logs.size(epoch.log));
    const std::uint64_t first = epoch.epoch == next.epoch ? next.index : 0;
    const std::uint64_t end =
        std::min({size, epoch.end, epoch.epoch == until.epoch ? until.index : UINT64_MAX});
    if (end <= first) continue;
    const auto visit = [&](std::uint64_t index, ByteView bytes) -> Result<> {
      auto entry = ses::decode_entry(bytes);
      if (!entry) return {};
      const ses::Ref at{epoch.epoch, index};
      SEALKEEP_LET(before, fold.told_before(of, at, *entry));
      if (before) return add_place(of.register_id, ses::stated(std::move(*entry)).fact, at);
      return add(of.register_id, *entry, at, days);
    };
    SEALKEEP_LET(read, logs.read_entries(epoch.log, first, std::min(end - first, max_entries - done),
                                         UINT64_MAX, visit));
    done += read;
    next = {epoch.epoch, first + read};
  }
  if (done < max_entries) next = std::max(next, until);
  if (next != from) SEALKEEP_TRY(save(of.register_id, days, next));
  return done;
}

Result<std::vector<std::string>> Chronicle::verify(LogStore& logs, RegisterRows& rows, const RegisterLogs& of,
                                                   ses::Ref until, Db& fresh) {
  SEALKEEP_LET(again, Chronicle::open(fresh));
  for (bool more = true; more;)
    SEALKEEP_TRY(fresh.transaction([&]() -> Result<> {
      SEALKEEP_LET(done, again.catch_up(logs, rows, of, until, kVerifySlice));
      more = done == kVerifySlice;
      return {};
    }));
  return row_differences(*db_, fresh, kTables, of.register_id);
}

}  // namespace sealkeep::hub

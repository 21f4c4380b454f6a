// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "common/store/register_schema_sql.hpp"

namespace sealkeep {
namespace {

using ses::Ref;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorKind::Corrupt, "register.damaged",
              fmt::format("A row of the register is not readable ({})", what),
              "the database was changed from outside or is damaged",
              "Run verify; then rebuild the register from the log");
}

Bytes pack_refs(const std::vector<Ref>& refs) {
  PackWriter out;
  for (const Ref& ref : refs) out.uint(ref.epoch).uint(ref.index);
  return out.take();
}

Result<std::vector<Ref>> unpack_refs(ByteView bytes) {
  PackReader in(bytes);
  std::vector<Ref> refs;
  while (in.ok() && !in.at_end()) {
    Ref ref;
    ref.epoch = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
    ref.index = in.uint();
    refs.push_back(ref);
  }
  if (!in.finish()) return damaged("history");
  return refs;
}

Bytes pack_range(const ses::SealRange& range) {
  PackWriter out;
  out.str(range.prefix).uint(range.first).uint(range.width).uint(range.count);
  return out.take();
}

Result<ses::SealRange> unpack_range(ByteView bytes) {
  PackReader in(bytes);
  ses::SealRange range;
  range.prefix = in.str(limits::kSealNumberBytes);
  range.first = in.uint();
  range.width = static_cast<std::uint8_t>(in.uint(18));
  range.count = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
  if (!in.finish()) return damaged("range");
  return range;
}

Result<ses::SealNumber> number_of(std::string_view text) {
  if (text.empty()) return ses::SealNumber{};
  auto number = ses::SealNumber::parse_exact(text);
  if (!number) return damaged("seal number");
  return *number;
}

Bytes pack_keys(const std::vector<ses::SealKey>& keys) {
  PackWriter out;
  for (const ses::SealKey& key : keys)
    out.uint(static_cast<std::uint64_t>(key.family)).str(key.number.text());
  return out.take();
}

Result<std::vector<ses::SealKey>> unpack_keys(ByteView bytes) {
  PackReader in(bytes);
  std::vector<ses::SealKey> keys;
  while (in.ok() && !in.at_end()) {
    ses::SealKey key;
    key.family = static_cast<ses::Family>(in.uint(255));
    SEALKEEP_LET(number, number_of(in.str(limits::kSealNumberBytes)));
    key.number = std::move(number);
    keys.push_back(std::move(key));
  }
  if (!in.finish()) return damaged("seals of a unit");
  return keys;
}

Bytes pack_duty_counts(const std::map<std::uint8_t, std::pair<std::uint64_t, std::uint64_t>>& counts) {
  PackWriter out;
  for (const auto& [rule, count] : counts) out.uint(rule).uint(count.first).uint(count.second);
  return out.take();
}

template <class T>
T as(const Rows& rows, int column) {
  return static_cast<T>(rows.int64(column));
}

constexpr const char* kSealColumns =
    "family, number, register, state, kind, place_kind, place_no, unit_kind, unit, came_in, past_exits, "
    "receipt_epoch, "
    "receipt_index, received_ms, applied_ms, checked_ms, uplifted_ms, lost_ms, applied_by, checked_by, "
    "history";

Result<SealAt> read_seal(const Rows& rows) {
  SealAt at;
  at.key.family = as<ses::Family>(rows, 0);
  SEALKEEP_LET(number, number_of(rows.text(1)));
  at.key.number = std::move(number);
  at.register_id = rows.int64(2);
  ses::SealRow& row = at.row;
  row.state = as<ses::SealState>(rows, 3);
  row.kind = as<ses::SealKind>(rows, 4);
  row.place = {as<ses::PlaceKind>(rows, 5), as<std::uint32_t>(rows, 6)};
  row.unit = {as<ses::UnitKind>(rows, 7), std::string(rows.text(8))};
  row.came_in = as<std::uint32_t>(rows, 9);
  row.past_exits = as<std::uint32_t>(rows, 10);
  row.receipt = {as<std::uint32_t>(rows, 11), rows.uint64(12)};
  row.received_ms = rows.int64(13);
  row.applied_ms = rows.int64(14);
  row.checked_ms = rows.int64(15);
  row.uplifted_ms = rows.int64(16);
  row.lost_ms = rows.int64(17);
  row.applied_by = as<std::uint32_t>(rows, 18);
  row.checked_by = as<std::uint32_t>(rows, 19);
  SEALKEEP_LET(history, unpack_refs(rows.blob(20)));
  row.history = std::move(history);
  if (static_cast<std::size_t>(row.state) >= ses::kSealStates) return damaged("state of a seal");
  return at;
}

Result<ses::UnitRow> read_unit(const Rows& rows) {
  ses::UnitRow row;
  row.state = as<ses::UnitState>(rows, 0);
  SEALKEEP_LET(seals, unpack_keys(rows.blob(1)));
  row.seals = std::move(seals);
  row.held = rows.int64(2) != 0;
  row.differs = rows.int64(3) != 0;
  row.closed_ms = rows.int64(4);
  row.secured_until_ms = rows.int64(5);
  row.sealed_ms = rows.int64(6);
  row.checked_ms = rows.int64(7);
  row.uplifted_ms = rows.int64(8);
  row.operator_no = as<std::uint32_t>(rows, 9);
  SEALKEEP_LET(history, unpack_refs(rows.blob(10)));
  row.history = std::move(history);
  return row;
}

ses::PersonRow read_person(const Rows& rows) {
  return {rows.int64(0) != 0, rows.int64(1), rows.int64(2), as<std::uint32_t>(rows, 3),
          as<std::uint32_t>(rows, 4)};
}

// From column `from` on: outcome, done_ms, until_ms, document, epoch, idx, count.
Result<ses::RecordRow> read_record(const Rows& rows, int from) {
  ses::RecordRow row;
  row.outcome = as<ses::Outcome>(rows, from);
  row.done_ms = rows.int64(from + 1);
  row.until_ms = rows.int64(from + 2);
  SEALKEEP_LET(document, rows.array<32>(from + 3));
  row.document.bytes = document;
  row.at = {as<std::uint32_t>(rows, from + 4), rows.uint64(from + 5)};
  row.count = as<std::uint32_t>(rows, from + 6);
  return row;
}

DutyAt read_duty(const Rows& rows) {
  DutyAt at;
  at.register_id = rows.int64(0);
  at.key = {as<std::uint8_t>(rows, 1), std::string(rows.text(2))};
  at.row = {{as<std::uint32_t>(rows, 3), rows.uint64(4)}, rows.int64(5), rows.int64(6)};
  return at;
}
constexpr const char* kDutyColumns = "register, rule, subject, opened_epoch, opened_index, opened_ms, due_ms";

constexpr const char* kTables[] = {"register", "adopted", "ledger",    "seal",   "unit",
                                   "receipt",  "box",     "store",     "person", "roll",
                                   "delivery", "duty",    "late_duty", "record"};

// The slots that changed, in key order: the same working set always writes the same way, and b-tree pages are
// met in turn.
template <class Key, class Row, class Hasher>
auto dirty_slots(const ses::Table<Key, Row, Hasher>& table) {
  std::vector<const std::pair<const Key, typename ses::Table<Key, Row, Hasher>::Slot>*> out;
  out.reserve(table.changed().size());
  for (const Key& key : table.changed()) out.push_back(&*table.slots().find(key));
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  return out;
}

// Loads one row for each wanted key that is not there yet. `read` runs the query and returns optional<Row>.
template <class Key, class Row, class Hasher, class Read>
Result<> load_table(const std::vector<Key>& wanted, ses::Table<Key, Row, Hasher>& table, Read&& read) {
  for (const Key& key : wanted) {
    if (table.loaded(key)) continue;
    Result<std::optional<Row>> row = read(key);
    if (!row) return tl::unexpected<Error>(std::move(row).error());
    table.load(key, std::move(*row));
  }
  return {};
}

template <class Row>
using Maybe = Result<std::optional<Row>>;

// One row of a query as optional: `read(rows)` turns the current row into Row or Result<Row>.
template <class Row, class Read>
Maybe<Row> one(Result<Rows> rows, Read&& read) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  SEALKEEP_LET(there, rows->next());
  if (!there) return Maybe<Row>(tl::in_place);
  Result<Row> row = read(*rows);
  if (!row) return tl::unexpected<Error>(std::move(row).error());
  return std::optional<Row>(std::move(*row));
}

template <class Row, class Read>
Result<std::vector<Row>> all(Result<Rows> rows, Read&& read) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  std::vector<Row> out;
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    Result<Row> row = read(*rows);
    if (!row) return tl::unexpected<Error>(std::move(row).error());
    out.push_back(std::move(*row));
  }
}

}  // namespace

struct RegisterRows::Statements {
  Statement self, put_self, adopted, put_adopted, ledgers, put_ledger;
  Statement seal, put_seal, del_seal, unit, put_unit, del_unit, receipt, put_receipt, del_receipt, box,
      put_box, del_box;
  Statement store, put_store, del_store, person, put_person, del_person, roll, put_roll, del_roll;
  Statement delivery, put_delivery, del_delivery, record, put_record, del_record, records, duty, put_duty,
      del_duty, put_late;
  Statement seal_anywhere, unbalanced, duties_due, duties_of, duties, late_duties, seals, recount;
};

RegisterRows::RegisterRows(Db& db, std::shared_ptr<Statements> statements)
    : db_(&db), statements_(std::move(statements)) {}

std::string_view RegisterRows::schema() {
  return sql::register_schema;
}

Result<RegisterRows> RegisterRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string seal_columns = kSealColumns;
  const std::string duty_columns = kDutyColumns;
  const std::pair<Statement*, std::string> texts[] = {
      {&s->self,
       "SELECT epoch, next_index, directive_epoch, directive_size, day_closed, internet_down_until_ms, "
       "duties, check_week, checks, own_checks FROM register "
       "WHERE register = ?"},
      {&s->put_self, "REPLACE INTO register VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->adopted, "SELECT bytes FROM adopted WHERE register = ?"},
      {&s->put_adopted, "REPLACE INTO adopted VALUES(?, ?)"},
      {&s->ledgers,
       "SELECT family, opening, received, transferred_in, found_not_on_record, none, in_stock, issued, "
       "applied, checked, "
       "uplifted, removed, damaged, lost, tampered, destroyed, short, returned, sent_out, past_exits, "
       "unbalanced FROM ledger "
       "WHERE register = ?"},
      {&s->put_ledger,
       "REPLACE INTO ledger VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->seal, "SELECT " + seal_columns + " FROM seal WHERE family = ? AND number = ? AND register = ?"},
      {&s->put_seal,
       "REPLACE INTO seal VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_seal, "DELETE FROM seal WHERE family = ? AND number = ? AND register = ?"},
      {&s->unit,
       "SELECT state, seals, held, differs, closed_ms, secured_until_ms, sealed_ms, checked_ms, uplifted_ms, "
       "operator_no, "
       "history FROM unit WHERE kind = ? AND number = ? AND register = ?"},
      {&s->put_unit, "REPLACE INTO unit VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_unit, "DELETE FROM unit WHERE kind = ? AND number = ? AND register = ?"},
      {&s->receipt,
       "SELECT family, seals, arrived_ms, recorded_ms, approval, delivery, box, short_count, unstored FROM "
       "receipt WHERE "
       "register = ? AND epoch = ? AND idx = ?"},
      {&s->put_receipt, "REPLACE INTO receipt VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_receipt, "DELETE FROM receipt WHERE register = ? AND epoch = ? AND idx = ?"},
      {&s->box,
       "SELECT seals, receipt_epoch, receipt_index, opened FROM box WHERE register = ? AND family = ? AND "
       "label = ?"},
      {&s->put_box, "REPLACE INTO box VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_box, "DELETE FROM box WHERE register = ? AND family = ? AND label = ?"},
      {&s->store, "SELECT kind, known, opened_ms, counted_ms FROM store WHERE register = ? AND store_no = ?"},
      {&s->put_store, "REPLACE INTO store VALUES(?, ?, ?, ?, ?, ?)"},
      {&s->del_store, "DELETE FROM store WHERE register = ? AND store_no = ?"},
      {&s->person,
       "SELECT known, left_ms, until_ms, in_hand, keys FROM person WHERE register = ? AND person_no = ?"},
      {&s->put_person, "REPLACE INTO person VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_person, "DELETE FROM person WHERE register = ? AND person_no = ?"},
      {&s->roll,
       "SELECT kind, received, found, \"left\", applied, damaged, lost, destroyed, sent_out FROM roll WHERE "
       "register = ? AND "
       "family = ? AND batch = ?"},
      {&s->put_roll, "REPLACE INTO roll VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_roll, "DELETE FROM roll WHERE register = ? AND family = ? AND batch = ?"},
      {&s->delivery,
       "SELECT family, kind, seals, expected_ms, received FROM delivery WHERE register = ? AND approval = ?"},
      {&s->put_delivery, "REPLACE INTO delivery VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_delivery, "DELETE FROM delivery WHERE register = ? AND approval = ?"},
      {&s->record,
       "SELECT outcome, done_ms, until_ms, document, epoch, idx, count FROM record WHERE register = ? AND "
       "what = ? AND person_no = ? AND label = ?"},
      {&s->put_record, "REPLACE INTO record VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_record, "DELETE FROM record WHERE register = ? AND what = ? AND person_no = ? AND label = ?"},
      {&s->records,
       "SELECT what, person_no, label, outcome, done_ms, until_ms, document, epoch, idx, count FROM record "
       "WHERE register = ? ORDER BY what, person_no, label LIMIT ?"},
      {&s->duty, "SELECT " + duty_columns + " FROM duty WHERE register = ? AND rule = ? AND subject = ?"},
      {&s->put_duty, "REPLACE INTO duty VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_duty, "DELETE FROM duty WHERE register = ? AND rule = ? AND subject = ?"},
      {&s->put_late, "REPLACE INTO late_duty VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->seal_anywhere,
       "SELECT " + seal_columns + " FROM seal WHERE family = ? AND number = ? ORDER BY register"},
      {&s->unbalanced,
       "SELECT " + seal_columns +
           " FROM seal WHERE register = ? AND came_in <> past_exits + (state <> 0) ORDER BY family, number "
           "LIMIT ?"},
      {&s->duties_due, "SELECT " + duty_columns +
                           " FROM duty WHERE register = ? AND due_ms > 0 AND due_ms <= ? ORDER BY due_ms, "
                           "rule, subject LIMIT ?"},
      {&s->duties_of,
       "SELECT " + duty_columns + " FROM duty WHERE register = ? AND rule = ? ORDER BY subject LIMIT ?"},
      {&s->duties,
       "SELECT " + duty_columns + " FROM duty WHERE register = ? ORDER BY due_ms, rule, subject LIMIT ?"},
      {&s->late_duties,
       "SELECT rule, subject, opened_epoch, opened_index, opened_ms, due_ms, discharged_epoch, "
       "discharged_index, "
       "discharged_ms FROM late_duty WHERE register = ? ORDER BY discharged_epoch, discharged_index, rule, "
       "subject LIMIT ?"},
      {&s->seals, "SELECT " + seal_columns +
                      " FROM seal WHERE family = ? AND number > ? AND register = ? ORDER BY number LIMIT ?"},
      {&s->recount,
       "SELECT family, state, count(*), sum(past_exits), sum(came_in <> past_exits + (state <> 0)) FROM seal "
       "WHERE register = "
       "? GROUP BY family, state ORDER BY family, state"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return RegisterRows(db, std::move(s));
}

Result<ses::RegisterRow> RegisterRows::self(RegisterId id) {
  Maybe<ses::RegisterRow> row =
      one<ses::RegisterRow>(statements_->self.query(id), [](const Rows& r) -> Result<ses::RegisterRow> {
        ses::RegisterRow out;
        out.epoch = as<std::uint32_t>(r, 0);
        out.next_index = r.uint64(1);
        out.directive_epoch = as<std::uint32_t>(r, 2);
        out.directive_size = r.uint64(3);
        out.day_closed = as<std::uint32_t>(r, 4);
        out.internet_down_until_ms = r.int64(5);
        PackReader in(r.blob(6));
        while (in.ok() && !in.at_end()) {
          const auto rule = static_cast<std::uint8_t>(in.uint(255));
          const std::uint64_t met = in.uint();
          out.duties[rule] = {met, in.uint()};
        }
        if (!in.finish()) return damaged("counts of duties");
        out.check_week = r.int64(7);
        out.checks = as<std::uint32_t>(r, 8);
        out.own_checks = as<std::uint32_t>(r, 9);
        return out;
      });
  if (!row) return tl::unexpected<Error>(std::move(row).error());
  return row->value_or(ses::RegisterRow{});
}

Result<> RegisterRows::begin(RegisterId id, ses::Rows& rows) {
  SEALKEEP_LET(cursor, self(id));
  rows.self = std::move(cursor);
  Maybe<ses::Adopted> adopted = one<ses::Adopted>(
      statements_->adopted.query(id), [](const Rows& r) { return ses::Adopted::decode(r.blob(0)); });
  if (!adopted) return tl::unexpected<Error>(std::move(adopted).error());
  rows.adopted = adopted->value_or(ses::Adopted{});
  for (ses::Family family : {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other}) {
    SEALKEEP_LET(found, ledger(id, family));
    rows.ledgers[static_cast<std::size_t>(family)] = found;
  }
  return {};
}

Result<ses::LedgerRow> RegisterRows::ledger(RegisterId id, ses::Family family) {
  SEALKEEP_LET(rows, statements_->ledgers.query(id));
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return ses::LedgerRow{};
    if (as<ses::Family>(rows, 0) != family) continue;
    ses::LedgerRow out;
    out.opening = rows.int64(1);
    out.received = rows.int64(2);
    out.transferred_in = rows.int64(3);
    out.found_not_on_record = rows.int64(4);
    for (std::size_t i = 0; i < ses::kSealStates; ++i) out.by_state[i] = rows.int64(static_cast<int>(5 + i));
    out.past_exits = rows.int64(19);
    out.unbalanced = rows.int64(20);
    return out;
  }
}

Result<> RegisterRows::load(RegisterId id, const ses::Wanted& wanted, ses::Rows& rows) {
  Statements& s = *statements_;
  SEALKEEP_TRY(load_table(wanted.seals, rows.seals, [&](const ses::SealKey& key) -> Maybe<ses::SealRow> {
    return one<ses::SealRow>(s.seal.query(static_cast<int>(key.family), key.number.text(), id),
                             [](const Rows& r) -> Result<ses::SealRow> {
                               SEALKEEP_LET(at, read_seal(r));
                               return std::move(at.row);
                             });
  }));
  SEALKEEP_TRY(load_table(wanted.units, rows.units, [&](const ses::UnitId& key) -> Maybe<ses::UnitRow> {
    return one<ses::UnitRow>(s.unit.query(static_cast<int>(key.kind), key.text, id), read_unit);
  }));
  SEALKEEP_TRY(load_table(wanted.receipts, rows.receipts, [&](const Ref& key) -> Maybe<ses::ReceiptRow> {
    return one<ses::ReceiptRow>(s.receipt.query(id, key.epoch, key.index),
                                [](const Rows& r) -> Result<ses::ReceiptRow> {
                                  ses::ReceiptRow row;
                                  row.family = as<ses::Family>(r, 0);
                                  SEALKEEP_LET(range, unpack_range(r.blob(1)));
                                  row.seals = std::move(range);
                                  row.arrived_ms = r.int64(2);
                                  row.recorded_ms = r.int64(3);
                                  row.approval = r.text(4);
                                  row.delivery = r.text(5);
                                  row.box = r.text(6);
                                  row.short_count = as<std::uint32_t>(r, 7);
                                  row.unstored = as<std::uint32_t>(r, 8);
                                  return row;
                                });
  }));
  using Labelled = std::pair<ses::Family, std::string>;
  SEALKEEP_TRY(load_table(wanted.boxes, rows.boxes, [&](const Labelled& key) -> Maybe<ses::BoxRow> {
    return one<ses::BoxRow>(s.box.query(id, static_cast<int>(key.first), key.second),
                            [](const Rows& r) -> Result<ses::BoxRow> {
                              ses::BoxRow row;
                              SEALKEEP_LET(range, unpack_range(r.blob(0)));
                              row.seals = std::move(range);
                              row.receipt = {as<std::uint32_t>(r, 1), r.uint64(2)};
                              row.opened = r.int64(3) != 0;
                              return row;
                            });
  }));
  SEALKEEP_TRY(load_table(wanted.stores, rows.stores, [&](const ses::StoreNo& key) -> Maybe<ses::StoreRow> {
    return one<ses::StoreRow>(s.store.query(id, key), [](const Rows& r) -> Result<ses::StoreRow> {
      return ses::StoreRow{as<ses::PlaceKind>(r, 0), r.int64(1) != 0, r.int64(2), r.int64(3)};
    });
  }));
  SEALKEEP_TRY(
      load_table(wanted.people, rows.people, [&](const ses::PersonNo& key) { return person(id, key); }));
  SEALKEEP_TRY(load_table(wanted.rolls, rows.rolls, [&](const Labelled& key) -> Maybe<ses::RollRow> {
    return one<ses::RollRow>(s.roll.query(id, static_cast<int>(key.first), key.second),
                             [](const Rows& r) -> Result<ses::RollRow> {
                               return ses::RollRow{as<ses::SealKind>(r, 0),
                                                   r.int64(1),
                                                   r.int64(2),
                                                   r.int64(3),
                                                   r.int64(4),
                                                   r.int64(5),
                                                   r.int64(6),
                                                   r.int64(7),
                                                   r.int64(8)};
                             });
  }));
  SEALKEEP_TRY(
      load_table(wanted.deliveries, rows.deliveries, [&](const std::string& key) -> Maybe<ses::DeliveryRow> {
        return one<ses::DeliveryRow>(s.delivery.query(id, key),
                                     [](const Rows& r) -> Result<ses::DeliveryRow> {
                                       ses::DeliveryRow row;
                                       row.family = as<ses::Family>(r, 0);
                                       row.kind = as<ses::SealKind>(r, 1);
                                       SEALKEEP_LET(range, unpack_range(r.blob(2)));
                                       row.seals = std::move(range);
                                       row.expected_ms = r.int64(3);
                                       row.received = as<std::uint32_t>(r, 4);
                                       return row;
                                     });
      }));
  SEALKEEP_TRY(
      load_table(wanted.records, rows.records, [&](const ses::RecordKey& key) -> Maybe<ses::RecordRow> {
        return one<ses::RecordRow>(s.record.query(id, static_cast<int>(key.what), key.person_no, key.label),
                                   [](const Rows& r) -> Result<ses::RecordRow> { return read_record(r, 0); });
      }));
  return load_table(wanted.duties, rows.duties, [&](const ses::DutyKey& key) -> Maybe<ses::DutyRow> {
    return one<ses::DutyRow>(s.duty.query(id, key.rule, key.subject),
                             [](const Rows& r) -> Result<ses::DutyRow> { return read_duty(r).row; });
  });
}

namespace {
// A working set that still misses rows after this many rounds is a bug of missing().
constexpr int kLoadRounds = 8;

template <class Missing>
Result<> load_rounds(RegisterRows& store, RegisterId id, ses::Rows& rows, Missing&& missing) {
  ses::Wanted wanted;
  for (int round = 0; round < kLoadRounds; ++round) {
    wanted.clear();
    missing(wanted);
    if (wanted.empty()) return {};
    SEALKEEP_TRY(store.load(id, wanted, rows));
  }
  SEALKEEP_ASSERT(false && "missing() names the same rows again and again");
}
}  // namespace

Result<> RegisterRows::load_for(RegisterId id, const ses::EntryHeader& header, const ses::Event& event,
                                Ref at, ses::Rows& rows) {
  return load_rounds(*this, id, rows,
                     [&](ses::Wanted& wanted) { ses::missing(header, event, at, rows, wanted); });
}

Result<> RegisterRows::load_for(RegisterId id, const ses::Directive& directive, ses::Rows& rows) {
  return load_rounds(*this, id, rows, [&](ses::Wanted& wanted) { ses::missing(directive, rows, wanted); });
}

Result<> RegisterRows::save(RegisterId id, ses::Rows& rows) {
  Statements& s = *statements_;
  for (const auto* item : dirty_slots(rows.seals)) {
    const auto& [key, slot] = *item;
    const int family = static_cast<int>(key.family);
    if (!slot.row) {
      SEALKEEP_TRY(s.del_seal.run(family, key.number.text(), id));
      continue;
    }
    const ses::SealRow& r = *slot.row;
    SEALKEEP_TRY(s.put_seal.run(family, key.number.text(), id, static_cast<int>(r.state),
                                static_cast<int>(r.kind), static_cast<int>(r.place.kind), r.place.no,
                                static_cast<int>(r.unit.kind), r.unit.text, r.came_in, r.past_exits,
                                r.receipt.epoch, r.receipt.index, r.received_ms, r.applied_ms, r.checked_ms,
                                r.uplifted_ms, r.lost_ms, r.applied_by, r.checked_by, pack_refs(r.history)));
  }
  for (const auto* item : dirty_slots(rows.units)) {
    const auto& [key, slot] = *item;
    const int kind = static_cast<int>(key.kind);
    if (!slot.row) {
      SEALKEEP_TRY(s.del_unit.run(kind, key.text, id));
      continue;
    }
    const ses::UnitRow& r = *slot.row;
    SEALKEEP_TRY(s.put_unit.run(kind, key.text, id, static_cast<int>(r.state), pack_keys(r.seals),
                                int{r.held}, int{r.differs}, r.closed_ms, r.secured_until_ms, r.sealed_ms,
                                r.checked_ms, r.uplifted_ms, r.operator_no, pack_refs(r.history)));
  }
  for (const auto* item : dirty_slots(rows.receipts)) {
    const auto& [key, slot] = *item;
    if (!slot.row) {
      SEALKEEP_TRY(s.del_receipt.run(id, key.epoch, key.index));
      continue;
    }
    const ses::ReceiptRow& r = *slot.row;
    SEALKEEP_TRY(s.put_receipt.run(id, key.epoch, key.index, static_cast<int>(r.family), pack_range(r.seals),
                                   r.arrived_ms, r.recorded_ms, r.approval, r.delivery, r.box, r.short_count,
                                   r.unstored));
  }
  for (const auto* item : dirty_slots(rows.boxes)) {
    const auto& [key, slot] = *item;
    const int family = static_cast<int>(key.first);
    if (!slot.row) {
      SEALKEEP_TRY(s.del_box.run(id, family, key.second));
      continue;
    }
    const ses::BoxRow& r = *slot.row;
    SEALKEEP_TRY(s.put_box.run(id, family, key.second, pack_range(r.seals), r.receipt.epoch, r.receipt.index,
                               int{r.opened}));
  }
  for (const auto* item : dirty_slots(rows.stores)) {
    const auto& [key, slot] = *item;
    if (!slot.row) {
      SEALKEEP_TRY(s.del_store.run(id, key));
      continue;
    }
    const ses::StoreRow& r = *slot.row;
    SEALKEEP_TRY(s.put_store.run(id, key, static_cast<int>(r.kind), int{r.known}, r.opened_ms, r.counted_ms));
  }
  for (const auto* item : dirty_slots(rows.people)) {
    const auto& [key, slot] = *item;
    if (!slot.row) {
      SEALKEEP_TRY(s.del_person.run(id, key));
      continue;
    }
    const ses::PersonRow& r = *slot.row;
    SEALKEEP_TRY(s.put_person.run(id, key, int{r.known}, r.left_ms, r.until_ms, r.in_hand, r.keys));
  }
  for (const auto* item : dirty_slots(rows.rolls)) {
    const auto& [key, slot] = *item;
    const int family = static_cast<int>(key.first);
    if (!slot.row) {
      SEALKEEP_TRY(s.del_roll.run(id, family, key.second));
      continue;
    }
    const ses::RollRow& r = *slot.row;
    SEALKEEP_TRY(s.put_roll.run(id, family, key.second, static_cast<int>(r.kind), r.received, r.found, r.left,
                                r.applied, r.damaged, r.lost, r.destroyed, r.sent_out));
  }
  for (const auto* item : dirty_slots(rows.deliveries)) {
    const auto& [key, slot] = *item;
    if (!slot.row) {
      SEALKEEP_TRY(s.del_delivery.run(id, key));
      continue;
    }
    const ses::DeliveryRow& r = *slot.row;
    SEALKEEP_TRY(s.put_delivery.run(id, key, static_cast<int>(r.family), static_cast<int>(r.kind),
                                    pack_range(r.seals), r.expected_ms, r.received));
  }
  for (const auto* item : dirty_slots(rows.records)) {
    const auto& [key, slot] = *item;
    const int what = static_cast<int>(key.what);
    if (!slot.row) {
      SEALKEEP_TRY(s.del_record.run(id, what, key.person_no, key.label));
      continue;
    }
    const ses::RecordRow& r = *slot.row;
    SEALKEEP_TRY(s.put_record.run(id, what, key.person_no, key.label, static_cast<int>(r.outcome), r.done_ms,
                                  r.until_ms, r.document.view(), r.at.epoch, r.at.index, r.count));
  }
  for (const auto* item : dirty_slots(rows.duties)) {
    const auto& [key, slot] = *item;
    if (!slot.row) {
      SEALKEEP_TRY(s.del_duty.run(id, key.rule, key.subject));
      continue;
    }
    const ses::DutyRow& r = *slot.row;
    SEALKEEP_TRY(
        s.put_duty.run(id, key.rule, key.subject, r.opened.epoch, r.opened.index, r.opened_ms, r.due_ms));
  }
  for (const ses::LateDuty& late : rows.late)
    SEALKEEP_TRY(s.put_late.run(id, late.key.rule, late.key.subject, late.duty.opened.epoch,
                                late.duty.opened.index, late.duty.opened_ms, late.duty.due_ms,
                                late.discharged.epoch, late.discharged.index, late.discharged_ms));
  for (std::size_t family = 1; family < rows.ledgers.size(); ++family) {
    if (!rows.ledger_dirty[family]) continue;
    const ses::LedgerRow& r = rows.ledgers[family];
    const auto& n = r.by_state;
    static_assert(ses::kSealStates == 14);
    SEALKEEP_TRY(s.put_ledger.run(id, family, r.opening, r.received, r.transferred_in, r.found_not_on_record,
                                  n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11],
                                  n[12], n[13], r.past_exits, r.unbalanced));
  }
  if (rows.adopted_dirty) SEALKEEP_TRY(s.put_adopted.run(id, rows.adopted.encode()));
  const ses::RegisterRow& self = rows.self;
  SEALKEEP_TRY(s.put_self.run(id, self.epoch, self.next_index, self.directive_epoch, self.directive_size,
                              self.day_closed, self.internet_down_until_ms, pack_duty_counts(self.duties),
                              self.check_week, self.checks, self.own_checks));

  rows.seals.mark_saved();
  rows.units.mark_saved();
  rows.receipts.mark_saved();
  rows.boxes.mark_saved();
  rows.stores.mark_saved();
  rows.people.mark_saved();
  rows.rolls.mark_saved();
  rows.deliveries.mark_saved();
  rows.records.mark_saved();
  rows.duties.mark_saved();
  rows.ledger_dirty = {};
  rows.adopted_dirty = false;
  rows.late.clear();
  return {};
}

Result<> RegisterRows::drop(RegisterId id) {
  for (const char* table : kTables) {
    SEALKEEP_LET(statement, db_->prepare(fmt::format("DELETE FROM {} WHERE register = ?", table)));
    SEALKEEP_TRY(statement.run(id));
  }
  return {};
}

Result<std::vector<SealAt>> RegisterRows::seal(const ses::SealKey& key) {
  return all<SealAt>(statements_->seal_anywhere.query(static_cast<int>(key.family), key.number.text()),
                     read_seal);
}

Result<std::optional<ses::UnitRow>> RegisterRows::unit(RegisterId id, const ses::UnitId& unit) {
  return one<ses::UnitRow>(statements_->unit.query(static_cast<int>(unit.kind), unit.text, id), read_unit);
}

Result<std::optional<ses::PersonRow>> RegisterRows::person(RegisterId id, ses::PersonNo person_no) {
  return one<ses::PersonRow>(statements_->person.query(id, person_no),
                             [](const Rows& r) -> Result<ses::PersonRow> { return read_person(r); });
}

Result<std::vector<RecordAt>> RegisterRows::records(RegisterId id, std::size_t max_count) {
  return all<RecordAt>(statements_->records.query(id, max_count), [](const Rows& r) -> Result<RecordAt> {
    SEALKEEP_LET(row, read_record(r, 3));
    return RecordAt{{as<ses::RecordKind>(r, 0), as<std::uint32_t>(r, 1), std::string(r.text(2))},
                    std::move(row)};
  });
}

Result<std::vector<SealAt>> RegisterRows::unbalanced(RegisterId id, std::size_t max_count) {
  return all<SealAt>(statements_->unbalanced.query(id, max_count), read_seal);
}

Result<std::vector<DutyAt>> RegisterRows::duties_due(RegisterId id, std::int64_t until_ms,
                                                     std::size_t max_count) {
  return all<DutyAt>(statements_->duties_due.query(id, until_ms, max_count),
                     [](const Rows& r) -> Result<DutyAt> { return read_duty(r); });
}

Result<std::vector<DutyAt>> RegisterRows::duties_of(RegisterId id, std::uint8_t rule, std::size_t max_count) {
  return all<DutyAt>(statements_->duties_of.query(id, rule, max_count),
                     [](const Rows& r) -> Result<DutyAt> { return read_duty(r); });
}

Result<std::vector<DutyAt>> RegisterRows::duties(RegisterId id, std::size_t max_count) {
  return all<DutyAt>(statements_->duties.query(id, max_count),
                     [](const Rows& r) -> Result<DutyAt> { return read_duty(r); });
}

Result<std::vector<ses::LateDuty>> RegisterRows::late_duties(RegisterId id, std::size_t max_count) {
  return all<ses::LateDuty>(
      statements_->late_duties.query(id, max_count), [](const Rows& r) -> Result<ses::LateDuty> {
        return ses::LateDuty{{as<std::uint8_t>(r, 0), std::string(r.text(1))},
                             {{as<std::uint32_t>(r, 2), r.uint64(3)}, r.int64(4), r.int64(5)},
                             {as<std::uint32_t>(r, 6), r.uint64(7)},
                             r.int64(8)};
      });
}

Result<std::vector<SealAt>> RegisterRows::seals(RegisterId id, ses::Family family, const std::string& after,
                                                std::size_t max_count) {
  return all<SealAt>(statements_->seals.query(static_cast<int>(family), after, id, max_count), read_seal);
}

namespace {

struct Column {
  std::string name;
  bool number = false;  // tables are STRICT: the others are TEXT or BLOB, whose bytes are compared
};

bool same_row(const Rows& left, const Rows& right, const std::vector<Column>& columns) {
  for (int n = 0; n < static_cast<int>(columns.size()); ++n) {
    if (left.is_null(n) != right.is_null(n)) return false;
    const bool same = columns[static_cast<std::size_t>(n)].number
                          ? left.int64(n) == right.int64(n)
                          : std::ranges::equal(left.blob(n), right.blob(n));
    if (!same) return false;
  }
  return true;
}

std::string row_text(const Rows& row, const std::vector<Column>& columns) {
  std::string text;
  for (int n = 0; n < static_cast<int>(columns.size()); ++n) {
    const Column& column = columns[static_cast<std::size_t>(n)];
    text += fmt::format("{}{}=", n == 0 ? "" : " ", column.name);
    const ByteView bytes = column.number || row.is_null(n) ? ByteView() : row.blob(n);
    if (row.is_null(n))
      text += "NULL";
    else if (column.number)
      text += std::to_string(row.int64(n));
    else if (const std::string shown = printable(as_text(bytes)); shown == as_text(bytes))
      text += fmt::format("'{}'", shown);
    else
      text += fmt::format("X'{}'", hex(bytes));
  }
  return text;
}

}  // namespace

Result<std::vector<std::string>> RegisterRows::differences(RegisterId id, Db& other) {
  return row_differences(*db_, other, kTables, id);
}

Result<std::vector<std::string>> row_differences(Db& stored, Db& rebuilt, std::span<const char* const> tables,
                                                 RegisterId id) {
  std::vector<std::string> found;
  for (const char* table : tables) {
    SEALKEEP_LET(columns_statement,
                 stored.prepare(fmt::format("SELECT name, type FROM pragma_table_info('{}')", table)));
    SEALKEEP_LET(columns, all<Column>(columns_statement.query(), [](const Rows& r) -> Result<Column> {
                   return Column{std::string(r.text(0)), r.text(1) == "INTEGER"};
                 }));
    std::string names;
    for (const Column& column : columns)
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column.name);
    // Every column in key order: equal registers give equal streams.
    const std::string query =
        fmt::format("SELECT {0} FROM {1} WHERE register = ? ORDER BY {0}", names, table);
    SEALKEEP_LET(mine_statement, stored.prepare(query));
    SEALKEEP_LET(theirs_statement, rebuilt.prepare(query));
    SEALKEEP_LET(mine, mine_statement.query(id));
    SEALKEEP_LET(theirs, theirs_statement.query(id));
    while (true) {
      SEALKEEP_LET(have_mine, mine.next());
      SEALKEEP_LET(have_theirs, theirs.next());
      if (!have_mine && !have_theirs) break;
      if (have_mine && have_theirs && same_row(mine, theirs, columns)) continue;
      found.push_back(fmt::format("{}: stored [{}], rebuilt [{}]", table,
                                  have_mine ? row_text(mine, columns) : "no more rows",
                                  have_theirs ? row_text(theirs, columns) : "no more rows"));
      break;
    }
  }
  return found;
}

Result<std::vector<std::string>> RegisterRows::recount_ledger(RegisterId id) {
  std::array<ses::LedgerRow, 4> counted{};
  {
    SEALKEEP_LET(rows, statements_->recount.query(id));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      const auto family = static_cast<std::size_t>(rows.int64(0));
      const auto state = static_cast<std::size_t>(rows.int64(1));
      if (family >= counted.size() || state >= ses::kSealStates) return damaged("family or state of a seal");
      // The counters know no seals that were only named: they are no term.
      if (state != static_cast<std::size_t>(ses::SealState::None))
        counted[family].by_state[state] += rows.int64(2);
      counted[family].past_exits += rows.int64(3);
      counted[family].unbalanced += rows.int64(4);
    }
  }
  std::vector<std::string> found;
  for (std::size_t family = 1; family < counted.size(); ++family) {
    SEALKEEP_LET(kept, ledger(id, static_cast<ses::Family>(family)));
    if (kept.by_state != counted[family].by_state || kept.past_exits != counted[family].past_exits ||
        kept.unbalanced != counted[family].unbalanced)
      found.push_back(fmt::format("ledger of family {}: the counters say [{}], the seals say [{}]", family,
                                  ses::equation_text(kept), ses::equation_text(counted[family])));
  }
  return found;
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/store/register_columns.hpp"
#include "common/store/register_statements.hpp"
#include "common/store/row_differences.hpp"

namespace sealkeep {

using namespace store_detail;
using ses::Ref;

namespace {

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

}  // namespace

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

Result<std::vector<std::string>> RegisterRows::differences(RegisterId id, Db& other) {
  return row_differences(*db_, other, kTables, id);
}

}  // namespace sealkeep

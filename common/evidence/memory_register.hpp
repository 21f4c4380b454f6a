// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/ses/fold.hpp"

namespace sealkeep::evidence {

/// A register in plain maps, folded from the entries that a pack has. Memory grows with the register: about
/// 600 bytes a seal. A value; one thread.
class MemoryRegister {
 public:
  /// Folds one entry; what it adopts was folded before. `at` is later than everything folded so far.
  void fold(const ses::Entry& entry, ses::Ref at) {
    self.epoch =
        at.epoch;  // a pack may begin in the middle, and entries that nobody can read are passed over
    self.next_index = at.index;
    work([&](const ses::Rows& rows,
             ses::Wanted& wanted) { ses::missing(entry.header, entry.event, at, rows, wanted); },
         [&](ses::Rows& rows) { ses::fold(entry, at, rows); });
  }
  void fold(const ses::Directive& directive, ses::Ref adopted_by, std::int64_t adopted_ms) {
    work([&](const ses::Rows& rows, ses::Wanted& wanted) { ses::missing(directive, rows, wanted); },
         [&](ses::Rows& rows) { ses::fold(directive, adopted_by, adopted_ms, rows); });
  }

  std::map<ses::SealKey, ses::SealRow> seals;
  std::map<ses::UnitId, ses::UnitRow> units;
  std::map<ses::Ref, ses::ReceiptRow> receipts;
  std::map<std::pair<ses::Family, std::string>, ses::BoxRow> boxes;
  std::map<std::pair<ses::Family, std::string>, ses::RollRow> rolls;
  std::map<ses::StoreNo, ses::StoreRow> stores;
  std::map<ses::PersonNo, ses::PersonRow> people;
  std::map<std::string, ses::DeliveryRow> deliveries;
  std::map<ses::RecordKey, ses::RecordRow> records;
  std::map<ses::DutyKey, ses::DutyRow> duties;
  std::array<ses::LedgerRow, 4> ledgers{};
  ses::RegisterRow self;
  ses::Adopted adopted;
  std::vector<ses::LateDuty> late;

 private:
  // Load, decide, save.
  template <class Want, class Decide>
  void work(const Want& want, const Decide& decide) {
    ses::Rows rows;
    rows.ledgers = ledgers;
    rows.self = self;
    rows.adopted = adopted;
    ses::Wanted wanted;
    for (want(rows, wanted); !wanted.empty(); want(rows, wanted)) {
      load(wanted, rows);
      wanted.clear();
    }
    decide(rows);
    save(rows);
  }
  void load(const ses::Wanted& wanted, ses::Rows& rows) const {
    load(wanted.seals, seals, rows.seals);
    load(wanted.units, units, rows.units);
    load(wanted.receipts, receipts, rows.receipts);
    load(wanted.boxes, boxes, rows.boxes);
    load(wanted.rolls, rolls, rows.rolls);
    load(wanted.stores, stores, rows.stores);
    load(wanted.people, people, rows.people);
    load(wanted.deliveries, deliveries, rows.deliveries);
    load(wanted.records, records, rows.records);
    load(wanted.duties, duties, rows.duties);
  }
  void save(ses::Rows& rows) {
    save(rows.seals, seals);
    save(rows.units, units);
    save(rows.receipts, receipts);
    save(rows.boxes, boxes);
    save(rows.rolls, rolls);
    save(rows.stores, stores);
    save(rows.people, people);
    save(rows.deliveries, deliveries);
    save(rows.records, records);
    save(rows.duties, duties);
    ledgers = rows.ledgers;
    self = rows.self;
    adopted = std::move(rows.adopted);
    late.insert(late.end(), rows.late.begin(), rows.late.end());
  }
  template <class Key, class Map, class Table>
  static void load(const std::vector<Key>& keys, const Map& map, Table& table) {
    for (const Key& key : keys) {
      if (table.loaded(key)) continue;
      const auto it = map.find(key);
      table.load(key, it == map.end() ? std::nullopt : std::optional(it->second));
    }
  }
  template <class Table, class Map>
  static void save(const Table& table, Map& map) {
    for (const auto& key : table.changed()) {
      const auto& slot = table.slots().at(key);
      if (slot.row)
        map[key] = *slot.row;
      else
        map.erase(key);
    }
  }
};

}  // namespace sealkeep::evidence

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/ses/judge.hpp"

namespace sealkeep::ses {

/// A register kept in plain maps, for whoever has no store: the check of a pack, tests, the simulator. Memory
/// grows with it: about 600 bytes a seal. A value; one thread.
class MapRegister {
 public:
  /// A working set that stands where the register stands and has no row loaded.
  [[nodiscard]] Rows open() const {
    Rows rows;
    rows.ledgers = ledgers;
    rows.self = self;
    rows.adopted = adopted;
    return rows;
  }
  /// Loads what `wanted` names, also "there is no such row".
  void load(const Wanted& wanted, Rows& rows) const {
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
  /// Loads until `entry` can be judged and folded. Returns the rounds it took.
  int prepare(const EntryHeader& header, const Event& event, Ref at, Rows& rows) const {
    return prepare(rows, [&](Wanted& wanted) { missing(header, event, at, rows, wanted); });
  }
  int prepare(const Directive& directive, Rows& rows) const {
    return prepare(rows, [&](Wanted& wanted) { missing(directive, rows, wanted); });
  }
  /// Takes over what changed and empties `rows.late`; the working set stays usable.
  void save(Rows& rows) {
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
    for (std::size_t family = 0; family < ledgers.size(); ++family)
      if (rows.ledger_dirty[family]) ledgers[family] = rows.ledgers[family];
    rows.ledger_dirty = {};
    self = rows.self;
    if (rows.adopted_dirty) adopted = rows.adopted;
    rows.adopted_dirty = false;
    late.insert(late.end(), rows.late.begin(), rows.late.end());
    rows.late.clear();
  }
  /// Load, fold, save of one entry with a working set of its own.
  void fold_one(const Entry& entry, Ref at) {
    Rows rows = open();
    prepare(entry.header, entry.event, at, rows);
    fold(entry, at, rows);
    save(rows);
  }
  void adopt(const Directive& directive, Ref adopted_by, std::int64_t adopted_ms) {
    Rows rows = open();
    prepare(directive, rows);
    fold(directive, adopted_by, adopted_ms, rows);
    save(rows);
  }
  std::map<SealKey, SealRow> seals;
  std::map<UnitId, UnitRow> units;
  std::map<Ref, ReceiptRow> receipts;
  std::map<std::pair<Family, std::string>, BoxRow> boxes;
  std::map<std::pair<Family, std::string>, RollRow> rolls;
  std::map<StoreNo, StoreRow> stores;
  std::map<PersonNo, PersonRow> people;
  std::map<std::string, DeliveryRow> deliveries;
  std::map<RecordKey, RecordRow> records;
  std::map<DutyKey, DutyRow> duties;
  std::array<LedgerRow, 4> ledgers{};
  RegisterRow self;
  Adopted adopted;
  std::vector<LateDuty> late;

 private:
  template <class Want>
  int prepare(Rows& rows, Want want) const {
    Wanted wanted;
    for (int round = 0;; ++round) {
      wanted.clear();
      want(wanted);
      if (wanted.empty()) return round;
      SEALKEEP_ASSERT(round < 8);
      load(wanted, rows);
    }
  }
  template <class Key, class Map, class Table>
  static void load(const std::vector<Key>& keys, const Map& map, Table& table) {
    for (const Key& key : keys) {
      if (table.loaded(key)) continue;
      auto it = map.find(key);
      table.load(key, it == map.end() ? std::nullopt : std::optional(it->second));
    }
  }
  template <class Table, class Map>
  static void save(Table& table, Map& map) {
    for (const auto& [key, slot] : table.slots()) {
      if (!slot.dirty) continue;
      if (slot.row)
        map[key] = *slot.row;
      else
        map.erase(key);
    }
    table.mark_saved();
  }
};

}  // namespace sealkeep::ses

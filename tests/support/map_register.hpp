// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <sstream>

#include "common/ses/judge.hpp"

namespace sealkeep::ses {

/// A register kept in plain maps: what the store keeps in SQL tables, for tests and the simulator. A value;
/// one thread.
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
  /// Every row in one canonical text, a line each: equal texts mean equal registers.
  [[nodiscard]] std::string dump() const;

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

[[nodiscard]] inline bool rows_equal(const MapRegister& a, const MapRegister& b) {
  return a.seals == b.seals && a.units == b.units && a.receipts == b.receipts && a.boxes == b.boxes &&
         a.rolls == b.rolls && a.stores == b.stores && a.people == b.people && a.deliveries == b.deliveries &&
         a.records == b.records && a.duties == b.duties && a.ledgers == b.ledgers && a.self == b.self &&
         a.adopted.encode() == b.adopted.encode() && a.late == b.late;
}

inline std::string MapRegister::dump() const {
  std::ostringstream out;
  const auto ref = [](Ref at) { return std::to_string(at.epoch) + "/" + std::to_string(at.index); };
  const auto n = [](auto value) { return static_cast<std::int64_t>(value); };
  const auto history = [&](const std::vector<Ref>& refs) {
    out << " history";
    for (Ref at : refs) out << ' ' << ref(at);
    out << '\n';
  };
  const auto seal = [&](const SealKey& key) {
    return std::to_string(n(key.family)) + ":" + key.number.text();
  };
  for (const auto& [key, row] : seals) {
    out << "seal " << seal(key) << ' ' << state_name(row.state) << " kind " << n(row.kind) << " place "
        << n(row.place.kind) << '/' << row.place.no << " unit " << row.unit.text << " came_in " << row.came_in
        << " past_exits " << row.past_exits << " receipt " << ref(row.receipt) << " times " << row.received_ms
        << ' ' << row.applied_ms << ' ' << row.checked_ms << ' ' << row.uplifted_ms << ' ' << row.lost_ms
        << " by " << row.applied_by << ' ' << row.checked_by;
    history(row.history);
  }
  for (const auto& [key, row] : units) {
    out << "unit " << n(key.kind) << ':' << key.text << " state " << n(row.state) << " seals";
    for (const SealKey& on : row.seals) out << ' ' << seal(on);
    out << (row.held ? " held" : "") << (row.differs ? " differs" : "") << " times " << row.closed_ms << ' '
        << row.secured_until_ms << ' ' << row.sealed_ms << ' ' << row.checked_ms << ' ' << row.uplifted_ms
        << " operator " << row.operator_no;
    history(row.history);
  }
  for (const auto& [key, row] : receipts)
    out << "receipt " << ref(key) << ' ' << n(row.family) << ' ' << row.seals.text() << ' ' << row.arrived_ms
        << ' ' << row.recorded_ms << " [" << row.approval << "][" << row.delivery << "][" << row.box
        << "] short " << row.short_count << " unstored " << row.unstored << '\n';
  for (const auto& [key, row] : boxes)
    out << "box " << n(key.first) << ':' << key.second << ' '
        << (row.seals.count == 0 ? "?" : row.seals.text()) << ' ' << ref(row.receipt)
        << (row.opened ? " opened" : "") << '\n';
  for (const auto& [key, row] : rolls)
    out << "roll " << n(key.first) << ':' << key.second << ' ' << n(row.kind) << ' ' << row.received << ' '
        << row.found << ' ' << row.left << ' ' << row.applied << ' ' << row.damaged << ' ' << row.lost << ' '
        << row.destroyed << ' ' << row.sent_out << '\n';
  for (const auto& [key, row] : stores)
    out << "store " << key << ' ' << n(row.kind) << (row.known ? " known " : " ") << row.opened_ms << ' '
        << row.counted_ms << '\n';
  for (const auto& [key, row] : people)
    out << "person " << key << (row.known ? " known " : " ") << row.left_ms << ' ' << row.until_ms
        << " in_hand " << row.in_hand << " keys " << row.keys << '\n';
  for (const auto& [key, row] : records)
    out << "record " << n(key.what) << ' ' << key.person_no << ' ' << key.label << ' ' << n(row.outcome)
        << ' ' << row.done_ms << ' ' << row.until_ms << ' ' << ref(row.at) << " count " << row.count << '\n';
  for (const auto& [key, row] : deliveries)
    out << "delivery " << key << ' ' << n(row.family) << ' ' << n(row.kind) << ' '
        << (row.seals.count == 0 ? "?" : row.seals.text()) << ' ' << row.expected_ms << " received "
        << row.received << '\n';
  for (const auto& [key, row] : duties)
    out << "duty " << n(key.rule) << ' ' << key.subject << " opened " << ref(row.opened) << ' '
        << row.opened_ms << " due " << row.due_ms << '\n';
  for (std::size_t family = 1; family < ledgers.size(); ++family)
    out << "ledger " << family << ' ' << equation_text(ledgers[family]) << '\n';
  out << "self " << self.epoch << ' ' << self.next_index << ' ' << self.directive_epoch << ' '
      << self.directive_size << ' ' << self.day_closed << ' ' << self.internet_down_until_ms << " checks "
      << self.check_week << ' ' << self.checks << ' ' << self.own_checks;
  for (const auto& [rule, counts] : self.duties)
    out << " rule " << n(rule) << ' ' << counts.first << '/' << counts.second;
  out << '\n';
  for (const LateDuty& one : late)
    out << "late " << n(one.key.rule) << ' ' << one.key.subject << " due " << one.duty.due_ms << " done "
        << one.discharged_ms << " by " << ref(one.discharged) << '\n';
  return out.str();
}

}  // namespace sealkeep::ses

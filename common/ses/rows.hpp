// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <unordered_map>

#include "common/ses/ledger.hpp"
#include "common/ses/plan.hpp"

/// The register of one site as rows: what the fold loads, decides and saves (DESIGN section 4). Rows are
/// values; the owner's store keeps them in SQL tables, tests and the simulator in plain maps. Same rows, same
/// bytes, everywhere.
namespace sealkeep::ses {

/// A seal's identity inside one register.
struct SealKey {
  Family family = Family::Ses;
  SealNumber number;
  friend auto operator<=>(const SealKey&, const SealKey&) = default;
};

/// Row of the seal register (clause 2.6 and what stands behind it). Times are Unix ms, 0 = not (yet).
struct SealRow {
  SealState state = SealState::None;
  SealKind kind = SealKind::Bolt;
  Place place;                   ///< while in stock or issued
  UnitId unit;                   ///< while applied, checked, uplifted; kept afterwards as the last one
  std::uint32_t came_in = 0;     ///< how often the left side of the ledger counted it
  std::uint32_t past_exits = 0;  ///< how often it was sent out or returned and came back
  Ref receipt;                   ///< the entry by which it came in last
  std::int64_t received_ms = 0, applied_ms = 0, checked_ms = 0, uplifted_ms = 0;
  std::int64_t lost_ms = 0;  ///< discovery of loss or tamper
  PersonNo applied_by = 0, checked_by = 0;
  std::vector<Ref> history;  ///< every entry that changed it, oldest first, at most limits::kHistoryRefs

  /// In exactly one term of the ledger for each time it came in.
  [[nodiscard]] bool balanced() const { return came_in == past_exits + (state == SealState::None ? 0U : 1U); }
  friend bool operator==(const SealRow&, const SealRow&) = default;
};

enum class UnitState : std::uint8_t {
  None = 0,
  CheckedEmpty = 1,
  Loading = 2,
  Paused = 3,
  LoadEnded = 4,
  Closed = 5,
  Secured = 6,
  Sealed = 7,
  Checked = 8,
  Uplifted = 9,
  Opened = 10,
  Cancelled = 11
};

/// A container or air package, as of its present visit.
struct UnitRow {
  UnitState state = UnitState::None;
  std::vector<SealKey> seals;  ///< on it now, at most 16
  bool held = false;           ///< tampered, contents not looked at yet
  bool differs = false;        ///< door, paper and register do not agree, not settled
  std::int64_t closed_ms = 0, secured_until_ms = 0, sealed_ms = 0, checked_ms = 0, uplifted_ms = 0;
  OperatorNo operator_no = 0;
  std::vector<Ref> history;
  friend bool operator==(const UnitRow&, const UnitRow&) = default;
};

/// One receipt entry (SealsReceived, TransferredIn, StockOpened).
struct ReceiptRow {
  Family family = Family::Ses;
  SealRange seals;
  std::int64_t arrived_ms = 0, recorded_ms = 0;
  std::string approval, delivery, box;
  std::uint32_t short_count = 0;  ///< named as missing, not found since
  std::uint32_t unstored = 0;     ///< in stock, but in no store, box or hand yet
  friend bool operator==(const ReceiptRow&, const ReceiptRow&) = default;
};

/// A labelled box. Key: family and label.
struct BoxRow {
  SealRange seals;
  Ref receipt;
  bool opened = false;
  friend bool operator==(const BoxRow&, const BoxRow&) = default;
};

struct StoreRow {
  PlaceKind kind = PlaceKind::LockedStore;
  bool known = false;           ///< StoreAdded was seen
  std::int64_t opened_ms = 0;   ///< 0: closed
  std::int64_t counted_ms = 0;  ///< last count
  friend bool operator==(const StoreRow&, const StoreRow&) = default;
};

struct PersonRow {
  bool known = false;
  std::int64_t left_ms = 0, until_ms = 0;
  std::uint32_t in_hand = 0;  ///< seals issued and neither applied nor returned
  std::uint32_t keys = 0;     ///< keys, cards and codes given and not taken back
  friend bool operator==(const PersonRow&, const PersonRow&) = default;
};

/// A roll or batch of a kind without single numbers. Key: family and batch. Balances like the ledger:
/// received + found = left + applied + damaged + lost + destroyed + sent_out; `left` may go negative (says
/// more was used than came in).
struct RollRow {
  SealKind kind = SealKind::Tape;
  std::int64_t received = 0, found = 0, left = 0, applied = 0, damaged = 0, lost = 0, destroyed = 0,
               sent_out = 0;
  friend bool operator==(const RollRow&, const RollRow&) = default;
};

/// A delivery that head office announced (clause 2.4). Key: the approval's number.
struct DeliveryRow {
  Family family = Family::Ses;
  SealKind kind = SealKind::Bolt;
  SealRange seals;
  std::int64_t expected_ms = 0;
  std::uint32_t received = 0;  ///< seals of it recorded as received so far
  friend bool operator==(const DeliveryRow&, const DeliveryRow&) = default;
};

/// The newest record of one kind about one person and label (record.hpp).
struct RecordKey {
  RecordKind what{};
  PersonNo person_no = 0;
  std::string label;
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};
struct RecordRow {
  Outcome outcome = Outcome::Done;
  std::int64_t done_ms = 0, until_ms = 0;
  Hash document;
  Ref at;                   ///< the newest entry
  std::uint32_t count = 0;  ///< entries of this key so far
  /// It stands at that moment.
  [[nodiscard]] bool valid_at(std::int64_t at_ms) const {
    return outcome == Outcome::Done && done_ms <= at_ms && (until_ms == 0 || at_ms <= until_ms);
  }
  friend bool operator==(const RecordRow&, const RecordRow&) = default;
};

/// An open duty (duty.hpp). Key: rule and subject. Discharging deletes it and counts it as met or late.
struct DutyKey {
  std::uint8_t rule = 0;
  std::string subject;  ///< "unit:MSCU1234566", "receipt:1/42", "store:3", "person:77", "seal:1:NZ300001",
                        ///< "count:1/9", "incident:1/7", "transfer:1/8", "delivery:PO-12",
                        ///< "training_seals:person:77", "qa_check", "qa_finding:F-3", "day", "own_checks"
  friend auto operator<=>(const DutyKey&, const DutyKey&) = default;
};
struct DutyRow {
  Ref opened;  ///< the entry that opened it
  std::int64_t opened_ms = 0;
  std::int64_t due_ms = 0;  ///< 0: cannot be judged (the clock was not trusted)
  friend bool operator==(const DutyRow&, const DutyRow&) = default;
};
/// A duty that was discharged after it was due; kept for the digest and for compliance.
struct LateDuty {
  DutyKey key;
  DutyRow duty;
  Ref discharged;
  std::int64_t discharged_ms = 0;
  friend bool operator==(const LateDuty&, const LateDuty&) = default;
};

/// What the fold knows of itself: how far it is, and the counts that screens show.
struct RegisterRow {
  std::uint32_t epoch = 0;       ///< epoch being folded
  std::uint64_t next_index = 0;  ///< first entry of it not folded yet
  std::uint32_t directive_epoch = 0;
  std::uint64_t directive_size = 0;  ///< directives adopted
  std::uint32_t day_closed = 0;
  std::int64_t internet_down_until_ms = 0;
  std::map<std::uint8_t, std::pair<std::uint64_t, std::uint64_t>> duties;  ///< rule -> met in time, late
  std::int64_t check_week = 0;               ///< weeks since 1970 in the site's zone, of the two counts below
  std::uint32_t checks = 0, own_checks = 0;  ///< clause 2.14 in that week: all, by the person who applied
  friend bool operator==(const RegisterRow&, const RegisterRow&) = default;
};

/// A table of the working set: rows that were loaded, and which of them changed. `find` and `edit` of a key
/// that was never loaded are bugs (asserted), because the fold would then decide on a hole.
template <class Key, class Row, class Hasher>
class Table {
 public:
  struct Slot {
    std::optional<Row> row;  ///< nullopt: there is no such row
    bool dirty = false;
  };
  [[nodiscard]] bool loaded(const Key& key) const { return slots_.contains(key); }
  /// Called by the owner's store with what it found.
  void load(const Key& key, std::optional<Row> row) { slots_.emplace(key, Slot{std::move(row), false}); }
  [[nodiscard]] const Row* find(const Key& key) const {
    auto it = slots_.find(key);
    SEALKEEP_ASSERT(it != slots_.end());
    return it->second.row ? &*it->second.row : nullptr;
  }
  /// The row, made if it is not there; counts as changed.
  Row& edit(const Key& key) {
    auto it = slots_.find(key);
    SEALKEEP_ASSERT(it != slots_.end());
    mark(*it);
    if (!it->second.row) it->second.row.emplace();
    return *it->second.row;
  }
  void erase(const Key& key) {
    auto it = slots_.find(key);
    SEALKEEP_ASSERT(it != slots_.end());
    if (it->second.row) mark(*it);
    it->second.row.reset();
  }
  /// Every slot, in no order; the store sorts what it writes.
  [[nodiscard]] const std::unordered_map<Key, Slot, Hasher>& slots() const { return slots_; }
  /// Keys of the rows that changed since the last mark_saved(), each once, in the order of their first
  /// change.
  [[nodiscard]] const std::vector<Key>& changed() const { return changed_; }
  void mark_saved() {
    for (const Key& key : changed_) slots_.at(key).dirty = false;
    changed_.clear();
  }
  void clear() {
    slots_.clear();
    changed_.clear();
  }

 private:
  void mark(std::pair<const Key, Slot>& item) {
    if (!item.second.dirty) changed_.push_back(item.first);
    item.second.dirty = true;
  }
  std::unordered_map<Key, Slot, Hasher> slots_;
  std::vector<Key> changed_;  // a commit that changes three rows must not look at thousands
};

struct KeyHash {
  [[nodiscard]] std::size_t operator()(const std::string& text) const {
    return std::hash<std::string>{}(text);
  }
  [[nodiscard]] std::size_t operator()(const SealKey& key) const {
    return std::hash<std::string>{}(key.number.text()) * 31 + static_cast<std::size_t>(key.family);
  }
  [[nodiscard]] std::size_t operator()(const UnitId& id) const {
    return std::hash<std::string>{}(id.text) * 31 + static_cast<std::size_t>(id.kind);
  }
  [[nodiscard]] std::size_t operator()(const Ref& ref) const { return ref.index * 1000003 + ref.epoch; }
  [[nodiscard]] std::size_t operator()(const DutyKey& key) const {
    return std::hash<std::string>{}(key.subject) * 31 + key.rule;
  }
  [[nodiscard]] std::size_t operator()(const RecordKey& key) const {
    return std::hash<std::string>{}(key.label) * 31 + key.person_no * 64 + static_cast<std::size_t>(key.what);
  }
  [[nodiscard]] std::size_t operator()(std::uint32_t number) const { return number; }
  [[nodiscard]] std::size_t operator()(const std::pair<Family, std::string>& key) const {
    return std::hash<std::string>{}(key.second) * 31 + static_cast<std::size_t>(key.first);
  }
};

/// The working set of one register: the owner loads what `missing()` names, folds, and saves what changed. It
/// may be kept over many entries (one commit), so rows that several entries touch are loaded and saved once.
struct Rows {
  Table<SealKey, SealRow, KeyHash> seals;
  Table<UnitId, UnitRow, KeyHash> units;
  Table<Ref, ReceiptRow, KeyHash> receipts;
  Table<std::pair<Family, std::string>, BoxRow, KeyHash> boxes;
  Table<StoreNo, StoreRow, KeyHash> stores;
  Table<PersonNo, PersonRow, KeyHash> people;
  Table<std::pair<Family, std::string>, RollRow, KeyHash> rolls;
  Table<std::string, DeliveryRow, KeyHash> deliveries;
  Table<RecordKey, RecordRow, KeyHash> records;
  Table<DutyKey, DutyRow, KeyHash> duties;
  std::array<LedgerRow, 4> ledgers;  ///< by Family number; [0] unused
  std::array<bool, 4> ledger_dirty{};
  RegisterRow self;
  Adopted adopted;
  bool adopted_dirty = false;
  std::vector<LateDuty> late;  ///< found since the last save; the store appends them and clears this

  LedgerRow& ledger(Family family) {
    ledger_dirty[static_cast<std::size_t>(family)] = true;
    return ledgers[static_cast<std::size_t>(family)];
  }
};

}  // namespace sealkeep::ses

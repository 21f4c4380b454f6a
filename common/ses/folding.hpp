// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <span>

#include "common/base/clock.hpp"
#include "common/base/limits.hpp"
#include "common/ses/fold.hpp"
#include "common/ses/record.hpp"

/// Inside of the fold (fold*.cpp only). Every change of a seal goes through Folding::change(), every duty
/// through the four functions below: no event can forget a counter.
namespace sealkeep::ses {

/// Families with stock, a ledger and duties; the others are only written beside the unit (domain-rules
/// section 2).
[[nodiscard]] inline bool keeps_stock(Family family) {
  return family == Family::Ses || family == Family::Mpi;
}
[[nodiscard]] inline bool on_unit(SealState state) {
  return state == SealState::Applied || state == SealState::Checked || state == SealState::Uplifted;
}
/// None, in stock or issued: what a movement of stock may move. A scanned range that is too wide takes no
/// seal off a container and revives none that is spent.
[[nodiscard]] inline bool movable(SealState state) {
  return state <= SealState::Issued;
}
[[nodiscard]] inline bool went_out(SealState state) {
  return state == SealState::SentOut || state == SealState::Returned;
}
[[nodiscard]] inline bool is_sea(const UnitId& unit) {
  return unit.kind == UnitKind::SeaContainer;
}
[[nodiscard]] inline bool is_store(const Place& place) {
  return (place.kind == PlaceKind::LockedStore || place.kind == PlaceKind::DockBox) && place.no != 0;
}
/// The person who holds it; 0 while nobody does.
[[nodiscard]] inline PersonNo holder(SealState state, const Place& place) {
  return state == SealState::Issued && place.kind == PlaceKind::Hand ? place.no : 0;
}
/// In stock, and nobody said where.
[[nodiscard]] inline bool unstored(SealState state, const Place& place) {
  return state == SealState::InStock && place.kind == PlaceKind::NotSaid;
}
/// Seals of families with stock that stand on the unit now.
[[nodiscard]] inline bool has_stock_seal(const UnitRow& unit) {
  return std::any_of(unit.seals.begin(), unit.seals.end(),
                     [](const SealKey& key) { return keeps_stock(key.family); });
}
/// Rules whose subject is a unit: all of its kind, and those that a seal on it discharges. Clauses 2.13-2.17
/// are sea only.
inline constexpr std::uint8_t kSeaRules[] = {7, 8, 15, 9, 10, 22}, kAirRules[] = {14, 15, 22};
[[nodiscard]] inline std::span<const std::uint8_t> unit_rules(const UnitId& unit) {
  return is_sea(unit) ? std::span<const std::uint8_t>(kSeaRules) : std::span<const std::uint8_t>(kAirRules);
}
[[nodiscard]] inline std::span<const std::uint8_t> sealing_rules(const UnitId& unit) {
  return unit_rules(unit).first(is_sea(unit) ? 3 : 2);
}
/// Rules of an incident that end when Customs was told, or need not be.
inline constexpr std::uint8_t kEndWithCustoms[] = {13, 18, 20, 34};
/// A reading agrees: not read, the same text, or another way to write the same number.
[[nodiscard]] bool reads_as(const std::string& read, const SealNumber& number);
[[nodiscard]] bool reads_as(const std::string& read, const UnitId& unit);
/// Door and paper as read, the register: which of them do not agree.
struct Differences {
  bool door = false, paper = false;
};
[[nodiscard]] Differences differences(const SealChecked& check);
/// Head office said something of this site: what it did not approve is not approved.
[[nodiscard]] bool heard_head_office(const Rows& rows);
/// Head office announced all these seals at this site under that number.
[[nodiscard]] bool announces(const DeliveryRow& row, Family family, const SealRange& seals);
/// Clause 2.4. A site that never adopted a directive could not know.
[[nodiscard]] bool delivery_unapproved(const Rows& rows, const SealsReceived& event);
/// Clause 2.5 was decidable and not met. A site that never adopted a directive could not know.
[[nodiscard]] bool site_unapproved(const Rows& rows, std::int64_t at_ms);
/// Clause 2.16. While head office named no operator nothing is known.
[[nodiscard]] bool operator_unapproved(const Rows& rows, const Uplifted& event, std::int64_t at_ms);
/// Bolt if one of the seals of `event` or on the unit is a bolt or is not known; else the first one's kind.
[[nodiscard]] SealKind kind_on(const Rows& rows, const Uplifted& event);
[[nodiscard]] std::int64_t saturating_add(std::int64_t a, std::int64_t b);

[[nodiscard]] RecordKey key_of(const RecordKept& event);
/// The duty that a record of this key renews, opens or closes; nothing if none falls due. Its subject is
/// "training_seals:person:77", "competence:person:77:apply", "procedure:Storage", "qa_check".
[[nodiscard]] std::optional<DutyKey> duty_of(const RecordKey& key);
/// Records that are looked at together with this one: the checks of a key position (clause 1.1).
[[nodiscard]] std::vector<RecordKey> asked_with(const RecordKey& key);
/// Either of these makes a person trained for a task of kTasks.
[[nodiscard]] std::array<RecordKey, 2> training_of(PersonNo person_no, std::string_view task);
/// Duties about a person which fall away when the person leaves.
[[nodiscard]] std::vector<DutyKey> duties_of_person(PersonNo person_no);
/// Clause 4.2: the seal on the entry is one that the register has on that unit, and nothing else is wrong.
[[nodiscard]] bool entry_agrees(const Rows& rows, const ExportEntryChecked& event);
/// Clause 2.19: air cargo goes with a RACA. While head office named none nothing is known.
[[nodiscard]] bool raca_unapproved(const Rows& rows, const Uplifted& event, std::int64_t at_ms);

/// A subject of duties; rule() gives the key of one of them without building the text again.
class Subject {
 public:
  explicit Subject(std::string text) : key_{0, std::move(text)} {}
  [[nodiscard]] static Subject unit(const UnitId& id) { return Subject("unit:" + id.text); }
  [[nodiscard]] static Subject seal(const SealKey& key);
  [[nodiscard]] static Subject person(PersonNo no) { return Subject("person:" + std::to_string(no)); }
  [[nodiscard]] static Subject store(StoreNo no) { return Subject("store:" + std::to_string(no)); }
  [[nodiscard]] static Subject delivery(const std::string& approval) {
    return Subject("delivery:" + approval);
  }
  [[nodiscard]] static Subject day() { return Subject("day"); }
  [[nodiscard]] static Subject own_checks() { return Subject("own_checks"); }
  [[nodiscard]] static Subject receipt(Ref ref) { return at("receipt:", ref); }
  [[nodiscard]] static Subject count(Ref ref) { return at("count:", ref); }
  [[nodiscard]] static Subject transfer(Ref ref) { return at("transfer:", ref); }
  [[nodiscard]] static Subject erasure(PersonNo no, Ref about) {
    return no != 0 ? Subject("erasure:person:" + std::to_string(no)) : at("erasure:", about);
  }
  [[nodiscard]] static Subject incident(Ref ref) { return at("incident:", ref); }
  const DutyKey& rule(std::uint8_t no) {
    key_.rule = no;
    return key_;
  }

 private:
  static Subject at(const char* what, Ref ref);
  DutyKey key_;
};

/// One entry being folded: its moment, its person, and the only ways to change seals, units and duties.
class Folding {
 public:
  Folding(const EntryHeader& header, Ref entry, Rows& all)
      : rows(all),
        at(entry),
        person(header.person_no),
        happened_ms(header.happened_ms),
        recorded_ms(header.recorded_ms),
        utc_offset_min(header.utc_offset_min),
        trusted(header.clock_state == ClockState::Trusted) {}

  Rows& rows;
  const Ref at;
  const PersonNo person;
  const std::int64_t happened_ms, recorded_ms;
  const std::int32_t utc_offset_min;
  const bool trusted;

  /// Lets `how(SealRow&)` change the row, then brings everything that depends on it along: ledger, history,
  /// the unit's seals, the holder's and the receipt's counters, and the duties that these counters open and
  /// discharge.
  template <class How>
  void change(const SealKey& key, How&& how) {
    const bool existed = rows.seals.find(key) != nullptr;
    SealRow& row = rows.seals.edit(key);
    const Before before{row.state,   row.place,      row.unit,       row.receipt,
                        row.came_in, row.past_exits, row.balanced(), existed};
    how(row);
    settle(key, before, row);
  }
  /// The unit's row, with this entry in its history.
  UnitRow& unit(const UnitId& id);
  void remember(std::vector<Ref>& history) const;

  /// Due times are ignored (0) when the clock was not trusted. A duty that is open already stays as it is.
  void open(const DutyKey& key, std::int64_t opened_ms, std::int64_t due_ms);
  void open_now(const DutyKey& key, std::int64_t due_ms) { open(key, happened_ms, due_ms); }
  /// Done at `done_ms`: met or late; neither, where it cannot be judged.
  void discharge(const DutyKey& key, std::int64_t done_ms);
  void discharge(const DutyKey& key) { discharge(key, happened_ms); }
  /// Customs was told of `about`: nothing of it is to be decided or told any more.
  void customs_told(Ref about, std::int64_t told_ms);
  /// Cannot be done any more: late, whenever it was due.
  void miss(const DutyKey& key);
  /// There is nothing to do any more: counted nowhere.
  void cancel(const DutyKey& key);
  /// An open duty becomes due at `at_ms` if that is earlier.
  void due_at_latest(const DutyKey& key, std::int64_t at_ms);
  /// By when an erasure that may be carried out from `from_ms` on must be.
  [[nodiscard]] std::int64_t erased_by(std::int64_t from_ms) const {
    constexpr std::int64_t kWorkingDays = 5;
    return add_working_days(from_ms, kWorkingDays, utc_offset_min, rows.adopted.closed);
  }

  [[nodiscard]] std::int64_t after(Setting setting) const { return after(happened_ms, setting); }
  [[nodiscard]] std::int64_t after(std::int64_t from_ms, Setting setting) const {
    return saturating_add(from_ms, rows.adopted.setting(setting));
  }
  /// Counted in the site's opening hours: rules 1, 2, 9 and 15, where nobody is asked to come back at night.
  [[nodiscard]] std::int64_t after_open(std::int64_t from_ms, Setting setting) const {
    const OpeningHours hours = rows.adopted.opening_hours();
    if (hours.always()) return after(from_ms, setting);
    return add_opening_ms(from_ms, rows.adopted.setting(setting), hours, utc_offset_min);
  }
  [[nodiscard]] std::int64_t after_calendar_days(std::int64_t from_ms, Setting setting) const {
    return saturating_add(from_ms, rows.adopted.setting(setting) * kDayMs);
  }
  [[nodiscard]] std::int64_t after_days(Setting setting) const { return after_days(happened_ms, setting); }
  [[nodiscard]] std::int64_t after_days(std::int64_t from_ms, Setting setting) const {
    return add_working_days(from_ms, rows.adopted.setting(setting), utc_offset_min, rows.adopted.closed);
  }

 private:
  struct Before {
    SealState state;
    Place place;
    UnitId unit;
    Ref receipt;
    std::uint32_t came_in, past_exits;
    bool balanced, existed;
  };
  void settle(const SealKey& key, const Before& before, SealRow& row);
  void settle_unit(const SealKey& key, const Before& before, const SealRow& row);
  void settle_hands(const Before& before, const SealRow& row);
  void settle_receipts(const Before& before, const SealRow& row);
  void count_receipt(Ref receipt, std::int32_t unstored_more, std::int32_t short_more);
  void count_done(const DutyKey& key, const DutyRow& duty, std::int64_t done_ms, bool late);
};

// fold_record.cpp: what is kept beside the seals
void apply(Folding& f, const RecordKept& event);
void apply(Folding& f, const IncidentReported& event);
void apply(Folding& f, const ConcernRaised& event);
void apply(Folding& f, const ConcernRead& event);
void apply(Folding& f, const ContingencyStarted& event);
void apply(Folding& f, const ContingencyEnded& event);
void apply(Folding& f, const HeldUnitLookedAt& event);
void apply(Folding& f, const ExportEntryChecked& event);
void apply(Folding& f, const DayClosed& event);
void apply(Folding& f, const ErasureAnswered& event);
/// The person left: what falls due for a person who works here falls away.
void forget_duties_of_person(Folding& f, PersonNo person_no);
// fold_stock.cpp
void apply(Folding& f, const StockOpened& event);
void apply(Folding& f, const SealsReceived& event);
void apply(Folding& f, const BoxOpened& event);
void apply(Folding& f, const SealsStored& event);
void apply(Folding& f, const SealsIssued& event);
void apply(Folding& f, const HandedOver& event);
void apply(Folding& f, const SealsReturned& event);
void apply(Folding& f, const TransferredOut& event);
void apply(Folding& f, const TransferredIn& event);
void apply(Folding& f, const ReturnedToSupplier& event);
void apply(Folding& f, const SealsDestroyed& event);
void apply(Folding& f, const StockCounted& event);
void apply(Folding& f, const DifferenceExplained& event);
void apply(Folding& f, const SealLost& event);
void apply(Folding& f, const SealFound& event);
void apply(Folding& f, const RollReceived& event);
void apply(Folding& f, const RollUsed& event);
// fold_unit.cpp: loading, sealing, checking, uplift
void apply(Folding& f, const UnitCheckedEmpty& event);
void apply(Folding& f, const LoadStarted& event);
void apply(Folding& f, const LoadPaused& event);
void apply(Folding& f, const LoadEnded& event);
void apply(Folding& f, const UnitClosed& event);
void apply(Folding& f, const DoorsSecured& event);
void apply(Folding& f, const SealApplied& event);
void apply(Folding& f, const SealChecked& event);
void apply(Folding& f, const Uplifted& event);
// fold_trouble.cpp: what goes wrong with a seal or a unit, and corrections
void apply(Folding& f, const SealDamaged& event);
void apply(Folding& f, const SealReplaced& event);
void apply(Folding& f, const SealTampered& event);
void apply(Folding& f, const SealRemoved& event);
void apply(Folding& f, const UnitOpened& event);
void apply(Folding& f, const ResealedElsewhere& event);
void apply(Folding& f, const OtherSealNoted& event);
void apply(Folding& f, const ContentsLookedAt& event);
void apply(Folding& f, const PapersCorrected& event);
void apply(Folding& f, const SealCorrected& event);
void apply(Folding& f, const UnitCorrected& event);
void apply(Folding& f, const LoadCancelled& event);

/// A unit that was uplifted or cancelled is here again: its row starts anew, its history goes on. `loading`:
/// the event says that an empty unit is being loaded, which starts anew even after it was opened elsewhere.
void begin_visit(const Folding& f, UnitRow& unit, bool loading);
/// One more on the unit; more than 16 are not listed (each seal's own row still names the unit).
void join(UnitRow& unit, const SealKey& key);
void leave(UnitRow& unit, const SealKey& key);
/// A seal of a family with stock goes onto a unit: by SealApplied or SealReplaced.
struct Sealing {
  SealKey key;
  SealKind kind = SealKind::Bolt;
  const UnitId& unit;
  bool allocated = false;
};
void seal_on(Folding& f, UnitRow& unit, const Sealing& sealing);
/// The unit is sealed (by a seal or by tape) from `happened_ms` on: what had to be done before is done.
void sealed(Folding& f, const UnitId& unit, Subject& subject);

}  // namespace sealkeep::ses

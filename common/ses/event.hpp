// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <variant>

#include "common/crypto/hash.hpp"
#include "common/crypto/sign.hpp"
#include "common/ses/seal_number.hpp"
#include "common/ses/unit.hpp"

// This file is a table, one event a paragraph.
// clang-format off

/// The facts that a site log can hold (docs/formats/events.md). Each event is a struct with its number in the registry
/// and one `fields` function, which both directions of the codec use: writing and reading cannot drift apart.
/// Bodies are arrays; fields are only ever appended, and a reader passes over fields that it does not know.
/// A SealNumber and a UnitId are named, unless the event's comment says that they may be empty; a list names a seal once.
/// Events hold no names, identity numbers or free text: those are details (detail.hpp).
namespace sealkeep::ses {

using PersonNo = std::uint32_t;    ///< random within a log, bound to a name by PersonAdded; 0 = nobody named
using StoreNo = std::uint32_t;     ///< a place within a site; 0 = not said
using OperatorNo = std::uint32_t;  ///< a transport operator of the directive log; 0 = not one of them

/// The place of an entry: epoch and index within the site's log.
struct Ref {
  std::uint32_t epoch = 0;
  std::uint64_t index = 0;
  friend auto operator<=>(const Ref&, const Ref&) = default;
};

enum class PlaceKind : std::uint8_t { NotSaid = 0, LockedStore = 1, DockBox = 2, Hand = 3 };
/// Where seals are: a store (`no` is a StoreNo) or a person's hand (`no` is a PersonNo).
struct Place {
  PlaceKind kind = PlaceKind::NotSaid;
  std::uint32_t no = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// One step of View / Verify / Tug / Twist (clause 2.15).
enum class Step : std::uint8_t { NotDone = 0, Pass = 1, Fail = 2, NotApplicable = 3 };
struct Vvtt {
  Step view = Step::NotDone, verify = Step::NotDone, tug = Step::NotDone, twist = Step::NotDone;
  friend bool operator==(const Vvtt&, const Vvtt&) = default;
  [[nodiscard]] bool any_failed() const {
    return view == Step::Fail || verify == Step::Fail || tug == Step::Fail || twist == Step::Fail;
  }
  /// Every step that this kind of seal has was done and passed.
  [[nodiscard]] bool passed(SealKind kind) const {
    return view == Step::Pass && verify == Step::Pass && tug == Step::Pass &&
           (twist == Step::Pass || (kind != SealKind::Bolt && twist == Step::NotApplicable));
  }
};

/// Why a seal failed, in the words of the first question (domain-rules section 4).
enum class DamageCause : std::uint8_t {
  BrokeInClosing = 1,  ///< "Broke while we closed it"
  Faulty = 2,
  WrongUnit = 3,       ///< put on the wrong container
  FoundBroken = 4,     ///< "Found broken, or don't know": a tamper incident, whoever replaces it
};

enum class Kind : std::uint16_t {
  EpochStarted = 1, AgentStarted = 2, DirectivesAdopted = 3, TerminalAdded = 5, TerminalRemoved = 6, PersonAdded = 7,
  PersonLeft = 8, StoreAdded = 9, SiteMoved = 10, SpaceRefused = 11, DayClosed = 12, InternetDown = 13, Avoided = 14,
  Restated = 15,
  StockOpened = 20, SealsReceived = 21, BoxOpened = 22, SealsStored = 23, SealsIssued = 24, HandedOver = 25,
  SealsReturned = 26, TransferredOut = 27, TransferredIn = 28, ReturnedToSupplier = 29, SealsDestroyed = 30,
  StockCounted = 31, DifferenceExplained = 32, StoreOpened = 33, StoreClosed = 34, RollReceived = 36, RollUsed = 37,
  UnitCheckedEmpty = 40, LoadStarted = 41, LoadPaused = 42, LoadEnded = 43, UnitClosed = 44, DoorsSecured = 45,
  SealApplied = 46, SealChecked = 47, Uplifted = 48, SealDamaged = 49, SealReplaced = 50, SealLost = 51,
  SealTampered = 52, SealFound = 53, SealRemoved = 54, UnitOpened = 55, ResealedElsewhere = 56, OtherSealNoted = 57,
  ContentsLookedAt = 58, PapersCorrected = 59, SealCorrected = 60, UnitCorrected = 61, LoadCancelled = 62,
  ConcernRaised = 70, CustomsTold = 71, CustomsDecided = 72, ConcernRead = 73, IncidentReported = 74,
  RecordKept = 80, ContingencyStarted = 81, ContingencyEnded = 82, HeldUnitLookedAt = 83, ExportEntryChecked = 84, DetailsErased = 85,
  ErasureAnswered = 86, DataExported = 87, SecurityNoted = 90,
};

// ---- the log itself, the site, its people -------------------------------------------------------------------------
enum class EpochReason : std::uint8_t { First = 1, Restored = 2, DatabaseLost = 3, KeyLost = 4, Doubt = 5 };
/// Entry 0 of every epoch: what is known of the epoch before it (log-and-sync section 2). Empty origin: there is none.
struct EpochStarted {
  static constexpr Kind kKind = Kind::EpochStarted;
  std::string previous_origin; std::uint64_t previous_size = 0; Hash previous_root; std::uint64_t cosigned_size = 0;
  EpochReason reason = EpochReason::First;
  template <class A> void fields(A& a) { a(previous_origin, previous_size, previous_root, cosigned_size, reason); }
  friend bool operator==(const EpochStarted&, const EpochStarted&) = default;
};
struct AgentStarted {
  static constexpr Kind kKind = Kind::AgentStarted;
  std::string boot_id, version;
  template <class A> void fields(A& a) { a(boot_id, version); }
  friend bool operator==(const AgentStarted&, const AgentStarted&) = default;
};
/// From here on the register stands on the first `size` directives of that epoch of the directive log.
struct DirectivesAdopted {
  static constexpr Kind kKind = Kind::DirectivesAdopted;
  std::uint32_t epoch = 0; std::uint64_t size = 0; Hash root;
  template <class A> void fields(A& a) { a(epoch, size, root); }
  friend bool operator==(const DirectivesAdopted&, const DirectivesAdopted&) = default;
};
struct TerminalAdded {
  static constexpr Kind kKind = Kind::TerminalAdded;
  std::uint32_t terminal_no = 0;
  template <class A> void fields(A& a) { a(terminal_no); }
  friend bool operator==(const TerminalAdded&, const TerminalAdded&) = default;
};
struct TerminalRemoved {
  static constexpr Kind kKind = Kind::TerminalRemoved;
  std::uint32_t terminal_no = 0;
  template <class A> void fields(A& a) { a(terminal_no); }
  friend bool operator==(const TerminalRemoved&, const TerminalRemoved&) = default;
};
/// Name as a detail. `until_ms` 0: no end date (agency workers have one).
struct PersonAdded {
  static constexpr Kind kKind = Kind::PersonAdded;
  PersonNo person_no = 0; std::int64_t until_ms = 0;
  template <class A> void fields(A& a) { a(person_no, until_ms); }
  friend bool operator==(const PersonAdded&, const PersonAdded&) = default;
};
struct PersonLeft {
  static constexpr Kind kKind = Kind::PersonLeft;
  PersonNo person_no = 0;
  template <class A> void fields(A& a) { a(person_no); }
  friend bool operator==(const PersonLeft&, const PersonLeft&) = default;
};
/// Name as a detail.
struct StoreAdded {
  static constexpr Kind kKind = Kind::StoreAdded;
  StoreNo store_no = 0; PlaceKind kind = PlaceKind::LockedStore;
  template <class A> void fields(A& a) { a(store_no, kind); }
  friend bool operator==(const StoreAdded&, const StoreAdded&) = default;
};
/// New address as a detail. A site's approval belongs to code + address + dates (domain-rules section 6).
struct SiteMoved {
  static constexpr Kind kKind = Kind::SiteMoved;
  std::int64_t from_ms = 0;
  template <class A> void fields(A& a) { a(from_ms); }
  friend bool operator==(const SiteMoved&, const SiteMoved&) = default;
};
/// Facts were refused because the disk was nearly full (DESIGN section 8); recorded from the reserve.
struct SpaceRefused {
  static constexpr Kind kKind = Kind::SpaceRefused;
  std::uint64_t facts = 0; std::int64_t since_ms = 0;
  template <class A> void fields(A& a) { a(facts, since_ms); }
  friend bool operator==(const SpaceRefused&, const SpaceRefused&) = default;
};
/// A signed statement that everything of a day is written down. `day` counts days since 1970-01-01 in the site's zone;
/// `facts` is how many entries about seals and units happened that day (0: nothing moved, and that is evidence too);
/// `in_stock` counts SES and MPI seals in stock or hand, `open_duties` what was still to do, both when it was recorded.
struct DayClosed {
  static constexpr Kind kKind = Kind::DayClosed;
  std::uint32_t day = 0; std::uint64_t facts = 0, in_stock = 0, open_duties = 0;
  template <class A> void fields(A& a) { a(day, facts, in_stock, open_duties); }
  friend bool operator==(const DayClosed&, const DayClosed&) = default;
};
struct InternetDown {
  static constexpr Kind kKind = Kind::InternetDown;
  std::int64_t until_ms = 0;
  template <class A> void fields(A& a) { a(until_ms); }
  friend bool operator==(const InternetDown&, const InternetDown&) = default;
};
/// A stop sign was shown and answered "I will not do it" (domain-rules section 1). `code` is the irregularity that the
/// act would have had, `about` the kind of event that was not recorded.
struct Avoided {
  static constexpr Kind kKind = Kind::Avoided;
  std::uint16_t code = 0, about = 0; std::string subject;
  template <class A> void fields(A& a) { a(code, about, subject); }
  friend bool operator==(const Avoided&, const Avoided&) = default;
};
/// What was recorded at `at` of a log that was frozen since, once more, because head office may not hold it: a database
/// that was put back from an older copy had gone on recording. `entry` are the exact bytes, which may be a restated entry
/// again. Its details' commitments are this entry's too. Read it through stated() (restated.hpp).
struct Restated {
  static constexpr Kind kKind = Kind::Restated;
  Ref at; Bytes entry;
  template <class A> void fields(A& a) { a(at, entry); }
  friend bool operator==(const Restated&, const Restated&) = default;
};

// ---- stock ----------------------------------------------------------------------------------------------------------
/// What was there when the register began.
struct StockOpened {
  static constexpr Kind kKind = Kind::StockOpened;
  Family family = Family::Ses; SealKind seal_kind = SealKind::Bolt; SealRange seals; Place place; std::int64_t received_ms = 0;
  template <class A> void fields(A& a) { a(family, seal_kind, seals, place, received_ms); }
  friend bool operator==(const StockOpened&, const StockOpened&) = default;
};
/// Clause 2.7. `missing` were on the label and not in the delivery (short); `box` is the label of a box that arrived
/// "as labelled, unopened" (its contents are checked by BoxOpened) or empty. `approval` and `delivery` are document
/// numbers (clause 2.4), empty if there was none.
struct SealsReceived {
  static constexpr Kind kKind = Kind::SealsReceived;
  Family family = Family::Ses; SealKind seal_kind = SealKind::Bolt; SealRange seals; Place place;
  std::int64_t arrived_ms = 0; std::string approval, delivery, box; std::vector<SealNumber> missing;
  template <class A> void fields(A& a) { a(family, seal_kind, seals, place, arrived_ms, approval, delivery, box, missing); }
  friend bool operator==(const SealsReceived&, const SealsReceived&) = default;
};
struct BoxOpened {
  static constexpr Kind kKind = Kind::BoxOpened;
  Family family = Family::Ses; std::string box; std::vector<SealNumber> missing, extra;
  template <class A> void fields(A& a) { a(family, box, missing, extra); }
  friend bool operator==(const BoxOpened&, const BoxOpened&) = default;
};
struct SealsStored {
  static constexpr Kind kKind = Kind::SealsStored;
  Family family = Family::Ses; SealRange seals; Place place;
  template <class A> void fields(A& a) { a(family, seals, place); }
  friend bool operator==(const SealsStored&, const SealsStored&) = default;
};
struct SealsIssued {
  static constexpr Kind kKind = Kind::SealsIssued;
  Family family = Family::Ses; SealRange seals; PersonNo to = 0;
  template <class A> void fields(A& a) { a(family, seals, to); }
  friend bool operator==(const SealsIssued&, const SealsIssued&) = default;
};
/// Half a box from shift to shift in one scan: last used, next number (domain-rules section 2). `last_used` empty: none yet.
struct HandedOver {
  static constexpr Kind kKind = Kind::HandedOver;
  Family family = Family::Ses; PersonNo from = 0, to = 0; SealNumber last_used; SealRange seals;
  template <class A> void fields(A& a) { a(family, from, to, last_used, seals); }
  friend bool operator==(const HandedOver&, const HandedOver&) = default;
};
struct SealsReturned {
  static constexpr Kind kKind = Kind::SealsReturned;
  Family family = Family::Ses; SealRange seals; Place place;
  template <class A> void fields(A& a) { a(family, seals, place); }
  friend bool operator==(const SealsReturned&, const SealsReturned&) = default;
};
struct TransferredOut {
  static constexpr Kind kKind = Kind::TransferredOut;
  Family family = Family::Ses; SealRange seals; std::string to_site, transfer;
  template <class A> void fields(A& a) { a(family, seals, to_site, transfer); }
  friend bool operator==(const TransferredOut&, const TransferredOut&) = default;
};
struct TransferredIn {
  static constexpr Kind kKind = Kind::TransferredIn;
  Family family = Family::Ses; SealKind seal_kind = SealKind::Bolt; SealRange seals; Place place; std::string from_site, transfer;
  template <class A> void fields(A& a) { a(family, seal_kind, seals, place, from_site, transfer); }
  friend bool operator==(const TransferredIn&, const TransferredIn&) = default;
};
struct ReturnedToSupplier {
  static constexpr Kind kKind = Kind::ReturnedToSupplier;
  Family family = Family::Ses; SealRange seals; std::string reference;
  template <class A> void fields(A& a) { a(family, seals, reference); }
  friend bool operator==(const ReturnedToSupplier&, const ReturnedToSupplier&) = default;
};
struct SealsDestroyed {
  static constexpr Kind kKind = Kind::SealsDestroyed;
  Family family = Family::Ses; SealRange seals; PersonNo witness = 0;
  template <class A> void fields(A& a) { a(family, seals, witness); }
  friend bool operator==(const SealsDestroyed&, const SealsDestroyed&) = default;
};
/// Clause 2.11. A count has a start moment; later movements are allowed for. `expected` is what the register said then.
struct StockCounted {
  static constexpr Kind kKind = Kind::StockCounted;
  Family family = Family::Ses; Place place; std::int64_t started_ms = 0; bool blind = false; PersonNo witness = 0;
  std::uint64_t expected = 0, found = 0; std::vector<SealNumber> missing, extra;
  template <class A> void fields(A& a) { a(family, place, started_ms, blind, witness, expected, found, missing, extra); }
  friend bool operator==(const StockCounted&, const StockCounted&) = default;
};
enum class Explanation : std::uint8_t { Miscounted = 1, FoundElsewhere = 2, RecordedLate = 3, SupplierConfirmed = 4, Other = 5 };
/// Settles a short delivery, a count difference or an unknown seal. `about` is the entry that showed it.
struct DifferenceExplained {
  static constexpr Kind kKind = Kind::DifferenceExplained;
  Family family = Family::Ses; Ref about; Explanation how = Explanation::Other; std::vector<SealNumber> seals;
  template <class A> void fields(A& a) { a(family, about, how, seals); }
  friend bool operator==(const DifferenceExplained&, const DifferenceExplained&) = default;
};
struct StoreOpened {
  static constexpr Kind kKind = Kind::StoreOpened;
  StoreNo store_no = 0;
  template <class A> void fields(A& a) { a(store_no); }
  friend bool operator==(const StoreOpened&, const StoreOpened&) = default;
};
struct StoreClosed {
  static constexpr Kind kKind = Kind::StoreClosed;
  StoreNo store_no = 0;
  template <class A> void fields(A& a) { a(store_no); }
  friend bool operator==(const StoreClosed&, const StoreClosed&) = default;
};
/// Kinds without single numbers: a roll of tape, a batch of marking or substance, by quantity.
struct RollReceived {
  static constexpr Kind kKind = Kind::RollReceived;
  Family family = Family::Ses; SealKind seal_kind = SealKind::Tape; std::string batch; std::uint32_t quantity = 0; Place place;
  template <class A> void fields(A& a) { a(family, seal_kind, batch, quantity, place); }
  friend bool operator==(const RollReceived&, const RollReceived&) = default;
};
enum class RollUse : std::uint8_t { Applied = 1, Damaged = 2, Lost = 3, Destroyed = 4, SentOut = 5, FoundNotOnRecord = 6 };
/// `unit` empty text: not on a unit.
struct RollUsed {
  static constexpr Kind kKind = Kind::RollUsed;
  Family family = Family::Ses; std::string batch; std::uint32_t quantity = 0; RollUse use = RollUse::Applied; UnitId unit;
  template <class A> void fields(A& a) { a(family, batch, quantity, use, unit); }
  friend bool operator==(const RollUsed&, const RollUsed&) = default;
};

// ---- load, seal, check, uplift ----------------------------------------------------------------------------------------
#define SEALKEEP_UNIT_EVENT(Name)                    \
  struct Name {                                      \
    static constexpr Kind kKind = Kind::Name;        \
    UnitId unit;                                     \
    template <class A> void fields(A& a) { a(unit); } \
    friend bool operator==(const Name&, const Name&) = default; \
  }
SEALKEEP_UNIT_EVENT(UnitCheckedEmpty);
SEALKEEP_UNIT_EVENT(LoadStarted);
SEALKEEP_UNIT_EVENT(LoadEnded);
SEALKEEP_UNIT_EVENT(UnitClosed);  ///< doors closed (clause 2.13), or the air package packed (2.18)
SEALKEEP_UNIT_EVENT(PapersCorrected);  ///< load paperwork and export entry amended (clause 4.2)
SEALKEEP_UNIT_EVENT(LoadCancelled);
#undef SEALKEEP_UNIT_EVENT

enum class Securing : std::uint8_t { Nothing = 0, Padlock = 1, Guarded = 2, LockedBuilding = 3 };
struct LoadPaused {
  static constexpr Kind kKind = Kind::LoadPaused;
  UnitId unit; Securing how = Securing::Nothing;
  template <class A> void fields(A& a) { a(unit, how); }
  friend bool operator==(const LoadPaused&, const LoadPaused&) = default;
};
/// Clause 2.13: cannot be sealed at once, so the doors are secured. By the entry's person, until the time named.
struct DoorsSecured {
  static constexpr Kind kKind = Kind::DoorsSecured;
  UnitId unit; Securing how = Securing::Padlock; std::int64_t until_ms = 0;
  template <class A> void fields(A& a) { a(unit, how, until_ms); }
  friend bool operator==(const DoorsSecured&, const DoorsSecured&) = default;
};
/// `allocated`: the seal belonged to the site and passes to this exporter in the same step (transferred in + applied).
struct SealApplied {
  static constexpr Kind kKind = Kind::SealApplied;
  Family family = Family::Ses; SealKind seal_kind = SealKind::Bolt; SealNumber seal; UnitId unit; bool allocated = false;
  template <class A> void fields(A& a) { a(family, seal_kind, seal, unit, allocated); }
  friend bool operator==(const SealApplied&, const SealApplied&) = default;
};
/// What somebody read, as read: the text may be wrong, empty means not read.
struct Reading {
  std::string seal, unit;
  template <class A> void fields(A& a) { a(seal, unit); }
  friend bool operator==(const Reading&, const Reading&) = default;
};
/// Clause 2.14, 2.15: two readings kept apart, the door and the load paperwork (domain-rules section 3).
/// `sheet_scanned`: the paper was read by scanning the code of a sheet that this system printed.
struct SealChecked {
  static constexpr Kind kKind = Kind::SealChecked;
  Family family = Family::Ses; SealNumber seal; UnitId unit; Reading door, paper; bool sheet_scanned = false; Vvtt vvtt;
  template <class A> void fields(A& a) { a(family, seal, unit, door, paper, sheet_scanned, vvtt); }
  friend bool operator==(const SealChecked&, const SealChecked&) = default;
};
/// Clause 2.17, 2.20: the driver takes the unit. Driver, firm and truck are a detail; `seals` are those seen on it.
struct Uplifted {
  static constexpr Kind kKind = Kind::Uplifted;
  UnitId unit; Family family = Family::Ses; std::vector<SealNumber> seals; OperatorNo operator_no = 0; Vvtt vvtt; bool driver_signed = false;
  template <class A> void fields(A& a) { a(unit, family, seals, operator_no, vvtt, driver_signed); }
  friend bool operator==(const Uplifted&, const Uplifted&) = default;
};
/// `unit` empty text: not on a unit.
struct SealDamaged {
  static constexpr Kind kKind = Kind::SealDamaged;
  Family family = Family::Ses; SealNumber seal; DamageCause cause = DamageCause::Faulty; UnitId unit;
  template <class A> void fields(A& a) { a(family, seal, cause, unit); }
  friend bool operator==(const SealDamaged&, const SealDamaged&) = default;
};
/// Clause 2.10, one action: the old seal leaves the unit for `cause`, the new one is on. FoundBroken makes it a tamper.
struct SealReplaced {
  static constexpr Kind kKind = Kind::SealReplaced;
  Family family = Family::Ses; SealNumber old_seal; DamageCause cause = DamageCause::BrokeInClosing;
  SealKind seal_kind = SealKind::Bolt; SealNumber new_seal; UnitId unit;
  template <class A> void fields(A& a) { a(family, old_seal, cause, seal_kind, new_seal, unit); }
  friend bool operator==(const SealReplaced&, const SealReplaced&) = default;
};
struct SealLost {
  static constexpr Kind kKind = Kind::SealLost;
  Family family = Family::Ses; SealRange seals; std::int64_t discovered_ms = 0, last_seen_ms = 0;
  template <class A> void fields(A& a) { a(family, seals, discovered_ms, last_seen_ms); }
  friend bool operator==(const SealLost&, const SealLost&) = default;
};
/// `seal` empty: it is gone and nobody knows its number. `unit` empty text: not on a unit. One of them is named.
struct SealTampered {
  static constexpr Kind kKind = Kind::SealTampered;
  Family family = Family::Ses; SealNumber seal; UnitId unit; std::int64_t discovered_ms = 0;
  template <class A> void fields(A& a) { a(family, seal, unit, discovered_ms); }
  friend bool operator==(const SealTampered&, const SealTampered&) = default;
};
/// A lost seal turns up, or (`not_on_record`) one that the register never had.
struct SealFound {
  static constexpr Kind kKind = Kind::SealFound;
  Family family = Family::Ses; SealNumber seal; Place place; bool not_on_record = false;
  template <class A> void fields(A& a) { a(family, seal, place, not_on_record); }
  friend bool operator==(const SealFound&, const SealFound&) = default;
};
enum class RemovalReason : std::uint8_t { ForgottenGoods = 1, CancelledLoad = 2, WrongUnit = 3, Other = 4 };
struct SealRemoved {
  static constexpr Kind kKind = Kind::SealRemoved;
  Family family = Family::Ses; SealNumber seal; UnitId unit; RemovalReason reason = RemovalReason::Other;
  template <class A> void fields(A& a) { a(family, seal, unit, reason); }
  friend bool operator==(const SealRemoved&, const SealRemoved&) = default;
};
enum class Party : std::uint8_t { Unknown = 0, Site = 1, Customs = 2, Mpi = 3, Carrier = 4 };
enum class Whereabouts : std::uint8_t { Unknown = 0, AtSite = 1, OnTheRoad = 2, AtPort = 3 };
/// Opened by somebody; the authority's reference is a detail.
struct UnitOpened {
  static constexpr Kind kKind = Kind::UnitOpened;
  UnitId unit; Party by = Party::Unknown; Whereabouts where = Whereabouts::Unknown;
  template <class A> void fields(A& a) { a(unit, by, where); }
  friend bool operator==(const UnitOpened&, const UnitOpened&) = default;
};
/// A new seal put on elsewhere, outside the stock ledger.
struct ResealedElsewhere {
  static constexpr Kind kKind = Kind::ResealedElsewhere;
  UnitId unit; SealNumber seal; Party whose = Party::Unknown;
  template <class A> void fields(A& a) { a(unit, seal, whose); }
  friend bool operator==(const ResealedElsewhere&, const ResealedElsewhere&) = default;
};
/// A carrier's or authority's seal written down beside the container.
struct OtherSealNoted {
  static constexpr Kind kKind = Kind::OtherSealNoted;
  UnitId unit; SealNumber seal; Party whose = Party::Unknown;
  template <class A> void fields(A& a) { a(unit, seal, whose); }
  friend bool operator==(const OtherSealNoted&, const OtherSealNoted&) = default;
};
/// Releases a held unit (domain-rules section 4).
struct ContentsLookedAt {
  static constexpr Kind kKind = Kind::ContentsLookedAt;
  UnitId unit; bool in_order = false;
  template <class A> void fields(A& a) { a(unit, in_order); }
  friend bool operator==(const ContentsLookedAt&, const ContentsLookedAt&) = default;
};
/// The number written down for an application was wrong: the seal on the unit is `right`. Both values are kept.
struct SealCorrected {
  static constexpr Kind kKind = Kind::SealCorrected;
  Family family = Family::Ses; UnitId unit; SealNumber wrong, right; SealKind seal_kind = SealKind::Bolt;
  template <class A> void fields(A& a) { a(family, unit, wrong, right, seal_kind); }
  friend bool operator==(const SealCorrected&, const SealCorrected&) = default;
};
struct UnitCorrected {
  static constexpr Kind kKind = Kind::UnitCorrected;
  UnitId wrong, right;
  template <class A> void fields(A& a) { a(wrong, right); }
  friend bool operator==(const UnitCorrected&, const UnitCorrected&) = default;
};

// ---- concerns and Customs ---------------------------------------------------------------------------------------------
/// Clause 6.2. May have no person and no terminal (quiet). The story is a detail.
struct ConcernRaised {
  static constexpr Kind kKind = Kind::ConcernRaised;
  bool quiet = false, about_manager = false;
  template <class A> void fields(A& a) { a(quiet, about_manager); }
  friend bool operator==(const ConcernRaised&, const ConcernRaised&) = default;
};
enum class ToldHow : std::uint8_t { Email = 1, Phone = 2, Form = 3, InPerson = 4 };
/// Clause 2.12, 6.3: Customs was told of what `about` recorded. The reference, if one was given, is a detail.
struct CustomsTold {
  static constexpr Kind kKind = Kind::CustomsTold;
  Ref about; ToldHow how = ToldHow::Email; std::int64_t told_ms = 0; bool reference_given = false;
  template <class A> void fields(A& a) { a(about, how, told_ms, reference_given); }
  friend bool operator==(const CustomsTold&, const CustomsTold&) = default;
};
/// Decided that `about` need not be reported; the reason is a detail.
struct CustomsDecided {
  static constexpr Kind kKind = Kind::CustomsDecided;
  Ref about; bool reportable = false;
  template <class A> void fields(A& a) { a(about, reportable); }
  friend bool operator==(const CustomsDecided&, const CustomsDecided&) = default;
};

/// A manager read a concern (clause 6.2).
struct ConcernRead {
  static constexpr Kind kKind = Kind::ConcernRead;
  Ref about;
  template <class A> void fields(A& a) { a(about); }
  friend bool operator==(const ConcernRead&, const ConcernRead&) = default;
};
/// The kinds of clause 6.3, in its order.
enum class IncidentKind : std::uint8_t {
  ContainerTampered = 1, ProcedureNotFollowed = 2, UnauthorisedEntry = 3, SuspiciousRequest = 4, UnauthorisedGoods = 5,
  SealsMissing = 6, SealTampering = 7, CyberBreach = 8, Other = 9,
};
/// Clause 6.3: anything that may compromise the goods, the package or the container. The story is a detail. `unit` may
/// be empty text. Lost and tampered seals have events of their own; this is for what is not about one seal's state.
struct IncidentReported {
  static constexpr Kind kKind = Kind::IncidentReported;
  IncidentKind what = IncidentKind::Other; UnitId unit; Family family = Family::Ses; std::vector<SealNumber> seals; std::int64_t discovered_ms = 0;
  template <class A> void fields(A& a) { a(what, unit, family, seals, discovered_ms); }
  friend bool operator==(const IncidentReported&, const IncidentReported&) = default;
};

// ---- what is kept beside the seals (record.hpp) -----------------------------------------------------------------------
/// Rows of the table in record.cpp; numbers are stored, never reuse one.
enum class RecordKind : std::uint16_t {
  IdentityCheck = 1, ReferenceCheck = 2, BackgroundCheck = 3, KeyPosition = 4, IntegrityReview = 5, TrainingDocuments = 6,
  TrainingSecurity = 7, TrainingSeals = 8, TrainingReporting = 9, Competence = 10, KeyHeld = 11, Procedure = 12,
  ProcedureRead = 13, ReportingProcedure = 14, ContingencyPlan = 15, ContingencyDrill = 16, QaCheck = 17, QaFinding = 18,
  QaAction = 19, DocumentsSampled = 20, PlanChangeAsked = 21, PlanChangeApproved = 22, SecurityPolicy = 23,
  SecurityControl = 24, PasswordChanged = 25, BackupRun = 26, RestoreTested = 27, BestPractice = 28, Responsible = 29,
  ChangeToTell = 30, ChangeTold = 31, Accreditation = 32, Assurance = 33, DeclarationOfSecurity = 34, PurchaseApproval = 35,
  AccountHeld = 36,
};
/// Done: it stands, was passed or was given. Failed: tried and not passed, or not in order. Ended: taken back, over,
/// withdrawn, revoked.
enum class Outcome : std::uint8_t { Done = 1, Failed = 2, Ended = 3 };
/// `person_no` and `label` as the kind's row asks (record.hpp). `done_ms` 0: when the entry happened; `until_ms` 0: no end
/// named. `document` is the SHA-256 of a document that is kept elsewhere, zero if there is none. Words are details.
struct RecordKept {
  static constexpr Kind kKind = Kind::RecordKept;
  RecordKind what = RecordKind::QaCheck; PersonNo person_no = 0; std::string label; Outcome outcome = Outcome::Done;
  std::int64_t done_ms = 0, until_ms = 0; Hash document;
  template <class A> void fields(A& a) { a(what, person_no, label, outcome, done_ms, until_ms, document); }
  friend bool operator==(const RecordKept&, const RecordKept&) = default;
};
/// Clause 3.1: a disruption, and the sealed units that are held for it. Cause and place are details.
struct ContingencyStarted {
  static constexpr Kind kKind = Kind::ContingencyStarted;
  std::string plan; std::vector<UnitId> units;
  template <class A> void fields(A& a) { a(plan, units); }
  friend bool operator==(const ContingencyStarted&, const ContingencyStarted&) = default;
};
/// These units are not held any more.
struct ContingencyEnded {
  static constexpr Kind kKind = Kind::ContingencyEnded;
  Ref about; std::vector<UnitId> units;
  template <class A> void fields(A& a) { a(about, units); }
  friend bool operator==(const ContingencyEnded&, const ContingencyEnded&) = default;
};
struct HeldUnitLookedAt {
  static constexpr Kind kKind = Kind::HeldUnitLookedAt;
  UnitId unit; bool in_order = false;
  template <class A> void fields(A& a) { a(unit, in_order); }
  friend bool operator==(const HeldUnitLookedAt&, const HeldUnitLookedAt&) = default;
};
/// Clause 4.2: one export entry compared with the register. `seal` as the entry has it, empty if it has none (air);
/// the steps say whether the site's code, the client's code and the name on the entry are right.
struct ExportEntryChecked {
  static constexpr Kind kKind = Kind::ExportEntryChecked;
  std::string entry_no; UnitId unit; Family family = Family::Ses; SealNumber seal;
  Step site_code = Step::NotDone, client_code = Step::NotDone, name = Step::NotDone;
  template <class A> void fields(A& a) { a(entry_no, unit, family, seal, site_code, client_code, name); }
  friend bool operator==(const ExportEntryChecked&, const ExportEntryChecked&) = default;
};

/// The details of that entry are erased for good, salts and all: at the site when this is recorded, at the hub when it
/// is folded. What they were committed to stays in the log and tells nobody anything.
struct DetailsErased {
  static constexpr Kind kKind = Kind::DetailsErased;
  Ref about;
  template <class A> void fields(A& a) { a(about); }
  friend bool operator==(const DetailsErased&, const DetailsErased&) = default;
};

/// Somebody took records out of the register: in a file or on paper. `what` says which output ("register csv");
/// `until_ms` 0: no end was named; `records` are its lines, events, containers, forms or entries. By whom is the entry's
/// person.
struct DataExported {
  static constexpr Kind kKind = Kind::DataExported;
  std::string what; std::int64_t from_ms = 0, until_ms = 0; std::uint64_t records = 0; bool with_names = false;
  template <class A> void fields(A& a) { a(what, from_ms, until_ms, records, with_names); }
  friend bool operator==(const DataExported&, const DataExported&) = default;
};
enum class SecurityMatter : std::uint8_t { FailedSignIns = 1, NewTerminal = 2, OffHours = 3, Locked = 4 };
/// Clause 5.1: something about the use of this system that somebody should look at. `count`: how many failures, 1 for the
/// others. Says nobody's name: an attempt is not the person whose name was typed.
struct SecurityNoted {
  static constexpr Kind kKind = Kind::SecurityNoted;
  SecurityMatter what = SecurityMatter::FailedSignIns; std::uint32_t terminal_no = 0, count = 0;
  template <class A> void fields(A& a) { a(what, terminal_no, count); }
  friend bool operator==(const SecurityNoted&, const SecurityNoted&) = default;
};

/// What became of an erasure that head office ordered (erasure_ordered, the same two values): done, or, while
/// `keep_until_ms` is not 0, refused until then, because the register must still show it.
struct ErasureAnswered {
  static constexpr Kind kKind = Kind::ErasureAnswered;
  PersonNo person_no = 0; Ref about; std::int64_t keep_until_ms = 0;
  template <class A> void fields(A& a) { a(person_no, about, keep_until_ms); }
  friend bool operator==(const ErasureAnswered&, const ErasureAnswered&) = default;
};

using EventBody = std::variant<
    EpochStarted, AgentStarted, DirectivesAdopted, TerminalAdded, TerminalRemoved, PersonAdded, PersonLeft, StoreAdded,
    SiteMoved, SpaceRefused, DayClosed, InternetDown, Avoided, Restated, StockOpened, SealsReceived, BoxOpened, SealsStored,
    SealsIssued, HandedOver, SealsReturned, TransferredOut, TransferredIn, ReturnedToSupplier, SealsDestroyed,
    StockCounted, DifferenceExplained, StoreOpened, StoreClosed, RollReceived, RollUsed, UnitCheckedEmpty, LoadStarted,
    LoadPaused, LoadEnded, UnitClosed, DoorsSecured, SealApplied, SealChecked, Uplifted, SealDamaged, SealReplaced,
    SealLost, SealTampered, SealFound, SealRemoved, UnitOpened, ResealedElsewhere, OtherSealNoted, ContentsLookedAt,
    PapersCorrected, SealCorrected, UnitCorrected, LoadCancelled, ConcernRaised, CustomsTold, CustomsDecided, ConcernRead,
    IncidentReported, RecordKept, ContingencyStarted, ContingencyEnded, HeldUnitLookedAt, ExportEntryChecked,
    DetailsErased, ErasureAnswered, DataExported, SecurityNoted>;

/// One fact. A type of its own, not the bare variant, so that copying and ending one of 68 alternatives is compiled once
/// instead of in each file that holds an event.
struct Event : EventBody {
  using EventBody::EventBody;
  Event();
  Event(const Event& other);
  Event(Event&& other) noexcept;
  Event& operator=(const Event& other);
  Event& operator=(Event&& other) noexcept;
  ~Event();
};

[[nodiscard]] Kind kind_of(const Event& event);
/// "seal_applied": the name used in SQL, JSON, logs and docs.
[[nodiscard]] std::string_view kind_name(Kind kind);

}  // namespace sealkeep::ses

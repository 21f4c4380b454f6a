// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>

#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

/// What an event may do to a seal: decides which other rows its change can reach.
struct Reach {
  bool alone = false;     ///< names this seal itself: an unknown one may open rule 17 of its own
  bool comes_in = false;  ///< may heal an unknown seal
  bool to_stock = false;  ///< may leave it short, or in stock without a place: the receipt counts these
};
constexpr Reach kMove{false, false, false}, kMoveLoose{false, false, true}, kReceive{false, true, true};
constexpr Reach kOne{true, false, false}, kOneIn{true, true, false}, kOneToStock{true, true, true};

class Wanting {
 public:
  Wanting(const Rows& rows, Wanted& wanted, Ref at) : rows_(rows), wanted_(wanted), at_(at) {}

  void operator()(const EpochStarted&) {}
  void operator()(const AgentStarted&) {}
  void operator()(const TerminalAdded&) {}
  void operator()(const TerminalRemoved&) {}
  void operator()(const SiteMoved&) {}
  void operator()(const SpaceRefused&) {}
  void operator()(const Avoided&) {}
  void operator()(const DetailsErased&) {}
  void operator()(const SecurityNoted&) {}
  void operator()(const Restated&) {}
  void operator()(const ErasureAnswered& e) { erasure(e.person_no, e.about); }
  void operator()(const ConcernRaised&) { duties(Subject::incident(at_), {21, 40}); }
  void operator()(const DataExported&) {}
  void operator()(const ConcernRead& e) { duties(Subject::incident(e.about), {21}); }
  void operator()(const DirectivesAdopted&) {}
  void operator()(const DayClosed&) { duties(Subject::day(), {30}); }
  void operator()(const InternetDown&) {}

  void operator()(const PersonAdded& e) { hand(e.person_no); }
  void operator()(const PersonLeft& e) {
    hand(e.person_no);
    for (const DutyKey& key : duties_of_person(e.person_no)) want(rows_.duties, wanted_.duties, key);
  }
  void operator()(const StoreAdded& e) { store(e.store_no, {16}); }
  void operator()(const StoreOpened& e) { store(e.store_no, {6}); }
  void operator()(const IncidentReported& e) {
    if (!e.unit.text.empty()) want(rows_.units, wanted_.units, e.unit);
    duties(Subject::incident(at_), {18, 19, 20});
  }
  void operator()(const RecordKept& e) {
    const RecordKey key = key_of(e);
    want(rows_.records, wanted_.records, key);
    for (const RecordKey& other : asked_with(key)) want(rows_.records, wanted_.records, other);
    if (e.person_no != 0) hand(e.person_no);
    if (const auto duty = duty_of(key)) want(rows_.duties, wanted_.duties, *duty);
    if (e.what == RecordKind::Accreditation)
      want(rows_.duties, wanted_.duties, *duty_of({RecordKind::ChangeToTell, 0, e.label}));
  }
  void operator()(const ContingencyStarted& e) { held(e.units); }
  void operator()(const ContingencyEnded& e) { held(e.units); }
  void operator()(const HeldUnitLookedAt& e) { held({e.unit}); }
  void operator()(const ExportEntryChecked& e) {
    want(rows_.units, wanted_.units, e.unit);
    duties(Subject::unit(e.unit), {22});
    if (!e.seal.empty() && keeps_stock(e.family)) want(rows_.seals, wanted_.seals, {e.family, e.seal});
  }
  void operator()(const StoreClosed& e) { store(e.store_no, {6}); }
  void operator()(const CustomsTold& e) { settled_by_customs(e.about); }
  void operator()(const CustomsDecided& e) { settled_by_customs(e.about); }

  void operator()(const StockOpened& e) { incoming(e.family, e.seals, e.place); }
  void operator()(const TransferredIn& e) { incoming(e.family, e.seals, e.place); }
  void operator()(const SealsReceived& e) {
    incoming(e.family, e.seals, e.place);
    if (!keeps_stock(e.family)) return;
    if (!e.box.empty()) want(rows_.boxes, wanted_.boxes, {e.family, e.box});
    if (e.approval.empty()) return;
    want(rows_.deliveries, wanted_.deliveries, e.approval);
    duties(Subject::delivery(e.approval), {3});
  }
  void operator()(const BoxOpened& e) {
    if (!keeps_stock(e.family)) return;
    want(rows_.boxes, wanted_.boxes, {e.family, e.box});
    for (const SealNumber& number : e.missing) seal({e.family, number}, kMoveLoose);
    duties(Subject::count(at_), {17});
  }
  void operator()(const SealsStored& e) { moved(e.family, e.seals, e.place); }
  void operator()(const SealsReturned& e) { moved(e.family, e.seals, e.place); }
  void operator()(const SealsIssued& e) { moved(e.family, e.seals, {PlaceKind::Hand, e.to}); }
  void operator()(const HandedOver& e) {
    moved(e.family, e.seals, {PlaceKind::Hand, e.to});
    person(e.from);
  }
  void operator()(const TransferredOut& e) {
    range(e.family, e.seals, kMove);
    if (!keeps_stock(e.family)) return;
    sent_on(e.family, e.seals);
    transfer(at_);
  }
  void operator()(const ReturnedToSupplier& e) {
    range(e.family, e.seals, kMove);
    if (keeps_stock(e.family)) sent_on(e.family, e.seals);
  }
  void operator()(const SealsDestroyed& e) {
    range(e.family, e.seals, kMove);
    person(e.witness);
  }
  void operator()(const StockCounted& e) {
    place(e.place);
    person(e.witness);
    if (is_store(e.place)) store(e.place.no, {16});
    duties(Subject::count(at_), {17});
  }
  void operator()(const DifferenceExplained& e) {
    duties(Subject::count(e.about), {17});
    duties(Subject::receipt(e.about), {4, 17, 42});
    transfer(e.about);
    duties(Subject::incident(e.about), {12, 13, 34});
    if (!keeps_stock(e.family)) return;
    for (const SealNumber& number : e.seals) {
      const SealKey key{e.family, number};
      seal(key, kOneToStock);
      const SealRow* row = rows_.seals.loaded(key) ? rows_.seals.find(key) : nullptr;
      if (row && row->state == SealState::Uplifted && is_sea(row->unit)) {
        want(rows_.units, wanted_.units, row->unit);
        duties(Subject::unit(row->unit), {9, 10});
      }
    }
  }
  void operator()(const SealLost& e) {
    if (!keeps_stock(e.family)) return;
    range(e.family, e.seals, kMove);
    duties(Subject::incident(at_), {18});
  }
  void operator()(const SealFound& e) {
    if (!keeps_stock(e.family)) return;
    place(e.place);
    seal({e.family, e.seal}, kOneToStock);
    duties(Subject::incident(at_), {18});
  }
  void operator()(const RollReceived& e) {
    if (!keeps_stock(e.family)) return;
    place(e.place);
    want(rows_.rolls, wanted_.rolls, {e.family, e.batch});
  }
  void operator()(const RollUsed& e) {
    if (!e.unit.text.empty()) want(rows_.units, wanted_.units, e.unit);
    if (!keeps_stock(e.family)) return;
    want(rows_.rolls, wanted_.rolls, {e.family, e.batch});
    if (e.use == RollUse::Lost) duties(Subject::incident(at_), {18});
    if (e.use == RollUse::Applied && !e.unit.text.empty())
      duties(Subject::unit(e.unit), sealing_rules(e.unit));
  }

  void operator()(const UnitCheckedEmpty& e) { want(rows_.units, wanted_.units, e.unit); }
  void operator()(const LoadStarted& e) { want(rows_.units, wanted_.units, e.unit); }
  void operator()(const LoadPaused& e) { want(rows_.units, wanted_.units, e.unit); }
  void operator()(const LoadEnded& e) { want(rows_.units, wanted_.units, e.unit); }
  void operator()(const ContentsLookedAt& e) { want(rows_.units, wanted_.units, e.unit); }
  void operator()(const OtherSealNoted& e) { want(rows_.units, wanted_.units, e.unit); }
  void operator()(const UnitClosed& e) { unit(e.unit); }
  void operator()(const DoorsSecured& e) { unit(e.unit); }
  void operator()(const LoadCancelled& e) { unit(e.unit); }
  void operator()(const PapersCorrected& e) { unit(e.unit); }
  void operator()(const ResealedElsewhere& e) { unit(e.unit); }
  void operator()(const UnitOpened& e) {
    want(rows_.units, wanted_.units, e.unit);
    on_it(e.unit);
  }
  void operator()(const SealApplied& e) {
    unit(e.unit);
    one(e.family, e.seal, e.allocated ? kOneIn : kOne);
  }
  void operator()(const SealChecked& e) {
    want(rows_.units, wanted_.units, e.unit);
    if (is_sea(e.unit)) duties(Subject::unit(e.unit), {9, 10});
    one(e.family, e.seal, kOne);
    on_it(e.unit);
    duties(Subject::own_checks(), {11});
  }
  void operator()(const Uplifted& e) {
    unit(e.unit);
    duties(Subject::incident(at_), {12, 13, 34});
    for (const SealNumber& number : e.seals) one(e.family, number, kOne);
    on_it(e.unit);
  }
  void operator()(const SealDamaged& e) {
    if (!e.unit.text.empty()) unit(e.unit);
    one(e.family, e.seal, kOne);
    if (e.cause == DamageCause::FoundBroken) duties(Subject::incident(at_), {18});
  }
  void operator()(const SealReplaced& e) {
    unit(e.unit);
    one(e.family, e.old_seal, kOne);
    one(e.family, e.new_seal, kOne);
    if (e.cause == DamageCause::FoundBroken) duties(Subject::incident(at_), {18});
  }
  void operator()(const SealTampered& e) {
    if (!e.unit.text.empty()) want(rows_.units, wanted_.units, e.unit);
    if (!e.seal.empty()) one(e.family, e.seal, kOne);
    duties(Subject::incident(at_), {18});
  }
  void operator()(const SealRemoved& e) {
    if (!e.unit.text.empty()) want(rows_.units, wanted_.units, e.unit);
    one(e.family, e.seal, kOne);
  }
  void operator()(const SealCorrected& e) {
    unit(e.unit);
    one(e.family, e.wrong, kOneToStock);
    one(e.family, e.right, kOne);
  }
  void operator()(const UnitCorrected& e) {
    unit(e.wrong);
    unit(e.right);
    on_it(e.wrong);
  }

  void training(PersonNo no, std::string_view task) {
    for (const RecordKey& key : training_of(no, task)) want(rows_.records, wanted_.records, key);
  }
  void person(PersonNo no) {
    if (no != 0) want(rows_.people, wanted_.people, no);
  }
  void erasure(PersonNo no, Ref about) { duties(Subject::erasure(no, about), {41}); }
  void answered(const AlertAnswered& e) {
    want(rows_.duties, wanted_.duties, {e.rule, e.subject});
    if (effect_of(e.rule, e.decision) >= AnswerEffect::EndsReporting)
      duties(Subject(e.subject), {4, 13, 18, 19, 20, 34});
  }
  void settled_by_customs(Ref about) {
    duties(Subject::incident(about), {13, 18, 19, 20, 34});
    duties(Subject::receipt(about), {4});
  }
  void transfer(Ref sent) { duties(Subject::transfer(sent), {36}); }
  void announced(const DeliveryApproved& e) {
    want(rows_.deliveries, wanted_.deliveries, e.approval);
    duties(Subject::delivery(e.approval), {3});
    // Nobody named it here yet: none of it was received under it.
    if (!rows_.deliveries.loaded(e.approval) || rows_.deliveries.find(e.approval) == nullptr) return;
    range(e.family, e.seals, kMove);
    each_receipt(e.family, e.seals, [](Ref, const ReceiptRow&) {});
  }

 private:
  template <class Table, class Key>
  static void want(const Table& table, std::vector<Key>& list, const Key& key) {
    if (!table.loaded(key)) list.push_back(key);
  }
  void duties(Subject subject, std::span<const std::uint8_t> rules) {
    for (std::uint8_t rule : rules) want(rows_.duties, wanted_.duties, subject.rule(rule));
  }
  void duties(Subject subject, std::initializer_list<std::uint8_t> rules) {
    duties(std::move(subject), std::span<const std::uint8_t>(rules.begin(), rules.size()));
  }

  void hand(PersonNo no) {
    person(no);
    duties(Subject::person(no), {5, 26});
    if (no == 0) want(rows_.people, wanted_.people, no);
  }
  void store(StoreNo no, std::initializer_list<std::uint8_t> rules) {
    want(rows_.stores, wanted_.stores, no);
    duties(Subject::store(no), rules);
  }
  void place(const Place& where) {
    if (is_store(where)) want(rows_.stores, wanted_.stores, where.no);
    if (where.kind == PlaceKind::Hand && where.no != 0) hand(where.no);
  }
  void unit(const UnitId& id) {
    want(rows_.units, wanted_.units, id);
    duties(Subject::unit(id), unit_rules(id));
  }
  void on_it(const UnitId& id) {
    if (!rows_.units.loaded(id)) return;
    if (const UnitRow* row = rows_.units.find(id))
      for (const SealKey& key : row->seals)
        if (keeps_stock(key.family)) seal(key, kOne);
  }
  void held(const std::vector<UnitId>& units) {
    for (const UnitId& id : units) {
      want(rows_.units, wanted_.units, id);
      duties(Subject::unit(id), {39});
    }
  }
  void incoming(Family family, const SealRange& seals, const Place& where) {
    if (!keeps_stock(family)) return;
    place(where);
    want(rows_.receipts, wanted_.receipts, at_);
    duties(Subject::receipt(at_), {1, 2, 4, 17, 42});
    range(family, seals, kReceive);
  }
  void moved(Family family, const SealRange& seals, const Place& where) {
    if (!keeps_stock(family)) return;
    place(where);
    range(family, seals, where.kind == PlaceKind::NotSaid ? kMoveLoose : kMove);
  }
  void range(Family family, const SealRange& seals, const Reach& reach) {
    if (!keeps_stock(family)) return;
    for (std::uint32_t i = 0; i < seals.count; ++i) seal({family, seals.at(i)}, reach);
  }
  void one(Family family, const SealNumber& number, const Reach& reach) {
    if (keeps_stock(family)) seal({family, number}, reach);
  }
  /// The receipts with which these seals came in, and whether they came to the right site.
  template <class Then>
  void each_receipt(Family family, const SealRange& seals, Then&& then) {
    Ref last;
    for (std::uint32_t i = 0; keeps_stock(family) && i < seals.count; ++i) {
      const SealKey key{family, seals.at(i)};
      const SealRow* row = rows_.seals.loaded(key) ? rows_.seals.find(key) : nullptr;
      if (row == nullptr || row->receipt == last || row->receipt == Ref{}) continue;
      last = row->receipt;
      want(rows_.receipts, wanted_.receipts, last);
      duties(Subject::receipt(last), {42});
      if (rows_.receipts.loaded(last))
        if (const ReceiptRow* receipt = rows_.receipts.find(last)) then(last, *receipt);
    }
  }
  /// Of one that came to the wrong site every seal is looked at: is any of it still here?
  void sent_on(Family family, const SealRange& seals) {
    each_receipt(family, seals, [this](Ref ref, const ReceiptRow& receipt) {
      const DutyKey key = Subject::receipt(ref).rule(42);
      if (rows_.duties.loaded(key) && rows_.duties.find(key) != nullptr)
        for (std::uint32_t i = 0; i < receipt.seals.count; ++i)
          want(rows_.seals, wanted_.seals, {receipt.family, receipt.seals.at(i)});
    });
  }

  void seal(const SealKey& key, const Reach& reach) {
    if (!rows_.seals.loaded(key)) {
      wanted_.seals.push_back(key);
      return;
    }
    const SealRow* row = rows_.seals.find(key);
    const bool unknown = !row || row->came_in == 0;
    if (unknown && (reach.alone || (row && reach.comes_in))) duties(Subject::seal(key), {17});
    if (!row) return;
    if (const PersonNo no = holder(row->state, row->place); no != 0 && no != last_holder_) {
      last_holder_ = no;
      hand(no);
    }
    if (row->receipt != Ref{} && row->receipt != last_receipt_ &&
        (reach.to_stock || unstored(row->state, row->place) || row->state == SealState::Short)) {
      last_receipt_ = row->receipt;
      want(rows_.receipts, wanted_.receipts, row->receipt);
      duties(Subject::receipt(row->receipt), {2, 17});
    }
    if (on_unit(row->state) && !row->unit.text.empty()) {
      want(rows_.units, wanted_.units, row->unit);
      if (is_sea(row->unit)) duties(Subject::unit(row->unit), {9});
    }
  }

  const Rows& rows_;
  Wanted& wanted_;
  const Ref at_;
  PersonNo last_holder_ = 0;  ///< neighbours of a range have the same holder and receipt nearly always
  Ref last_receipt_;
};

}  // namespace

bool Wanted::empty() const {
  return seals.empty() && units.empty() && receipts.empty() && boxes.empty() && rolls.empty() &&
         stores.empty() && people.empty() && deliveries.empty() && records.empty() && duties.empty();
}

void Wanted::clear() {
  seals.clear();
  units.clear();
  receipts.clear();
  boxes.clear();
  rolls.clear();
  stores.clear();
  people.clear();
  deliveries.clear();
  records.clear();
  duties.clear();
}

void missing(const EntryHeader& header, const Event& event, Ref at, const Rows& rows, Wanted& wanted) {
  Wanting wanting(rows, wanted, at);
  wanting.person(header.person_no);
  if (rows.adopted.setting(Setting::TrainingAsked) != 0 && header.person_no != 0) {
    if (std::holds_alternative<SealApplied>(event)) wanting.training(header.person_no, "apply");
    if (std::holds_alternative<SealChecked>(event)) wanting.training(header.person_no, "check");
  }
  std::visit(wanting, event);
}

void missing(const Directive& directive, const Rows& rows, Wanted& wanted) {
  if (const auto* announced = std::get_if<DeliveryApproved>(&directive.body))
    Wanting(rows, wanted, Ref{}).announced(*announced);
  if (const auto* arrived = std::get_if<TransferArrived>(&directive.body))
    Wanting(rows, wanted, Ref{}).transfer(arrived->sent);
  if (const auto* answer = std::get_if<AlertAnswered>(&directive.body))
    Wanting(rows, wanted, Ref{}).answered(*answer);
  if (const auto* told = std::get_if<CustomsToldByOffice>(&directive.body))
    Wanting(rows, wanted, Ref{}).settled_by_customs(told->about);
  if (const auto* ordered = std::get_if<ErasureOrdered>(&directive.body))
    Wanting(rows, wanted, Ref{}).erasure(ordered->person_no, ordered->about);
}

}  // namespace sealkeep::ses

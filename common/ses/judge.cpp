// SPDX-License-Identifier: Apache-2.0
#include "common/ses/judge.hpp"

#include <set>

#include "common/base/limits.hpp"
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

/// Clocks of terminals and people differ a little; only more than this is "in the future".
constexpr std::int64_t kToleranceMs = 60'000;

bool spent(SealState state) {
  return state >= SealState::Removed;
}

class Judging {
 public:
  Judging(const EntryHeader& header, const Rows& rows) : header_(header), rows_(rows) {}

  void header() {
    if (header_.clock_state != ClockState::Trusted) mark(Irregularity::ClockUnsure);
    const std::int64_t limit_ms = rows_.adopted.setting(Setting::LateEntryMs);
    if (header_.source != Source::Paper &&
        header_.recorded_ms > saturating_add(header_.happened_ms, limit_ms))
      mark(Irregularity::LateEntry);
    if (header_.happened_ms > saturating_add(header_.recorded_ms, kToleranceMs))
      mark(Irregularity::HappenedInFuture);
    person(header_.person_no);
  }
  [[nodiscard]] std::vector<Irregularity> take() const {
    std::vector<Irregularity> list(found_.begin(), found_.end());
    if (list.size() > limits::kIrregularitiesPerEntry) list.resize(limits::kIrregularitiesPerEntry);
    return list;
  }

  void operator()(const EpochStarted&) {}
  void operator()(const AgentStarted&) {}
  void operator()(const DirectivesAdopted&) {}
  void operator()(const TerminalAdded&) {}
  void operator()(const TerminalRemoved&) {}
  void operator()(const PersonAdded&) {}
  void operator()(const PersonLeft& e) { person(e.person_no); }
  void operator()(const StoreAdded&) {}
  void operator()(const SiteMoved&) {}
  void operator()(const SpaceRefused&) {}
  void operator()(const DayClosed&) {}
  void operator()(const InternetDown&) {}
  void operator()(const Avoided&) {}
  void operator()(const Restated&) {}
  void operator()(const ConcernRaised&) {}
  void operator()(const ConcernRead& e) { reference(e.about); }
  void operator()(const DetailsErased& e) { reference(e.about); }
  void operator()(const ErasureAnswered&) {}
  void operator()(const DataExported&) {}
  void operator()(const SecurityNoted&) { mark(Irregularity::SignInUnusual); }
  void operator()(const IncidentReported& e) {
    if (!e.unit.text.empty()) digit(e.unit);
  }
  void operator()(const RecordKept& e) { person(e.person_no); }
  void operator()(const ContingencyStarted& e) {
    for (const UnitId& unit : e.units) known_unit(unit);
  }
  void operator()(const ContingencyEnded& e) { reference(e.about); }
  void operator()(const HeldUnitLookedAt& e) { known_unit(e.unit); }
  void operator()(const ExportEntryChecked& e) {
    known_unit(e.unit);
    if (!entry_agrees(rows_, e)) mark(Irregularity::EntryDiffers);
  }
  void operator()(const StoreOpened& e) {
    store(e.store_no);
    if (rows_.adopted.setting(Setting::KeysAsked) == 0 || header_.person_no == 0) return;
    const PersonRow* row = rows_.people.find(header_.person_no);
    if (!row || row->keys == 0) mark(Irregularity::KeyNotListed);
  }
  void operator()(const StoreClosed& e) { store(e.store_no); }
  void operator()(const CustomsTold& e) { reference(e.about); }
  void operator()(const CustomsDecided& e) { reference(e.about); }
  void operator()(const DifferenceExplained& e) { reference(e.about); }

  void operator()(const StockOpened& e) { incoming(e.family, e.seals, e.place); }
  void operator()(const TransferredIn& e) {
    incoming(e.family, e.seals, e.place);
    if (keeps_stock(e.family)) site(header_.happened_ms);
  }
  void operator()(const SealsReceived& e) {
    incoming(e.family, e.seals, e.place);
    if (!keeps_stock(e.family)) return;
    site(e.arrived_ms != 0 ? e.arrived_ms : header_.happened_ms);
    if (!e.missing.empty()) mark(Irregularity::ShortDelivery);
    if (delivery_unapproved(rows_, e)) mark(Irregularity::DeliveryNotApproved);
  }
  void operator()(const BoxOpened& e) {
    if (!keeps_stock(e.family)) return;
    const BoxRow* box = rows_.boxes.find({e.family, e.box});
    if (!box || box->seals.count == 0) mark(Irregularity::UnknownBox);
    if (!e.missing.empty()) mark(Irregularity::ShortDelivery);
    if (!e.extra.empty()) mark(Irregularity::CountDiffers);
  }
  void operator()(const SealsStored& e) { moved(e.family, e.seals, e.place); }
  void operator()(const SealsReturned& e) { moved(e.family, e.seals, e.place); }
  void operator()(const SealsIssued& e) { moved(e.family, e.seals, {PlaceKind::Hand, e.to}); }
  void operator()(const HandedOver& e) {
    if (keeps_stock(e.family)) person(e.from);
    moved(e.family, e.seals, {PlaceKind::Hand, e.to});
  }
  void operator()(const TransferredOut& e) { gone(e.family, e.seals); }
  void operator()(const ReturnedToSupplier& e) { gone(e.family, e.seals); }
  void operator()(const SealsDestroyed& e) {
    gone(e.family, e.seals);
    person(e.witness);
  }
  void operator()(const StockCounted& e) {
    place(e.place);
    person(e.witness);
    if (e.found != e.expected || !e.missing.empty() || !e.extra.empty()) mark(Irregularity::CountDiffers);
  }
  void operator()(const RollReceived& e) {
    if (keeps_stock(e.family)) place(e.place);
  }
  void operator()(const RollUsed& e) {
    if (!e.unit.text.empty()) digit(e.unit);
    if (keeps_stock(e.family) && e.use != RollUse::FoundNotOnRecord && !rows_.rolls.find({e.family, e.batch}))
      mark(Irregularity::UnknownSeal);
  }

  void operator()(const UnitCheckedEmpty& e) { digit(e.unit); }
  void operator()(const LoadStarted& e) { digit(e.unit); }
  void operator()(const LoadPaused& e) { digit(e.unit); }
  void operator()(const LoadEnded& e) { digit(e.unit); }
  void operator()(const UnitClosed& e) { digit(e.unit); }
  void operator()(const DoorsSecured& e) { digit(e.unit); }
  void operator()(const LoadCancelled& e) { known_unit(e.unit); }
  void operator()(const PapersCorrected& e) { known_unit(e.unit); }
  void operator()(const UnitOpened& e) { known_unit(e.unit); }
  void operator()(const ResealedElsewhere& e) { known_unit(e.unit); }
  void operator()(const OtherSealNoted& e) { digit(e.unit); }
  void operator()(const ContentsLookedAt& e) { known_unit(e.unit); }

  void operator()(const SealApplied& e) {
    const UnitRow* unit = digit(e.unit);
    if (unit && unit->held) mark(Irregularity::UnitHeld);
    if (rows_.adopted.setting(Setting::ClosedBeforeSealed) == 1 && (!unit || unit->closed_ms == 0))
      mark(Irregularity::NotClosed);
    if (!keeps_stock(e.family)) return;
    trained("apply");
    const SealKey key{e.family, e.seal};
    if (unit)
      for (const SealKey& other : unit->seals)
        if (other.family == e.family && other != key && unit->state != UnitState::Uplifted)
          mark(Irregularity::UnitAlreadySealed);
    if (e.allocated)
      fresh(key);
    else
      on_record(key);
    put_on(key, e.unit);
  }
  void operator()(const SealChecked& e) {
    known_unit(e.unit);
    if (!keeps_stock(e.family)) return;
    trained("check");
    const SealKey key{e.family, e.seal};
    const SealRow* row = on_record(key);
    usable(row, e.unit);
    const Differences found = differences(e);
    if (found.door) mark(Irregularity::DoorDiffers);
    if (found.paper) mark(Irregularity::PaperDiffers);
    vvtt(e.vvtt, row ? row->kind : SealKind::Bolt);
    if (row && header_.person_no != 0 && row->applied_by == header_.person_no && row->unit == e.unit &&
        rows_.adopted.setting(Setting::SecondPerson) != 0)
      mark(Irregularity::SamePerson);
  }
  void operator()(const Uplifted& e) {
    const UnitRow* unit = known_unit(e.unit);
    if (unit && unit->held) mark(Irregularity::UnitHeld);
    const bool has_seal = unit && has_stock_seal(*unit);
    if (!has_seal && !(unit && (unit->state == UnitState::Sealed || unit->state == UnitState::Checked)))
      mark(Irregularity::NotSealed);
    if (keeps_stock(e.family)) seen_by_driver(e, unit);
    if (raca_unapproved(rows_, e, header_.happened_ms)) mark(Irregularity::OperatorNotApproved);
    if (!is_sea(e.unit)) return;
    bool unchecked = !has_seal;
    if (has_seal)
      for (const SealKey& key : unit->seals) {
        const SealRow* row = keeps_stock(key.family) ? rows_.seals.find(key) : nullptr;
        unchecked = unchecked || (row && row->checked_ms == 0);
      }
    if (unchecked) mark(Irregularity::NotChecked);
    if (operator_unapproved(rows_, e, header_.happened_ms)) mark(Irregularity::OperatorNotApproved);
    vvtt(e.vvtt, kind_on(rows_, e));
    if (!e.driver_signed) mark(Irregularity::DriverNotSigned);
  }
  void operator()(const SealDamaged& e) {
    if (!e.unit.text.empty()) digit(e.unit);
    fails(e.family, e.seal, e.unit);
  }
  void operator()(const SealReplaced& e) {
    known_unit(e.unit);
    fails(e.family, e.old_seal, e.unit);
    if (!keeps_stock(e.family)) return;
    on_record({e.family, e.new_seal});
    put_on({e.family, e.new_seal}, e.unit);
  }
  void operator()(const SealTampered& e) {
    if (!e.unit.text.empty()) digit(e.unit);
    if (!e.seal.empty()) fails(e.family, e.seal, e.unit);
  }
  void operator()(const SealRemoved& e) {
    if (!e.unit.text.empty()) known_unit(e.unit);
    fails(e.family, e.seal, e.unit);
  }
  void operator()(const SealLost& e) {
    if (!keeps_stock(e.family)) return;
    for (std::uint32_t i = 0; i < e.seals.count; ++i) {
      const SealRow* row = on_record({e.family, e.seals.at(i)});
      if (row && (row->state == SealState::Destroyed || went_out(row->state))) mark(Irregularity::SealSpent);
    }
  }
  void operator()(const SealFound& e) {
    if (!keeps_stock(e.family)) return;
    place(e.place);
    if (e.not_on_record)
      fresh({e.family, e.seal});
    else
      on_record({e.family, e.seal});
  }
  void operator()(const SealCorrected& e) {
    known_unit(e.unit);
    if (!keeps_stock(e.family)) return;
    on_record({e.family, e.wrong});
    on_record({e.family, e.right});
    put_on({e.family, e.right}, e.unit);
  }
  void operator()(const UnitCorrected& e) {
    known_unit(e.wrong);
    digit(e.right);
  }

 private:
  void mark(Irregularity code) { found_.insert(code); }

  void person(PersonNo no) {
    if (no == 0) return;
    const PersonRow* row = rows_.people.find(no);
    if (!row || !row->known) mark(Irregularity::PersonUnknown);
    if (row && ((row->left_ms != 0 && header_.happened_ms >= row->left_ms) ||
                (row->until_ms != 0 && header_.happened_ms > row->until_ms)))
      mark(Irregularity::PersonLeft);
  }
  /// Clause 2.9, where the plan asks: seal training, or competence for the very task.
  void trained(const char* task) {
    if (rows_.adopted.setting(Setting::TrainingAsked) == 0 || header_.person_no == 0) return;
    for (const RecordKey& key : training_of(header_.person_no, task))
      if (const RecordRow* row = rows_.records.find(key); row && row->valid_at(header_.happened_ms)) return;
    mark(Irregularity::NotTrained);
  }
  void store(StoreNo no) {
    if (no == 0) return;
    const StoreRow* row = rows_.stores.find(no);
    if (!row || !row->known) mark(Irregularity::UnknownPlace);
  }
  void place(const Place& where) {
    if (is_store(where)) store(where.no);
    if (where.kind == PlaceKind::Hand) person(where.no);
  }
  const UnitRow* digit(const UnitId& unit) {
    if (!unit.check_digit_ok()) mark(Irregularity::BadCheckDigit);
    return rows_.units.find(unit);
  }
  const UnitRow* known_unit(const UnitId& unit) {
    const UnitRow* row = digit(unit);
    if (!row || row->history.empty()) mark(Irregularity::UnknownUnit);
    return row;
  }
  void reference(Ref about) {
    if (about.epoch > rows_.self.epoch ||
        (about.epoch == rows_.self.epoch && about.index >= rows_.self.next_index))
      mark(Irregularity::UnknownReference);
  }
  void site(std::int64_t at_ms) {
    if (site_unapproved(rows_, at_ms)) mark(Irregularity::SiteNotApproved);
  }

  void approved(const SealKey& key) {
    if (!rows_.adopted.seal_type_approved(key.family, key.number, header_.happened_ms))
      mark(Irregularity::SealTypeNotApproved);
    if (rows_.adopted.withdrawn_seal(key.family, key.number)) mark(Irregularity::SealWithdrawn);
  }
  const SealRow* on_record(const SealKey& key) {
    const SealRow* row = rows_.seals.find(key);
    if (!row || row->came_in == 0) mark(Irregularity::UnknownSeal);
    return row;
  }
  /// About to be counted as coming in: wrong if it is here already.
  void fresh(const SealKey& key) {
    const SealRow* row = rows_.seals.find(key);
    if (row && row->came_in > 0 && !went_out(row->state)) mark(Irregularity::AlreadyReceived);
  }
  void usable(const SealRow* row, const UnitId& unit) {
    if (!row) return;
    if (on_unit(row->state) && row->unit != unit) mark(Irregularity::SealInUse);
    if (spent(row->state)) mark(Irregularity::SealSpent);
  }
  void put_on(const SealKey& key, const UnitId& unit) {
    usable(rows_.seals.find(key), unit);
    approved(key);
  }
  void fails(Family family, const SealNumber& number, const UnitId& unit) {
    if (!keeps_stock(family)) return;
    const SealRow* row = on_record({family, number});
    if (!row) return;
    if (on_unit(row->state) && row->unit != unit) mark(Irregularity::SealInUse);
    if (row->state == SealState::Destroyed || went_out(row->state)) mark(Irregularity::SealSpent);
  }
  void incoming(Family family, const SealRange& seals, const Place& where) {
    if (!keeps_stock(family)) return;
    place(where);
    for (std::uint32_t i = 0; i < seals.count; ++i) fresh({family, seals.at(i)});
    if (seals.count == 0) return;
    approved({family, seals.front()});
    approved({family, seals.back()});
  }
  void moved(Family family, const SealRange& seals, const Place& where) {
    if (!keeps_stock(family)) return;
    place(where);
    for (std::uint32_t i = 0; i < seals.count; ++i) usable(on_record({family, seals.at(i)}), UnitId{});
  }
  void gone(Family family, const SealRange& seals) {
    if (!keeps_stock(family)) return;
    for (std::uint32_t i = 0; i < seals.count; ++i) {
      const SealRow* row = on_record({family, seals.at(i)});
      if (!row) continue;
      if (on_unit(row->state)) mark(Irregularity::SealInUse);
      if (row->state == SealState::Destroyed || went_out(row->state)) mark(Irregularity::SealSpent);
    }
  }
  void seen_by_driver(const Uplifted& e, const UnitRow* unit) {
    std::size_t of_family = 0, agreeing = 0;
    if (unit)
      for (const SealKey& key : unit->seals) of_family += key.family == e.family ? 1 : 0;
    const std::set<SealNumber> seen(e.seals.begin(), e.seals.end());
    for (const SealNumber& number : seen) {
      const SealKey key{e.family, number};
      usable(on_record(key), e.unit);
      if (unit && std::find(unit->seals.begin(), unit->seals.end(), key) != unit->seals.end()) ++agreeing;
    }
    if (!seen.empty() && (agreeing != seen.size() || agreeing != of_family)) mark(Irregularity::DoorDiffers);
  }
  void vvtt(const Vvtt& steps, SealKind kind) {
    if (steps.any_failed())
      mark(Irregularity::VvttFailed);
    else if (!steps.passed(kind))
      mark(Irregularity::VvttIncomplete);
  }

  const EntryHeader& header_;
  const Rows& rows_;
  std::set<Irregularity> found_;
};

}  // namespace

std::vector<Irregularity> judge(const EntryHeader& header, const Event& event, const Rows& rows) {
  Judging judging(header, rows);
  judging.header();
  std::visit(judging, event);
  return judging.take();
}

}  // namespace sealkeep::ses

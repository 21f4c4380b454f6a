// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <unordered_set>

#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

/// In stock at the place; in a named person's hand it counts as issued to them.
void put(SealRow& row, const Place& place) {
  row.state = place.kind == PlaceKind::Hand && place.no != 0 ? SealState::Issued : SealState::InStock;
  row.place = place;
}

template <class How>
void each(Folding& f, Family family, const SealRange& seals, How&& how) {
  if (!keeps_stock(family)) return;
  for (std::uint32_t i = 0; i < seals.count; ++i) f.change({family, seals.at(i)}, how);
}

struct NumberHash {
  std::size_t operator()(const SealNumber& number) const { return std::hash<std::string>{}(number.text()); }
};

struct Incoming {
  Family family = Family::Ses;
  SealKind kind = SealKind::Bolt;
  const SealRange& seals;
  const Place& place;
  std::int64_t arrived_ms = 0;
};

/// One more pass of each seal begins. A seal that is further on already keeps its state: its receipt came
/// late, or twice (then it does not balance, and the ledger names it). Returns how many were not counted
/// before.
std::uint32_t receive(Folding& f, const Incoming& in, const std::vector<SealNumber>& missing) {
  ReceiptRow& receipt = f.rows.receipts.edit(f.at);
  receipt.family = in.family;
  receipt.seals = in.seals;
  receipt.arrived_ms = in.arrived_ms;
  receipt.recorded_ms = f.recorded_ms;
  const std::unordered_set<SealNumber, NumberHash> absent(missing.begin(), missing.end());
  std::uint32_t fresh = 0;
  for (std::uint32_t i = 0; i < in.seals.count; ++i) {
    const SealKey key{in.family, in.seals.at(i)};
    f.change(key, [&](SealRow& row) {
      if (row.came_in == 0) {
        ++fresh;
        row.kind = in.kind;
      }
      if (went_out(row.state) && row.came_in > 0) {
        ++row.past_exits;
        row.state = SealState::None;
      }
      if (row.state == SealState::None) {
        if (!absent.empty() && absent.contains(key.number))
          row.state = SealState::Short;
        else
          put(row, in.place);
      } else if (unstored(row.state, row.place)) {
        put(row, in.place);
      }
      ++row.came_in;
      row.receipt = f.at;
      row.received_ms = in.arrived_ms;
    });
  }
  return fresh;
}

/// Rule 1 is judged at once: the receipt is here, and it says when the seals were.
void judge_recording(Folding& f, std::int64_t arrived_ms) {
  if (!f.trusted) return;
  Subject subject = Subject::receipt(f.at);
  f.open(subject.rule(1), arrived_ms, f.after_open(arrived_ms, Setting::ReceiptRecordedMs));
  f.discharge(subject.rule(1), f.recorded_ms);
}

void judge_site(Folding& f, std::int64_t arrived_ms) {
  if (site_unapproved(f.rows, arrived_ms)) f.open(Subject::receipt(f.at).rule(4), arrived_ms, arrived_ms);
}

/// Nothing of the receipt is here: each seal was short, or went from here in this pass or went before.
bool all_gone(const Folding& f, Ref ref, const ReceiptRow& receipt) {
  for (std::uint32_t i = 0; i < receipt.seals.count; ++i) {
    const SealRow* row = f.rows.seals.find({receipt.family, receipt.seals.at(i)});
    if (row != nullptr && row->receipt == ref && row->state != SealState::Short && !went_out(row->state))
      return false;
  }
  return true;
}

/// Seals that came to the wrong site went on to another, or back.
void judge_sent_on(Folding& f, Family family, const SealRange& seals) {
  Ref last;
  for (std::uint32_t i = 0; keeps_stock(family) && i < seals.count; ++i) {
    const SealRow* row = f.rows.seals.find({family, seals.at(i)});
    if (row == nullptr || row->receipt == last || row->receipt == Ref{}) continue;
    last = row->receipt;
    const DutyKey key = Subject::receipt(last).rule(42);
    const ReceiptRow* receipt = f.rows.receipts.find(last);
    if (receipt != nullptr && f.rows.duties.find(key) != nullptr && all_gone(f, last, *receipt))
      f.discharge(key);
  }
}

void leave_stock(Folding& f, Family family, const SealRange& seals, SealState to) {
  each(f, family, seals, [to](SealRow& row) {
    if (movable(row.state) || row.state == SealState::Damaged || row.state == SealState::Removed ||
        row.state == SealState::Tampered)
      row.state = to;
  });
}

void move_stock(Folding& f, Family family, const SealRange& seals, const Place& place) {
  each(f, family, seals, [&place](SealRow& row) {
    if (movable(row.state)) put(row, place);
  });
}

}  // namespace

void apply(Folding& f, const StockOpened& event) {
  if (!keeps_stock(event.family)) return;
  f.rows.ledger(event.family).opening += event.seals.count;
  const std::int64_t received_ms = event.received_ms != 0 ? event.received_ms : f.happened_ms;
  receive(f, {event.family, event.seal_kind, event.seals, event.place, received_ms}, {});
}

void apply(Folding& f, const SealsReceived& event) {
  if (!keeps_stock(event.family)) return;
  f.rows.ledger(event.family).received += event.seals.count;
  const std::int64_t arrived_ms = event.arrived_ms != 0 ? event.arrived_ms : f.happened_ms;
  if (delivery_unapproved(f.rows, event)) f.open(Subject::receipt(f.at).rule(42), arrived_ms, arrived_ms);
  const std::uint32_t fresh =
      receive(f, {event.family, event.seal_kind, event.seals, event.place, arrived_ms}, event.missing);
  ReceiptRow& receipt = f.rows.receipts.edit(f.at);
  receipt.approval = event.approval;
  receipt.delivery = event.delivery;
  receipt.box = event.box;
  if (!event.box.empty()) f.rows.boxes.edit({event.family, event.box}) = BoxRow{event.seals, f.at, false};
  if (!event.approval.empty()) {
    DeliveryRow& delivery = f.rows.deliveries.edit(event.approval);
    delivery.received += fresh;
    if (delivery.received >= delivery.seals.count) f.discharge(Subject::delivery(event.approval).rule(3));
  }
  judge_recording(f, arrived_ms);
  judge_site(f, arrived_ms);
}

void apply(Folding& f, const TransferredIn& event) {
  if (!keeps_stock(event.family)) return;
  f.rows.ledger(event.family).transferred_in += event.seals.count;
  receive(f, {event.family, event.seal_kind, event.seals, event.place, f.happened_ms}, {});
  judge_recording(f, f.happened_ms);
  judge_site(f, f.happened_ms);
}

void apply(Folding& f, const BoxOpened& event) {
  if (!keeps_stock(event.family)) return;
  f.rows.boxes.edit({event.family, event.box}).opened = true;
  bool without_receipt = !event.extra.empty();
  for (const SealNumber& number : event.missing) {
    f.change({event.family, number}, [&](SealRow& row) {
      if (movable(row.state)) row.state = SealState::Short;
      if (row.receipt == Ref{}) without_receipt = true;
    });
  }
  if (without_receipt) f.open_now(Subject::count(f.at).rule(17), f.after_days(Setting::ExplainedDays));
}

void apply(Folding& f, const SealsStored& event) {
  move_stock(f, event.family, event.seals, event.place);
}
void apply(Folding& f, const SealsReturned& event) {
  move_stock(f, event.family, event.seals, event.place);
}

void apply(Folding& f, const SealsIssued& event) {
  each(f, event.family, event.seals, [&event](SealRow& row) {
    if (!movable(row.state)) return;
    row.state = SealState::Issued;
    row.place = {PlaceKind::Hand, event.to};
  });
}

void apply(Folding& f, const HandedOver& event) {
  each(f, event.family, event.seals, [&event](SealRow& row) {
    if (!movable(row.state)) return;
    row.state = SealState::Issued;
    row.place = {PlaceKind::Hand, event.to};
  });
}

void apply(Folding& f, const TransferredOut& event) {
  leave_stock(f, event.family, event.seals, SealState::SentOut);
  judge_sent_on(f, event.family, event.seals);
  if (keeps_stock(event.family))
    f.open_now(Subject::transfer(f.at).rule(36), f.after_days(Setting::DeliveryConfirmedDays));
}
void apply(Folding& f, const ReturnedToSupplier& event) {
  leave_stock(f, event.family, event.seals, SealState::Returned);
  judge_sent_on(f, event.family, event.seals);
}
void apply(Folding& f, const SealsDestroyed& event) {
  leave_stock(f, event.family, event.seals, SealState::Destroyed);
}

/// Missing seals stay in stock until somebody says that they are lost; extra ones stay out until a receipt or
/// SealFound.
void apply(Folding& f, const StockCounted& event) {
  if (is_store(event.place)) {
    f.rows.stores.edit(event.place.no).counted_ms = f.happened_ms;
    Subject store = Subject::store(event.place.no);
    f.discharge(store.rule(16));
    f.open_now(store.rule(16),
               saturating_add(f.happened_ms, f.rows.adopted.setting(Setting::StoreCountDays) * kDayMs));
  }
  if (keeps_stock(event.family) &&
      (event.found != event.expected || !event.missing.empty() || !event.extra.empty()))
    f.open_now(Subject::count(f.at).rule(17), f.after_days(Setting::ExplainedDays));
}

void apply(Folding& f, const DifferenceExplained& event) {
  Subject receipt = Subject::receipt(event.about), incident = Subject::incident(event.about);
  f.discharge(Subject::count(event.about).rule(17));
  f.discharge(receipt.rule(17));
  f.discharge(receipt.rule(4));
  f.discharge(receipt.rule(42));
  f.discharge(Subject::transfer(event.about).rule(36));
  f.discharge(incident.rule(12));
  f.discharge(incident.rule(13));
  f.discharge(incident.rule(34));
  if (!keeps_stock(event.family)) return;

  std::map<Ref, std::uint32_t> shorts;
  std::unordered_set<SealNumber, NumberHash> seen;
  for (const SealNumber& number : event.seals) {
    const SealKey key{event.family, number};
    const SealRow* row = f.rows.seals.find(key);
    if (!row || !seen.insert(number).second) continue;
    if (row->came_in == 0) f.discharge(Subject::seal(key).rule(17));
    if (row->state == SealState::Short && row->receipt != Ref{}) ++shorts[row->receipt];
    if (row->state == SealState::Uplifted && is_sea(row->unit)) {
      // Gone with its truck: nobody can check it any more, so the explanation is what settles it.
      Subject unit = Subject::unit(row->unit);
      f.discharge(unit.rule(9));
      f.discharge(unit.rule(10));
      f.unit(row->unit).differs = false;
    }
    f.change(key, [](SealRow&) {});
  }
  for (const auto& [ref, count] : shorts) {
    const ReceiptRow* row = f.rows.receipts.find(ref);
    if (row && count >= row->short_count) f.discharge(Subject::receipt(ref).rule(17));
  }
}

void apply(Folding& f, const SealLost& event) {
  if (!keeps_stock(event.family)) return;
  const std::int64_t discovered_ms = event.discovered_ms != 0 ? event.discovered_ms : f.happened_ms;
  each(f, event.family, event.seals, [&](SealRow& row) {
    row.state = SealState::Lost;
    row.lost_ms = discovered_ms;
  });
  f.open(Subject::incident(f.at).rule(18), discovered_ms, f.after(discovered_ms, Setting::CustomsToldMs));
}

/// One that had been sent out or returned never left, unless it was not on record: then a new pass begins.
void apply(Folding& f, const SealFound& event) {
  if (!keeps_stock(event.family)) return;
  if (event.not_on_record) ++f.rows.ledger(event.family).found_not_on_record;
  bool was_reported = false;
  f.change({event.family, event.seal}, [&](SealRow& row) {
    was_reported = row.state == SealState::Lost || row.state == SealState::Tampered;
    if (event.not_on_record) {
      if (went_out(row.state) && row.came_in > 0) ++row.past_exits;
      ++row.came_in;
      row.received_ms = f.happened_ms;
    }
    put(row, event.place);
  });
  if (was_reported) f.open_now(Subject::incident(f.at).rule(18), f.after(Setting::CustomsToldMs));
}

void apply(Folding& f, const RollReceived& event) {
  if (!keeps_stock(event.family)) return;
  RollRow& roll = f.rows.rolls.edit({event.family, event.batch});
  roll.kind = event.seal_kind;
  roll.received += event.quantity;
  roll.left += event.quantity;
}

void apply(Folding& f, const RollUsed& event) {
  if (!keeps_stock(event.family)) return;
  RollRow& roll = f.rows.rolls.edit({event.family, event.batch});
  const std::int64_t quantity = event.quantity;
  roll.left += event.use == RollUse::FoundNotOnRecord ? quantity : -quantity;
  switch (event.use) {
    case RollUse::Applied:
      roll.applied += quantity;
      break;
    case RollUse::Damaged:
      roll.damaged += quantity;
      break;
    case RollUse::Lost:
      roll.lost += quantity;
      break;
    case RollUse::Destroyed:
      roll.destroyed += quantity;
      break;
    case RollUse::SentOut:
      roll.sent_out += quantity;
      break;
    case RollUse::FoundNotOnRecord:
      roll.found += quantity;
      break;
  }
  if (event.use == RollUse::Lost)
    f.open_now(Subject::incident(f.at).rule(18), f.after(Setting::CustomsToldMs));
  if (event.use != RollUse::Applied || event.unit.text.empty()) return;
  UnitRow& unit = f.unit(event.unit);
  begin_visit(f, unit, false);
  if (unit.state < UnitState::Sealed) unit.state = UnitState::Sealed;
  if (unit.sealed_ms == 0) unit.sealed_ms = f.happened_ms;
  Subject subject = Subject::unit(event.unit);
  sealed(f, event.unit, subject);
}

}  // namespace sealkeep::ses

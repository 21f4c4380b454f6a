// SPDX-License-Identifier: Apache-2.0
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

/// States that say the seal was used or failed by its own number, not within a range of stock.
bool used(SealState state) {
  return on_unit(state) || state == SealState::Removed || state == SealState::Damaged ||
         state == SealState::Tampered;
}

}  // namespace

std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b > 0 ? INT64_MAX : INT64_MIN;
  return sum;
}

bool reads_as(const std::string& read, const SealNumber& number) {
  if (read.empty() || read == number.text()) return true;
  auto parsed = SealNumber::parse(read);
  return parsed && *parsed == number;
}

bool reads_as(const std::string& read, const UnitId& unit) {
  if (read.empty() || read == unit.text) return true;
  auto parsed = UnitId::parse(unit.kind, read);
  return parsed && *parsed == unit;
}

Differences differences(const SealChecked& check) {
  Differences found;
  found.door = !reads_as(check.door.seal, check.seal) || !reads_as(check.door.unit, check.unit);
  found.paper = !reads_as(check.paper.seal, check.seal) || !reads_as(check.paper.unit, check.unit);
  return found;
}

bool heard_head_office(const Rows& rows) {
  return rows.self.directive_size > 0 || !rows.adopted.approvals.empty();
}

bool announces(const DeliveryRow& row, Family family, const SealRange& seals) {
  return row.seals.count != 0 && row.family == family && row.seals.contains(seals.front()) &&
         row.seals.contains(seals.back());
}

bool delivery_unapproved(const Rows& rows, const SealsReceived& event) {
  if (!heard_head_office(rows)) return false;
  const DeliveryRow* row = event.approval.empty() ? nullptr : rows.deliveries.find(event.approval);
  return row == nullptr || !announces(*row, event.family, event.seals);
}

bool site_unapproved(const Rows& rows, std::int64_t at_ms) {
  if (!heard_head_office(rows)) return false;
  return !rows.adopted.site_approved(Scope::Sea, at_ms) && !rows.adopted.site_approved(Scope::Air, at_ms);
}

bool operator_unapproved(const Rows& rows, const Uplifted& event, std::int64_t at_ms) {
  if (!is_sea(event.unit) || rows.adopted.operators.empty()) return false;
  return event.operator_no == 0 || !rows.adopted.operator_approved(event.operator_no, Scope::Sea, at_ms);
}

SealKind kind_on(const Rows& rows, const Uplifted& event) {
  std::optional<SealKind> kind;
  const auto look = [&](const SealKey& key) {
    if (!keeps_stock(key.family)) return;
    const SealRow* row = rows.seals.find(key);
    if (!kind || !row || row->kind == SealKind::Bolt) kind = row ? row->kind : SealKind::Bolt;
  };
  if (const UnitRow* unit = rows.units.find(event.unit))
    for (const SealKey& key : unit->seals) look(key);
  for (const SealNumber& number : event.seals) look({event.family, number});
  return kind.value_or(SealKind::Bolt);
}

Subject Subject::seal(const SealKey& key) {
  return Subject("seal:" + std::to_string(static_cast<unsigned>(key.family)) + ":" + key.number.text());
}

Subject Subject::at(const char* what, Ref ref) {
  return Subject(what + std::to_string(ref.epoch) + "/" + std::to_string(ref.index));
}

// ---- duties
// ---------------------------------------------------------------------------------------------------------

void Folding::open(const DutyKey& key, std::int64_t opened_ms, std::int64_t due_ms) {
  if (rows.duties.find(key)) return;
  rows.duties.edit(key) = DutyRow{at, opened_ms, trusted ? due_ms : 0};
}

void Folding::count_done(const DutyKey& key, const DutyRow& duty, std::int64_t done_ms, bool late) {
  auto& [met, missed] = rows.self.duties[key.rule];
  if (!late) {
    ++met;
    return;
  }
  ++missed;
  rows.late.push_back(LateDuty{key, duty, at, done_ms});
}

void Folding::discharge(const DutyKey& key, std::int64_t done_ms) {
  const DutyRow* duty = rows.duties.find(key);
  if (!duty) return;
  if (trusted && duty->due_ms != 0) count_done(key, *duty, done_ms, done_ms > duty->due_ms);
  rows.duties.erase(key);
}

void Folding::customs_told(Ref about, std::int64_t told_ms) {
  Subject incident = Subject::incident(about);
  discharge(incident.rule(19), told_ms);
  for (const std::uint8_t rule : kEndWithCustoms) discharge(incident.rule(rule), told_ms);
  discharge(Subject::receipt(about).rule(4), told_ms);
}

void Folding::miss(const DutyKey& key) {
  const DutyRow* duty = rows.duties.find(key);
  if (!duty) return;
  count_done(key, *duty, happened_ms, true);
  rows.duties.erase(key);
}

void Folding::cancel(const DutyKey& key) {
  if (rows.duties.find(key)) rows.duties.erase(key);
}

void Folding::due_at_latest(const DutyKey& key, std::int64_t at_ms) {
  const DutyRow* duty = rows.duties.find(key);
  if (trusted && duty && duty->due_ms > at_ms) rows.duties.edit(key).due_ms = at_ms;
}

// ---- rows
// -----------------------------------------------------------------------------------------------------------

void Folding::remember(std::vector<Ref>& history) const {
  if (history.size() < limits::kHistoryRefs && (history.empty() || history.back() != at))
    history.push_back(at);
}

UnitRow& Folding::unit(const UnitId& id) {
  UnitRow& row = rows.units.edit(id);
  remember(row.history);
  return row;
}

void Folding::settle(const SealKey& key, const Before& before, SealRow& row) {
  if (row.state != SealState::InStock && row.state != SealState::Issued) row.place = {};
  LedgerRow& ledger = rows.ledger(key.family);
  if (before.state != row.state) {
    if (before.state != SealState::None) --ledger.by_state[static_cast<std::size_t>(before.state)];
    if (row.state != SealState::None) ++ledger.by_state[static_cast<std::size_t>(row.state)];
  }
  ledger.past_exits += std::int64_t{row.past_exits} - std::int64_t{before.past_exits};
  ledger.unbalanced += (row.balanced() ? 0 : 1) - (before.balanced ? 0 : 1);
  remember(row.history);
  settle_unit(key, before, row);
  settle_hands(before, row);
  settle_receipts(before, row);

  const bool was_unknown = before.existed && before.came_in == 0 && used(before.state);
  if (row.came_in == 0 && used(row.state) && !was_unknown)
    open_now(Subject::seal(key).rule(17), after_days(Setting::ExplainedDays));
  else if (before.existed && before.came_in == 0 && before.state != SealState::None &&
           (row.came_in != 0 || row.state == SealState::None))
    discharge(Subject::seal(key).rule(17));
}

void Folding::settle_unit(const SealKey& key, const Before& before, const SealRow& row) {
  const bool was = on_unit(before.state) && !before.unit.text.empty();
  const bool is = on_unit(row.state) && !row.unit.text.empty();
  if (was && is && before.unit == row.unit) return;
  if (is) join(unit(row.unit), key);
  if (!was) return;
  UnitRow& left = unit(before.unit);
  leave(left, key);
  if (has_stock_seal(left) || (left.state != UnitState::Sealed && left.state != UnitState::Checked)) return;
  left.state = UnitState::Closed;
  if (is_sea(before.unit)) cancel(Subject::unit(before.unit).rule(9));
}

void Folding::settle_hands(const Before& before, const SealRow& row) {
  const PersonNo was = holder(before.state, before.place), is = holder(row.state, row.place);
  if (was == is) return;
  if (was != 0) {
    PersonRow& giver = rows.people.edit(was);
    if (giver.in_hand > 0 && --giver.in_hand == 0) {
      Subject subject = Subject::person(was);
      discharge(subject.rule(5));
      if (giver.keys == 0) discharge(subject.rule(26));
    }
  }
  if (is != 0) {
    PersonRow& taker = rows.people.edit(is);
    if (taker.in_hand++ == 0) {
      Subject subject = Subject::person(is);
      open_now(subject.rule(5), after(Setting::InHandMs));
      if (taker.left_ms != 0) open_now(subject.rule(26), after_days(Setting::PersonLeftDays));
    }
  }
}

void Folding::settle_receipts(const Before& before, const SealRow& row) {
  const bool was_loose = unstored(before.state, before.place), is_loose = unstored(row.state, row.place);
  const bool was_short = before.state == SealState::Short, is_short = row.state == SealState::Short;
  if (before.receipt == row.receipt && was_loose == is_loose && was_short == is_short) return;
  count_receipt(before.receipt, was_loose ? -1 : 0, was_short ? -1 : 0);
  count_receipt(row.receipt, is_loose ? 1 : 0, is_short ? 1 : 0);
}

/// A seal that an application allocated names an entry without a receipt row; nothing is counted for it.
void Folding::count_receipt(Ref ref, std::int32_t unstored_more, std::int32_t short_more) {
  if (ref == Ref{} || (unstored_more == 0 && short_more == 0) || !rows.receipts.find(ref)) return;
  ReceiptRow& receipt = rows.receipts.edit(ref);
  const bool had_loose = receipt.unstored > 0, had_short = receipt.short_count > 0;
  receipt.unstored += static_cast<std::uint32_t>(unstored_more);
  receipt.short_count += static_cast<std::uint32_t>(short_more);
  Subject subject = Subject::receipt(ref);
  if (!had_loose && receipt.unstored > 0) {
    const std::int64_t from_ms = ref == at ? receipt.arrived_ms : happened_ms;
    open(subject.rule(2), from_ms, after_open(from_ms, Setting::StoredMs));
  } else if (had_loose && receipt.unstored == 0) {
    discharge(subject.rule(2));
  }
  if (short_more > 0)
    open_now(subject.rule(17), after_days(Setting::ExplainedDays));
  else if (had_short && receipt.short_count == 0)
    discharge(subject.rule(17));
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

constexpr std::size_t kSealsOnUnit = 16;

std::int64_t latest(const UnitRow& unit) {
  return std::max({unit.closed_ms, unit.sealed_ms, unit.checked_ms, unit.uplifted_ms});
}

/// Two tablets' queues: this fact is older than what the row knows, so it must not turn the state back.
bool comes_late(const Folding& f, const UnitRow& unit) {
  return latest(unit) != 0 && f.happened_ms <= latest(unit);
}

void load_step(Folding& f, const UnitId& id, UnitState state) {
  UnitRow& unit = f.unit(id);
  begin_visit(f, unit, true);
  if (!comes_late(f, unit)) unit.state = state;
}

enum class Seen { Here, Elsewhere, Aside };
/// Somebody saw the seal on the unit. `moves`: the word of the driver who takes it counts more than the
/// register's.
Seen see(const Folding& f, SealRow& row, const UnitId& unit, SealState as, bool moves) {
  if (on_unit(row.state)) {
    if (row.unit != unit) {
      if (!moves) return Seen::Elsewhere;
      row.unit = unit;
      row.checked_ms = 0;
      row.checked_by = 0;
    }
    row.state = std::max(row.state, as);
    return Seen::Here;
  }
  const bool lost_since = row.lost_ms != 0 && row.lost_ms >= f.happened_ms;
  if (row.state == SealState::Removed || row.state == SealState::Damaged ||
      row.state == SealState::Tampered || row.state == SealState::Destroyed ||
      (row.state == SealState::Lost && lost_since))
    return Seen::Aside;
  if (row.unit != unit) {
    row.applied_ms = row.checked_ms = 0;
    row.applied_by = row.checked_by = 0;
  }
  row.uplifted_ms = 0;
  row.state = as;
  row.unit = unit;
  return Seen::Here;
}

bool all_checked(const Rows& rows, const UnitRow& unit) {
  for (const SealKey& key : unit.seals) {
    if (!keeps_stock(key.family)) continue;
    const SealRow* row = rows.seals.find(key);
    if (row && row->checked_ms == 0) return false;
  }
  return true;
}

/// The register knows already what happened to this seal on this unit after the application that is told now.
bool known_later(const Folding& f, const SealRow& row, const UnitId& unit) {
  if (row.unit != unit || row.unit.text.empty()) return false;
  switch (row.state) {
    case SealState::Applied:
      return row.applied_ms >= f.happened_ms;
    case SealState::Checked:
      return row.applied_ms == 0 || row.checked_ms >= f.happened_ms;
    case SealState::Uplifted:
      return row.uplifted_ms >= f.happened_ms;
    case SealState::Lost:
    case SealState::Tampered:
    case SealState::Damaged:
    case SealState::Removed:
      return row.applied_ms == 0 || row.lost_ms >= f.happened_ms;
    default:
      return false;
  }
}

}  // namespace

void begin_visit(const Folding& f, UnitRow& unit, bool loading) {
  const bool ended = unit.state == UnitState::Uplifted || unit.state == UnitState::Cancelled ||
                     (loading && unit.state == UnitState::Opened && unit.uplifted_ms != 0);
  if (!ended || comes_late(f, unit)) return;
  std::vector<Ref> history = std::move(unit.history);
  unit = UnitRow{};
  unit.history = std::move(history);
}

void join(UnitRow& unit, const SealKey& key) {
  if (unit.seals.size() >= kSealsOnUnit) return;
  if (std::find(unit.seals.begin(), unit.seals.end(), key) == unit.seals.end()) unit.seals.push_back(key);
}

void leave(UnitRow& unit, const SealKey& key) {
  std::erase(unit.seals, key);
}

void sealed(Folding& f, const UnitId& unit, Subject& subject) {
  for (std::uint8_t rule : sealing_rules(unit)) f.discharge(subject.rule(rule));
}

void seal_on(Folding& f, UnitRow& unit, const Sealing& sealing) {
  const bool resealed = unit.state == UnitState::Opened || (unit.checked_ms != 0 && !has_stock_seal(unit));
  if (sealing.allocated) ++f.rows.ledger(sealing.key.family).transferred_in;
  bool late = false;
  SealState state{};
  std::int64_t checked_ms = 0;
  f.change(sealing.key, [&](SealRow& row) {
    if (row.came_in == 0) row.kind = sealing.kind;
    if (sealing.allocated) {
      if (went_out(row.state) && row.came_in > 0) ++row.past_exits;
      ++row.came_in;
      row.receipt = f.at;
      row.received_ms = f.happened_ms;
    }
    late = known_later(f, row, sealing.unit);
    if (!late || row.applied_ms == 0) {
      row.applied_ms = f.happened_ms;
      row.applied_by = f.person;
    }
    if (!late) {
      const bool gone = unit.uplifted_ms != 0 && f.happened_ms <= unit.uplifted_ms;
      row.state = gone ? SealState::Uplifted : SealState::Applied;
      row.uplifted_ms = gone ? unit.uplifted_ms : 0;
      row.unit = sealing.unit;
      row.checked_ms = 0;
      row.checked_by = 0;
    }
    state = row.state;
    checked_ms = row.checked_ms;
  });
  if (!late || unit.sealed_ms == 0) unit.sealed_ms = f.happened_ms;
  if (state == SealState::Applied) unit.state = UnitState::Sealed;
  Subject subject = Subject::unit(sealing.unit);
  sealed(f, sealing.unit, subject);
  if (is_sea(sealing.unit)) {
    const std::int64_t due_ms = f.after_open(f.happened_ms, Setting::CheckedMs);
    if (state == SealState::Applied) {
      f.open_now(subject.rule(9), due_ms);
    } else if (state == SealState::Checked && late) {
      f.open_now(subject.rule(9), due_ms);
      f.discharge(subject.rule(9), checked_ms);
    } else if (state == SealState::Uplifted && checked_ms == 0) {
      f.open_now(subject.rule(9), std::min(due_ms, unit.uplifted_ms));
    }
  }
  if (resealed && !late && state == SealState::Applied)
    f.open_now(subject.rule(22), f.after_days(Setting::PapersCorrectedDays));
}

namespace {
/// Rule 11: too many checks of a week by the person who applied the seal. Below five a share says nothing.
void count_check(Folding& f, const SealKey& key) {
  constexpr std::uint32_t kLeast = 5;
  RegisterRow& self = f.rows.self;
  const std::int64_t local_ms = saturating_add(f.happened_ms, std::int64_t{f.utc_offset_min} * 60'000);
  const std::int64_t week = (local_ms / kDayMs + 3) / 7;  // from Monday; 1970-01-01 was a Thursday
  if (week < self.check_week) return;                     // came late: its week was judged
  if (week > self.check_week) {
    self.check_week = week;
    self.checks = self.own_checks = 0;
    f.cancel(Subject::own_checks().rule(11));
  }
  ++self.checks;
  const SealRow* row = f.rows.seals.find(key);
  if (row && f.person != 0 && row->applied_by == f.person) ++self.own_checks;
  if (self.own_checks >= kLeast &&
      std::int64_t{self.own_checks} * 100 > self.checks * f.rows.adopted.setting(Setting::OwnCheckPercent))
    f.open_now(Subject::own_checks().rule(11), f.happened_ms);
}
}  // namespace

void apply(Folding& f, const UnitCheckedEmpty& event) {
  load_step(f, event.unit, UnitState::CheckedEmpty);
}
void apply(Folding& f, const LoadStarted& event) {
  load_step(f, event.unit, UnitState::Loading);
}
void apply(Folding& f, const LoadPaused& event) {
  load_step(f, event.unit, UnitState::Paused);
}
void apply(Folding& f, const LoadEnded& event) {
  load_step(f, event.unit, UnitState::LoadEnded);
}

void apply(Folding& f, const UnitClosed& event) {
  UnitRow& unit = f.unit(event.unit);
  begin_visit(f, unit, true);
  const bool late = unit.state >= UnitState::Secured && comes_late(f, unit);
  const std::int64_t done_ms = unit.sealed_ms;
  unit.closed_ms = f.happened_ms;
  if (!late) unit.state = UnitState::Closed;
  Subject subject = Subject::unit(event.unit);
  const std::uint8_t rule = is_sea(event.unit) ? 7 : 14;
  f.open_now(subject.rule(rule), f.after(rule == 7 ? Setting::SealedMs : Setting::PackageSealedMs));
  if (late && done_ms != 0) f.discharge(subject.rule(rule), done_ms);
}

void apply(Folding& f, const DoorsSecured& event) {
  UnitRow& unit = f.unit(event.unit);
  begin_visit(f, unit, true);
  const bool late = unit.state >= UnitState::Sealed && comes_late(f, unit);
  unit.secured_until_ms = event.until_ms;
  if (!late) unit.state = UnitState::Secured;
  if (!is_sea(event.unit)) return;
  Subject subject = Subject::unit(event.unit);
  f.discharge(subject.rule(7));
  const std::int64_t limit_ms =
      f.after(unit.closed_ms != 0 ? unit.closed_ms : f.happened_ms, Setting::SecuredMs);
  f.open_now(subject.rule(8), event.until_ms != 0 ? std::min(event.until_ms, limit_ms) : limit_ms);
  if (late && unit.sealed_ms != 0) f.discharge(subject.rule(8), unit.sealed_ms);
}

void apply(Folding& f, const SealApplied& event) {
  UnitRow& unit = f.unit(event.unit);
  begin_visit(f, unit, false);
  const SealKey key{event.family, event.seal};
  if (keeps_stock(event.family))
    seal_on(f, unit, {key, event.seal_kind, event.unit, event.allocated});
  else
    join(unit, key);
}

void apply(Folding& f, const SealChecked& event) {
  UnitRow& unit = f.unit(event.unit);
  if (!keeps_stock(event.family)) return;
  bool stranger = false;
  f.change({event.family, event.seal}, [&](SealRow& row) {
    const bool was_here = row.unit == event.unit;
    const Seen seen = see(f, row, event.unit, SealState::Checked, false);
    stranger = seen == Seen::Elsewhere || (seen == Seen::Aside && !was_here);
    if (stranger || f.happened_ms < row.checked_ms) return;
    row.checked_ms = f.happened_ms;
    row.checked_by = f.person;
  });
  unit.checked_ms = std::max(unit.checked_ms, f.happened_ms);
  const Differences found = differences(event);
  const bool differs = stranger || found.door || found.paper;
  const bool settled = unit.differs && !differs;
  unit.differs = differs;
  const bool checked = has_stock_seal(unit) && all_checked(f.rows, unit);
  if (is_sea(event.unit)) count_check(f, {event.family, event.seal});
  if (checked && unit.state <= UnitState::Sealed) unit.state = UnitState::Checked;
  if (!is_sea(event.unit)) return;
  Subject subject = Subject::unit(event.unit);
  if (checked) f.discharge(subject.rule(9));
  if (differs) {
    f.open_now(subject.rule(10), saturating_add(f.happened_ms, kDayMs));
    if (unit.uplifted_ms != 0) f.due_at_latest(subject.rule(10), unit.uplifted_ms);
  } else if (settled) {
    f.discharge(subject.rule(10));
  }
}

void apply(Folding& f, const Uplifted& event) {
  UnitRow& unit = f.unit(event.unit);
  unit.state = UnitState::Uplifted;
  unit.uplifted_ms = f.happened_ms;
  unit.operator_no = event.operator_no;
  std::vector<SealKey> gone;
  for (const SealKey& key : unit.seals)
    if (keeps_stock(key.family)) gone.push_back(key);
  if (keeps_stock(event.family))
    for (const SealNumber& number : event.seals)
      if (SealKey key{event.family, number}; std::find(gone.begin(), gone.end(), key) == gone.end())
        gone.push_back(std::move(key));
  bool unchecked = false;
  for (const SealKey& key : gone) {
    f.change(key, [&](SealRow& row) {
      if (see(f, row, event.unit, SealState::Uplifted, true) != Seen::Here) return;
      row.uplifted_ms = f.happened_ms;
      unchecked = unchecked || row.checked_ms == 0;
    });
  }
  Subject subject = Subject::unit(event.unit);
  // Left without a seal: what should have been done can no longer be. A seal that the driver saw and nobody
  // recorded leaves them open, because its application may still come from another tablet's queue.
  if (!has_stock_seal(unit))
    for (std::uint8_t rule : sealing_rules(event.unit)) f.miss(subject.rule(rule));
  Subject incident = Subject::incident(f.at);
  if (raca_unapproved(f.rows, event, f.happened_ms)) f.open_now(incident.rule(34), f.happened_ms);
  if (!is_sea(event.unit)) return;
  f.due_at_latest(subject.rule(7), f.happened_ms);
  f.due_at_latest(subject.rule(8), f.happened_ms);
  if (unchecked) f.open_now(subject.rule(9), f.happened_ms);
  f.due_at_latest(subject.rule(9), f.happened_ms);
  f.due_at_latest(subject.rule(10), f.happened_ms);
  if (!event.vvtt.passed(kind_on(f.rows, event))) f.open_now(incident.rule(12), f.happened_ms);
  if (operator_unapproved(f.rows, event, f.happened_ms)) f.open_now(incident.rule(13), f.happened_ms);
}

}  // namespace sealkeep::ses

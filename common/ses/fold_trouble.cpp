// SPDX-License-Identifier: Apache-2.0
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

/// What "Found broken, or don't know" and a tampered seal have in common: the unit is held until its contents
/// were looked at, and Customs is told (domain-rules section 4).
void tamper(Folding& f, const UnitId& unit, std::int64_t discovered_ms) {
  if (!unit.text.empty()) f.unit(unit).held = true;
  f.open(Subject::incident(f.at).rule(18), discovered_ms, f.after(discovered_ms, Setting::CustomsToldMs));
}

/// The seal fails, off its unit; a tamper incident if it was found broken.
void break_seal(Folding& f, const SealKey& key, DamageCause cause, const UnitId& unit) {
  const bool found_broken = cause == DamageCause::FoundBroken;
  f.change(key, [&](SealRow& row) {
    row.state = found_broken ? SealState::Tampered : SealState::Damaged;
    if (found_broken) row.lost_ms = f.happened_ms;
    if (!unit.text.empty() && row.unit != unit) {
      row.unit = unit;
      row.applied_ms = row.checked_ms = row.uplifted_ms = 0;
      row.applied_by = row.checked_by = 0;
    }
  });
  if (found_broken) tamper(f, unit, f.happened_ms);
}

bool has_seal_of(const UnitRow& unit, Family family) {
  return std::any_of(unit.seals.begin(), unit.seals.end(),
                     [family](const SealKey& key) { return key.family == family; });
}

void ask_for_papers(Folding& f, const UnitId& unit) {
  f.open_now(Subject::unit(unit).rule(22), f.after_days(Setting::PapersCorrectedDays));
}

void note_other(Folding& f, const UnitId& unit, const SealNumber& seal) {
  join(f.unit(unit), {Family::Other, seal});
}

}  // namespace

void apply(Folding& f, const SealDamaged& event) {
  const bool somewhere = !event.unit.text.empty();
  if (somewhere) f.unit(event.unit);
  if (!keeps_stock(event.family)) {
    if (somewhere) leave(f.unit(event.unit), {event.family, event.seal});
    return;
  }
  break_seal(f, {event.family, event.seal}, event.cause, event.unit);
  if (somewhere && event.cause != DamageCause::FoundBroken && !has_seal_of(f.unit(event.unit), event.family))
    f.open_now(Subject::unit(event.unit).rule(15), f.after_open(f.happened_ms, Setting::NewSealMs));
}

void apply(Folding& f, const SealReplaced& event) {
  UnitRow& unit = f.unit(event.unit);
  begin_visit(f, unit, false);
  const SealKey old_key{event.family, event.old_seal}, new_key{event.family, event.new_seal};
  if (!keeps_stock(event.family)) {
    leave(unit, old_key);
    join(unit, new_key);
    return;
  }
  const bool was_checked = unit.checked_ms != 0;
  break_seal(f, old_key, event.cause, event.unit);
  Subject subject = Subject::unit(event.unit);
  if (is_sea(event.unit)) f.cancel(subject.rule(9));
  seal_on(f, unit, {new_key, event.seal_kind, event.unit, false});
  if (was_checked) ask_for_papers(f, event.unit);
}

void apply(Folding& f, const SealTampered& event) {
  if (!event.unit.text.empty()) f.unit(event.unit);
  if (!keeps_stock(event.family)) return;
  const std::int64_t discovered_ms = event.discovered_ms != 0 ? event.discovered_ms : f.happened_ms;
  // The doors may show that somebody was in and the seal be gone: then only the unit is named.
  if (!event.seal.empty())
    f.change({event.family, event.seal}, [&](SealRow& row) {
      row.state = SealState::Tampered;
      row.lost_ms = discovered_ms;
      if (!event.unit.text.empty()) row.unit = event.unit;
    });
  tamper(f, event.unit, discovered_ms);
}

void apply(Folding& f, const SealRemoved& event) {
  const bool somewhere = !event.unit.text.empty();
  if (somewhere) f.unit(event.unit);
  if (!keeps_stock(event.family)) {
    if (somewhere) leave(f.unit(event.unit), {event.family, event.seal});
    return;
  }
  f.change({event.family, event.seal}, [&](SealRow& row) {
    if (!movable(row.state) && !on_unit(row.state)) return;
    if (somewhere && row.unit != event.unit) {
      row.unit = event.unit;
      row.applied_ms = row.checked_ms = row.uplifted_ms = 0;
      row.applied_by = row.checked_by = 0;
    }
    row.state = SealState::Removed;
  });
  if (!somewhere) return;
  UnitRow& unit = f.unit(event.unit);
  if (!has_stock_seal(unit) && unit.state >= UnitState::Closed && unit.state < UnitState::Uplifted)
    unit.state = UnitState::Opened;
}

/// An opened unit carries no whole seal: those that were on it then are taken off.
void apply(Folding& f, const UnitOpened& event) {
  UnitRow& unit = f.unit(event.unit);
  const std::vector<SealKey> on_it = unit.seals;
  for (const SealKey& key : on_it) {
    if (!keeps_stock(key.family)) continue;
    f.change(key, [&](SealRow& row) {
      if (on_unit(row.state) && row.applied_ms <= f.happened_ms) row.state = SealState::Removed;
    });
  }
  if (!has_stock_seal(unit)) unit.state = UnitState::Opened;
}

void apply(Folding& f, const ResealedElsewhere& event) {
  note_other(f, event.unit, event.seal);
  ask_for_papers(f, event.unit);
}

void apply(Folding& f, const OtherSealNoted& event) {
  note_other(f, event.unit, event.seal);
}

void apply(Folding& f, const ContentsLookedAt& event) {
  f.unit(event.unit).held = false;
}

void apply(Folding& f, const PapersCorrected& event) {
  f.unit(event.unit).differs = false;
  Subject subject = Subject::unit(event.unit);
  f.discharge(subject.rule(22));
  if (is_sea(event.unit)) f.discharge(subject.rule(10));
}

/// The wrong number was never on the unit; the right one has been on it since the application that named the
/// wrong one.
void apply(Folding& f, const SealCorrected& event) {
  UnitRow& unit = f.unit(event.unit);
  const SealKey wrong{event.family, event.wrong}, right{event.family, event.right};
  if (!keeps_stock(event.family)) {
    leave(unit, wrong);
    join(unit, right);
    return;
  }
  if (wrong != right) {
    const SealRow* found = f.rows.seals.find(wrong);
    const bool stood_here = found && on_unit(found->state) && found->unit == event.unit;
    SealRow stood;
    if (stood_here) {
      stood = *found;
    } else {
      stood.state = unit.state == UnitState::Uplifted  ? SealState::Uplifted
                    : unit.state == UnitState::Checked ? SealState::Checked
                                                       : SealState::Applied;
      stood.applied_ms = unit.sealed_ms != 0 ? unit.sealed_ms : f.happened_ms;
      stood.applied_by = f.person;
      stood.checked_ms = stood.state == SealState::Checked ? unit.checked_ms : 0;
      stood.uplifted_ms = stood.state == SealState::Uplifted ? unit.uplifted_ms : 0;
    }
    f.change(right, [&](SealRow& row) {
      if (row.came_in == 0) row.kind = event.seal_kind;
      row.state = stood.state;
      row.unit = event.unit;
      row.applied_ms = stood.applied_ms;
      row.applied_by = stood.applied_by;
      row.checked_ms = stood.checked_ms;
      row.checked_by = stood.checked_by;
      row.uplifted_ms = stood.uplifted_ms;
    });
    f.change(wrong, [&](SealRow& row) {
      if (!stood_here) return;
      row.state = row.came_in > 0 ? SealState::InStock : SealState::None;
      row.unit = {};
      row.applied_ms = row.checked_ms = row.uplifted_ms = 0;
      row.applied_by = row.checked_by = 0;
    });
    if (unit.state < UnitState::Sealed) unit.state = UnitState::Sealed;
    if (unit.sealed_ms == 0) unit.sealed_ms = stood.applied_ms;
  }
  unit.differs = false;
  if (is_sea(event.unit)) f.discharge(Subject::unit(event.unit).rule(10));
  ask_for_papers(f, event.unit);
}

void apply(Folding& f, const UnitCorrected& event) {
  UnitRow& wrong = f.unit(event.wrong);
  UnitRow& right = f.unit(event.right);
  Subject from = Subject::unit(event.wrong), to = Subject::unit(event.right);
  if (event.wrong != event.right) {
    begin_visit(f, right, true);
    const auto rules_there = unit_rules(event.right);
    for (std::uint8_t rule : unit_rules(event.wrong)) {
      const DutyRow* duty = f.rows.duties.find(from.rule(rule));
      if (!duty) continue;
      const bool has_it = std::find(rules_there.begin(), rules_there.end(), rule) != rules_there.end();
      if (has_it && !f.rows.duties.find(to.rule(rule))) f.rows.duties.edit(to.rule(rule)) = *duty;
      f.rows.duties.erase(from.rule(rule));
    }
    const UnitRow was = wrong;
    for (const SealKey& key : was.seals) {
      if (keeps_stock(key.family)) {
        f.change(key, [&](SealRow& row) { row.unit = event.right; });
      } else {
        join(right, key);
      }
    }
    right.state = std::max(right.state, was.state);
    right.held = right.held || was.held;
    const auto take = [](std::int64_t& mine, std::int64_t theirs) {
      if (theirs != 0) mine = theirs;
    };
    take(right.closed_ms, was.closed_ms);
    take(right.secured_until_ms, was.secured_until_ms);
    take(right.sealed_ms, was.sealed_ms);
    take(right.checked_ms, was.checked_ms);
    take(right.uplifted_ms, was.uplifted_ms);
    if (was.operator_no != 0) right.operator_no = was.operator_no;
    std::vector<Ref> history = std::move(wrong.history);
    wrong = UnitRow{};
    wrong.history = std::move(history);
  }
  right.differs = false;
  if (is_sea(event.right)) f.discharge(to.rule(10));
  ask_for_papers(f, event.right);
}

void apply(Folding& f, const LoadCancelled& event) {
  UnitRow& unit = f.unit(event.unit);
  if (unit.uplifted_ms != 0 && f.happened_ms <= unit.uplifted_ms) return;
  unit.state = UnitState::Cancelled;
  unit.differs = false;
  Subject subject = Subject::unit(event.unit);
  for (std::uint8_t rule : unit_rules(event.unit)) f.cancel(subject.rule(rule));
}

}  // namespace sealkeep::ses

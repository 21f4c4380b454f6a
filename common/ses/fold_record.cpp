// SPDX-License-Identifier: Apache-2.0
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

constexpr RecordKind kKeyChecks[] = {RecordKind::IdentityCheck, RecordKind::ReferenceCheck,
                                     RecordKind::BackgroundCheck};
constexpr std::uint8_t kKeyChecksRule = 25;

bool about_key_position(RecordKind what) {
  return what == RecordKind::KeyPosition ||
         std::find(std::begin(kKeyChecks), std::end(kKeyChecks), what) != std::end(kKeyChecks);
}

DutyKey key_checks_duty(PersonNo person_no) {
  return {kKeyChecksRule, "key_position:person:" + std::to_string(person_no)};
}

std::int64_t period_end(const Folding& f, const RecordRule& rule, std::int64_t from_ms) {
  return rule.working_days ? f.after_days(from_ms, rule.period) : f.after_calendar_days(from_ms, rule.period);
}

/// Clause 1.1: the duties of a key position begin after three checks were passed.
void judge_key_position(Folding& f, const RecordKept& event, std::int64_t done_ms) {
  const DutyKey duty = key_checks_duty(event.person_no);
  if (event.what == RecordKind::KeyPosition && event.outcome == Outcome::Ended) return f.cancel(duty);
  bool complete = true;
  for (const RecordKind check : kKeyChecks) {
    const RecordRow* row = f.rows.records.find({check, event.person_no, {}});
    complete = complete && row && row->outcome == Outcome::Done;
  }
  if (complete)
    f.discharge(duty, done_ms);
  else if (event.what == RecordKind::KeyPosition && event.outcome == Outcome::Done)
    f.open(duty, done_ms, f.after(done_ms, Setting::KeyChecksMs));
}

void count_key(Folding& f, const RecordKept& event, bool held_before) {
  const bool held = event.outcome == Outcome::Done;
  if (held == held_before) return;
  PersonRow& person = f.rows.people.edit(event.person_no);
  Subject subject = Subject::person(event.person_no);
  if (held) {
    ++person.keys;
    if (person.left_ms != 0) f.open_now(subject.rule(26), f.after_days(Setting::PersonLeftDays));
  } else if (person.keys > 0 && --person.keys == 0 && person.in_hand == 0) {
    f.discharge(subject.rule(26));
  }
}

/// Clause 6.1. A register that never named a manager has no vacancy; one that ended is high after some days.
void judge_responsible(Folding& f, const RecordKept& event, std::int64_t done_ms) {
  if (event.label != kManager) return;
  const DutyKey duty = *duty_of(key_of(event));
  if (event.outcome == Outcome::Done)
    f.discharge(duty, done_ms);
  else
    f.open(duty, done_ms, done_ms);
}

void judge_held(Folding& f, const UnitId& id) {
  Subject unit = Subject::unit(id);
  f.discharge(unit.rule(39));
  f.open_now(unit.rule(39), f.after(Setting::HeldUnitMs));
}

}  // namespace

RecordKey key_of(const RecordKept& event) {
  return {event.what, event.person_no, event.label};
}

std::optional<DutyKey> duty_of(const RecordKey& key) {
  if (about_key_position(key.what)) return key_checks_duty(key.person_no);
  const RecordRule& rule = record_rule(key.what);
  if (rule.duty == 0) return std::nullopt;
  // One vacancy, whoever held the position.
  if (key.what == RecordKind::Responsible) return DutyKey{rule.duty, "responsible:" + key.label};
  const RecordRule& named = rule.effect == RecordEffect::Closes ? record_rule(rule.of) : rule;
  std::string subject(named.name);
  if (key.person_no != 0) subject += ":person:" + std::to_string(key.person_no);
  if (!key.label.empty()) subject += ":" + key.label;
  return DutyKey{rule.duty, std::move(subject)};
}

std::vector<RecordKey> asked_with(const RecordKey& key) {
  std::vector<RecordKey> keys;
  if (about_key_position(key.what))
    for (const RecordKind check : kKeyChecks) keys.push_back({check, key.person_no, {}});
  return keys;
}

std::array<RecordKey, 2> training_of(PersonNo person_no, std::string_view task) {
  return {RecordKey{RecordKind::TrainingSeals, person_no, {}},
          RecordKey{RecordKind::Competence, person_no, std::string(task)}};
}

std::vector<DutyKey> duties_of_person(PersonNo person_no) {
  std::vector<DutyKey> keys{key_checks_duty(person_no)};
  for (const RecordRule& rule : record_rules())
    if (rule.subject == RecordSubject::Person && rule.effect == RecordEffect::Renews)
      keys.push_back(*duty_of({rule.kind, person_no, {}}));
  for (const std::string_view task : kTasks)
    keys.push_back(*duty_of({RecordKind::Competence, person_no, std::string(task)}));
  return keys;
}

void forget_duties_of_person(Folding& f, PersonNo person_no) {
  for (const DutyKey& key : duties_of_person(person_no)) f.cancel(key);
}

bool entry_agrees(const Rows& rows, const ExportEntryChecked& event) {
  if (event.site_code == Step::Fail || event.client_code == Step::Fail || event.name == Step::Fail)
    return false;
  const UnitRow* unit = rows.units.find(event.unit);
  if (!unit || unit->history.empty()) return false;
  if (event.seal.empty()) return !is_sea(event.unit);
  return std::find(unit->seals.begin(), unit->seals.end(), SealKey{event.family, event.seal}) !=
         unit->seals.end();
}

bool raca_unapproved(const Rows& rows, const Uplifted& event, std::int64_t at_ms) {
  if (is_sea(event.unit)) return false;
  const bool named = std::any_of(rows.adopted.operators.begin(), rows.adopted.operators.end(),
                                 [](const OperatorApproved& one) { return one.scope != Scope::Sea; });
  return named &&
         (event.operator_no == 0 || !rows.adopted.operator_approved(event.operator_no, Scope::Air, at_ms));
}

void apply(Folding& f, const RecordKept& event) {
  const RecordKey key = key_of(event);
  const RecordRule& rule = record_rule(event.what);
  const std::int64_t done_ms = event.done_ms != 0 ? event.done_ms : f.happened_ms;
  const RecordRow* before = f.rows.records.find(key);
  const bool stood = before && before->outcome == Outcome::Done;
  // Told late of something older than what is known: counted, and nothing else.
  const bool newest = !before || done_ms >= before->done_ms;
  RecordRow& row = f.rows.records.edit(key);
  ++row.count;
  if (!newest) return;
  row.outcome = event.outcome;
  row.done_ms = done_ms;
  row.until_ms = event.until_ms;
  row.document = event.document;
  row.at = f.at;

  if (about_key_position(event.what)) return judge_key_position(f, event, done_ms);
  if (event.what == RecordKind::KeyHeld) return count_key(f, event, stood);
  if (event.what == RecordKind::Responsible) return judge_responsible(f, event, done_ms);
  if (event.what == RecordKind::Accreditation && event.outcome != Outcome::Done)
    f.open(*duty_of({RecordKind::ChangeToTell, 0, event.label}), done_ms,
           f.after_days(done_ms, Setting::ChangeToldDays));

  const std::optional<DutyKey> duty = duty_of(key);
  if (!duty) return;
  const std::int64_t due_ms = event.until_ms != 0 ? event.until_ms : period_end(f, rule, done_ms);
  switch (rule.effect) {
    case RecordEffect::Keeps:
      break;
    case RecordEffect::Renews:
      if (event.outcome == Outcome::Ended) {
        f.cancel(*duty);
      } else if (event.outcome == Outcome::Failed) {
        f.open(*duty, done_ms, done_ms);  // tried and not passed: what fell due still does
        f.due_at_latest(*duty, done_ms);
      } else {
        f.discharge(*duty, done_ms);
        f.open(*duty, done_ms, due_ms);
      }
      break;
    case RecordEffect::Opens:
      if (event.outcome == Outcome::Ended)
        f.cancel(*duty);
      else
        f.open(*duty, done_ms, due_ms);
      break;
    case RecordEffect::Closes:
      if (event.outcome == Outcome::Done) f.discharge(*duty, done_ms);
      break;
  }
}

/// Seals that are missing or tampered with, and containers, must be told; of the rest somebody decides (rule
/// 19).
void apply(Folding& f, const IncidentReported& event) {
  const std::int64_t discovered_ms = event.discovered_ms != 0 ? event.discovered_ms : f.happened_ms;
  Subject incident = Subject::incident(f.at);
  switch (event.what) {
    case IncidentKind::ContainerTampered:
    case IncidentKind::SealsMissing:
    case IncidentKind::SealTampering:
      f.open(incident.rule(18), discovered_ms, f.after(discovered_ms, Setting::CustomsToldMs));
      break;
    case IncidentKind::CyberBreach:
      f.open(incident.rule(20), discovered_ms, f.after(discovered_ms, Setting::CustomsToldMs));
      break;
    default:
      f.open(incident.rule(19), discovered_ms, f.after_days(discovered_ms, Setting::IncidentDecidedDays));
  }
  if (!event.unit.text.empty()) {
    UnitRow& unit = f.unit(event.unit);
    if (event.what == IncidentKind::ContainerTampered) unit.held = true;
  }
}

/// About the site's manager: head office only (domain-rules section 5, row 21).
void apply(Folding& f, const ConcernRaised& event) {
  f.open_now(Subject::incident(f.at).rule(event.about_manager ? 40 : 21),
             f.after_days(Setting::ConcernReadDays));
}

void apply(Folding& f, const ConcernRead& event) {
  f.discharge(Subject::incident(event.about).rule(21));
}

void apply(Folding& f, const ContingencyStarted& event) {
  for (const UnitId& id : event.units) {
    f.unit(id);
    judge_held(f, id);
  }
}

void apply(Folding& f, const ContingencyEnded& event) {
  for (const UnitId& id : event.units) {
    f.unit(id);
    f.discharge(Subject::unit(id).rule(39));
  }
}

void apply(Folding& f, const HeldUnitLookedAt& event) {
  UnitRow& unit = f.unit(event.unit);
  if (!event.in_order) unit.held = true;
  judge_held(f, event.unit);
}

void apply(Folding& f, const ExportEntryChecked& event) {
  const bool agrees = entry_agrees(f.rows, event);
  f.unit(event.unit);
  Subject unit = Subject::unit(event.unit);
  if (agrees)
    f.discharge(unit.rule(22));
  else
    f.open_now(unit.rule(22), f.after_days(Setting::PapersCorrectedDays));
}

void apply(Folding& f, const ErasureAnswered& event) {
  const DutyKey duty = Subject::erasure(event.person_no, event.about).rule(41);
  if (event.keep_until_ms == 0) return f.discharge(duty);
  if (!f.rows.duties.find(duty)) return;
  f.cancel(duty);  // refused for now: to be done after that day
  f.open_now(duty, f.erased_by(event.keep_until_ms));
}

/// A site that closes its days is asked for the next one; a gap shows as this duty overdue.
void apply(Folding& f, const DayClosed& event) {
  f.rows.self.day_closed = std::max(f.rows.self.day_closed, event.day);
  const DutyKey duty = Subject::day().rule(30);
  f.discharge(duty);
  const std::int64_t end_ms =
      (std::int64_t{f.rows.self.day_closed} + 1) * kDayMs - std::int64_t{f.utc_offset_min} * 60'000;
  // Until noon after the last working day that may stay open.
  f.open_now(duty, saturating_add(f.after_days(end_ms, Setting::DayClosedDays), kDayMs / 2));
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "common/store/dock_rows.hpp"
#include "hub/commands/alert_value.hpp"
#include "hub/commands/people.hpp"
#include "hub/commands/pictures.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/site_view.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kNamed = 20;    // seals that make a ledger differ
constexpr std::size_t kUnits = 500;   // on the dock
constexpr std::size_t kAlerts = 200;  // open at one site

std::string_view family_name(ses::Family family) {
  return family == ses::Family::Ses ? "ses" : family == ses::Family::Mpi ? "mpi" : "other";
}

Value ledger_value(const ses::LedgerRow& ledger, ses::Family family) {
  Value value = Value::object({{"family", family_name(family)},
                               {"opening", ledger.opening},
                               {"received", ledger.received},
                               {"transferred_in", ledger.transferred_in},
                               {"found_not_on_record", ledger.found_not_on_record}});
  for (std::size_t state = 1; state < ses::kSealStates; ++state)
    value.set(std::string(ses::state_name(static_cast<ses::SealState>(state))), ledger.by_state[state]);
  value.set("past_exits", ledger.past_exits).set("left", ledger.left()).set("right", ledger.right());
  value.set("equation", ses::equation_text(ledger)).set("balances", ledger.balances());
  return value;
}

Result<Value> ledgers_of(Hub& hub, RegisterId site) {
  Value list = Value::list();
  for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi}) {
    SEALKEEP_LET(ledger, hub.rows().ledger(site, family));
    if (ledger.left() == 0 && ledger.right() == 0) continue;
    Value value = ledger_value(ledger, family);
    Value wrong = Value::list();
    if (!ledger.balances()) {
      SEALKEEP_LET(seals, hub.rows().unbalanced(site, kNamed));
      for (const SealAt& seal : seals)
        if (seal.key.family == family) wrong.add(seal.key.number.text());
    }
    value.set("unbalanced", std::move(wrong));
    list.add(std::move(value));
  }
  return list;
}

Result<Value> places_of(Hub& hub, RegisterId site, const SiteNames& names) {
  SEALKEEP_LET(count, hub.db().prepare(
                          "SELECT place_kind, place_no, count(*) FROM seal INDEXED BY seal_in_place WHERE "
                          "register = ? AND state IN (1, 2) GROUP BY place_kind, place_no"));
  SEALKEEP_LET(rows, count.query(site));
  Value list = Value::list();
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return list;
    const ses::Place place{static_cast<ses::PlaceKind>(rows.int64(0)),
                           static_cast<std::uint32_t>(rows.int64(1))};
    list.add(Value::object({{"name", names.place_words(place)}, {"seals", rows.int64(2)}}));
  }
}

struct Said {
  std::string_view name, words;
};

Said said_of(const ses::UnitRow& unit) {
  if (unit.held) return {"held", "held: contents not looked at yet"};
  if (unit.differs) return {"differs", "door and paper do not agree"};
  switch (unit.state) {
    case ses::UnitState::CheckedEmpty:
      return {"checked_empty", "checked empty"};
    case ses::UnitState::Loading:
      return {"loading", "being loaded"};
    case ses::UnitState::Paused:
      return {"paused", "loading paused"};
    case ses::UnitState::LoadEnded:
      return {"load_ended", "loaded"};
    case ses::UnitState::Closed:
      return {"closed", "closed, not sealed"};
    case ses::UnitState::Secured:
      return {"secured", "secured, not sealed"};
    case ses::UnitState::Sealed:
      return {"sealed", "sealed, not checked"};
    case ses::UnitState::Checked:
      return {"checked", "ready for the driver"};
    case ses::UnitState::Opened:
      return {"opened", "opened"};
    default:
      return {"recorded", "on record"};
  }
}

Result<Value> units_of(Hub& hub, const SiteInfo& site) {
  SEALKEEP_LET(units, units_on_dock(hub.db(), site.id, kUnits));
  SEALKEEP_LET(overdue,
               hub.db().prepare("SELECT count(*) FROM duty WHERE register = ? AND rule IN (7, 8, 9, "
                                "10, 14, 15, 22, 39) AND subject = ? AND due_ms > 0 AND due_ms < ?"));
  Value list = Value::list();
  for (const ses::UnitId& id : units) {
    SEALKEEP_LET(unit, hub.rows().unit(site.id, id));
    if (!unit) continue;
    SEALKEEP_LET(rows, overdue.query(site.id, "unit:" + id.text, site.watermark_ms));
    SEALKEEP_LET(there, rows.next());
    const std::int64_t since_ms = std::max({unit->closed_ms, unit->sealed_ms, unit->checked_ms});
    const Said said = said_of(*unit);
    Value row = Value::object({{"unit", id.text}, {"state", said.name}, {"words", said.words}});
    if (since_ms != 0) row.set("since_ms", since_ms);
    row.set("late", there && rows.int64(0) > 0);
    Value seals = Value::list();
    for (const ses::SealKey& key : unit->seals) seals.add(key.number.text());
    row.set("seals", std::move(seals));
    list.add(std::move(row));
  }
  return list;
}

Value approvals_of(const ses::Adopted& adopted) {
  Value list = Value::list();
  for (const ses::SiteApproved& one : adopted.approvals) {
    Value row = Value::object({{"scope", one.scope == ses::Scope::Sea   ? "sea"
                                         : one.scope == ses::Scope::Air ? "air"
                                                                        : "both"},
                               {"from_ms", one.from_ms}});
    if (one.until_ms != 0) row.set("until_ms", one.until_ms);
    row.set("plan_version", one.plan_version);
    list.add(std::move(row));
  }
  return list;
}

Result<Value> keys_of(Hub& hub, const SiteInfo& site) {
  Value value = Value::object({{"fingerprint", site.fingerprint}, {"epoch", site.epoch}});
  SEALKEEP_LET(logs, hub.register_logs(site.id));
  if (logs.site.empty()) return value;
  SEALKEEP_LET(log, hub.logs().log(logs.site.back().log));
  value.set("origin", log.origin);
  return value;
}

Result<Value> alerts_of(Hub& hub, const std::vector<Alert>& open) {
  SEALKEEP_LET(values, AlertValues::open(hub));
  Value list = Value::list();
  for (const Alert& alert : open) {
    SEALKEEP_LET(value, values.full(alert));
    list.add(std::move(value));
  }
  return list;
}

void add_missing(Value& to, const Value& from) {
  for (const Value::Member& member : *from.as_object())
    if (to.find(member.name) == nullptr) to.set(member.name, member.value);
}

}  // namespace

Result<Value> site_list(Hub& hub, const Command& command) {
  SEALKEEP_LET(open, open_alerts_of_all(hub));
  SEALKEEP_LET(under, seals_under(hub, open));
  SEALKEEP_LET(infos, hub.sites());
  SEALKEEP_LET(views, site_views(hub, std::move(infos), under, open));
  const Now now = hub.parts().clock.now();
  Value list = Value::list(), words = Value::list();
  for (const SiteView& view : views) {
    Value row = site_members(view, now);
    const Value printed = site_value(view.info);
    add_missing(row, printed);
    list.add(std::move(row));
    words.add(printed);
  }
  Value value = Value::object({{"sites", std::move(list)}});
  if (command.caller) return value;
  if (views.empty())
    value.set("in_words", "No sites yet. `sealkeep-hub site add CODE` invites the first one.");
  else
    value.set("in_words", std::move(words));
  return value;
}

Result<Value> site_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("code"));
  SEALKEEP_LET(named, site_named(hub, code));
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  SEALKEEP_LET(open, alerts.list(named.id, true, kAlerts));
  SEALKEEP_LET(under, seals_under(hub, open));
  SEALKEEP_LET(views, site_views(hub, {named}, under, open));
  const SiteView& view = views.front();
  const Now now = hub.parts().clock.now();
  SEALKEEP_LET(logs, hub.register_logs(named.id));
  SEALKEEP_LET(names, SiteNames::read(hub, logs));
  SEALKEEP_LET(ledgers, ledgers_of(hub, named.id));
  SEALKEEP_LET(places, places_of(hub, named.id, names));
  SEALKEEP_LET(units, units_of(hub, named));
  SEALKEEP_LET(there, people_at(hub, named.id, names));
  SEALKEEP_LET(keys, keys_of(hub, named));
  SEALKEEP_LET(shown_alerts, alerts_of(hub, open));
  ses::Rows rows;
  SEALKEEP_TRY(hub.rows().begin(named.id, rows));
  Value value = site_members(view, now);
  const Value enrolment = site_value(named);
  add_missing(value, enrolment);
  Value people = Value::list();
  for (const PersonView& person : there) people.add(person_value(person));
  value.set("ledgers", ledgers).set("places", places).set("units", units).set("people", people);
  if (!rows.adopted.plans.empty())
    value.set("plan", Value::object({{"version", rows.adopted.plans.back().plan_version},
                                     {"from_ms", rows.adopted.plans.back().from_ms}}));
  value.set("keys", std::move(keys)).set("alerts", shown_alerts);
  value.set("approvals", approvals_of(rows.adopted));
  if (command.caller) return value;
  Value words = enrolment;
  words.set("day_closed", view.day_closed == 0 ? "never" : day_text(view.day_closed));
  if (!rows.adopted.plans.empty()) words.set("plan", rows.adopted.plans.back().plan_version);
  words.set("not_accounted_for", view.unaccounted);
  if (view.originals_awaited > 0) words.set("pictures", awaited_words(view.originals_awaited));
  if (!view.next.empty()) words.set("next", view.next);
  Value equations = Value::list();
  for (const Value& ledger : *ledgers.as_list())
    equations.add(Value::object({{"family", *ledger.find("family")},
                                 {"equation", *ledger.find("equation")},
                                 {"balances", *ledger.find("balances")}}));
  words.set("ledgers", std::move(equations)).set("places", std::move(places));
  Value docked = Value::list();
  for (const Value& unit : *units.as_list())
    docked.add(Value::object(
        {{"unit", *unit.find("unit")}, {"state", *unit.find("words")}, {"late", *unit.find("late")}}));
  words.set("on_the_dock", std::move(docked));
  Value names_list = Value::list();
  for (const PersonView& person : there)
    names_list.add(Value::object(
        {{"name", person.name},
         {"role", person.role.empty() ? "-" : person.role},
         {"seals_in_hand", person.in_hand},
         {"trained_until",
          person.training_until_ms == 0 ? "-" : day_text(local_day(person.training_until_ms, 0))}}));
  words.set("people", std::move(names_list));
  Value why = Value::list();
  for (const Value& alert : *shown_alerts.as_list())
    why.add(Value::object(
        {{"alert", *alert.find("id")}, {"severity", *alert.find("severity")}, {"why", *alert.find("why")}}));
  words.set("alerts", std::move(why));
  value.set("in_words", std::move(words));
  return value;
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "agent/commands/answer.hpp"
#include "agent/commands/directory.hpp"
#include "agent/commands/duties.hpp"
#include "agent/commands/site_commands.hpp"
#include "common/ses/duty.hpp"
#include "common/store/dock_rows.hpp"

/// The first screen of a terminal (domain-rules section 10) as one answer.
namespace sealkeep::agent {
namespace {

constexpr std::size_t kUnitsShown = 500;
constexpr std::size_t kBoxesShown = 500;
constexpr std::size_t kDutiesRead = 2'000;  // the most urgent of the units shown

/// The most urgent duty about one unit.
struct Urgent {
  std::int64_t due_ms = 0;
  std::uint8_t rule = 0;
};

struct Row {
  std::int64_t order = 0;
  cli::Value value;
};

std::string_view state_of(const ses::UnitRow& unit) {
  constexpr std::string_view kNames[] = {"none",       "checked_empty", "loading", "paused",
                                         "load_ended", "closed",        "secured", "sealed",
                                         "checked",    "uplifted",      "opened",  "cancelled"};
  if (unit.held) return "held";
  return kNames[static_cast<std::size_t>(unit.state)];
}

// What the dock does next with it.
std::string_view next_of(const ses::UnitRow& unit) {
  if (unit.held) return "look_inside";
  switch (unit.state) {
    case ses::UnitState::Closed:
    case ses::UnitState::Secured:
    case ses::UnitState::Opened:
      return "seal";
    case ses::UnitState::Sealed:
      return unit.differs ? "settle" : "check";
    case ses::UnitState::Checked:
      return unit.differs ? "settle" : "driver";
    case ses::UnitState::LoadEnded:
      return "close";
    default:
      return "load";
  }
}

std::int64_t since_ms(const ses::UnitRow& unit) {
  return std::max({unit.closed_ms, unit.sealed_ms, unit.checked_ms});
}

Result<std::map<std::string, Urgent>> urgent_units(Agent& agent, RegisterId id) {
  SEALKEEP_LET(duties, duties_of_units(agent.db(), id, kDutiesRead));
  std::map<std::string, Urgent> out;
  for (UnitDuty& duty : duties)  // earliest first, so the first one of a unit stays
    if (ses::shown_at_site(duty.rule)) out.try_emplace(std::move(duty.unit), Urgent{duty.due_ms, duty.rule});
  return out;
}

Result<> add_units(Agent& agent, const ExporterInfo& exporter, const std::map<std::string, Urgent>& urgent,
                   std::vector<Row>& out) {
  SEALKEEP_LET(ids, units_on_dock(agent.db(), exporter.id, kUnitsShown));
  for (const ses::UnitId& id : ids) {
    SEALKEEP_LET(unit, agent.rows().unit(exporter.id, id));
    if (!unit) continue;
    cli::Value seals = cli::Value::list();
    for (const ses::SealKey& seal : unit->seals) seals.add(seal.number.text());
    const auto due = urgent.find(id.text);
    cli::Value row =
        cli::Value::object({{"unit", id.text},
                            {"kind", id.kind == ses::UnitKind::AirPackage ? "package" : "container"},
                            {"exporter", exporter.hub},
                            {"state", state_of(*unit)},
                            {"next", next_of(*unit)},
                            {"seals", std::move(seals)},
                            {"held", unit->held},
                            {"differs", unit->differs}});
    const std::int64_t since = since_ms(*unit);
    row.set("since_ms", since == 0 ? cli::Value{} : cli::Value(since));
    row.set("due_ms", due == urgent.end() ? cli::Value{} : cli::Value(due->second.due_ms));
    row.set("rule", due == urgent.end() ? cli::Value{} : cli::Value(std::int64_t{due->second.rule}));
    const ses::DutyRule* rule = due == urgent.end() ? nullptr : ses::duty_rule(due->second.rule);
    row.set("why", rule == nullptr ? std::string_view() : rule->words);
    out.push_back({due == urgent.end() ? INT64_MAX : due->second.due_ms, std::move(row)});
  }
  return {};
}

std::string_view family_name(ses::Family family) {
  return family == ses::Family::Ses ? "ses" : family == ses::Family::Mpi ? "mpi" : "other";
}

Result<> add_places(Agent& agent, const ExporterInfo& exporter, cli::Value& out) {
  SEALKEEP_LET(names, Directory::read(agent, exporter.id));
  SEALKEEP_LET(stock, dock_box_stock(agent.db(), exporter.id));
  for (const BoxStock& box : stock)
    out.add(cli::Value::object({{"name", names.place_words({ses::PlaceKind::DockBox, box.store_no})},
                                {"no", box.store_no},
                                {"kind", "dock_box"},
                                {"exporter", exporter.hub},
                                {"family", family_name(box.family)},
                                {"seals", box.seals},
                                {"next_seal", box.next.text()}}));
  return {};
}

// What is in each closed box, so that it is counted by its label, also while the agent is not reached.
Result<> add_boxes(Agent& agent, const ExporterInfo& exporter, cli::Value& out) {
  ses::Wanted wanted;
  SEALKEEP_LET(labels, closed_boxes(agent.db(), exporter.id, kBoxesShown));
  wanted.boxes = std::move(labels);
  ses::Rows rows;
  SEALKEEP_TRY(agent.rows().load(exporter.id, wanted, rows));
  for (const auto& key : wanted.boxes) {
    const ses::BoxRow* box = rows.boxes.find(key);
    SEALKEEP_ASSERT(box != nullptr);
    if (box->seals.count == 0) continue;
    out.add(cli::Value::object({{"label", key.second},
                                {"exporter", exporter.hub},
                                {"family", family_name(key.first)},
                                {"first", box->seals.front().text()},
                                {"last", box->seals.back().text()},
                                {"seals", box->seals.count}}));
  }
  return {};
}

cli::Value link_value(const ExporterInfo& exporter, std::int64_t now_ms) {
  return cli::Value::object(
      {{"exporter", exporter.hub},
       {"connected", exporter.connected},
       {"waiting", exporter.size - exporter.cosigned_size},
       {"oldest_ms",
        exporter.oldest_unsafe_ms == 0 ? cli::Value{} : cli::Value(now_ms - exporter.oldest_unsafe_ms)},
       {"safe", safety_sentence(exporter, now_ms)},
       {"trouble", exporter.trouble}});
}

}  // namespace

Result<cli::Value> dock(Agent& agent, const cli::Command&, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  std::vector<Row> units;
  DutiesHere duties;
  std::string site;
  bool sure = true;
  cli::Value links = cli::Value::list();
  cli::Value places = cli::Value::list(), boxes = cli::Value::list();
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (site.empty()) site = exporter.site_code;
    sure = sure && agent.site_register(exporter.id)->clock_state(now) == ses::ClockState::Trusted;
    links.add(link_value(exporter, now.unix_ms));
    SEALKEEP_LET(here, count_duties_here(agent, exporter.id, now.unix_ms));
    duties.open += here.open;
    duties.late += here.late;
    SEALKEEP_LET(urgent, urgent_units(agent, exporter.id));
    SEALKEEP_TRY(add_units(agent, exporter, urgent, units));
    SEALKEEP_TRY(add_places(agent, exporter, places));
    SEALKEEP_TRY(add_boxes(agent, exporter, boxes));
  }
  std::stable_sort(units.begin(), units.end(), [](const Row& a, const Row& b) { return a.order < b.order; });
  cli::Value rows = cli::Value::list();
  for (Row& row : units) rows.add(std::move(row.value));
  return cli::Value::object(
      {{"site", site},
       {"clock", cli::Value::object(
                     {{"now_ms", now.unix_ms}, {"utc_offset_min", now.utc_offset_min}, {"sure", sure}})},
       {"sync", std::move(links)},
       {"units", std::move(rows)},
       {"places", std::move(places)},
       {"boxes", std::move(boxes)},
       {"to_do_count", duties.open},
       {"to_do_late", duties.late}});
}

}  // namespace sealkeep::agent

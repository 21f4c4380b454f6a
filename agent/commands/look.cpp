// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/commands/directory.hpp"
#include "agent/commands/scan_text.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/confusable.hpp"
#include "common/store/dock_rows.hpp"

/// What a scan or a typed text means here, and which flow it begins (domain-rules section 10).
namespace sealkeep::agent {
namespace {

constexpr std::size_t kHits = 20;
constexpr std::size_t kCandidates = 8;
constexpr ses::Family kFamilies[] = {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other};
constexpr std::string_view kFamilyNames[] = {"", "ses", "mpi", "other"};

std::string hub_of(Agent& agent, RegisterId id) {
  for (const ExporterInfo& exporter : agent.exporters())
    if (exporter.id == id) return exporter.hub;
  return std::to_string(id);
}

std::string_view flow_of(ses::SealState state) {
  switch (state) {
    case ses::SealState::InStock:
    case ses::SealState::Issued:
      return "apply";
    case ses::SealState::Applied:
      return "check";
    case ses::SealState::Checked:
      return "uplift";
    case ses::SealState::Lost:
    case ses::SealState::Short:
      return "found";
    case ses::SealState::None:
      return "receive";
    default:
      return "show";
  }
}

std::string_view flow_of(const std::optional<ses::UnitRow>& unit) {
  if (!unit) return "load";
  if (unit->held) return "look_inside";
  switch (unit->state) {
    case ses::UnitState::Closed:
    case ses::UnitState::Secured:
    case ses::UnitState::Opened:
      return "apply";
    case ses::UnitState::Sealed:
      return "check";
    case ses::UnitState::Checked:
      return "uplift";
    default:
      return "load";
  }
}

cli::Value seal_value(Agent& agent, const SealAt& seal, const Directory& names) {
  return cli::Value::object({{"what", "seal"},
                             {"number", seal.key.number.text()},
                             {"family", kFamilyNames[static_cast<std::size_t>(seal.key.family)]},
                             {"exporter", hub_of(agent, seal.register_id)},
                             {"state", ses::state_name(seal.row.state)},
                             {"place", names.place_words(seal.row.place)},
                             {"unit", seal.row.unit.text},
                             {"flow", flow_of(seal.row.state)}});
}

Result<std::vector<cli::Value>> known_seals(Agent& agent, const ses::SealNumber& number) {
  std::vector<cli::Value> out;
  for (const ses::Family family : kFamilies) {
    SEALKEEP_LET(seals, agent.rows().seal({family, number}));
    for (const SealAt& seal : seals) {
      if (seal.row.state == ses::SealState::None && seal.row.history.empty()) continue;
      SEALKEEP_LET(names, Directory::read(agent, seal.register_id));
      out.push_back(seal_value(agent, seal, names));
    }
  }
  return out;
}

Result<std::vector<cli::Value>> known_units(Agent& agent, const ses::UnitId& id) {
  std::vector<cli::Value> out;
  for (const ExporterInfo& exporter : agent.exporters()) {
    SEALKEEP_LET(unit, agent.rows().unit(exporter.id, id));
    if (!unit) continue;
    cli::Value seals = cli::Value::list();
    for (const ses::SealKey& seal : unit->seals) seals.add(seal.number.text());
    out.push_back(cli::Value::object({{"what", "unit"},
                                      {"number", id.text},
                                      {"unit", id.text},
                                      {"exporter", exporter.hub},
                                      {"seals", std::move(seals)},
                                      {"flow", flow_of(unit)}}));
  }
  return out;
}

Result<std::vector<cli::Value>> known_boxes(Agent& agent, const std::string& label) {
  std::vector<cli::Value> out;
  if (label.empty() || label.size() > limits::kTextBytes) return out;
  for (const ExporterInfo& exporter : agent.exporters()) {
    SEALKEEP_LET(families, families_of_box(agent.db(), exporter.id, label));
    ses::Wanted wanted;
    for (const ses::Family family : families) wanted.boxes.emplace_back(family, label);
    ses::Rows rows;
    SEALKEEP_TRY(agent.rows().load(exporter.id, wanted, rows));
    for (const auto& key : wanted.boxes) {
      const ses::BoxRow* box = rows.boxes.find(key);
      SEALKEEP_ASSERT(box != nullptr);
      cli::Value one = cli::Value::object({{"what", "box"},
                                           {"number", label},
                                           {"family", kFamilyNames[static_cast<std::size_t>(key.first)]},
                                           {"exporter", exporter.hub}});
      // A box that was opened and never received has a label alone.
      if (box->seals.count > 0)
        one.set("first", box->seals.front().text()).set("last", box->seals.back().text());
      one.set("seals", box->seals.count).set("opened", box->opened);
      one.set("flow", box->opened ? "show" : "open_box");
      out.push_back(std::move(one));
    }
  }
  return out;
}

// Paper that this program printed: a load sheet goes with a container, a form is entered.
std::optional<cli::Value> known_sheet(const std::string& text) {
  if (const auto sheet = interchange::read_load_sheet_code(text)) {
    cli::Value seals = cli::Value::list();
    for (const ses::SealNumber& seal : sheet->seals) seals.add(seal.text());
    return cli::Value::object({{"what", "sheet"},
                               {"number", sheet->unit.text},
                               {"unit", sheet->unit.text},
                               {"seals", std::move(seals)},
                               {"flow", "check"}});
  }
  if (!text.starts_with("P-")) return std::nullopt;
  const auto form = interchange::form_named(text);
  if (!form) return std::nullopt;
  return cli::Value::object(
      {{"what", "sheet"}, {"number", interchange::form_words(*form)}, {"flow", "paper"}});
}

// Live seals that people take for the number that was typed.
Result<cli::Value> candidates(Agent& agent, const ses::SealNumber& number) {
  cli::Value out = cli::Value::list();
  std::size_t count = 0;
  for (const ses::SealNumber& near : ses::look_alikes(number)) {
    SEALKEEP_LET(seals, agent.rows().seal({ses::Family::Ses, near}));
    for (const SealAt& seal : seals) {
      if (!ses::is_live(seal.row.state) || count == kCandidates) continue;
      out.add(cli::Value::object({{"what", "seal"}, {"number", near.text()}}));
      ++count;
    }
  }
  return out;
}

// The register's own words first; what only looks like a container or a seal comes after.
Result<std::vector<cli::Value>> meanings(Agent& agent, const ScanText& scan) {
  std::vector<cli::Value> out;
  if (auto sheet = known_sheet(scan.text)) {
    out.push_back(std::move(*sheet));
    return out;
  }
  const auto take = [&out](std::vector<cli::Value> more) {
    std::move(more.begin(), more.end(), std::back_inserter(out));
  };
  const auto unit = ses::UnitId::parse(ses::UnitKind::SeaContainer, scan.text);
  const auto number = ses::SealNumber::parse(scan.text);
  if (number) {
    SEALKEEP_LET(seals, known_seals(agent, *number));
    take(std::move(seals));
  }
  if (unit) {
    SEALKEEP_LET(units, known_units(agent, *unit));
    take(std::move(units));
  }
  if (const auto package = ses::UnitId::parse(ses::UnitKind::AirPackage, scan.text); package && out.empty()) {
    SEALKEEP_LET(packages, known_units(agent, *package));
    take(std::move(packages));
  }
  SEALKEEP_LET(boxes, known_boxes(agent, scan.text));
  take(std::move(boxes));
  if (!out.empty()) return out;
  if (unit) {
    cli::Value value = cli::Value::object(
        {{"what", "unit"}, {"number", unit->text}, {"unit", unit->text}, {"flow", "load"}});
    if (!unit->check_digit_ok())
      value.set("note", "check digit is " + unit->text.substr(10) + ", computed " +
                            std::string(1, unit->computed_check_digit()) + ": look again");
    out.push_back(std::move(value));
  } else if (number) {
    SEALKEEP_LET(near, candidates(agent, *number));
    out.push_back(cli::Value::object({{"what", "unknown"},
                                      {"number", number->text()},
                                      {"flow", "receive"},
                                      {"candidates", std::move(near)}}));
  }
  return out;
}

}  // namespace

Result<cli::Value> look(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(raw, command.required("text"));
  const ScanText scan = read_scan(raw);
  cli::Value out =
      cli::Value::object({{"text", printable(scan.text, kScanBytes)}, {"symbology", scan.symbology}});
  if (scan.command) return out.set("what", "command").set("flow", scan.text);
  SEALKEEP_LET(found, meanings(agent, scan));
  if (found.empty()) return out.set("what", "unknown").set("note", scan.note);
  if (!scan.note.empty()) out.set("note", scan.note);
  if (found.size() == 1) {
    for (const cli::Value::Member& member : *found.front().as_object()) out.set(member.name, member.value);
    return out;
  }
  cli::Value several = cli::Value::list();
  for (cli::Value& one : found) several.add(std::move(one));
  return out.set("what", "several").set("candidates", std::move(several));
}

Result<cli::Value> find(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(raw, command.required("text"));
  std::string text;
  for (const char c : read_scan(raw).text) {
    const bool small = c >= 'a' && c <= 'z';
    if (small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      text += small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  cli::Value out = cli::Value::list();
  if (text.empty() || text.size() > limits::kSealNumberBytes) return out;
  SEALKEEP_LET(units, find_units(agent.db(), text, kHits / 2));
  for (const UnitHit& hit : units) {
    SEALKEEP_LET(unit, agent.rows().unit(hit.register_id, hit.id));
    out.add(cli::Value::object({{"what", "unit"},
                                {"number", hit.id.text},
                                {"exporter", hub_of(agent, hit.register_id)},
                                {"flow", flow_of(unit)}}));
  }
  SEALKEEP_LET(seals, find_seals(agent.db(), text, kHits - units.size()));
  for (const SealHit& hit : seals) {
    SEALKEEP_LET(known, agent.rows().seal(hit.key));
    for (const SealAt& seal : known)
      if (seal.register_id == hit.register_id)
        out.add(cli::Value::object({{"what", "seal"},
                                    {"number", hit.key.number.text()},
                                    {"exporter", hub_of(agent, hit.register_id)},
                                    {"state", ses::state_name(seal.row.state)},
                                    {"unit", seal.row.unit.text},
                                    {"flow", flow_of(seal.row.state)}}));
  }
  return out;
}

namespace {
constexpr OtherCommand kCommands[] = {{"dock", dock}, {"look", look}, {"find", find}};
}  // namespace

std::span<const OtherCommand> terminal_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> terminal_specs() {
  using namespace spec;
  const cli::OptionSpec scan = needed(placed(text("text", "What was scanned or typed")));
  return {
      {"dock",
       "Show what is on the dock now: each container with its next step, the dock boxes, the link.",
       {},
       {"dock --json"}},
      {"look",
       "Say what a scanned or typed text is, and what can be done with it next.",
       Options{scan},
       {"look NZ300006", "look MSCU1234566"}},
      {"find",
       "Find seals, containers and packages by the beginning of their number.",
       Options{scan},
       {"find NZ3000", "find 3000"}},
  };
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/commands/capture.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"
#include "common/cli/suggest.hpp"
#include "common/interchange/print.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kDriverBytes = 400;

// The fact with the pictures that the command names beside it.
Facts with_pictures(const FactInput& in, Fact fact) {
  SEALKEEP_LET(pictures, pictures_named(in.agent(), in.command()));
  for (const ses::Picture& picture : pictures)
    fact.details.push_back({ses::DetailKind::Picture, ses::encode(picture)});
  return one(std::move(fact));
}

Facts apply(FactInput& in) {
  SEALKEEP_LET(seal, in.seal("seal"));
  SEALKEEP_LET(unit, in.unit());
  return with_pictures(in, in.fact(ses::SealApplied{in.family(), in.kind(), std::move(seal), std::move(unit),
                                                    in.has("allocated")}));
}

// The seal that is checked: named, or the one that the register has on the unit, or the one that was read.
Result<ses::SealNumber> checked_seal(FactInput& in, const ses::UnitId& unit, const std::string& door) {
  if (in.has("seal")) return in.seal("seal");
  SEALKEEP_LET(row, in.agent().rows().unit(in.register_id(), unit));
  if (row)
    for (const ses::SealKey& key : row->seals)
      if (key.family == in.family()) return key.number;
  if (!door.empty()) return ses::SealNumber::parse(door);
  return bad_input("check.no_seal", "The register has no seal on " + unit.text,
                   "so it is not clear which seal is checked", "Add --seal NUMBER or --door-seal NUMBER");
}

// What a printed sheet says of this container, by its scanned code: the paper was read, whatever it names.
Result<> read_sheet(FactInput& in, ses::SealChecked& event) {
  const auto code = in.command().one("sheet-code");
  if (!code) return {};
  if (!event.paper.seal.empty() || !event.paper.unit.empty())
    return bad_input("check.paper_twice", "The paper is given twice",
                     "as numbers, and as the code of a sheet",
                     "Give the sheet's code, or the numbers that were read");
  const auto sheet = interchange::read_load_sheet_code(*code);
  if (!sheet)
    return bad_input("check.no_sheet", "\"" + printable(*code, 60) + "\" is not the code of a load sheet", {},
                     "Scan the square code of the printed sheet, or give --paper-seal and --paper-container");
  event.sheet_scanned = true;
  event.paper.unit = sheet->unit.text;
  const bool names_it = std::find(sheet->seals.begin(), sheet->seals.end(), event.seal) != sheet->seals.end();
  if (names_it) {
    event.paper.seal = event.seal.text();
  } else if (!sheet->seals.empty()) {
    event.paper.seal = sheet->seals.front().text();
  }
  if (sheet->unit.text != event.unit.text)
    in.note("This sheet goes with " + sheet->unit.text + ", not with " + event.unit.text);
  else if (!names_it)
    in.note("This sheet does not name seal " + event.seal.text());
  return {};
}

Facts check(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  ses::SealChecked event;
  event.family = in.family();
  SEALKEEP_LET(door_seal, in.text("door-seal"));
  SEALKEEP_LET(door_unit, in.text("door-container"));
  SEALKEEP_LET(paper_seal, in.text("paper-seal"));
  SEALKEEP_LET(paper_unit, in.text("paper-container"));
  SEALKEEP_LET(seal, checked_seal(in, unit, door_seal));
  event.seal = std::move(seal);
  event.unit = std::move(unit);
  event.door = {std::move(door_seal), std::move(door_unit)};
  event.paper = {std::move(paper_seal), std::move(paper_unit)};
  event.sheet_scanned = in.has("sheet-scanned");
  SEALKEEP_TRY(read_sheet(in, event));
  event.vvtt = in.vvtt();
  return with_pictures(in, in.fact(std::move(event)));
}

// An operator by number or by the name that head office gave it; 0 for a firm that is not in the plan.
Result<ses::OperatorNo> operator_no(FactInput& in) {
  SEALKEEP_LET(name, in.text("operator", kDriverBytes));
  if (name.empty()) return ses::OperatorNo{0};
  ses::Rows rows;
  SEALKEEP_TRY(in.agent().rows().begin(in.register_id(), rows));
  for (const ses::OperatorApproved& known : rows.adopted.operators)
    if (known.name == name || std::to_string(known.operator_no) == name) return known.operator_no;
  return ses::OperatorNo{0};
}

Facts uplift(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  SEALKEEP_LET(seen, in.seals("seal"));
  SEALKEEP_LET(operator_number, operator_no(in));
  if (seen.empty()) {
    SEALKEEP_LET(row, in.agent().rows().unit(in.register_id(), unit));
    if (row)
      for (const ses::SealKey& key : row->seals)
        if (key.family == in.family()) seen.push_back(key.number);
  }
  Fact fact = in.fact(ses::Uplifted{std::move(unit), in.family(), std::move(seen), operator_number, in.vvtt(),
                                    in.has("signed")});
  std::string driver;
  for (const char* option : {"driver", "operator", "truck"}) {
    SEALKEEP_LET(value, in.text(option, kDriverBytes));
    if (!value.empty()) driver += (driver.empty() ? "" : "; ") + std::string(option) + ": " + value;
  }
  if (!driver.empty()) FactInput::add_detail_text(fact, ses::DetailKind::Driver, driver);
  return with_pictures(in, std::move(fact));
}

ses::DamageCause cause_of(const FactInput& in) {
  const std::string cause = in.command().one("cause").value_or("found-broken");
  if (cause == "broke") return ses::DamageCause::BrokeInClosing;
  if (cause == "faulty") return ses::DamageCause::Faulty;
  return cause == "wrong-container" ? ses::DamageCause::WrongUnit : ses::DamageCause::FoundBroken;
}

// The unit that is named, else the one on which the register has the seal.
Result<ses::UnitId> unit_of_seal(FactInput& in, const ses::SealNumber& seal) {
  SEALKEEP_LET(named, in.unit_or_none());
  if (!named.text.empty()) return named;
  SEALKEEP_LET(found, in.agent().rows().seal({in.family(), seal}));
  for (const SealAt& at : found)
    if (at.register_id == in.register_id() && at.row.state >= ses::SealState::Applied &&
        at.row.state <= ses::SealState::Uplifted)
      return at.row.unit;
  return ses::UnitId{};
}

Facts replace(FactInput& in) {
  SEALKEEP_LET(old_seal, in.seal("old"));
  SEALKEEP_LET(new_seal, in.seal("new"));
  SEALKEEP_LET(unit, unit_of_seal(in, old_seal));
  if (unit.text.empty())
    return bad_input("unit.missing", "The register does not have " + old_seal.text() + " on a container", {},
                     "Add --container NUMBER, or --package ID for air");
  Fact fact = in.fact(ses::SealReplaced{in.family(), std::move(old_seal), cause_of(in), in.kind(),
                                        std::move(new_seal), std::move(unit)});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

Facts damaged(FactInput& in) {
  SEALKEEP_LET(seal, in.seal("seal"));
  SEALKEEP_LET(unit, unit_of_seal(in, seal));
  Fact fact = in.fact(ses::SealDamaged{in.family(), std::move(seal), cause_of(in), std::move(unit)});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

constexpr FactCommand kMakers[] = {
    {"seal apply", apply},     {"seal check", check},     {"seal uplift", uplift},
    {"seal replace", replace}, {"seal damaged", damaged},
};

}  // namespace

std::span<const FactCommand> sealing_facts() {
  return kMakers;
}

std::vector<cli::CommandSpec> sealing_specs() {
  using namespace spec;
  const Options story{text("story", "What is known", "TEXT")};
  const cli::OptionSpec cause =
      choice("cause",
             "\"Broke while we closed it\", faulty, put on the wrong container, or found broken (or "
             "don't know)",
             {"broke", "faulty", "wrong-container", "found-broken"});
  const Options pictures{
      many(text("picture", "A picture of it, as capture names it; compared with what the record says",
                "SHA256")),
      text("camera-seal", "Seal number that another system's camera read", "NUMBER"),
      text("camera-container", "Container number that another system's camera read", "NUMBER")};
  return {
      {"seal apply",
       "Say that a seal was put on a container or an air package.",
       Options{needed(placed(text("seal", "Seal number")))} + unit() + family() + kind() +
           Options{flag("allocated", "The seal was the site's and passes to this exporter now")} + pictures +
           common(),
       {"seal apply NZ300006 --container MSCU1234566 --by Mere"}},
      {"seal check",
       "Check a seal: read the door, then the load paperwork, then View, Verify, Tug, Twist.",
       unit() +
           Options{text("seal", "The seal, if the container has more than one", "NUMBER"),
                   text("door-seal", "Seal number as read at the door", "NUMBER"),
                   text("door-container", "Container number as read at the door", "NUMBER"),
                   text("paper-seal", "Seal number as read from the load paperwork", "NUMBER"),
                   text("paper-container", "Container number as read from the load paperwork", "NUMBER"),
                   text("sheet-code", "The code of the printed load sheet, as scanned: stands for the paper",
                        "TEXT"),
                   flag("sheet-scanned", "The paper was read by scanning the code of a printed sheet")} +
           vvtt("checker") + pictures + family() + common(),
       {"seal check --container MSCU1234566 --door-seal NZ300006 --door-container MSCU1234566 --paper-seal "
        "NZ300006 --paper-container MSCU1234566 --view pass --verify pass --tug pass --twist pass --by "
        "Tama"}},
      {"seal uplift",
       "The driver takes the container, after the driver's own View, Verify, Tug, Twist.",
       unit() +
           Options{many(text("seal", "A seal seen on it; those on record if not given", "NUMBER")),
                   text("operator", "Transport operator, by name or number", "NAME"),
                   text("driver", "The driver's name", "NAME"), text("truck", "Number plate", "PLATE"),
                   flag("signed", "The driver signed")} +
           vvtt("driver") + pictures + family() + common(),
       {"seal uplift --container MSCU1234566 --operator \"Kiwi Haulage\" --driver \"J. Brown\" --truck "
        "ABC123 "
        "--view pass --verify pass --tug pass --twist pass --signed"}},
      {"seal replace",
       "Take the old seal off and put a new one on, in one action.",
       Options{needed(placed(text("old", "The old seal's number"))),
               needed(placed(text("new", "The new seal's number"))), needed(cause)} +
           unit() + kind() + story + family() + common(),
       {"seal replace NZ300006 NZ300007 --cause broke --container MSCU1234566 --by Mere"}},
      {"seal damaged",
       "Say that a seal is spoiled. Found broken on a container is a tamper incident.",
       Options{needed(placed(text("seal", "Seal number"))), needed(cause)} + unit() + story + family() +
           common(),
       {"seal damaged NZ300006 --cause faulty --by Mere"}},
  };
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/fact_input.hpp"
#include "common/ses/words.hpp"

#include "agent/commands/time_text.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::uint32_t kSealsPerCommand = 100'000;

std::string hubs_of(const std::vector<ExporterInfo>& exporters) {
  std::string out;
  for (const ExporterInfo& exporter : exporters) out += (out.empty() ? "" : ", ") + exporter.hub;
  return out;
}

ses::Family family_of(const cli::Command& command) {
  const auto family = parse_family(command.one("family").value_or("ses"));
  return family ? *family : ses::Family::Ses;
}

// The one register that knows the seal that the command names.
Result<std::optional<RegisterId>> register_of_seal(Agent& agent, const cli::Command& command) {
  for (const char* option : {"seal", "old", "first"}) {
    const auto text = command.one(option);
    if (!text) continue;
    const auto number = ses::SealNumber::parse(text->substr(0, text->find("..")));
    if (!number) continue;
    SEALKEEP_LET(found, agent.rows().seal({family_of(command), *number}));
    if (found.size() == 1) return std::optional(found.front().register_id);
  }
  return std::optional<RegisterId>();
}

}  // namespace

Result<ses::Family> parse_family(std::string_view text) {
  if (text == "ses") return ses::Family::Ses;
  if (text == "mpi") return ses::Family::Mpi;
  if (text == "other") return ses::Family::Other;
  return bad_input("seal.family", "There is no seal family \"" + printable(text) + "\"", {},
                   "Use ses, mpi or other");
}

Result<RegisterId> chosen_register(Agent& agent, const cli::Command& command) {
  const std::vector<ExporterInfo> exporters = agent.exporters();
  if (exporters.empty())
    return fail(ErrorKind::Refused, "enrol.none", "This site is not enrolled with any exporter",
                "there is no register to write to", "sealkeep-agent enrol --invitation FILE");
  if (const auto asked = command.one("exporter")) {
    for (const ExporterInfo& exporter : exporters)
      if (exporter.hub == *asked) return exporter.id;
    return fail(ErrorKind::NotFound, "exporter.unknown",
                "This site is not enrolled with \"" + printable(*asked) + "\"",
                "it is enrolled with " + hubs_of(exporters), "Name one of them with --exporter");
  }
  if (exporters.size() == 1) return exporters.front().id;
  SEALKEEP_LET(known, register_of_seal(agent, command));
  if (known) return *known;
  return bad_input("exporter.needed", "It is not clear which exporter this is for",
                   "this site packs for " + hubs_of(exporters), "Add --exporter HUB");
}

Result<FactInput> FactInput::open(Agent& agent, const cli::Command& command, RegisterId id) {
  SEALKEEP_LET(directory, Directory::read(agent, id));
  FactInput in(agent, command, id, std::move(directory));
  SEALKEEP_TRY(in.read_common());
  return in;
}

Result<> FactInput::read_common() {
  SEALKEEP_LET(by, person("by"));
  common_.person_no = by;
  SEALKEEP_LET(happened, time("happened", 0));
  common_.happened_ms = happened;
  const std::string source = command_->one("source").value_or("typed");
  common_.source = source == "scanned" ? ses::Source::Scanned
                   : source == "paper" ? ses::Source::Paper
                                       : ses::Source::Typed;
  SEALKEEP_LET(sheet, text("sheet"));
  if (!sheet.empty()) {
    common_.source = ses::Source::Paper;
    add_detail_text(common_, ses::DetailKind::Reference, "sheet " + sheet);
  }
  if (const auto& caller = command_->caller) {
    common_.auth_method = static_cast<ses::AuthMethod>(caller->auth_method);
    common_.terminal_no = caller->terminal_no;
    if (!caller->written_by.empty())
      add_detail_text(common_, ses::DetailKind::Reference, "written down by " + caller->written_by);
  }
  SEALKEEP_LET(reason, text("reason", 4'000));
  common_.reason = std::move(reason);
  return {};
}

Fact FactInput::fact(ses::Event event) {
  Fact fact = common_;
  const std::uint16_t no = facts_made_++;
  if (const auto& caller = command_->caller) {
    fact.request_id = caller->request_id;
    fact.request_id[6] = static_cast<std::uint8_t>(fact.request_id[6] ^ (no >> 8));
    fact.request_id[7] = static_cast<std::uint8_t>(fact.request_id[7] ^ (no & 0xFF));
    if (no == 0)
      for (const cli::Caller::Attachment& one : caller->attachments)
        fact.details.push_back({static_cast<ses::DetailKind>(one.kind), one.bytes});
  } else {
    agent_->parts().random.fill(fact.request_id);
  }
  fact.event = std::move(event);
  return fact;
}

ses::Family FactInput::family() const {
  return family_of(*command_);
}

ses::SealKind FactInput::kind() const {
  constexpr std::string_view kNames[] = {"bolt", "cable", "strap", "tape", "marking", "substance"};
  const std::string asked = command_->one("kind").value_or("bolt");
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (asked == kNames[i]) return static_cast<ses::SealKind>(i + 1);
  return ses::SealKind::Bolt;
}

Result<std::string> FactInput::text(std::string_view option, std::size_t max_bytes) const {
  std::string value = command_->one(option).value_or("");
  if (value.size() > max_bytes || !is_utf8(value))
    return bad_input("fact.text", "The value of --" + std::string(option) + " cannot be kept",
                     value.size() > max_bytes ? "it has more than " + std::to_string(max_bytes) + " bytes"
                                              : "it is not UTF-8",
                     "Shorten it");
  return value;
}

Result<ses::SealNumber> FactInput::seal(std::string_view option) const {
  const auto value = command_->one(option);
  if (!value)
    return bad_input("cli.required", "\"" + std::string(option) + "\" is missing", "a seal number is needed");
  return ses::SealNumber::parse(*value);
}

Result<std::vector<ses::SealNumber>> FactInput::seals(std::string_view option) const {
  std::vector<ses::SealNumber> out;
  for (const std::string& value : command_->all(option)) {
    SEALKEEP_LET(number, ses::SealNumber::parse(value));
    if (std::find(out.begin(), out.end(), number) != out.end())
      return bad_input("seal.twice", number.text() + " is named twice by --" + std::string(option), {},
                       "Name each seal once");
    out.push_back(std::move(number));
  }
  return out;
}

Result<ses::SealRange> FactInput::range() const {
  SEALKEEP_LET(first_text, command_->required("first"));
  std::optional<std::string> last_text = command_->one("last");
  if (const std::size_t dots = first_text.find(".."); dots != std::string::npos) {
    if (last_text)
      return bad_input("seal.range", "The last number is given twice", {}, "Give FIRST..LAST, or FIRST LAST");
    last_text = first_text.substr(dots + 2);
    first_text.resize(dots);
  }
  SEALKEEP_LET(first, ses::SealNumber::parse(first_text));
  SEALKEEP_LET(count, command_->number("count", 1, kSealsPerCommand));
  if (last_text) {
    SEALKEEP_LET(last, ses::SealNumber::parse(*last_text));
    SEALKEEP_LET(between, ses::SealRange::between(first, last, kSealsPerCommand));
    if (count && *count != between.count)
      return bad_input("seal.count_differs",
                       "From " + first.text() + " to " + last.text() + " are " +
                           std::to_string(between.count) + " seals, not " + std::to_string(*count),
                       {}, "Look at the label again; name seals that are not there with --missing");
    return between;
  }
  ses::SealRange range = ses::SealRange::single(first);
  if (count) range.count = static_cast<std::uint32_t>(*count);
  if (!range.valid())
    return bad_input("seal.range",
                     "There are no " + std::to_string(range.count) + " numbers from " + first.text() + " on",
                     "its digits run out", "Give the last number instead of --count");
  return range;
}

Result<std::vector<ses::SealRange>> FactInput::pieces() const {
  SEALKEEP_LET(whole, range());
  return whole.pieces();
}

Result<ses::UnitId> FactInput::unit_or_none() {
  ses::UnitId unit;
  int named = 0;
  for (const char* option : {"unit", "container", "package"}) {
    const auto value = command_->one(option);
    if (!value) continue;
    ++named;
    const bool air = std::string_view(option) == "package";
    SEALKEEP_LET(parsed,
                 ses::UnitId::parse(air ? ses::UnitKind::AirPackage : ses::UnitKind::SeaContainer, *value));
    unit = std::move(parsed);
  }
  if (named > 1)
    return bad_input("unit.two", "More than one container or package is named", {}, "Name one of them");
  if (!unit.check_digit_ok())
    notes_.push_back(unit.text + ": check digit is " + unit.text.substr(10) + ", computed " +
                     std::string(1, unit.computed_check_digit()) + ": look again");
  return unit;
}

Result<ses::UnitId> FactInput::unit() {
  SEALKEEP_LET(named, unit_or_none());
  if (named.text.empty())
    return bad_input("unit.missing", "No container and no package is named", {},
                     "Add --container NUMBER, or --package ID for air");
  return named;
}

Result<ses::PersonNo> FactInput::person(std::string_view option) const {
  const auto value = command_->one(option);
  if (!value) return ses::PersonNo{0};
  return directory_.person(*value);
}

Result<ses::Place> FactInput::place(std::string_view option) const {
  const auto value = command_->one(option);
  if (!value) return ses::Place{};
  return directory_.place(*value);
}

Result<std::int64_t> FactInput::time(std::string_view option, std::int64_t fallback_ms) const {
  const auto value = command_->one(option);
  if (!value) return fallback_ms;
  return parse_time(*value, now_);
}

Result<std::int64_t> FactInput::number(std::string_view option, std::int64_t min, std::int64_t max,
                                       std::int64_t fallback) const {
  SEALKEEP_LET(value, command_->number(option, min, max));
  return value.value_or(fallback);
}

Result<ses::Ref> FactInput::reference(std::string_view option) const {
  SEALKEEP_LET(value, command_->required(option));
  if (const auto at = ses::ref_of(value)) return *at;
  return bad_input("entry.reference", "\"" + printable(value) + "\" does not name an entry", {},
                   "Entries are named epoch/index, as 1/42; \"seal show\" and \"todo\" list them");
}

ses::Step FactInput::step(std::string_view option) const {
  const std::string value = command_->one(option).value_or("not-done");
  if (value == "pass") return ses::Step::Pass;
  if (value == "fail") return ses::Step::Fail;
  return value == "n/a" ? ses::Step::NotApplicable : ses::Step::NotDone;
}

ses::Vvtt FactInput::vvtt() const {
  return {step("view"), step("verify"), step("tug"), step("twist")};
}

Result<> FactInput::add_detail(Fact& fact, ses::DetailKind kind, std::string_view option) const {
  SEALKEEP_LET(value, text(option, limits::kDetailBytes));
  if (!value.empty()) add_detail_text(fact, kind, value);
  return {};
}

void FactInput::add_detail_text(Fact& fact, ses::DetailKind kind, std::string_view text) {
  fact.details.push_back({kind, to_bytes(as_bytes(text))});
}

}  // namespace sealkeep::agent

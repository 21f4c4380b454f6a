// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/commands/csv.hpp"
#include "agent/commands/directory.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"
#include "common/ses/record.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kStoryBytes = 30'000;
constexpr std::size_t kEntriesPerImport = 5'000;

bool names_person(const ses::RecordRule& rule) {
  return rule.subject == ses::RecordSubject::Person || rule.subject == ses::RecordSubject::PersonLabel;
}
bool names_label(const ses::RecordRule& rule) {
  return rule.subject == ses::RecordSubject::Label || rule.subject == ses::RecordSubject::PersonLabel;
}

Result<std::string> label_of(const FactInput& in, const ses::RecordRule& rule) {
  SEALKEEP_LET(label, in.text("label"));
  if (names_label(rule) != !label.empty())
    return bad_input(
        "record.label",
        label.empty() ? "It is not said what the record is about" : "This kind of record has no label",
        std::string(rule.words), label.empty() ? "Add --label TEXT" : "Leave --label out");
  const auto one_of = [&](std::initializer_list<std::string_view> known) {
    return std::find(known.begin(), known.end(), label) != known.end();
  };
  if (rule.kind == ses::RecordKind::Competence && !one_of({"handle", "apply", "check"}))
    return bad_input("record.task", "\"" + printable(label) + "\" is not a task", {},
                     "Say --label handle, apply or check");
  if (rule.kind == ses::RecordKind::Responsible && !one_of({ses::kManager, ses::kDeputy}))
    return bad_input("record.position", "\"" + printable(label) + "\" is not a position", {},
                     "Say --label manager or deputy");
  return label;
}

Facts keep(FactInput& in) {
  SEALKEEP_LET(name, in.command().required("what"));
  const ses::RecordRule* rule = ses::record_rule(name);
  if (rule == nullptr)
    return bad_input("record.unknown", "\"" + printable(name) + "\" is not a kind of record", {},
                     "See the kinds in \"record keep --help\"");
  ses::RecordKept kept;
  kept.what = rule->kind;
  SEALKEEP_LET(person, in.person("person"));
  if (names_person(*rule) != (person != 0))
    return bad_input(
        "record.person",
        person == 0 ? "It is not said whom the record is about" : "This kind of record names no person",
        std::string(rule->words), person == 0 ? "Add --person NAME" : "Leave --person out");
  kept.person_no = person;
  SEALKEEP_LET(label, label_of(in, *rule));
  kept.label = std::move(label);
  const std::string outcome = in.command().one("outcome").value_or("done");
  kept.outcome = outcome == "failed"  ? ses::Outcome::Failed
                 : outcome == "ended" ? ses::Outcome::Ended
                                      : ses::Outcome::Done;
  SEALKEEP_LET(done_ms, in.time("done", 0));
  SEALKEEP_LET(until_ms, in.time("until", 0));
  if (until_ms != 0 && until_ms <= (done_ms != 0 ? done_ms : in.happened_ms()))
    return bad_input("record.until", "The record ends before it begins", {}, "Look at --until again");
  kept.done_ms = done_ms;
  kept.until_ms = until_ms;
  if (!in.command().attachment.empty()) kept.document = sha256(in.command().attachment);
  Fact fact = in.fact(std::move(kept));
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "note"));
  return one(std::move(fact));
}

constexpr std::string_view kIncidents[] = {
    "container-tampered", "procedure-not-followed", "unauthorised-entry",
    "suspicious-request", "unauthorised-goods",     "seals-missing",
    "seal-tampering",     "cyber-breach",           "other"};

Facts incident(FactInput& in) {
  SEALKEEP_LET(what, in.command().required("what"));
  const auto* found = std::find(std::begin(kIncidents), std::end(kIncidents), what);
  SEALKEEP_ASSERT(found != std::end(kIncidents));  // a choice of the spec
  SEALKEEP_LET(unit, in.unit_or_none());
  SEALKEEP_LET(seals, in.seals("seal"));
  SEALKEEP_LET(discovered_ms, in.time("discovered", 0));
  SEALKEEP_LET(story, in.text("story", kStoryBytes));
  ses::IncidentReported reported{static_cast<ses::IncidentKind>(found - std::begin(kIncidents) + 1),
                                 std::move(unit), in.family(), std::move(seals), discovered_ms};
  Fact fact = in.fact(std::move(reported));
  FactInput::add_detail_text(fact, ses::DetailKind::Narrative, story);
  return one(std::move(fact));
}

Facts concern_read(FactInput& in) {
  SEALKEEP_LET(about, in.reference("about"));
  const SiteRegister* site = in.agent().site_register(in.register_id());
  SEALKEEP_ASSERT(site != nullptr);
  // One about the manager answers as if it were none: nobody learns here that it was raised.
  const auto entry = read_entry(in.agent(), site->logs(), about);
  const auto* concern = entry ? std::get_if<ses::ConcernRaised>(&entry->event) : nullptr;
  if (concern == nullptr || concern->about_manager)
    return fail(ErrorKind::NotFound, "concern.unknown",
                "No concern that is to be read here stands in entry " + ses::ref_words(about), {},
                "\"todo\" names those that wait");
  return one(in.fact(ses::ConcernRead{about}));
}

Result<std::vector<ses::UnitId>> units_of(const FactInput& in) {
  std::vector<ses::UnitId> units;
  for (const std::string& text : in.command().all("unit")) {
    SEALKEEP_LET(unit, ses::UnitId::parse(ses::UnitKind::SeaContainer, text));
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(std::move(unit));
  }
  for (const std::string& text : in.command().all("package")) {
    SEALKEEP_LET(unit, ses::UnitId::parse(ses::UnitKind::AirPackage, text));
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(std::move(unit));
  }
  if (units.size() > limits::kUnitsPerEntry)
    return bad_input("unit.too_many", "More containers are named than one record can hold",
                     "at most " + std::to_string(limits::kUnitsPerEntry), "Record it in parts");
  return units;
}

Facts contingency_start(FactInput& in) {
  SEALKEEP_LET(plan, in.command().required("plan"));
  SEALKEEP_LET(units, units_of(in));
  Fact fact = in.fact(ses::ContingencyStarted{plan, std::move(units)});
  SEALKEEP_LET(story, in.text("story", kStoryBytes));
  FactInput::add_detail_text(fact, ses::DetailKind::Narrative, story);
  return one(std::move(fact));
}

// Without names: every unit that the beginning named.
Facts contingency_end(FactInput& in) {
  SEALKEEP_LET(about, in.reference("about"));
  SEALKEEP_LET(units, units_of(in));
  const SiteRegister* site = in.agent().site_register(in.register_id());
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(began, read_entry(in.agent(), site->logs(), about));
  const auto* started = std::get_if<ses::ContingencyStarted>(&began.event);
  if (started == nullptr)
    return bad_input("contingency.reference", "Entry " + ses::ref_words(about) + " began no contingency", {},
                     "Name the entry that \"contingency start\" answered");
  if (units.empty()) units = started->units;
  return one(in.fact(ses::ContingencyEnded{about, std::move(units)}));
}

Facts contingency_look(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  return one(in.fact(ses::HeldUnitLookedAt{std::move(unit), !in.has("not-in-order")}));
}

ses::Step step_of(std::string_view text) {
  return text == "right" ? ses::Step::Pass : text == "wrong" ? ses::Step::Fail : ses::Step::NotDone;
}

Facts entry_check(FactInput& in) {
  ses::ExportEntryChecked checked;
  SEALKEEP_LET(no, in.command().required("entry"));
  checked.entry_no = no;
  SEALKEEP_LET(unit, in.unit());
  checked.unit = std::move(unit);
  checked.family = in.family();
  if (in.has("seal")) {
    SEALKEEP_LET(seal, in.seal("seal"));
    checked.seal = std::move(seal);
  }
  const auto step = [&](const char* option) { return step_of(in.command().one(option).value_or("")); };
  checked.site_code = step("site-code");
  checked.client_code = step("client-code");
  checked.name = step("exporter-name");
  return one(in.fact(std::move(checked)));
}

// Columns by their headings; what a table has not is not compared.
struct EntryColumns {
  std::size_t entry = SIZE_MAX, unit = SIZE_MAX, seal = SIZE_MAX, site_code = SIZE_MAX,
              client_code = SIZE_MAX, name = SIZE_MAX;
};

Result<EntryColumns> columns_of(const CsvTable& table) {
  EntryColumns columns;
  const std::pair<std::string_view, std::size_t EntryColumns::*> names[] = {
      {"entry", &EntryColumns::entry},
      {"container", &EntryColumns::unit},
      {"seal", &EntryColumns::seal},
      {"site code", &EntryColumns::site_code},
      {"client code", &EntryColumns::client_code},
      {"exporter name", &EntryColumns::name}};
  for (std::size_t i = 0; i < table.headings.size(); ++i) {
    std::string heading = table.headings[i];
    std::transform(heading.begin(), heading.end(), heading.begin(),
                   [](unsigned char c) { return c == '_' ? ' ' : static_cast<char>(std::tolower(c)); });
    for (const auto& [name, column] : names)
      if (heading == name) columns.*column = i;
  }
  if (columns.entry != SIZE_MAX && columns.unit != SIZE_MAX) return columns;
  return bad_input("entries.columns", "The table has no column \"entry\" or no column \"container\"", {},
                   "Name the columns entry, container, seal, site code, client code, exporter name");
}

// A sample from the export system: every entry compared, then the sample itself (clause 4.2). All rows or
// none.
Facts entry_import(FactInput& in) {
  SEALKEEP_LET(table, parse_csv(in.command().attachment));
  SEALKEEP_LET(columns, columns_of(table));
  if (table.rows.size() > kEntriesPerImport)
    return bad_input("entries.too_many",
                     "The table has more than " + std::to_string(kEntriesPerImport) + " rows", {},
                     "Import it in parts");
  std::vector<Fact> facts;
  for (const CsvRow& row : table.rows) {
    const auto cell = [&](std::size_t column) {
      return column < row.fields.size() ? row.fields[column] : std::string();
    };
    // What should stand on every entry is given with the command; a cell that differs is wrong.
    const auto same = [&](std::size_t column, const char* option) {
      const auto expected = in.command().one(option);
      if (column == SIZE_MAX || !expected) return ses::Step::NotDone;
      return cell(column) == *expected ? ses::Step::Pass : ses::Step::Fail;
    };
    const auto in_line = [&](Error error) {
      error.what = "Line " + std::to_string(row.line) + ": " + error.what;
      return tl::unexpected<Error>(std::move(error));
    };
    ses::ExportEntryChecked checked;
    checked.entry_no = cell(columns.entry);
    checked.family = in.family();
    auto unit = ses::UnitId::parse(ses::UnitKind::SeaContainer, cell(columns.unit));
    if (!unit) return in_line(unit.error());
    checked.unit = std::move(*unit);
    if (const std::string text = cell(columns.seal); !text.empty()) {
      auto seal = ses::SealNumber::parse(text);
      if (!seal) return in_line(seal.error());
      checked.seal = std::move(*seal);
    }
    checked.site_code = same(columns.site_code, "site-code");
    checked.client_code = same(columns.client_code, "client-code");
    checked.name = same(columns.name, "exporter-name");
    Fact fact = in.fact(std::move(checked));
    fact.source = ses::Source::Imported;
    facts.push_back(std::move(fact));
  }
  ses::RecordKept sampled;
  sampled.what = ses::RecordKind::DocumentsSampled;
  Fact sample = in.fact(std::move(sampled));
  FactInput::add_detail_text(sample, ses::DetailKind::Narrative,
                             std::to_string(table.rows.size()) + " export entries compared");
  facts.push_back(std::move(sample));
  return facts;
}

constexpr FactCommand kMakers[] = {
    {"record keep", keep},
    {"incident", incident},
    {"concern-read", concern_read},
    {"contingency start", contingency_start},
    {"contingency end", contingency_end},
    {"contingency look", contingency_look},
    {"entry check", entry_check},
    {"entry import", entry_import},
};

std::string kinds_help() {
  std::string out = "Kinds, with their clauses:";
  for (const ses::RecordRule& rule : ses::record_rules())
    out += "\n  " + std::string(rule.name) + " (" + std::string(rule.clause) + ") " +
           std::string(rule.words) + (names_person(rule) ? " [--person]" : "") +
           (names_label(rule) ? " [--label]" : "");
  return out;
}

}  // namespace

std::span<const FactCommand> record_facts() {
  return kMakers;
}

std::vector<cli::CommandSpec> record_specs() {
  using namespace spec;
  std::vector<std::string> kinds;
  for (const ses::RecordRule& rule : ses::record_rules()) kinds.emplace_back(rule.name);
  cli::OptionSpec document =
      text("document", "The document itself; its SHA-256 is recorded, not its text", "FILE");
  document.type = cli::OptionType::InputFile;
  cli::OptionSpec table =
      needed(placed(text("table", "Export entries as CSV, UTF-8; - is stdin", "FILE.csv")));
  table.type = cli::OptionType::InputFile;
  const std::vector<std::string> compared{"right", "wrong", "not-compared"};
  const Options held{many(text("unit", "A sealed container that is held; may be given again", "NUMBER")),
                     many(text("package", "A sealed air package that is held", "ID"))};
  std::vector<std::string> incidents(std::begin(kIncidents), std::end(kIncidents));
  return {
      {"record keep",
       "Keep a record that the standard asks for beside the seals. " + kinds_help(),
       Options{needed(placed(choice("what", "Which kind", kinds))),
               text("person", "Whom it is about", "PERSON"),
               text("label", "What it is about: a procedure, a key, a task, a finding", "TEXT"),
               choice("outcome", "How it went", {"done", "failed", "ended"}, "done"),
               text("done", "When it was done, if not now", "TIME"),
               text("until", "Until when it stands, if that is known", "DATE"), document,
               text("note", "Words about it: who trained, which provider, what was found", "TEXT")} +
           common(),
       {"record keep training_seals --person Tama --note \"trainer: Mere\" --by Mere",
        "record keep qa_finding --label F-3 --note \"padlock codes on the wall\" --by Mere"}},
      {"incident",
       "Report anything that may compromise the goods, a container or a package (clause 6.3).",
       Options{needed(placed(choice("what", "What it is", incidents))),
               needed(text("story", "What happened, where, who saw it", "TEXT")),
               many(text("seal", "A seal that it is about; may be given again", "NUMBER")),
               text("discovered", "When it was noticed, if not now", "TIME")} +
           unit() + family() + common(),
       {"incident unauthorised-entry --story \"gate found open at 06:10\" --by Mere"}},
      {"concern-read",
       "Say that a manager read a concern.",
       Options{needed(placed(text("about", "The entry that raised it, as 1/42")))} + common(),
       {"concern-read 1/42 --by Mere"}},
      {"contingency start",
       "A disruption began: sealed units are held (clause 3.1).",
       Options{needed(placed(text("plan", "Which contingency plan"))),
               needed(text("story", "What happened, and where the units are held", "TEXT"))} +
           held + common(),
       {"contingency start \"Port closed\" --unit MSCU1234566 --story \"storm; bay 4, locked\" --by Mere"}},
      {"contingency end",
       "The disruption is over: these units, or all of them, are not held any more.",
       Options{needed(placed(text("about", "The entry that began it, as 1/42")))} + held + common(),
       {"contingency end 1/42 --by Mere"}},
      {"contingency look",
       "Somebody looked at a held unit: seal and place.",
       unit(true) + Options{flag("not-in-order", "Something was not in order")} + common(),
       {"contingency look MSCU1234566 --by Tama"}},
      {"entry check",
       "Compare one export entry with the register (clause 4.2).",
       Options{needed(placed(text("entry", "Number of the export entry"))),
               text("seal", "Seal number on the entry", "NUMBER"),
               choice("site-code", "The site's code on it", compared, "not-compared"),
               choice("client-code", "The client's code on it", compared, "not-compared"),
               choice("exporter-name", "The name on it", compared, "not-compared")} +
           unit() + family() + common(),
       {"entry check 58812345 --container MSCU1234566 --seal NZ300006 --site-code right --by Mere"}},
      {"entry import",
       "Compare a sample of export entries with the register: columns entry, container, seal, and site code, "
       "client code, exporter name where they are to be compared.",
       Options{table, text("site-code", "What the site code must be", "TEXT"),
               text("client-code", "What the client code must be", "TEXT"),
               text("exporter-name", "What the name must be", "TEXT")} +
           family() + common(),
       {"entry import october.csv --client-code 40012345E --by Mere"}},
  };
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/export_files.hpp"

#include <filesystem>

#include "agent/commands/fact_input.hpp"
#include "agent/commands/forms.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "common/base/clock.hpp"
#include "common/interchange/export_sites.hpp"
#include "common/interchange/new_file.hpp"

namespace sealkeep::agent {
namespace {

using cli::Command;
using cli::OnProgress;
using cli::Value;
namespace out = interchange;

constexpr std::size_t kDayDigits = 10;

// The register that a command is about, and where its file goes.
struct Asked {
  ExporterInfo exporter;
  out::SiteSource source;
  out::PrintHead head;
  std::string file;
};

Result<Asked> understood(Agent& agent, const Command& command) {
  SEALKEEP_LET(file, command.required("file"));
  SEALKEEP_TRY(out::check_new_file(file));
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(names, Directory::read(agent, id));
  ExporterInfo exporter;
  for (const ExporterInfo& one : agent.exporters())
    if (one.id == id) exporter = one;
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  out::SiteSource source{agent.logs(), agent.rows(), site->logs(), exporter.site_code, {}};
  for (const Named& person : names.people()) source.people[person.no] = person.name;
  const Now now = agent.parts().clock.now();
  out::PrintHead head{exporter.hub, now.unix_ms, now.utc_offset_min};
  return Asked{std::move(exporter), std::move(source), std::move(head), std::move(file)};
}

Result<std::pair<out::Period, std::string>> period_of(const Command& command, const Now& now) {
  out::Period period;
  const auto from = command.one("from"), to = command.one("to");
  if (from) {
    SEALKEEP_LET(ms, parse_time(*from, now));
    period.from_ms = ms;
  }
  if (to) {
    SEALKEEP_LET(ms, parse_time(*to, now));
    period.until_ms = ms + (to->size() == kDayDigits ? kDayMs : 0);
  }
  if (period.from_ms >= period.until_ms)
    return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
  return std::pair(period, from.value_or("the first record") + " to " + to.value_or("now"));
}

Result<Value> wrote(Agent& agent, const Command& command, const Asked& asked, ByteView bytes,
                    ses::DataExported taken, Value about) {
  SEALKEEP_TRY(out::write_new_file(asked.file, bytes));
  SEALKEEP_TRY(note_export(agent, command, asked.exporter.id, std::move(taken), {asked.file}));
  about.set("written", asked.file);
  about.set("bytes", bytes.size());
  return about;
}

Result<Value> write_export(Agent& agent, const Command& command, std::string_view format) {
  SEALKEEP_LET(asked, understood(agent, command));
  SEALKEEP_LET(period, period_of(command, agent.parts().clock.now()));
  SEALKEEP_LET(family, parse_family(command.one("family").value_or("ses")));
  const auto output = out::output_named(format);
  SEALKEEP_ASSERT(output.has_value());
  const out::ExportAsked what{*output,
                              period.first,
                              period.second,
                              family,
                              command.one("domain").value_or(asked.exporter.hub),
                              command.has("bom"),
                              asked.head};
  SEALKEEP_LET(exported, out::export_sites(std::span(&asked.source, 1), what));
  Value about = Value::object({{"format", format}, {"period", period.second}, {"records", exported.records}});
  about.set("state", out::state_words(exported.states.front()));
  if (exported.unreadable != 0) about.set("left_out_of_a_later_version", exported.unreadable);
  const bool open_end = period.first.until_ms == out::Period{}.until_ms;
  const bool of_people =
      what.output == out::Output::Csv || what.output == out::Output::Xlsx || what.output == out::Output::Pdf;
  return wrote(agent, command, asked, exported.bytes,
               {command.name + " " + std::string(format), period.first.from_ms,
                open_end ? 0 : period.first.until_ms, exported.records, of_people},
               std::move(about));
}

Result<Value> export_register(Agent& agent, const Command& command, const OnProgress&) {
  return write_export(agent, command, command.one("format").value_or("csv"));
}
Result<Value> export_epcis(Agent& agent, const Command& command, const OnProgress&) {
  return write_export(agent, command, "epcis");
}
Result<Value> export_dcsa(Agent& agent, const Command& command, const OnProgress&) {
  return write_export(agent, command, command.one("spelling").value_or("newer"));
}
Result<Value> export_sel(Agent& agent, const Command& command, const OnProgress&) {
  return write_export(agent, command, command.one("directory").value_or("d95b"));
}
Result<Value> print_register(Agent& agent, const Command& command, const OnProgress&) {
  return write_export(agent, command, "pdf");
}

Result<Value> print_incident(Agent& agent, const Command& command, const OnProgress&) {
  SEALKEEP_LET(asked, understood(agent, command));
  SEALKEEP_LET(in, FactInput::open(agent, command, asked.exporter.id));
  SEALKEEP_LET(at, in.reference("entry"));
  SEALKEEP_LET(pdf, out::incident_pdf(asked.source, agent.details(), at, asked.head));
  return wrote(agent, command, asked, pdf, {command.name + " " + ses::ref_words(at), 0, 0, 1, true},
               Value::object({{"incident", ses::ref_words(at)}}));
}

Result<Value> print_load_sheet(Agent& agent, const Command& command, const OnProgress&) {
  SEALKEEP_LET(asked, understood(agent, command));
  SEALKEEP_LET(in, FactInput::open(agent, command, asked.exporter.id));
  SEALKEEP_LET(unit, in.unit());
  SEALKEEP_LET(sheet, out::read_load_sheet(asked.source, unit, asked.exporter.fingerprint));
  SEALKEEP_LET(pdf, out::load_sheet_pdf(sheet, asked.head));
  return wrote(agent, command, asked, pdf, {command.name + " " + unit.text, 0, 0, 1, false},
               Value::object({{"unit", unit.text}, {"code", out::load_sheet_code(sheet)}}));
}

Result<Value> print_forms(Agent& agent, const Command& command, const OnProgress&) {
  SEALKEEP_LET(asked, understood(agent, command));
  SEALKEEP_LET(first, command.number("first", 1, 999'999));
  SEALKEEP_LET(count, command.number("count", 1, out::kForms));
  SEALKEEP_LET(next, next_form(agent, asked.source.register_logs));
  const auto from = static_cast<std::uint32_t>(first.value_or(next));
  const auto forms = static_cast<std::uint32_t>(count.value_or(1));
  SEALKEEP_LET(pdf, out::forms_pdf(asked.source.site, from, forms, asked.head));
  return wrote(agent, command, asked, pdf, {printed_forms_words(from, forms), 0, 0, forms, false},
               Value::object({{"forms", forms}, {"next_first", from + forms}}));
}

constexpr OtherCommand kCommands[] = {
    {"export register", export_register},   {"export epcis", export_epcis},
    {"export dcsa", export_dcsa},           {"export sel", export_sel},
    {"print register", print_register},     {"print incident", print_incident},
    {"print load-sheet", print_load_sheet}, {"print forms", print_forms},
};

}  // namespace

Result<> note_export(Agent& agent, const Command& command, RegisterId id, ses::DataExported taken,
                     const std::vector<std::string>& files) {
  const auto record = [&]() -> Result<> {
    SEALKEEP_LET(in, FactInput::open(agent, command, id));
    const Fact fact = in.fact(std::move(taken));
    SEALKEEP_LET(recorded, agent.record(id, std::span(&fact, 1)));
    if (!recorded.front()) return tl::unexpected<Error>(recorded.front().error());
    return {};
  };
  const Result<> noted = record();
  std::error_code ignored;
  if (!noted)
    for (const std::string& file : files) std::filesystem::remove(file, ignored);
  return noted;
}

std::span<const OtherCommand> export_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> export_specs() {
  using namespace spec;
  cli::OptionSpec path = needed(placed(text("file", "The file to write; it must not be there yet")));
  path.type = cli::OptionType::Path;
  const Options file{path, text("by", "Who takes this out: a name, or the number of a person", "PERSON")};
  const Options period{text("from", "First day or moment; the first record if not given", "TIME"),
                       text("to", "Last day, or the moment after; now if not given", "TIME")};
  return {
      {"export register",
       "Write the seal register as Customs' standard asks for it (clause 2.6): number, received, applied, "
       "container, who applied it.",
       file + period +
           Options{choice("format", "As what", {"csv", "xlsx", "pdf"}, "csv"),
                   flag("bom", "Begin CSV with a byte order mark, for older spreadsheets")} +
           family() + exporter(),
       {"export register /tmp/register.csv --from 2026-01-01 --to 2026-01-31",
        "export register register.xlsx --format xlsx"}},
      {"export epcis",
       "Write what happened to seals as a GS1 EPCIS 2.0 document, without people.",
       file + period + Options{text("domain", "Own domain of the identifiers; the hub's name if not given")} +
           exporter(),
       {"export epcis seals.jsonld --from 2026-01-01"}},
      {"export dcsa",
       "Write the seals on containers as DCSA seal objects.",
       file + period + Options{choice("spelling", "Of which version", {"older", "newer"}, "newer")} +
           exporter(),
       {"export dcsa seals.json --spelling older"}},
      {"export sel",
       "Write the seals on containers as UN/EDIFACT SEL segments, to be put into a message.",
       file + period + Options{choice("directory", "Of which directory", {"d95b", "later"}, "d95b")} +
           exporter(),
       {"export sel seals.edi --from 2026-01-31"}},
      {"print register",
       "The seal register of clause 2.6 as PDF, with what it proves.",
       file + period + family() + exporter(),
       {"print register register.pdf --from 2026-01-01"}},
      {"print incident",
       "An incident as a report for Customs (clause 6.3).",
       file + Options{needed(text("entry", "The entry that recorded it, as 1/42", "ENTRY"))} + exporter(),
       {"print incident incident.pdf --entry 1/42"}},
      {"print load-sheet",
       "The sheet that goes with a container: seals, site's keys, a code to scan.",
       file + unit() + exporter(),
       {"print load-sheet sheet.pdf --container MSCU1234566"}},
      {"print forms",
       "Numbered blank forms for the time when the terminal is away.",
       file +
           Options{
               whole("first",
                     "Number of the first form; the one after the last that was printed here if not given", 1,
                     999'999),
               whole("count", "How many; 1 if not given", 1, out::kForms)} +
           exporter(),
       {"print forms forms.pdf --first 201 --count 20"}},
  };
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/export_files.hpp"
#include "hub/customs/customs_book.hpp"

#include <filesystem>

#include "common/base/clock.hpp"
#include "common/cli/spec_kit.hpp"
#include "common/interchange/export_sites.hpp"
#include "common/interchange/new_file.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

namespace out = interchange;

constexpr std::size_t kDayDigits = 10;

// The sites that a command is about, and where its file goes.
struct Asked {
  std::vector<SiteInfo> sites;
  std::vector<out::SiteSource> sources;
  out::PrintHead head;
  std::string file;
};

// The one site that --site names, or all that ever sent records.
Result<Asked> understood(Hub& hub, const Command& command, bool one_site) {
  SEALKEEP_LET(file, command.required("file"));
  SEALKEEP_TRY(out::check_new_file(file));
  const Now now = hub.parts().clock.now();
  Asked asked{{}, {}, {hub.settings().name, now.unix_ms, now.utc_offset_min}, std::move(file)};
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    asked.sites.push_back(std::move(site));
  } else if (one_site) {
    return bad_input("cli.required", "\"site\" is missing", {}, "Add --site CODE");
  } else {
    SEALKEEP_LET(sites, hub.sites());
    for (SiteInfo& site : sites)
      if (site.mirrored_size > 0) asked.sites.push_back(std::move(site));
  }
  for (const SiteInfo& site : asked.sites) {
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    SEALKEEP_LET(people, people_of(hub, logs));
    asked.sources.push_back({hub.logs(), hub.rows(), std::move(logs), site.code, std::move(people)});
  }
  return asked;
}

// `taken` says what; who, for whom, of which site and which bytes is added here. A file that the journal
// cannot name is removed again.
Result<Value> wrote(Hub& hub, const Command& command, const Asked& asked, ByteView bytes, DataExport taken,
                    Value about) {
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_LET(whom, short_text(command, "for"));
  SEALKEEP_TRY(out::write_new_file(asked.file, bytes));
  taken.site = asked.sites.size() == 1 ? asked.sites.front().id : 0;
  taken.by = by;
  taken.whom = whom;
  taken.file = sha256(bytes);
  if (const auto noted = hub.note_export(taken); !noted) {
    std::error_code ignored;
    std::filesystem::remove(asked.file, ignored);
    return tl::unexpected<Error>(noted.error());
  }
  Value heard = Value::list();
  for (const SiteInfo& site : asked.sites)
    heard.add(Value::object({{"site", site.code}, {"heard_everything_up_to", when(site.watermark_ms)}}));
  about.set("written", asked.file);
  about.set("bytes", bytes.size());
  about.set("sites", std::move(heard));
  return about;
}

Result<Value> write_export(Hub& hub, const Command& command, std::string_view format) {
  SEALKEEP_LET(asked, understood(hub, command, false));
  SEALKEEP_LET(family, family_of(command));
  SEALKEEP_LET(from, moment(command, "from"));
  SEALKEEP_LET(to, moment(command, "to"));
  const auto to_text = command.one("to");
  out::ExportAsked what;
  what.period.from_ms = from;
  if (to_text) what.period.until_ms = to + (to_text->size() == kDayDigits ? kDayMs : 0);
  if (what.period.from_ms >= what.period.until_ms)
    return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
  const auto output = out::output_named(format);
  SEALKEEP_ASSERT(output.has_value());
  what.output = *output;
  what.period_words = command.one("from").value_or("the first record") + " to " + to_text.value_or("now");
  what.family = family;
  what.domain = command.one("domain").value_or(hub.settings().name);
  what.byte_order_mark = command.has("bom");
  what.head = asked.head;
  SEALKEEP_LET(exported, out::export_sites(asked.sources, what));
  Value about =
      Value::object({{"format", format}, {"period", what.period_words}, {"records", exported.records}});
  Value states = Value::list();
  for (const out::LogState& state : exported.states)
    states.add(Value::object({{"site", state.site}, {"state", out::state_words(state)}}));
  about.set("stands_on", std::move(states));
  if (exported.unreadable != 0) about.set("left_out_of_a_later_version", exported.unreadable);
  DataExport taken;
  taken.what = command.name + " " + std::string(format);
  taken.from_ms = what.period.from_ms;
  taken.until_ms = std::min(what.period.until_ms, what.head.printed_ms + 1);
  taken.records = exported.records;
  taken.with_names =
      what.output == out::Output::Csv || what.output == out::Output::Xlsx || what.output == out::Output::Pdf;
  return wrote(hub, command, asked, exported.bytes, std::move(taken), std::move(about));
}

DataExport one_paper(std::string what, bool with_names) {
  DataExport taken;
  taken.what = std::move(what);
  taken.records = 1;
  taken.with_names = with_names;
  return taken;
}

Result<ses::Ref> entry_named(const std::string& text) {
  if (const auto at = ses::ref_of(text)) return *at;
  return bad_input("entry.reference", "\"" + printable(text) + "\" does not name an entry", {},
                   "Entries are named epoch/index, as 1/42; \"seal show\" lists them");
}

Result<Value> print_incident(Hub& hub, const Command& command) {
  SEALKEEP_LET(asked, understood(hub, command, true));
  SEALKEEP_LET(text, command.required("entry"));
  SEALKEEP_LET(at, entry_named(text));
  SEALKEEP_LET(steps, hub.customs().steps(asked.sites.front().id, at));
  std::vector<out::OfficeStep> office;
  for (const CustomsStep& step : steps) office.push_back({step.when_ms, step.by, step_words(step)});
  SEALKEEP_LET(pdf, out::incident_pdf(asked.sources.front(), hub.details(), at, asked.head, office));
  return wrote(hub, command, asked, pdf, one_paper(command.name + " " + ses::ref_words(at), true),
               Value::object({{"incident", ses::ref_words(at)}}));
}

Result<Value> print_load_sheet(Hub& hub, const Command& command) {
  SEALKEEP_LET(asked, understood(hub, command, true));
  const auto container = command.one("container"), package = command.one("package");
  if (container.has_value() == package.has_value())
    return bad_input("unit.missing", "One container or one package is needed", {},
                     "Add --container NUMBER, or --package ID for air");
  SEALKEEP_LET(unit, container ? ses::UnitId::parse(ses::UnitKind::SeaContainer, *container)
                               : ses::UnitId::parse(ses::UnitKind::AirPackage, *package));
  SEALKEEP_LET(sheet, out::read_load_sheet(asked.sources.front(), unit, asked.sites.front().fingerprint));
  SEALKEEP_LET(pdf, out::load_sheet_pdf(sheet, asked.head));
  return wrote(hub, command, asked, pdf, one_paper(command.name + " " + unit.text, false),
               Value::object({{"unit", unit.text}, {"code", out::load_sheet_code(sheet)}}));
}

Result<Value> print_forms(Hub& hub, const Command& command) {
  SEALKEEP_LET(asked, understood(hub, command, true));
  SEALKEEP_LET(first, command.number("first", 1, 999'999));
  SEALKEEP_LET(count, command.number("count", 1, out::kForms));
  const auto from = static_cast<std::uint32_t>(first.value_or(1));
  const auto forms = static_cast<std::uint32_t>(count.value_or(1));
  SEALKEEP_LET(pdf, out::forms_pdf(asked.sources.front().site, from, forms, asked.head));
  return wrote(hub, command, asked, pdf, one_paper(command.name, false),
               Value::object({{"forms", forms}, {"next_first", from + forms}}));
}

}  // namespace

std::optional<Result<Value>> write_files(Hub& hub, const Command& command) {
  const std::string& name = command.name;
  if (name == "export register") return write_export(hub, command, command.one("format").value_or("csv"));
  if (name == "export epcis") return write_export(hub, command, "epcis");
  if (name == "export dcsa") return write_export(hub, command, command.one("spelling").value_or("newer"));
  if (name == "export sel") return write_export(hub, command, command.one("directory").value_or("d95b"));
  if (name == "print register") return write_export(hub, command, "pdf");
  if (name == "print incident") return print_incident(hub, command);
  if (name == "print load-sheet") return print_load_sheet(hub, command);
  if (name == "print forms") return print_forms(hub, command);
  return std::nullopt;
}

std::vector<cli::CommandSpec> export_specs() {
  using namespace cli::spec;
  const cli::OptionSpec file = placed(needed(path("file", "The file to write; it must not be there yet.")));
  const cli::OptionSpec by = text("by", "Who takes this out, for the journal.");
  const cli::OptionSpec whom = text("for", "For whom it is, for the journal.");
  const cli::OptionSpec site = text("site", "Only this site; all that sent records if not given.");
  const cli::OptionSpec the_site = needed(text("site", "The site's code."));
  const cli::OptionSpec from = text("from", "First day or moment (UTC unless it says otherwise).");
  const cli::OptionSpec to = text("to", "Last day, or the moment after; now if not given.");
  const cli::OptionSpec family = choice("family", "Seal family.", {"ses", "mpi", "other"}, "ses");
  return {
      {"export register",
       "Write the seal register as the standard asks for it (clause 2.6), over one site or all.",
       {file, by, whom, from, to, site, family, choice("format", "As what.", {"csv", "xlsx", "pdf"}, "csv"),
        flag("bom", "Begin CSV with a byte order mark, for older spreadsheets.")},
       {"export register /tmp/register.csv --from 2026-01-01 --to 2026-01-31 --site akl-01"}},
      {"export epcis",
       "Write what happened to seals as a GS1 EPCIS 2.0 document, without people.",
       {file, by, whom, from, to, site,
        text("domain", "Own domain of the identifiers; the hub's name if not given.")},
       {"export epcis seals.jsonld --from 2026-01-01"}},
      {"export dcsa",
       "Write the seals on containers as DCSA seal objects.",
       {file, by, whom, from, to, site, choice("spelling", "Of which version.", {"older", "newer"}, "newer")},
       {"export dcsa seals.json --spelling older"}},
      {"export sel",
       "Write the seals on containers as UN/EDIFACT SEL segments, to be put into a message.",
       {file, by, whom, from, to, site,
        choice("directory", "Of which directory.", {"d95b", "later"}, "d95b")},
       {"export sel seals.edi --site akl-01 --from 2026-01-31"}},
      {"print register",
       "The seal register of clause 2.6 as PDF, with what it proves.",
       {file, by, whom, from, to, site, family},
       {"print register register.pdf --from 2026-01-01"}},
      {"print incident",
       "An incident as a report for Customs (clause 6.3).",
       {file, by, whom, the_site, needed(text("entry", "The entry that recorded it, as 1/42."))},
       {"print incident incident.pdf --site akl-01 --entry 1/42"}},
      {"print load-sheet",
       "The sheet that goes with a container: seals, site's keys, a code to scan.",
       {file, by, whom, the_site, text("container", "Container number."), text("package", "Air package.")},
       {"print load-sheet sheet.pdf --site akl-01 --container MSCU1234566"}},
      {"print forms",
       "Numbered blank forms for the time when a site's terminal is away.",
       {file, by, whom, the_site, whole("first", "Number of the first form; 1 if not given.", 1, 999'999),
        whole("count", "How many; 1 if not given.", 1, out::kForms)},
       {"print forms forms.pdf --site akl-01 --first 201 --count 20"}},
  };
}

}  // namespace sealkeep::hub::commands

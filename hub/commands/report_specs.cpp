// SPDX-License-Identifier: Apache-2.0
#include "common/cli/spec_kit.hpp"
#include "hub/commands/report_commands.hpp"
#include "hub/reports/report.hpp"

namespace sealkeep::hub::commands {
namespace {

using cli::CommandSpec;
using cli::OptionSpec;
using namespace cli::spec;

OptionSpec format() {
  return choice("format", "As what.", {"pdf", "xlsx", "csv"}, "pdf");
}
OptionSpec site() {
  return many(text("site", "Only this site, or these; all that sent records if not given."));
}
OptionSpec by() {
  return text("by", "Who asks, for the journal; the person who is signed in, if somebody is.");
}
CommandSpec kind_spec(const ReportKindRow& kind) {
  const OptionSpec out = path("out", "Wait for it and write it to this file, which must not be there yet.");
  CommandSpec spec;
  spec.name = "report " + std::string(kind.name);
  spec.help = std::string(kind.title) + " as a file. " + std::string(kind.about);
  spec.options = {format(), site(), out, by(), text("for", "For whom it is, for the journal.")};
  if (kind.period) {
    spec.options.push_back(text("from", "First day in head office's zone; the first record if not given."));
    spec.options.push_back(text("to", "Last day; today if not given."));
  } else {
    spec.options.push_back(
        text("at", "As it stood at the end of this day, in head office's zone; of now if not given."));
  }
  spec.examples = {spec.name + " --out " + std::string(kind.name) + ".pdf",
                   spec.name + " --format xlsx --site akl-01 --out " + std::string(kind.name) + ".xlsx"};
  if (kind.period)
    spec.examples.push_back(spec.name + " --from 2026-01-01 --to 2026-01-31 --out " + std::string(kind.name) +
                            ".pdf");
  else
    spec.examples.push_back(spec.name + " --at 2026-01-31 --out " + std::string(kind.name) + ".pdf");
  return spec;
}

}  // namespace

std::vector<CommandSpec> report_specs() {
  std::vector<CommandSpec> specs;
  std::vector<std::string> kinds;
  for (const ReportKindRow& kind : report_kinds()) {
    specs.push_back(kind_spec(kind));
    kinds.emplace_back(kind.name);
  }
  const OptionSpec kind = placed(needed(choice("kind", "Which report.", std::move(kinds))));
  const OptionSpec id = placed(needed(text("id", "Its id.")));
  OptionSpec at = text("at", "Time by head office's clock.");
  at.default_value = "06:00";
  specs.insert(
      specs.end(),
      {{"report list",
        "Reports, newest first: which wait, how far one is, which were made; and what is made by itself.",
        {},
        {"report list"}},
       {"report cancel",
        "Stop a report that waits or is being made.",
        {id, by()},
        {"report cancel 3f9a01bc"}},
       {"report file",
        "Write a report that was made to a file.",
        {id, placed(needed(path("file", "The file to write; it must not be there yet."))), by()},
        {"report file 3f9a01bc register.pdf"}},
       {"report schedule add",
        "Have a report made by itself and sent: of the day, the seven days or the calendar month before. A "
        "run that was missed is made once afterwards.",
        {kind, format(), site(), choice("every", "How often.", {"day", "week", "month"}, "month"),
         whole("day",
               "Week: 1 Monday to 7 Sunday. Month: 1 to 31, or a shorter month's last day. 1 if not given.",
               1, 31),
         at, text("channel", "By which channel; the first for e-mail if not given."),
         many(text("to", "An address, on e-mail.")), by()},
        {"report schedule add reconciliation --every month --to compliance@example.nz",
         "report schedule add day-close --every week --day 1 --at 07:30 --format xlsx --to ses@example.nz"}},
       {"report schedule list",
        "Which reports are made by themselves, when next, and for whom.",
        {},
        {"report schedule list"}},
       {"report schedule remove",
        "Make that report by itself no longer.",
        {id, by()},
        {"report schedule remove 3f9a01bc"}}});
  return specs;
}

}  // namespace sealkeep::hub::commands

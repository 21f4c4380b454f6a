// SPDX-License-Identifier: Apache-2.0
#include "common/cli/spec_kit.hpp"
#include "hub/commands/alert_commands.hpp"
#include "hub/commands/commands.hpp"
#include "hub/commands/customs.hpp"
#include "hub/commands/export_evidence.hpp"
#include "hub/commands/export_files.hpp"
#include "hub/commands/people_parts.hpp"
#include "hub/commands/pictures.hpp"
#include "hub/commands/report_commands.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub {
namespace {

using cli::CommandSpec;
using cli::OptionSpec;
using cli::OptionType;
using namespace cli::spec;

const std::vector<std::string> kFamilies = {"ses", "mpi"};
const std::vector<std::string> kKinds = {"bolt", "cable", "strap", "tape", "marking", "substance"};
const std::vector<std::string> kScopes = {"sea", "air", "both"};

OptionSpec plan_version() {
  return text("plan-version", "Version of the security plan that Customs approved (see approve plan).");
}
OptionSpec setting() {
  return needed(text("setting", "The setting's name or number."));
}

std::vector<OptionSpec> listening() {
  return {text("listen", "Address to listen on; * is every interface. 127.0.0.1 if not given."),
          whole("main-port", "Port for sites. 7441 if not given.", 1, 65535),
          whole("enrol-port", "Port for enrolment. 7442 if not given.", 1, 65535)};
}

}  // namespace

cli::ProgramSpec program_spec() {
  cli::ProgramSpec program;
  program.name = "sealkeep-hub";
  program.about =
      "The exporter's hub: mirrors the register of every load site, watches all sites together and raises an "
      "alert for each "
      "seal that is not accounted for.";
  program.version = SEALKEEP_VERSION;
  program.config_file = "/etc/sealkeep/hub.toml";
  program.data_folder = "/var/lib/sealkeep-hub";

  std::vector<OptionSpec> init_options = {
      needed(text(
          "name",
          "The hub's name, first part of every log's name, for example hub.example.nz. It never changes.")),
      text("address", "Where sites reach it, for example tcp://hub.example.nz:7441."),
      text("enrol-address", "Where sites enrol, for example tcp://hub.example.nz:7442.")};
  program.commands = {
      {"init",
       "Make a new hub: its keys, its roles signed by the root key, its database and its journal.",
       init_options,
       {"init --name hub.example.nz --address tcp://hub.example.nz:7441 --enrol-address "
        "tcp://hub.example.nz:7442"}},
      {"serve", "Run the hub until it is stopped.", listening(), {"serve --listen '*'"}},
      {"status",
       "What the hub knows: one sentence, then sites, seals not accounted for, sites not heard of.",
       {},
       {"status"}},
      {"site add",
       "Invite a load site. Prints the invitation, which holds a one-time code that is valid for 24 hours.",
       {placed(needed(text("code", "The site's code, for example akl-01."))),
        {"out", "Also write the invitation to this file.", OptionType::Path},
        flag("again",
             "The site was enrolled, and its machine or database is lost: invite another machine in its "
             "place. What "
             "is mirrored stays; the old machine is refused once the new one is approved.")},
       {"site add akl-01 --out akl-01.invitation", "site add akl-01 --again --out akl-01.invitation"}},
      {"site ask",
       "Take an enrolment request that was carried here as a file.",
       {{"file", "The request as `sealkeep-agent enrol --request-file` wrote it.", OptionType::InputFile,
         true, false, true}},
       {"site ask akl-01.request"}},
      {"site approve",
       "Approve a site's keys. Compare the fingerprint with the person at the site first, by voice, and give "
       "it here.",
       {placed(needed(text("code", "The site's code."))),
        needed(text("fingerprint", "The fingerprint as the site reads it out; blanks do not matter."))},
       {"site approve akl-01 --fingerprint '3f9a 01bc 77d2 0e44 9b1c 5a63 c0de 1f2e'"}},
      {"site revoke",
       "Stop accepting anything from a site, from its next message on.",
       {placed(needed(text("code", "The site's code.")))},
       {"site revoke akl-01"}},
      {"approve customs",
       "Tell a site that Customs approved it (clause 2.5).",
       {needed(text("site", "The site's code.")), needed(text("from", "First day, 2026-01-31.")),
        text("until", "Last day; none if not given."),
        choice("scope", "What the approval covers.", kScopes, "sea"), plan_version()},
       {"approve customs --site akl-01 --from 2026-01-01 --plan-version 3"}},
      {"approve delivery",
       "Tell a site which seals a purchase approval sends to it (clause 2.4).",
       {needed(text("site", "The site's code.")),
        needed(text("approval", "Number of the seal purchase approval.")),
        needed(text("first", "First seal number.")), text("last", "Last seal number; one seal if not given."),
        choice("family", "Seal family.", kFamilies, "ses"), choice("kind", "Kind of seal.", kKinds, "bolt"),
        text("expected", "Day on which it should arrive; today if not given.")},
       {"approve delivery --site akl-01 --approval PO-118 --first NZ300001 --last NZ300200"}},
      {"approve operator",
       "Tell a site, or all, that a transport operator is in the plan (clause 2.16).",
       {text("site", "The site's code; all approved sites if not given."),
        needed(text("name", "The operator's name.")),
        whole("number", "The number that sites use for it.", 1, 4'000'000'000),
        needed(text("from", "First day.")), text("until", "Last day."),
        choice("scope", "Sea or air.", kScopes, "sea"), plan_version()},
       {"approve operator --name 'Harbour Haulage' --number 12 --from 2026-01-01 --plan-version 3",
        "approve operator --name 'Sky Freight RACA' --number 40 --scope air --from 2026-01-01"}},
      {"approve seal-type",
       "Tell a site, or all, which seals the plan lists (clause 2.1).",
       {text("site", "The site's code; all approved sites if not given."),
        needed(text("prefix", "Maker's prefix, for example NZ.")),
        whole("width", "How many digits follow.", 1, 18), choice("family", "Seal family.", kFamilies, "ses"),
        choice("kind", "Kind of seal.", kKinds, "bolt"), needed(text("from", "First day.")),
        text("until", "Last day."), plan_version()},
       {"approve seal-type --prefix NZ --width 6 --from 2026-01-01 --plan-version 3"}},
      {"approve plan",
       "Record at a site, or all, that Customs approved a version of the security plan in writing (clause "
       "4.3). Settings, seal types, sea operators and sites name such a version.",
       {text("site", "The site's code; all approved sites if not given."),
        needed(text("plan-version", "The version, as the plan itself names it.")),
        {"document", "What Customs wrote; its SHA-256 is recorded.", OptionType::InputFile},
        needed(text("from", "First day on which it holds."))},
       {"approve plan --plan-version 3 --document approval-3.pdf --from 2026-01-01"}},
      {"plan set",
       "Change one setting of the plan at a site, or all (docs/operations.md lists them).",
       {text("site", "The site's code; all approved sites if not given."), setting(),
        whole("value", "Its value; lengths are milliseconds.", 0, 4'000'000'000'000), plan_version(),
        flag("house", "The house's own rule: stricter than the plan, and no version of it is named.")},
       {"plan set --setting 9 --value 1800000 --plan-version 3",
        "plan set --setting 9 --value 600000 --house"}},
      {"plan clause",
       "Say how a clause of the standard applies to a site.",
       {text("site", "The site's code; all approved sites if not given."),
        needed(text("clause", "For example 2.18.")),
        choice("how", "Assured: done by the site, and assured by us.", {"applies", "assured", "not-relevant"},
               "applies"),
        text("reason", "Why it is not relevant, or how it is assured."), plan_version()},
       {"plan clause --site akl-01 --clause 5.4 --how assured --reason 'agreement of March'",
        "plan clause --clause 2.18 --how not-relevant --reason 'no air freight' --plan-version 3"}},
      {"plan closed-days",
       "Holidays and planned closing of a site, or all: limits in working days and opening hours leave them "
       "out.",
       {text("site", "The site's code; all approved sites if not given."),
        needed(text("first", "First day.")), text("last", "Last day; one day if not given."),
        flag("open", "Open after all.")},
       {"plan closed-days --first 2026-12-24 --last 2027-01-04"}},
      {"plan replay",
       "Run a draft of settings, seal types and operators over what was recorded, and show what it would "
       "have "
       "flagged. Nothing is changed.",
       {text("site", "The site's code; all approved sites if not given."),
        many(text("set", "A setting of the draft: its name or number, and its value.")),
        many(
            text("seal-type", "A type of the draft, \"ses:NZ:6\": family, prefix, digits. Only those then.")),
        many(text("operator", "An operator of the draft, \"12\" or \"12:air\". Only those then.")),
        text("from", "First day that is looked at; everything from the first record on is replayed."),
        text("to", "Last day.")},
       {"plan replay --set checked_ms=600000 --from 2026-01-01", "plan replay --seal-type ses:NZ:8"}},
      {"compliance",
       "On what each clause of the standard stands at each site: shown by facts, document on file, declared, "
       "not shown.",
       {text("site", "Only this site."), text("from", "First day; 365 days ago if not given."),
        text("to", "Last day; today if not given."),
        text("clause", "One clause, with the records behind it."),
        text("cursor", "Go on behind this site, where an answer said \"next\".")},
       {"compliance", "compliance --site akl-01 --clause 2.14"}},
      {"withdraw",
       "Withdraw seals at a site, or all: from then on their use is marked.",
       {text("site", "The site's code; all approved sites if not given."),
        needed(text("first", "First seal number.")), text("last", "Last seal number."),
        choice("family", "Seal family.", kFamilies, "ses")},
       {"withdraw --first NZ300100 --last NZ300200"}},
      {"withdrawn",
       "What became of each batch that was withdrawn, site by site: still in stock, on which containers, "
       "destroyed, sent back; and whether the site has heard of it.",
       {text("site", "Only this site."), flag("seals", "Each seal with the entry that shows it.")},
       {"withdrawn", "withdrawn --site akl-01 --seals"}},
      {"erase person",
       "Order a site to erase a person's name, here too, as soon as the retention period of the plan allows "
       "it. "
       "The site does it by itself and answers.",
       {needed(text("site", "The site's code.")),
        needed(text("person", "The name as the site wrote it, or the number."))},
       {"erase person --site akl-01 --person Tama"}},
      {"erase entry",
       "Order a site to erase the names, words and photos beside one record, in the same way.",
       {needed(text("site", "The site's code.")), needed(text("entry", "The entry, as 1/42."))},
       {"erase entry --site akl-01 --entry 1/42"}},
      {"erasures",
       "What was ordered to be erased, site by site: done, refused until when, or not heard yet.",
       {text("site", "Only this site.")},
       {"erasures"}},
      {"seal look-alikes",
       "Which seals in stock, in hand or on a unit at a site are easily read one for the other (a look-alike "
       "character, two "
       "neighbours swapped), over all sites, and where they lie.",
       {text("site", "Only among the seals of this site."),
        choice("family", "Seal family.", {"ses", "mpi", "other"}, "ses")},
       {"seal look-alikes", "seal look-alikes --site akl-01"}},
      {"seal show",
       "A seal's whole history over all sites, with proof.",
       {placed(needed(text("number", "The seal's number."))),
        choice("family", "Seal family.", {"ses", "mpi", "other"}, "ses")},
       {"seal show NZ300006"}},
      {"verify",
       "Read every mirror, log, tile and head again, rebuild every register from its log and compare. Exit "
       "code 1 names the "
       "first entry that does not fit.",
       {},
       {"verify"}},
  };
  for (CommandSpec& command : commands::customs_specs()) program.commands.push_back(std::move(command));
  for (CommandSpec& command : commands::filter_specs()) program.commands.push_back(std::move(command));
  program.commands.push_back(commands::seal_photo_spec());
  program.commands.push_back(commands::seal_original_spec());
  for (CommandSpec& command : commands::alert_specs()) program.commands.push_back(std::move(command));
  for (CommandSpec& command : commands::notice_specs()) program.commands.push_back(std::move(command));
  program.commands.push_back(commands::export_evidence_spec());
  for (auto specs : {commands::export_specs(), commands::report_specs(), commands::view_specs(),
                     commands::user_specs(), commands::token_specs(), commands::approval_specs()})
    for (CommandSpec& command : specs) program.commands.push_back(std::move(command));
  return program;
}

}  // namespace sealkeep::hub

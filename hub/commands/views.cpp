// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/views.hpp"
#include "common/cli/spec_kit.hpp"

#include "hub/commands/customs.hpp"

namespace sealkeep::hub::commands {
namespace {

using cli::CommandSpec;
using cli::OptionSpec;
using namespace cli::spec;

OptionSpec site() {
  return {"site", "Only this site."};
}
OptionSpec cursor() {
  return {"cursor", "Go on where an answer said \"next\"."};
}

OptionSpec number_cursor() {
  return whole("cursor", "Go on where an answer said \"next\".", 0, INT64_MAX);
}

}  // namespace

std::vector<CommandSpec> view_specs() {
  return {
      {"overview",
       "The first screen: one sentence, what Customs must be told, which seals are not accounted for and "
       "why, "
       "sites not heard of, what needs a person today, and every site, worst first.",
       {},
       {"overview"}},
      {"site list",
       "All sites: state, fingerprint, heard of, how much is mirrored; stock, dock and ledger in JSON.",
       {},
       {"site list"}},
      {"site show",
       "One site: its ledgers, where its seals lie, what is on its dock, its people, plan, keys and alerts.",
       {placed(needed(text("code", "The site's code.")))},
       {"site show akl-01"}},
      {"site place",
       "Say where a site lies, for the map. Degrees with a point; south and west have a minus.",
       {placed(needed(text("code", "The site's code."))),
        needed(text("lat", "Latitude, for example -36.8485.")),
        needed(text("lon", "Longitude, for example 174.7633."))},
       {"site place akl-01 --lat -36.8485 --lon 174.7633"}},
      {"seal find",
       "Look for seals over all sites: a number or its beginning, with or without the maker's letters, a "
       "range, "
       "a container, a delivery, an approval, a box.",
       {placed(text("text", "What to look for; nothing: all that the options leave.")), site(),
        choice("state", "Only seals in this state.",
               {"in_stock", "issued", "applied", "checked", "uplifted", "removed", "damaged", "lost",
                "tampered", "destroyed", "short", "returned", "sent_out"}),
        choice("family", "Only this family.", {"ses", "mpi", "other"}), cursor()},
       {"seal find 3000", "seal find NZ300001..NZ300200", "seal find MSCU1234566",
        "seal find --site akl-01 --state lost"}},
      {"seal prove",
       "Write a small evidence pack of one seal's life, which sealkeep-verify checks. The journal keeps who "
       "took it out, for whom.",
       {placed(needed(text("number", "The seal's number."))),
        placed(needed(path("file", "The pack; made new, never written over."))),
        choice("family", "Seal family.", {"ses", "mpi", "other"}, "ses"),
        text("company", "Name of the exporter, for the cover."),
        text("client-code", "Customs client code of the exporter, for the cover."),
        text("by", "Who makes this, for the journal."), text("for", "For whom it is, for the journal.")},
       {"seal prove NZ300006 nz300006.seals --for 'Customs, Auckland'"}},
      {"deliveries",
       "What was announced to sites and what came of it: planned, received, short, over, late, at the wrong "
       "site. Latest expected first.",
       {site(),
        choice("state", "Only these.",
               {"planned", "received", "partly", "short", "over", "wrong_site", "late"}),
        number_cursor()},
       {"deliveries", "deliveries --state short"}},
      {"incidents list",
       "Incidents of all sites, newest first: the clock to Customs, what was decided, when Customs was told.",
       {site(), cursor()},
       {"incidents list", "incidents list --site akl-01"}},
      {"incidents show",
       "One incident with its story, the decision and its reason, and how to print the report.",
       {placed(needed(text("id", "SITE/EPOCH/ENTRY, as incidents list has it.")))},
       {"incidents show akl-01/1/42"}},
      {"plan show",
       "The versions of the security plan that were told to sites, with what each changed.",
       {site()},
       {"plan show", "plan show --site akl-01"}},
      {"plan diff",
       "Which settings two versions of the plan have differently.",
       {placed(needed(text("from", "A version, or \"default\": the product's own values."))),
        placed(needed(text("to", "The other version."))), site()},
       {"plan diff default 3", "plan diff 2 3"}},
      {"trends",
       "Each day's figures over all sites or one: seals received, applied, checked, containers uplifted, "
       "alerts, what was done late, and how much was typed.",
       {site(), whole("days", "How many days, today included; 30 if not given.", 1, 732)},
       {"trends", "trends --site akl-01 --days 90"}},
      {"journal list",
       "What head office itself decided and who took data out, newest first, from its signed journal.",
       {text("kind", "Only this kind, for example data_exported."),
        text("by", "Only entries with this text, for example a person's name."), number_cursor()},
       {"journal list", "journal list --kind data_exported"}},
      {"people",
       "The people of all sites or one: role, training and competence with their ends, key positions, who "
       "left.",
       {site(), cursor()},
       {"people --site akl-01"}},
  };
}

std::optional<Result<Value>> answer_view(Hub& hub, const Command& command, const OnProgress& progress) {
  const std::string& name = command.name;
  if (name == "overview") return overview(hub, command);
  if (name == "site list") return site_list(hub, command);
  if (name == "site show") return site_show(hub, command);
  if (name == "site place") return site_place(hub, command);
  if (name == "seal find") return seal_find(hub, command);
  if (name == "seal prove") return seal_prove(hub, command, progress);
  if (name == "deliveries") return deliveries(hub, command);
  if (name == "incidents list") return incidents_list(hub, command);
  if (name == "incidents show") return incidents_show(hub, command);
  if (name == "incidents decide") return incidents_decide(hub, command);
  if (name == "incidents told") return incidents_told(hub, command);
  if (name == "incidents reply") return incidents_reply(hub, command);
  if (name == "plan show") return plan_show(hub, command);
  if (name == "plan diff") return plan_diff(hub, command);
  if (name == "trends") return trends(hub, command);
  if (name == "journal list") return journal_list(hub, command);
  if (name == "people") return people(hub, command);
  return filter_command(hub, command);
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include "common/cli/spec_kit.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/alert_commands.hpp"
#include "hub/commands/customs.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kClocksDifferMs = 5 * kMinuteMs;
constexpr std::pair<std::string_view, ses::ToldHow> kHow[] = {{"phone", ses::ToldHow::Phone},
                                                              {"form", ses::ToldHow::Form},
                                                              {"email", ses::ToldHow::Email},
                                                              {"in-person", ses::ToldHow::InPerson}};
constexpr std::pair<std::string_view, ReportDecision> kDecisions[] = {
    {"report", ReportDecision::Report},
    {"not-reportable", ReportDecision::NotReportable},
    {"undecided", ReportDecision::Undecided}};

struct Named {
  RegisterId site = 0;
  ses::Ref incident;
  CustomsStanding standing;
};

Result<Named> incident_named(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  const std::size_t slash = id.find('/');
  const auto at =
      slash == std::string::npos ? std::nullopt : ses::ref_of(std::string_view(id).substr(slash + 1));
  Named out;
  if (at) {
    SEALKEEP_LET(site, site_named(hub, id.substr(0, slash)));
    out.site = site.id;
    out.incident = *at;
    SEALKEEP_LET(standings, CustomsStandings::open(hub.db()));
    SEALKEEP_LET(standing, standings.of(site.id, *at));
    out.standing = std::move(standing);
  }
  if (!out.standing.known) return unknown_incident(id);
  return out;
}

// What a person says of a talk or a letter: when, whom, the reference, in their own words.
Result<CustomsStep> step_of(Hub& hub, const Command& command, const Named& named, CustomsStep::Kind kind) {
  CustomsStep step;
  step.kind = kind;
  step.at_ms = hub.parts().clock.now().unix_ms;
  SEALKEEP_LET(by, asked_by(command));
  step.by = std::move(by);
  SEALKEEP_LET(said_ms, moment(command, "at"));
  step.when_ms = said_ms == 0 ? step.at_ms : said_ms;
  if (step.when_ms > step.at_ms + kClocksDifferMs)
    return bad_input("incident.when", "That moment has not come yet", {},
                     "Say when it was, or leave --at out");
  // Clocks on walls have minutes.
  if (step.when_ms + kMinuteMs <= named.standing.discovered_ms)
    return bad_input("incident.when", "That is before the incident was discovered",
                     "it was discovered at " + when(named.standing.discovered_ms), "Say when it was");
  const std::string how = command.one("how").value_or("email");
  for (const auto& [name, one] : kHow)
    if (how == name) step.how = one;
  step.whom = command.one("whom").value_or("");
  step.reference = command.one("reference").value_or("");
  step.text = command.one("text").value_or("");
  return step;
}

// As incidents show answers, so that a page is right at once.
Result<Value> shown(Hub& hub, const Command& command) {
  Command show = command;
  show.name = "incidents show";
  return incidents_show(hub, show);
}

using namespace cli::spec;

cli::OptionSpec id() {
  return placed(needed(text("id", "SITE/EPOCH/ENTRY, as incidents list has it.")));
}
cli::OptionSpec one_of(std::string name, std::string help, const auto& choices) {
  cli::OptionSpec one = choice(std::move(name), std::move(help), {});
  for (const auto& [word, value] : choices) one.choices.emplace_back(word);
  return one;
}
Options talk(cli::OptionSpec how, cli::OptionSpec said) {
  return {id(),
          std::move(how),
          text("at", "When it was, ISO 8601; now if not given."),
          text("whom", "Who at Customs."),
          text("reference", "Customs' own reference, if they gave one."),
          std::move(said),
          text("by", "Who did it; the person who is signed in, if somebody is.")};
}

}  // namespace

Result<Value> incidents_decide(Hub& hub, const Command& command) {
  SEALKEEP_LET(named, incident_named(hub, command));
  SEALKEEP_LET(said, command.required("decision"));
  ReportDecision decision = ReportDecision::Undecided;
  for (const auto& [name, one] : kDecisions)
    if (said == name) decision = one;
  SEALKEEP_LET(by, asked_by(command));
  SEALKEEP_LET(instruction, decide_incident(hub, named.site, named.incident, decision,
                                            command.one("reason").value_or(""), by));
  static_cast<void>(instruction);
  return shown(hub, command);
}

Result<Value> incidents_told(Hub& hub, const Command& command) {
  SEALKEEP_LET(named, incident_named(hub, command));
  SEALKEEP_LET(step, step_of(hub, command, named, CustomsStep::Kind::Told));
  SEALKEEP_TRY(hub.note_customs(named.site, named.incident, step));
  return shown(hub, command);
}

Result<Value> incidents_reply(Hub& hub, const Command& command) {
  SEALKEEP_LET(named, incident_named(hub, command));
  if (named.standing.told_ms == 0)
    return fail(ErrorKind::Refused, "incident.not_told", "Customs was not told of this incident yet",
                "nothing says so here", "Write down first when and how Customs was told: incidents told");
  SEALKEEP_LET(step, step_of(hub, command, named, CustomsStep::Kind::Replied));
  if (step.text.empty() && step.reference.empty())
    return bad_input("cli.required", "Neither what Customs said nor a reference is given", {},
                     "Add --text or --reference");
  SEALKEEP_TRY(hub.note_customs(named.site, named.incident, step));
  return shown(hub, command);
}

std::vector<cli::CommandSpec> customs_specs() {
  return {
      {"incidents decide",
       "Decide whether Customs is told of an incident: report, not-reportable (with a reason), or undecided "
       "for now. Deciding does not stop the clock; telling Customs does.",
       {id(), needed(one_of("decision", "What is decided.", kDecisions)),
        text("reason", "Why; it goes to the site and names no person."),
        text("by", "Who decides; the person who is signed in, if somebody is.")},
       {"incidents decide akl-01/1/42 --decision report",
        "incidents decide akl-01/1/42 --decision not-reportable --reason \"a carrier's seal, put back\""}},
      {"incidents told",
       "Write down that Customs was told: by phone first, then on the form. The first of them stops the "
       "clock, at the time that is given.",
       talk(needed(one_of("how", "How Customs was told.", kHow)), text("text", "What was said.")),
       {"incidents told akl-01/1/42 --how phone --whom \"Duty officer\" --reference CR-2211",
        "incidents told akl-01/1/42 --how form --at 2026-06-02T15:10:00+12:00"}},
      {"incidents reply",
       "Write down what Customs answered, with its reference.",
       talk(one_of("how", "How it came; by e-mail if not given.", kHow), text("text", "What Customs said.")),
       {"incidents reply akl-01/1/42 --reference CR-2211 --text \"No further action\""}},
  };
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include "common/cli/spec_kit.hpp"
#include "hub/commands/alert_commands.hpp"

namespace sealkeep::hub::commands {
namespace {

using cli::CommandSpec;
using cli::OptionSpec;
using namespace cli::spec;

OptionSpec ids() {
  return many(placed(needed(
      text("id", "The alerts' ids, or their first digits: several are handled together, all or none."))));
}
OptionSpec by() {
  return text("by", "Who does it; the person who is signed in, if somebody is.");
}
OptionSpec comment() {
  return text("comment", "A few words for the history.");
}
OptionSpec page() {
  return text("cursor", "Go on after the page before: its \"next\".");
}

const std::vector<std::string> kSeverities = {"digest", "list", "warn", "high", "critical"};

}  // namespace

std::vector<CommandSpec> alert_specs() {
  return {
      {"alerts list",
       "Alerts, most severe first; sites not heard of stand apart. Without an option those that are not "
       "resolved.",
       {text("site", "Only this site."), flag("all", "Also those that are resolved."),
        choice("state", "Only those in this state.",
               {"open", "acknowledged", "snoozed", "covered", "resolved", "all"}),
        text("clause", "Only this clause."), text("owner", "Only in these hands."),
        choice("severity", "Only so severe.", kSeverities), text("text", "Only with these words."), page()},
       {"alerts list", "alerts list --site akl-01 --json", "alerts list --state snoozed"}},
      {"alerts show",
       "One alert: what, why, since when, which clause, who has it in hand, its history, what was said to "
       "whom, and "
       "why it spoke or stayed quiet.",
       {placed(needed(text("id", "The alert's id, or its first digits.")))},
       {"alerts show 3f9a01bc"}},
      {"alerts answer",
       "Answer an alert about a duty. The answer goes to the site as a signed instruction, is shown there, "
       "and ends "
       "the duty where words can: what must be done with hands stays to be done.",
       {placed(needed(text("id", "The alert's id, or its first digits."))),
        needed(
            choice("decision",
                   "Accept it as explained, decide that Customs need not or must be told, or ask the site.",
                   {"accept", "not-reportable", "report", "ask"})),
        needed(text("reason", "Why, or what is asked. Name no person: it cannot be erased.")), by()},
       {"alerts answer 3f9a01bc --decision ask --reason 'look behind the cage door'",
        "alerts answer 3f9a01bc --decision not-reportable --reason 'found in the van an hour later'"}},
      {"alerts acknowledge",
       "Take alerts in hand: they climb no further, except where Customs' clock runs.",
       {ids(), by(), comment()},
       {"alerts acknowledge 3f9a01bc --by Anna"}},
      {"alerts assign",
       "Give alerts to somebody, who is told.",
       {ids(), needed(text("to", "The person's name, as the configuration has it.")), by(), comment()},
       {"alerts assign 3f9a01bc --to 'Anna Reid' --by Tom"}},
      {"alerts comment",
       "Write a comment beside alerts.",
       {ids(), needed(text("comment", "The words.")), by()},
       {"alerts comment 3f9a01bc --comment 'Mere looks for it' --by Anna"}},
      {"alerts snooze",
       "Let alerts sleep until a moment, 30 days at most (critical ones a day). They speak then if their "
       "cause is "
       "still there, and at once if it becomes worse.",
       {ids(), needed(text("until", "A moment, 2026-01-31T08:00, or a length, 8h or 2d.")), by(), comment()},
       {"alerts snooze 3f9a01bc --until 8h --by Anna"}},
      {"alerts wake", "End the sleep of alerts now.", {ids(), by(), comment()}, {"alerts wake 3f9a01bc"}},
      {"alerts resolve",
       "Resolve alerts with their cause. One whose cause is there and ends by itself is refused: do what it "
       "asks.",
       {ids(), needed(text("cause", "What it was, and what was done.")), by()},
       {"alerts resolve 3f9a01bc --cause 'the old PC was still running; switched off' --by Tom"}},
      {"alerts reopen", "Open resolved alerts again.", {ids(), by(), comment()}, {"alerts reopen 3f9a01bc"}},
      {"alerts severity",
       "Make alerts more or less severe; less needs a reason.",
       {ids(), needed(choice("severity", "How severe it is from now on.", kSeverities)), by(), comment()},
       {"alerts severity 3f9a01bc --severity high --comment 'the truck comes at four'"}},
  };
}

std::vector<CommandSpec> notice_specs() {
  return {
      {"notice channels",
       "The ways out for notices: where to, whether they work, what waits.",
       {},
       {"notice channels"}},
      {"notice test",
       "Send a test over a channel. It goes out within seconds while the hub is served.",
       {placed(needed(text("name", "The channel's name."))), text("to", "An address, on e-mail.")},
       {"notice test mail --to anna@example.nz"}},
      {"notice list",
       "Notices, newest first.",
       {choice("state", "Only these.", {"waiting", "sent", "dead", "withdrawn", "dropped"})},
       {"notice list --state dead"}},
      {"notice retry",
       "Try a notice again now that was given up or waits.",
       {placed(needed(text("id", "Its id.")))},
       {"notice retry 0f3a"}},
      {"notice drop",
       "Decide that a notice that did not get through need not be sent.",
       {placed(needed(text("id", "Its id."))), needed(text("reason", "Why.")), by()},
       {"notice drop 0f3a --reason 'told her by phone'"}},
      {"ladder show",
       "Who is told of which alerts, and who next if nobody takes them in hand.",
       {},
       {"ladder show"}},
      {"digest show", "What waits for each person's next digest.", {}, {"digest show"}},
  };
}

}  // namespace sealkeep::hub::commands

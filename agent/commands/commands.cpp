// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/commands.hpp"

#include <algorithm>

#include "agent/commands/answer.hpp"
#include "agent/commands/capture.hpp"
#include "agent/commands/enrol.hpp"
#include "agent/commands/export_evidence.hpp"
#include "agent/commands/export_files.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/forms.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/stop_sign.hpp"
#include "common/cli/input_file.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::string_view kInvitationBegins = "sealkeep-invitation-";
constexpr OtherCommand kWholeCommands[] = {
    {"enrol", enrol},
    {"verify", verify},
    {"export-log", export_log},
    {"export evidence", export_evidence},
    {"seal import", import_csv},
    {"compliance", compliance},
};

const FactCommand* fact_command(std::string_view name) {
  for (const auto theme :
       {stock_facts(), count_facts(), unit_facts(), sealing_facts(), trouble_facts(), record_facts()})
    for (const FactCommand& command : theme)
      if (command.name == name) return &command;
  return nullptr;
}

RunCommand other_command(std::string_view name) {
  for (const auto theme : {site_commands(), show_commands(), terminal_commands(), device_commands(),
                           user_commands(), privacy_commands(), export_commands(), form_commands(),
                           std::span<const OtherCommand>(kWholeCommands)})
    for (const OtherCommand& command : theme)
      if (command.name == name) return command.run;
  return nullptr;
}

std::string said_by(const std::vector<Fact>& facts, const Directory& names) {
  std::string what = ses::event_words(facts.front().event, names);
  if (facts.size() > 1) what += ", and " + std::to_string(facts.size() - 1) + " more records";
  return what;
}

Result<PreparedFacts> prepare(Agent& agent, const FactCommand& known, const cli::Command& command) {
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(in, FactInput::open(agent, command, id));
  SEALKEEP_LET(facts, known.make(in));
  SEALKEEP_ASSERT(!facts.empty());
  // All or nothing: a fact that cannot be an entry is refused before any of its command is recorded.
  for (const Fact& fact : facts) {
    ses::Entry entry;
    entry.header.happened_ms = in.now().unix_ms;
    entry.header.source = fact.source;
    entry.event = fact.event;
    SEALKEEP_LET(bytes, ses::encode(entry));
    static_cast<void>(bytes);
  }
  PreparedFacts out;
  out.register_id = id;
  std::string what = said_by(facts, in.directory());
  out.answer = [&agent, id, what = std::move(what),
                notes = in.notes()](std::span<const Result<Recorded>> recorded) {
    return recorded_answer(agent, id, what, notes, recorded);
  };
  out.facts = std::move(facts);
  return out;
}

Result<cli::Value> record_now(Agent& agent, PreparedFacts prepared) {
  SEALKEEP_LET(recorded, agent.record(prepared.register_id, prepared.facts));
  return prepared.answer(recorded);
}

}  // namespace

std::optional<Result<PreparedFacts>> prepare_facts(Agent& agent, const cli::Command& command) {
  const FactCommand* known = fact_command(command.name);
  if (known == nullptr || asks_first(command)) return std::nullopt;
  return prepare(agent, *known, command);
}

Result<cli::Value> execute(Agent& agent, const cli::Command& command, const cli::OnProgress& progress) {
  if (const FactCommand* known = fact_command(command.name)) {
    SEALKEEP_LET(prepared, prepare(agent, *known, command));
    if (asks_first(command)) return stop_sign(agent, command, prepared);
    return record_now(agent, std::move(prepared));
  }
  // It looks, and changes no register: whoever has eyes carries it out.
  if (command.name == kCapture)
    return fail(ErrorKind::Refused, "capture.no_eyes", "No pictures are taken here", {},
                "Start the agent with sealkeep-agent serve");
  if (const RunCommand run = other_command(command.name)) return run(agent, command, progress);
  return fail(ErrorKind::NotFound, "cli.unknown_command",
              "There is no command \"" + printable(command.name) + "\"",
              "the other program may be of another version", "See sealkeep-agent --help");
}

Result<cli::Command> with_files(cli::Command command) {
  const auto invitation = command.one("invitation");
  if (command.name != "enrol" || !invitation || invitation->starts_with(kInvitationBegins)) return command;
  SEALKEEP_LET(text, cli::read_input(*invitation, limits::kEnrolMessageBytes));
  command.options["invitation"] = {cli::well_formed(std::string(as_text(text)))};
  return command;
}

Result<cli::Value> execute_here(net::NetContext& context, Agent& agent, const cli::Command& command,
                                const cli::OnProgress& progress) {
  SEALKEEP_LET(answer, execute(agent, command, progress));
  if (command.name != "enrol" || command.has("request-file")) return answer;
  SEALKEEP_LET(answers, deliver_requests(context, agent, kDeliverPatienceMs, progress));
  for (const ExporterInfo& exporter : agent.exporters()) {
    const cli::Value* named = answer.find("enrolled_with");
    if (answers.contains(exporter.id) && named != nullptr && *named == cli::Value(exporter.hub))
      SEALKEEP_TRY(add_answer(answers.at(exporter.id), answer));
  }
  return answer;
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "agent/devices/scanner_config.hpp"
#include "common/cli/config.hpp"
#include "common/cli/dispatch.hpp"
#include "common/cli/program.hpp"

namespace sealkeep::agent {

/// The table of sealkeep-agent's commands: names, helps, options, examples.
[[nodiscard]] cli::ProgramSpec program_spec();

/// What the agent's configuration file may say.
[[nodiscard]] std::vector<cli::ConfigKey> config_keys();

/// The scanners of the configuration. Errors of parse_scanners().
[[nodiscard]] Result<std::vector<ScannerConfig>> scanners_of(const cli::Config& config);

/// A command that records facts, understood and not yet recorded. The daemon records those of all waiting
/// commands in one commit; `answer` then turns the outcome of its own into what the person sees.
struct PreparedFacts {
  RegisterId register_id = 0;
  std::vector<Fact> facts;
  std::function<Result<cli::Value>(std::span<const Result<Recorded>>)> answer;
};

/// nullopt: not a command that records facts (carry it out with execute()). An Error: it is, and cannot be
/// understood; nothing was changed. Looks up people, stores and exporters by name or number.
[[nodiscard]] std::optional<Result<PreparedFacts>> prepare_facts(Agent& agent, const cli::Command& command);

/// Carries out any command (also those of prepare_facts, one by one). NotFound `cli.unknown_command`.
[[nodiscard]] Result<cli::Value> execute(Agent& agent, const cli::Command& command,
                                         const cli::OnProgress& progress);

/// What the caller does before a command goes to a daemon, which may not be able to read the caller's files:
/// `enrol --invitation` names a file or is the text itself. Errors of cli::read_input.
[[nodiscard]] Result<cli::Command> with_files(cli::Command command);

/// execute() in a process without a daemon: `enrol` also carries the request to the hub, for up to 20 s.
[[nodiscard]] Result<cli::Value> execute_here(net::NetContext& context, Agent& agent,
                                              const cli::Command& command, const cli::OnProgress& progress);

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/cli/dispatch.hpp"
#include "common/cli/program.hpp"

namespace sealkeep::agent {

/// How a command is carried out.
using RunCommand = Result<cli::Value> (*)(Agent& agent, const cli::Command& command,
                                          const cli::OnProgress& progress);

/// A command that is carried out as a whole, and is not one fact of one register.
struct OtherCommand {
  std::string_view name;
  RunCommand run;
};

/// Facts about the site itself, recorded in every exporter's register with own numbers: people, places, days.
[[nodiscard]] std::span<const OtherCommand> site_commands();
/// What the registers hold: status, todo, seal show, seal list, person list, store list.
[[nodiscard]] std::span<const OtherCommand> show_commands();
[[nodiscard]] std::vector<cli::CommandSpec> show_specs();

/// What a terminal asks: dock, look, find.
[[nodiscard]] std::span<const OtherCommand> terminal_commands();
[[nodiscard]] std::vector<cli::CommandSpec> terminal_specs();
[[nodiscard]] Result<cli::Value> dock(Agent& agent, const cli::Command& command,
                                      const cli::OnProgress& progress);

/// Who may use the terminals, and which terminals there are: user ..., terminal ... (clauses 5.1, 5.2).
[[nodiscard]] std::span<const OtherCommand> user_commands();
[[nodiscard]] std::vector<cli::CommandSpec> user_specs();

/// How a tablet comes to trust this agent's certificate. Refused `trust.this_machine_only`; NotFound
/// `http.no_root`.
[[nodiscard]] Result<cli::Value> terminal_trust(Agent& agent, const cli::Command& command,
                                                const cli::OnProgress& progress);

/// The scanners: devices list, devices test.
[[nodiscard]] std::span<const OtherCommand> device_commands();
[[nodiscard]] std::vector<cli::CommandSpec> device_specs();

/// Personal data: erasing what nobody needs any more (DESIGN section 8, domain-rules section 7).
[[nodiscard]] std::span<const OtherCommand> privacy_commands();
[[nodiscard]] std::vector<cli::CommandSpec> privacy_specs();

[[nodiscard]] Result<cli::Value> enrol(Agent& agent, const cli::Command& command,
                                       const cli::OnProgress& progress);
[[nodiscard]] Result<cli::Value> verify(Agent& agent, const cli::Command& command,
                                        const cli::OnProgress& progress);
[[nodiscard]] Result<cli::Value> export_log(Agent& agent, const cli::Command& command,
                                            const cli::OnProgress& progress);
[[nodiscard]] Result<cli::Value> import_csv(Agent& agent, const cli::Command& command,
                                            const cli::OnProgress& progress);
[[nodiscard]] Result<cli::Value> status(Agent& agent, const cli::Command& command,
                                        const cli::OnProgress& progress);
[[nodiscard]] Result<cli::Value> compliance(Agent& agent, const cli::Command& command,
                                            const cli::OnProgress& progress);
[[nodiscard]] cli::CommandSpec compliance_spec();
[[nodiscard]] Result<cli::Value> todo(Agent& agent, const cli::Command& command,
                                      const cli::OnProgress& progress);
/// Which live seals are easily read one for the other, and where they lie.
[[nodiscard]] Result<cli::Value> seal_look_alikes(Agent& agent, const cli::Command& command,
                                                  const cli::OnProgress& progress);
/// Transport operators that the plan approves now (clause 2.16).
[[nodiscard]] Result<cli::Value> operator_list(Agent& agent, const cli::Command& command,
                                               const cli::OnProgress& progress);
[[nodiscard]] Result<cli::Value> seal_show(Agent& agent, const cli::Command& command,
                                           const cli::OnProgress& progress);

}  // namespace sealkeep::agent

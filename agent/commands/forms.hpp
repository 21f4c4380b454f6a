// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/site_commands.hpp"

namespace sealkeep::agent {

/// How the register names an output of numbered forms: "print forms P-000201..P-000220".
[[nodiscard]] std::string printed_forms_words(std::uint32_t first, std::uint32_t count);
/// The number after the highest form that was printed here.
[[nodiscard]] Result<std::uint32_t> next_form(Agent& agent, const RegisterLogs& logs);

/// "form list": which numbered paper forms were printed here and which of them nothing was entered from yet
/// (domain-rules section 8). What head office printed for this site is not known here.
[[nodiscard]] std::span<const OtherCommand> form_commands();
[[nodiscard]] std::vector<cli::CommandSpec> form_specs();

}  // namespace sealkeep::agent

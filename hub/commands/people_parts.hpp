// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

/// Who may use head office, with what, and with whose second word: user ..., token ..., approval .... Private
/// to this folder.
namespace sealkeep::hub::commands {

/// Carries out a command that nobody has to confirm any more.
[[nodiscard]] Result<Value> carry_out(Hub& hub, const Command& command, const OnProgress& progress);

/// True if one person alone may not decide it: approve or revoke a site's key, a version of the plan or a
/// setting, an account, its role, a new code for it. Over the API always; at the shell if
/// HubParts::two_persons says so, but for accounts while there are no two administrators who could do it.
[[nodiscard]] Result<bool> waits_for_second(Hub& hub, const Command& command);
/// Stores it as waiting, with an entry of the journal; answers {waiting_for_second, words}.
[[nodiscard]] Result<Value> ask_second(Hub& hub, const Command& command);

/// What a command is about, for the journal: "site akl-01", "NZ300006"; never a person or words of one.
[[nodiscard]] std::string subject_of(const Command& command);

/// Nothing for a command that is none of these.
[[nodiscard]] std::optional<Result<Value>> people_command(Hub& hub, const Command& command,
                                                          const OnProgress& progress);
[[nodiscard]] std::optional<Result<Value>> user_command(Hub& hub, const Command& command);
[[nodiscard]] std::optional<Result<Value>> token_command(Hub& hub, const Command& command);
[[nodiscard]] std::optional<Result<Value>> approval_command(Hub& hub, const Command& command,
                                                            const OnProgress& progress);
[[nodiscard]] std::vector<cli::CommandSpec> user_specs();
[[nodiscard]] std::vector<cli::CommandSpec> token_specs();
[[nodiscard]] std::vector<cli::CommandSpec> approval_specs();

}  // namespace sealkeep::hub::commands

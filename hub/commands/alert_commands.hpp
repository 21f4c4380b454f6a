// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {

/// The rows of the table of commands about alerts and notices.
[[nodiscard]] std::vector<cli::CommandSpec> alert_specs();
[[nodiscard]] std::vector<cli::CommandSpec> notice_specs();

/// Carries out a command about alerts or notices; nothing if it is none.
[[nodiscard]] std::optional<Result<Value>> alert_command(Hub& hub, const Command& command);

[[nodiscard]] Result<Value> notice_channels(Hub& hub);
[[nodiscard]] Result<Value> notice_test(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> notice_list(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> notice_retry(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> notice_drop(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> ladder_show(Hub& hub);
[[nodiscard]] Result<Value> digest_show(Hub& hub);

/// Who asks: --by, which the sign-in fills in where there is one.
[[nodiscard]] Result<std::string> asked_by(const Command& command);

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/config.hpp"
#include "common/cli/dispatch.hpp"
#include "common/cli/program.hpp"
#include "hub/hub.hpp"
#include "hub/serve.hpp"

namespace sealkeep::hub {

/// The table of sealkeep-hub's commands: names, helps, options, examples.
[[nodiscard]] cli::ProgramSpec program_spec();

/// What the hub's configuration file may say.
[[nodiscard]] std::vector<cli::ConfigKey> config_keys();

/// Whom alerts are told to, and how. Errors of parse_notice_setup().
[[nodiscard]] Result<NoticeSetup> notices_of(const cli::Config& config);

/// Where `serve` listens and what `init` writes: from the options, else the configuration file, else the
/// defaults.
[[nodiscard]] Result<ListenOn> listen_on(const cli::Invocation& asked);
[[nodiscard]] Result<HubSettings> settings_of(const cli::Invocation& asked);

/// `init`: Hub::create, and what a person does next.
[[nodiscard]] Result<cli::Value> init(const HubParts& parts, const HubSettings& settings);

/// Carries out any command but `init` and `serve`. NotFound `cli.unknown_command`.
[[nodiscard]] Result<cli::Value> execute(Hub& hub, const cli::Command& command,
                                         const cli::OnProgress& progress);

}  // namespace sealkeep::hub

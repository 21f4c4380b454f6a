// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "agent/eyes/eyes.hpp"
#include "common/cli/config.hpp"
#include "common/cli/program.hpp"

/// Pictures in commands: `capture`, what stands beside a fact, what a history shows.
namespace sealkeep::agent {

inline constexpr std::string_view kCapture = "capture";
[[nodiscard]] std::vector<cli::CommandSpec> capture_specs();
/// What `capture` asks for. BadInput `capture.what` unless it names exactly one of camera, picture and file.
[[nodiscard]] Result<LookRequest> look_request(const cli::Command& command);
[[nodiscard]] cli::Value seen_value(const Seen& seen);
/// Looks on the caller's thread: for a process that serves nobody. Errors of look_request() and Eyes::look().
[[nodiscard]] Result<cli::Value> capture_here(Eyes& eyes, const cli::Command& command);
/// Cameras and pictures of the configuration.
[[nodiscard]] EyesConfig eyes_of(const cli::Config& config);

/// A SHA-256 in 64 hexadecimal digits. BadInput `picture.hash`.
[[nodiscard]] Result<Hash> picture_hash(std::string_view text);
/// What a command that records a fact says of pictures: `--picture`, with what was read on those that are
/// here, and `--camera-seal`, `--camera-container`. BadInput `picture.hash`, `picture.many`, `fact.text`.
[[nodiscard]] Result<std::vector<ses::Picture>> pictures_named(Agent& agent, const cli::Command& command);

/// Adds `photos` (what a screen can show at once) and `pictures` to the line of an entry, if it has any.
[[nodiscard]] Result<> add_pictures(Agent& agent, const RegisterLogs& logs, ses::Ref at,
                                    const ses::Entry& entry, cli::Value& line);

}  // namespace sealkeep::agent

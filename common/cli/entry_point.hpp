// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>

#include "common/base/log.hpp"
#include "common/cli/config.hpp"
#include "common/cli/dispatch.hpp"
#include "common/cli/program.hpp"

namespace sealkeep::cli {

/// Carries out what a command line asks for. `log` writes to stderr for a daemon and nowhere for a command,
/// which answers on stdout.
using Run = std::function<Result<Value>(const Invocation& asked, Logger& log, const OnProgress& progress)>;

/// What main() of every program does: reads the command line, shows help and version, runs, shows progress
/// and prints the outcome. Returns the process's exit code.
[[nodiscard]] int run_program(const ProgramSpec& program, int argc, const char* const* argv, const Run& run);

/// The configuration that a command line names, or that stands at the default place; all fallbacks if there
/// is none there. Errors as Config::load().
[[nodiscard]] Result<Config> config_of(const Globals& globals, std::span<const ConfigKey> keys);
/// The data folder: --data, else the configuration's key "data" (which `config` must know), else the default.
[[nodiscard]] std::filesystem::path data_folder_of(const Globals& globals, const Config& config);

/// Where systemd put this service's credentials; empty outside systemd.
[[nodiscard]] std::filesystem::path credentials_folder();

}  // namespace sealkeep::cli

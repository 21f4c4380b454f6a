// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/capture.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/devices.hpp"
#include "agent/register/software.hpp"
#include "agent/serve.hpp"
#include "common/cli/entry_point.hpp"
#include "common/cli/verify_report.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/folder_lock.hpp"

namespace {

using namespace sealkeep;

// A daemon waits that long for a command that is being carried out without one.
constexpr std::int64_t kLockPatienceMs = 10'000;

Result<std::unique_ptr<agent::Agent>> open_agent(const agent::AgentParts& parts, bool may_create) {
  if (may_create && !std::filesystem::exists(parts.folder / agent::kDatabaseName))
    SEALKEEP_TRY(agent::Agent::create(parts));
  return agent::Agent::open(parts);
}

agent::DoorConfig terminals_of(const cli::Config& config) {
  return {config.texts("terminal.listen"), config.texts("terminal.hosts"), config.text("terminal.pages")};
}

Result<cli::Value> run(const cli::Invocation& asked, const cli::Config& config, agent::AgentParts parts,
                       const cli::OnProgress& progress) {
  if (asked.command.name == "devices test") return agent::devices_test(asked.command, parts.clock, progress);
  if (asked.command.name == "serve") {
    SEALKEEP_LET(scanner_configs, agent::scanners_of(config));
    agent::Scanners scanners(std::move(scanner_configs), parts.log);
    parts.scanners = &scanners;
    SEALKEEP_LET(signals, net::SignalFd::create());
    net::NetContext context;
    agent::Eyes eyes(context, agent::eyes_of(config), agent::picture_folder_of(parts.folder), parts.clock);
    SEALKEEP_LET(lock, FolderLock::take(parts.folder, kLockPatienceMs));
    SEALKEEP_LET(agent, open_agent(parts, false));
    SEALKEEP_TRY(agent::serve(*agent, context, signals, terminals_of(config), &eyes));
    return cli::Value{};
  }
  // Somebody who sets a machine up may have no data folder yet.
  if (asked.command.name == "devices list" && !std::filesystem::exists(parts.folder))
    return agent::devices_value(nullptr, {}, parts.clock.now());
  const bool enrols = asked.command.name == "enrol";
  net::NetContext context;
  agent::Eyes eyes(context, agent::eyes_of(config), agent::picture_folder_of(parts.folder), parts.clock);
  const auto here = [&](const cli::Command& command,
                        const cli::OnProgress& on_progress) -> Result<cli::Value> {
    if (command.name == agent::kCapture) return agent::capture_here(eyes, command);
    if (command.name == "devices list") return agent::devices_value(nullptr, {}, parts.clock.now());
    auto agent = open_agent(parts, enrols);
    if (!agent && agent.error().kind == ErrorKind::Corrupt && command.name == "verify")
      return cli::verify_refused(agent::Agent::database(parts), agent::Agent::database_options(parts),
                                 agent.error(), on_progress);
    if (!agent) return tl::unexpected<Error>(agent.error());
    return agent::execute_here(context, **agent, command, on_progress);
  };
  SEALKEEP_LET(command_here, agent::with_files(asked.command));
  cli::DispatchOptions options;
  options.folder_may_be_new = enrols;
  return cli::run_command(context, command_here, parts.folder, here, progress, options);
}

}  // namespace

int main(int argc, char** argv) {
  SystemClock clock;
  SystemRandom random;
  return cli::run_program(
      agent::program_spec(), argc, argv,
      [&](const cli::Invocation& asked, Logger& log, const cli::OnProgress& progress) -> Result<cli::Value> {
        const Result<cli::Config> config = cli::config_of(asked.globals, agent::config_keys());
        if (!config) return tl::unexpected<Error>(config.error());
        agent::AgentParts parts{
            cli::data_folder_of(asked.globals, *config), cli::credentials_folder(), {}, clock, random, log};
        parts.terminal_listen = config->texts("terminal.listen");
        parts.terminal_hosts = config->texts("terminal.hosts");
        parts.picture_limit_bytes_s = static_cast<std::uint64_t>(config->integer("pictures.limit_bytes_s"));
        return run(asked, *config, std::move(parts), progress);
      });
}

// SPDX-License-Identifier: Apache-2.0
#include "common/cli/entry_point.hpp"
#include "common/cli/verify_report.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/folder_lock.hpp"
#include "hub/commands/commands.hpp"
#include "hub/commands/report_commands.hpp"
#include "hub/reports/machine_zone.hpp"
#include "hub/serve.hpp"

namespace {

using namespace sealkeep;

// A daemon waits that long for a command that is being carried out without one.
constexpr std::int64_t kLockPatienceMs = 10'000;

Result<cli::Value> run(const cli::Invocation& asked, const hub::HubParts& parts,
                       const cli::OnProgress& progress) {
  if (asked.command.name == "serve") {
    SEALKEEP_LET(listen, hub::listen_on(asked));
    SEALKEEP_LET(signals, net::SignalFd::create());
    net::NetContext context;
    SEALKEEP_LET(lock, FolderLock::take(parts.folder, kLockPatienceMs));
    SEALKEEP_LET(hub, hub::Hub::open(parts));
    SEALKEEP_TRY(hub::serve(*hub, context, signals, listen));
    return cli::Value{};
  }
  if (asked.command.name == "init") {
    SEALKEEP_LET(settings, hub::settings_of(asked));
    SEALKEEP_LET(lock, FolderLock::take(parts.folder));
    return hub::init(parts, settings);
  }
  const auto here = [&](const cli::Command& command,
                        const cli::OnProgress& on_progress) -> Result<cli::Value> {
    auto hub = hub::Hub::open(parts);
    auto answer = hub ? hub::execute(**hub, command, on_progress) : tl::unexpected<Error>(hub.error());
    if (answer || answer.error().kind != ErrorKind::Corrupt || command.name != "verify") return answer;
    if (hub) hub->reset();
    return cli::verify_refused(hub::Hub::database(parts), hub::Hub::database_options(parts), answer.error(),
                               on_progress);
  };
  net::NetContext context;
  const auto ask = [&](const cli::Command& command) {
    return cli::run_command(context, command, parts.folder, here, progress);
  };
  return hub::wait_for_report(asked.command, ask(asked.command), ask, progress);
}

}  // namespace

int main(int argc, char** argv) {
  SystemClock clock;
  SystemRandom random;
  return cli::run_program(
      hub::program_spec(), argc, argv,
      [&](const cli::Invocation& asked, Logger& log, const cli::OnProgress& progress) -> Result<cli::Value> {
        const Result<cli::Config> config = cli::config_of(asked.globals, hub::config_keys());
        if (!config) return tl::unexpected<Error>(config.error());
        SEALKEEP_LET(notices, hub::notices_of(*config));
        return run(asked,
                   {cli::data_folder_of(asked.globals, *config),
                    cli::credentials_folder(),
                    {},
                    clock,
                    random,
                    log,
                    std::move(notices),
                    config->boolean("two_persons"),
                    hub::machine_offset_at()},
                   progress);
      });
}

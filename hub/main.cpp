// SPDX-License-Identifier: Apache-2.0
#include "common/cli/console.hpp"
#include "common/cli/verify_report.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/folder_lock.hpp"
#include "hub/commands/commands.hpp"
#include "hub/serve.hpp"

namespace {

using namespace sealkeep;

// A daemon waits that long for a command that is being carried out without one.
constexpr std::int64_t kLockPatienceMs = 10'000;

std::filesystem::path credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder == nullptr ? std::filesystem::path{} : folder;
}

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
  return cli::run_command(context, asked.command, parts.folder, here, progress);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = cli::arguments_of(argc, argv);
  const Result<cli::Parsed> parsed = cli::parse_command_line(hub::program_spec(), arguments);
  if (!parsed) return cli::finish(tl::unexpected<Error>(parsed.error()), cli::wants_json(arguments));
  if (const auto* text = std::get_if<std::string>(&*parsed)) return cli::finish(cli::Value(*text), false);
  const auto& asked = std::get<cli::Invocation>(*parsed);

  SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Logger> log = make_stderr_logger(asked.globals.log_json);
  NullLogger quiet;
  Logger& logger = asked.command.name == "serve" ? *log : static_cast<Logger&>(quiet);
  const hub::HubParts parts{asked.globals.data, credentials_folder(), {}, clock, random, logger};
  cli::ProgressBar bar(cli::style_of(2, asked.globals.json),
                       [](std::string_view text) { cli::print_err(text); });
  const Result<cli::Value> outcome =
      run(asked, parts, [&](const cli::Progress& progress) { bar.show(progress); });
  return cli::finish(outcome, asked.globals.json);
}

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/camera_commands.hpp"
#include "agent/vision/commands.hpp"
#include "agent/vision/serve.hpp"
#include "common/cli/console.hpp"
#include "common/cli/entry_point.hpp"

namespace {

using namespace sealkeep;

Result<> serve(const cli::Invocation& asked, Logger& log) {
  SEALKEEP_LET(setup, vision::setup_of(asked.command));
  vision::Keeper keeper(std::move(setup));
  SEALKEEP_TRY(keeper.start());
  SEALKEEP_LET(known, vision::cameras_of(asked.globals));
  SEALKEEP_LET(cameras, vision::CameraRoom::start(known));
  SEALKEEP_LET(signals, net::SignalFd::create());
  net::NetContext context;
  return vision::serve(keeper, *cameras, context, signals, asked.globals.data, log);
}

Result<cli::Value> run(const cli::Invocation& asked, Logger& log, const cli::OnProgress& progress) {
  if (asked.command.name == "serve") {
    SEALKEEP_TRY(serve(asked, log));
    return cli::Value{};
  }
  if (asked.command.name == "camera test") {
    SEALKEEP_LET(cameras, vision::cameras_of(asked.globals));
    return vision::test_camera(asked.command, cameras);
  }
  if (asked.command.name == "discover") return vision::discover_cameras(asked.command);
  if (asked.command.name == "streams") return vision::list_streams(asked.command);
  if (asked.command.name == "bench")
    return vision::bench(asked.command, [&](std::size_t done, std::size_t total) {
      progress({done, total, "pictures read"});
    });
  bool printed = true;
  SEALKEEP_TRY(vision::read_files(asked.command, [&](const cli::Value& line) {
    printed = cli::print_out(cli::to_json(line) + "\n") && printed;
  }));
  if (!printed) return fail(ErrorKind::Full, "cli.output", "stdout does not take the answer");
  return cli::Value{};
}

}  // namespace

int main(int argc, char** argv) {
  return cli::run_program(vision::program_spec(), argc, argv,
                          [](const cli::Invocation& asked, Logger& log, const cli::OnProgress& progress) {
                            return run(asked, log, progress);
                          });
}

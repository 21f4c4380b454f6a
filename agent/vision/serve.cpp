// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/serve.hpp"

#include "agent/vision/commands.hpp"
#include "common/base/clock.hpp"
#include "common/cli/dispatch.hpp"
#include "common/net/local_socket.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kLongestSleepMs = 1'000;
constexpr std::size_t kRequestsWaiting = 32;  // each may hold a picture

class Daemon {
 public:
  Daemon(net::LocalServer& server, CameraRoom& cameras, ReadingQueue& readings, Logger& log)
      : server_(server), cameras_(cameras), readings_(readings), log_(log) {}

  void take(const net::LocalRequest& request) {
    auto command = cli::decode_command(request.payload);
    if (!command) return reply(request.client, tl::unexpected<Error>(command.error()));
    if (command->name == "status") return reply(request.client, status());
    if (waiting_ >= kRequestsWaiting)
      return reply(request.client, fail(ErrorKind::Busy, "vision.busy", "Too many pictures are asked for", {},
                                        "Try again in a few seconds"));
    ++waiting_;
    const auto done = [this, client = request.client](Result<cli::Value> outcome) {
      --waiting_;
      reply(client, std::move(outcome));
    };
    if (command->name == "read") return read(std::move(*command), done);
    if (command->name == "capture") return capture(*command, done);
    done(bad_input("cli.unknown_command", "There is no command " + printable(command->name, 40), {},
                   "read, capture or status"));
  }

 private:
  using Done = std::function<void(Result<cli::Value>)>;

  void reply(const net::PeerId& client, Result<cli::Value> outcome) {
    // Whoever asked may be gone by now.
    static_cast<void>(cli::send_outcome(server_, client, std::move(outcome)));
  }

  cli::Value status() const {
    return cli::Value::object({{"reads", readings_.reads()},
                               {"failed", readings_.failed()},
                               {"captures", cameras_.captures_taken()},
                               {"cameras", cameras_.status()}});
  }

  void read(cli::Command command, const Done& done) {
    const auto kind = command.required("kind").and_then([](const auto& word) { return read_kind(word); });
    if (!kind) return done(tl::unexpected<Error>(kind.error()));
    const auto region = region_of(command);
    if (!region) return done(tl::unexpected<Error>(region.error()));
    ReadingJob job;
    job.kind = *kind;
    job.region = *region;
    job.picture = std::make_shared<const Bytes>(std::move(command.attachment));
    job.on_read = [done, file = command.one("file").value_or("-")](Result<Reading> reading) {
      done(reading.map([&](const Reading& whole) { return to_value(whole, {file}); }));
    };
    readings_.put(std::move(job));
  }

  void capture(const cli::Command& command, const Done& done) {
    cameras_.capture(command, [this, done, camera = printable(command.one("camera").value_or(""), 40)](
                                  Result<cli::Value> taken) {
      if (!taken)
        log_.warn("no_capture",
                  {{"camera", camera}, {"code", taken.error().code}, {"why", taken.error().why}});
      done(std::move(taken));
    });
  }

  net::LocalServer& server_;
  CameraRoom& cameras_;
  ReadingQueue& readings_;
  Logger& log_;
  std::size_t waiting_ = 0;
};

}  // namespace

Result<> serve(Keeper& keeper, CameraRoom& cameras, net::NetContext& context, net::SignalFd& signals,
               const std::filesystem::path& folder, Logger& log) {
  SEALKEEP_LET(server, net::LocalServer::open(context, folder));
  ReadingQueue readings(keeper, log);
  SEALKEEP_TRY(cameras.open(folder / "captures", [&](ReadingJob job) { readings.put(std::move(job)); }));
  net::Poller poller;
  poller.add(*server);
  poller.add(keeper);
  poller.add_fd(signals.fd());
  for (const auto& post : cameras.posts()) poller.add_fd(post->fd());
  Daemon daemon(*server, cameras, readings, log);
  net::notify_ready();
  log.info("vision_serving",
           {{"folder", folder.string()}, {"cameras", std::to_string(cameras.posts().size())}});
  while (!signals.take()) {
    while (const auto request = server->receive()) daemon.take(*request);
    SEALKEEP_TRY(cameras.catch_up(log));
    cameras.look_around(SystemClock().now().mono_ms, log);
    readings.step();
    net::notify_watchdog();
    SEALKEEP_TRY(poller.wait(kLongestSleepMs));
  }
  net::notify_stopping();
  log.info("vision_stopping");
  return {};
}

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/serve.hpp"

#include "common/base/clock.hpp"
#include "common/cli/dispatch.hpp"
#include "common/net/local_socket.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kKeeperPatienceMs = 300'000;  // longer than any reading process is given
constexpr std::int64_t kLongestSleepMs = 1'000;

ChildLimits keeper_limits() {
  ChildLimits limits;
  limits.confined = false;
  limits.wall_ms = kKeeperPatienceMs;
  return limits;
}

class Daemon {
 public:
  Daemon(Keeper& keeper, CameraRoom& cameras, Logger& log) : keeper_(keeper), cameras_(cameras), log_(log) {}

  Result<cli::Value> carry_out(const cli::Command& command) {
    if (command.name == "status") return status();
    if (command.name == "read") return read(command);
    if (command.name == "capture") return capture(command);
    return bad_input("cli.unknown_command", "There is no command " + printable(command.name, 40), {},
                     "read, capture or status");
  }

  Result<Reading> read_picture(ReadKind kind, ByteView picture) {
    auto reading = keeper_.read(kind, picture);
    ++(reading ? reads_ : failed_);
    if (!reading)
      log_.warn("picture_not_read",
                {{"kind", word_of(kind)}, {"code", reading.error().code}, {"why", reading.error().why}});
    return reading;
  }

 private:
  Result<cli::Value> status() const {
    return cli::Value::object({{"reads", reads_},
                               {"failed", failed_},
                               {"captures", cameras_.captures_taken()},
                               {"cameras", cameras_.status()}});
  }

  Result<cli::Value> read(const cli::Command& command) {
    SEALKEEP_LET(word, command.required("kind"));
    SEALKEEP_LET(kind, read_kind(word));
    SEALKEEP_LET(reading, read_picture(kind, command.attachment));
    return to_value(reading, {command.one("file").value_or("-")});
  }

  Result<cli::Value> capture(const cli::Command& command) {
    auto taken = cameras_.capture(
        command, [this](ReadKind kind, ByteView picture) { return read_picture(kind, picture); });
    if (!taken)
      log_.warn("no_capture", {{"camera", printable(command.one("camera").value_or(""), 40)},
                               {"code", taken.error().code},
                               {"why", taken.error().why}});
    return taken;
  }

  Keeper& keeper_;
  CameraRoom& cameras_;
  Logger& log_;
  std::int64_t reads_ = 0, failed_ = 0;
};

}  // namespace

Keeper::Keeper(ReaderSetup setup)
    : child_(
          [setup = std::move(setup)]() -> Result<Child::Handler> {
            auto reader = std::make_shared<PictureReader>(setup);
            return [reader](ByteView request) -> Result<Bytes> {
              if (request.empty()) return Bytes{};
              SEALKEEP_LET(asked, decode_request(request));
              SEALKEEP_LET(reading, reader->read(asked.kind, asked.file, asked.trace));
              return encode(reading);
            };
          },
          keeper_limits()) {}

Result<> Keeper::start() {
  SEALKEEP_TRY(child_.ask({}));
  return {};
}

Result<Reading> Keeper::read(ReadKind kind, ByteView file) {
  SEALKEEP_LET(answer, child_.ask(encode_request({kind, false, file})));
  return decode_reading(answer);
}

Result<> serve(Keeper& keeper, CameraRoom& cameras, net::NetContext& context, net::SignalFd& signals,
               const std::filesystem::path& folder, Logger& log) {
  SEALKEEP_LET(server, net::LocalServer::open(context, folder));
  SEALKEEP_TRY(cameras.open(folder / "captures"));
  net::Poller poller;
  poller.add(*server);
  poller.add_fd(signals.fd());
  for (const auto& post : cameras.posts()) poller.add_fd(post->fd());
  Daemon daemon(keeper, cameras, log);
  net::notify_ready();
  log.info("vision_serving",
           {{"folder", folder.string()}, {"cameras", std::to_string(cameras.posts().size())}});
  while (!signals.take()) {
    while (auto request = server->receive()) {
      // Whoever asked may be gone by now.
      static_cast<void>(cli::answer(
          *server, *request,
          [&](const cli::Command& command, const cli::OnProgress&) { return daemon.carry_out(command); }));
      net::notify_watchdog();
    }
    SEALKEEP_TRY(cameras.catch_up(log));
    cameras.look_around(
        SystemClock().now().mono_ms,
        [&](ReadKind kind, ByteView picture) { return daemon.read_picture(kind, picture); }, log);
    net::notify_watchdog();
    SEALKEEP_TRY(poller.wait(kLongestSleepMs));
  }
  net::notify_stopping();
  log.info("vision_stopping");
  return {};
}

}  // namespace sealkeep::vision

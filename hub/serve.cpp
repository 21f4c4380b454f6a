// SPDX-License-Identifier: Apache-2.0
#include "hub/serve.hpp"

#include <algorithm>

#include "common/net/gatekeeper.hpp"
#include "common/net/local_socket.hpp"
#include "common/net/pipe_server.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/api/door.hpp"
#include "hub/commands/commands.hpp"
#include "hub/notices/courier.hpp"
#include "hub/reports/report_desk.hpp"

namespace sealkeep::hub {
namespace {

constexpr const char* kMainDomain = "main";
constexpr const char* kEnrolDomain = "enrol";
constexpr std::int64_t kLongestSleepMs = 1'000;
constexpr std::size_t kFramesPerCommit = 64;
constexpr std::size_t kFrameBytesPerCommit = 4 * 1024 * 1024;
constexpr std::size_t kEnrolRequestsPerTurn = 8;
constexpr std::size_t kCommandsPerTurn = 16;
constexpr std::int64_t kDoorRetryMs = 10'000;
// Small enough that a live fact of another site waits some ten milliseconds beside a backlog, large enough
// that pages that many entries touch are not written again and again.
constexpr std::uint64_t kEntriesPerSlice = 2048;

class Daemon {
 public:
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() { hub_.reports().employ(nullptr); }
  Daemon(Hub& hub, net::NetContext& context, net::SignalFd& signals, const ListenOn& listen)
      : hub_(hub), context_(context), signals_(signals), listen_(listen), log_(hub.parts().log) {}

  Result<> run() {
    SEALKEEP_TRY(open());
    SEALKEEP_TRY(open_door());
    net::notify_ready();
    log_.info("hub_serving", {{"main", main_->endpoint()}, {"enrol", enrol_->endpoint()}});
    while (true) {
      if (signals_.take()) break;
      SEALKEEP_TRY(open_door());
      SEALKEEP_LET(frames, take_frames());
      SEALKEEP_TRY(send(hub_.outgoing()));
      SEALKEEP_LET(commands, serve_commands());
      const bool people = door_ && door_->step();
      const bool enrolled = serve_enrolment();
      if (commands || people) follow_approvals();
      // Store first, project after: a slice of the projection only when no frame waits.
      std::uint64_t folded = 0;
      if (!frames) {
        SEALKEEP_LET(count, hub_.oversee(kEntriesPerSlice));
        folded = count;
      }
      SEALKEEP_TRY(hub_.tick());
      SEALKEEP_TRY(hub_.reports().step());
      if (courier_) SEALKEEP_TRY(hub_.desk().post(*courier_));
      if (door_) door_->turn();
      if (hub_.db().failed()) return database_failed();
      const bool busy = frames || commands || people || enrolled || folded > 0;
      if (!busy) SEALKEEP_TRY(hub_.idle());
      if (!gatekeeper_->alive())
        return fail(ErrorKind::Disconnected, "hub.gatekeeper",
                    "The thread that admits connections does not answer", {},
                    "The hub ends so that it is started again");
      tell_watchdog();
      SEALKEEP_LET(ready, poller_.wait(busy ? 0 : sleep_ms()));
      static_cast<void>(ready);
    }
    net::notify_stopping();
    if (door_) door_->end();
    log_.info("hub_stopping");
    return {};
  }

 private:
  Result<> open() {
    SEALKEEP_LET(local, net::LocalServer::open(context_, hub_.parts().folder));
    local_ = std::move(local);
    SEALKEEP_LET(gatekeeper, net::Gatekeeper::start(context_));
    gatekeeper_ = std::move(gatekeeper);
    allowed_ = hub_.allowed_keys();
    gatekeeper_->set_allowed(kMainDomain, allowed_);
    gatekeeper_->allow_any_curve_key(kEnrolDomain);
    SEALKEEP_TRY(gatekeeper_->self_test(kMainDomain, net::GatePolicy::AllowList, hub_.parts().random));
    SEALKEEP_TRY(gatekeeper_->self_test(kEnrolDomain, net::GatePolicy::AnyCurveKey, hub_.parts().random));
    net::PipeServerConfig config;
    config.address = listen_.address;
    config.port = listen_.main_port;
    config.zap_domain = kMainDomain;
    SEALKEEP_LET(main, net::PipeServer::open(context_, *gatekeeper_, config, hub_.curve_key()));
    main_ = std::move(main);
    config.port = listen_.enrol_port;
    config.zap_domain = kEnrolDomain;
    config.max_message_bytes = limits::kEnrolMessageBytes;
    SEALKEEP_LET(enrol, net::PipeServer::open(context_, *gatekeeper_, config, hub_.curve_key()));
    enrol_ = std::move(enrol);
    const HubParts& parts = hub_.parts();
    workshop_ = std::make_unique<Workshop>();
    hub_.reports().employ(workshop_.get());
    if (!parts.notices.channels.empty())
      courier_ = std::make_unique<Courier>(CourierConfig{parts.folder, parts.credentials});
    poller_.add_fd(signals_.fd());
    poller_.add(*local_);
    poller_.add(*main_);
    poller_.add(*enrol_);
    return {};
  }

  // What is wrong with the configuration is told at once; a port that is taken or a clock that is not set yet
  // must not keep sites out: the hub goes on without pages and tries again.
  Result<> open_door() {
    const std::int64_t now_ms = hub_.parts().clock.now().mono_ms;
    if (!listen_.web.open() || door_ || now_ms < door_retry_ms_) return {};
    auto door = api::Door::open(hub_, listen_.web);
    if (!door) {
      if (door.error().kind == ErrorKind::BadInput || door.error().kind == ErrorKind::Corrupt)
        return tl::unexpected<Error>(std::move(door).error());
      door_retry_ms_ = now_ms + kDoorRetryMs;
      log_.warn("web_not_served", {{"code", door.error().code}, {"what", door.error().what}});
      return {};
    }
    door_ = std::move(*door);
    for (const int fd : door_->wake_fds()) poller_.add_fd(fd);
    for (std::size_t i = 0; i < listen_.web.listen.size(); ++i)
      log_.info("web_served", {{"listen", listen_.web.listen[i]}, {"port", door_->port(i)}});
    return {};
  }

  static tl::unexpected<Error> database_failed() {
    return fail(ErrorKind::Corrupt, "store.failed", "The database does not answer any more", {},
                "The hub ends so that it is started again");
  }

  void tell_watchdog() {
    const std::int64_t now_ms = hub_.parts().clock.now().mono_ms;
    if (!watchdog_ms_ || now_ms < watchdog_due_ms_) return;
    watchdog_due_ms_ = now_ms + *watchdog_ms_ / 2;
    net::notify_watchdog();
  }

  std::int64_t sleep_ms() {
    const std::int64_t now = hub_.parts().clock.now().mono_ms;
    std::int64_t until = hub_.next_tick_ms();
    if (door_) until = std::min(until, door_->next_step_ms());
    return std::clamp<std::int64_t>(until - now, 0, kLongestSleepMs);
  }

  // A site that was approved gets in, one that was revoked does not come back; its open connection is stopped
  // by intake, which asks for each message.
  void follow_approvals() {
    std::set<BoxPublicKey> now = hub_.allowed_keys();
    if (now == allowed_) return;
    allowed_ = std::move(now);
    gatekeeper_->set_allowed(kMainDomain, allowed_);
  }

  // Everything that waits, up to a bound, goes into one commit.
  Result<bool> take_frames() {
    std::vector<PeerFrame> frames;
    std::size_t bytes = 0;
    while (frames.size() < kFramesPerCommit && bytes < kFrameBytesPerCommit) {
      std::optional<net::Incoming> message = main_->receive();
      if (!message) break;
      bytes += message->payload.size();
      frames.push_back({std::move(message->peer.bytes), message->curve_key, std::move(message->peer_address),
                        std::move(message->payload)});
    }
    if (frames.empty()) return false;
    SEALKEEP_TRY(send(hub_.on_frames(frames)));
    return true;
  }

  Result<> send(Result<std::vector<PeerReply>> replies) {
    if (!replies) return tl::unexpected<Error>(std::move(replies).error());
    for (const PeerReply& reply : *replies)
      if (!main_->send(net::PeerId{reply.peer}, reply.frame)) hub_.peer_gone(reply.peer);
    return {};
  }

  Result<bool> serve_commands() {
    std::size_t taken = 0;
    for (; taken < kCommandsPerTurn; ++taken) {
      std::optional<net::LocalRequest> request = local_->receive();
      if (!request) break;
      const auto outcome =
          cli::answer(*local_, *request, [&](const cli::Command& asked, const cli::OnProgress& progress) {
            return execute(hub_, asked, progress);
          });
      if (!outcome) log_.warn("command_answer_lost", {{"code", outcome.error().code}});
    }
    return taken > 0;
  }

  bool serve_enrolment() {
    std::size_t taken = 0;
    for (; taken < kEnrolRequestsPerTurn; ++taken) {
      std::optional<net::Incoming> message = enrol_->receive();
      if (!message) break;
      Result<Bytes> answer = hub_.on_enrol_request(message->payload, &message->curve_key);
      if (!answer) {
        log_.warn("enrol_request_refused",
                  {{"address", message->peer_address}, {"code", answer.error().code}});
        continue;
      }
      if (auto sent = enrol_->send(message->peer, *answer); !sent)
        log_.info("enrol_answer_lost", {{"address", message->peer_address}});
    }
    return taken > 0;
  }

  Hub& hub_;
  net::NetContext& context_;
  net::SignalFd& signals_;
  const ListenOn& listen_;
  Logger& log_;
  net::Poller poller_;
  std::optional<std::int64_t> watchdog_ms_ = net::watchdog_interval_ms();
  std::int64_t watchdog_due_ms_ = 0;
  std::set<BoxPublicKey> allowed_;
  std::unique_ptr<net::Gatekeeper> gatekeeper_;
  std::unique_ptr<net::LocalServer> local_;
  std::unique_ptr<net::PipeServer> main_;
  std::unique_ptr<net::PipeServer> enrol_;
  std::unique_ptr<Courier> courier_;  // no channel: none
  std::unique_ptr<Workshop> workshop_;
  std::unique_ptr<api::Door> door_;
  std::int64_t door_retry_ms_ = 0;
};

}  // namespace

Result<> serve(Hub& hub, net::NetContext& context, net::SignalFd& signals, const ListenOn& listen) {
  return Daemon(hub, context, signals, listen).run();
}

}  // namespace sealkeep::hub

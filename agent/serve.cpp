// SPDX-License-Identifier: Apache-2.0
#include "agent/serve.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "agent/api/door.hpp"
#include "agent/commands/capture.hpp"
#include "agent/commands/commands.hpp"
#include "agent/devices/scanners.hpp"
#include "agent/enrol_link.hpp"
#include "agent/eyes/eyes_worker.hpp"
#include "agent/eyes/picture_keeper.hpp"
#include "common/net/local_socket.hpp"
#include "common/net/pipe_client.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kLongestSleepMs = 1'000;
constexpr std::int64_t kDoorRetryMs = 10'000;
constexpr std::int64_t kPicturesLookMs = 3'600'000;
constexpr std::size_t kFramesPerTurn = 8;
constexpr std::size_t kRequestsPerTurn = 256;

class Daemon {
 public:
  Daemon(Agent& agent, net::NetContext& context, net::SignalFd& signals, const DoorConfig& terminals,
         Eyes* eyes)
      : agent_(agent),
        context_(context),
        signals_(signals),
        terminals_(terminals),
        seeing_(eyes),
        scanners_(agent.parts().scanners),
        clock_(agent.parts().clock),
        log_(agent.parts().log) {}

  Result<> run() {
    SEALKEEP_LET(local, net::LocalServer::open(context_, agent_.parts().folder));
    local_ = std::move(local);
    poller_.add(*local_);
    poller_.add_fd(signals_.fd());
    if (scanners_ != nullptr) poller_.add(*scanners_);
    if (seeing_ != nullptr) {
      SEALKEEP_LET(worker, EyesWorker::start(*seeing_));
      eyes_ = std::move(worker);
      poller_.add_fd(eyes_->wake_fd());
    }
    SEALKEEP_TRY(open_door());
    net::notify_ready();
    log_.info("agent_serving", {{"folder", agent_.parts().folder.string()}});
    while (true) {
      if (signals_.take()) break;
      SEALKEEP_TRY(follow_exporters());
      SEALKEEP_TRY(step_enrolments());
      SEALKEEP_TRY(open_door());
      SEALKEEP_TRY(serve_scanners());
      if (eyes_) eyes_->step();
      SEALKEEP_LET(asked_work, serve_commands());
      SEALKEEP_LET(link_work, serve_links());
      SEALKEEP_TRY(agent_.tick());
      if (door_) door_->tell_changes();
      const bool busy = asked_work || link_work;
      if (!busy) SEALKEEP_TRY(agent_.idle());
      if (!busy) SEALKEEP_TRY(keep_pictures());
      tell_watchdog();
      SEALKEEP_LET(ready, poller_.wait(busy ? 0 : sleep_ms()));
      static_cast<void>(ready);
    }
    net::notify_stopping();
    log_.info("agent_stopping");
    return {};
  }

 private:
  struct Uplink {
    Agent::Link link;
    std::unique_ptr<net::PipeClient> client;
    std::int64_t wake_ms = 0;
  };

  std::int64_t mono_ms() { return clock_.now().mono_ms; }

  void tell_watchdog() {
    const std::int64_t now_ms = mono_ms();
    if (!watchdog_ms_ || now_ms < watchdog_due_ms_) return;
    watchdog_due_ms_ = now_ms + *watchdog_ms_ / 2;
    net::notify_watchdog();
  }

  std::int64_t sleep_ms() {
    const std::int64_t now = mono_ms();
    std::int64_t until = std::min(now + kLongestSleepMs, agent_.next_tick_ms());
    if (door_) until = std::min(until, door_->next_step_ms());
    if (scanners_ != nullptr) until = std::min(until, scanners_->next_step_ms());
    for (const auto& [id, uplink] : uplinks_) until = std::min(until, uplink.wake_ms);
    for (const auto& [id, wake] : enrol_wake_ms_) until = std::min(until, wake);
    return until <= now ? 0 : until - now;
  }

  // Opens a link for each exporter, and one for each enrolment request that no hub has answered yet.
  Result<> follow_exporters() {
    const std::int64_t now_ms = mono_ms();
    if (now_ms < follow_ms_) return {};
    follow_ms_ = now_ms + kLongestSleepMs;
    for (const ExporterInfo& exporter : agent_.exporters()) {
      if (exporter.requested || enrolments_.contains(exporter.id)) continue;
      Result<std::unique_ptr<EnrolLink>> link =
          EnrolLink::open(context_, agent_, exporter, agent_.parts().random);
      if (!link) return tl::unexpected<Error>(std::move(link).error());
      poller_.add((*link)->socket());
      enrolments_.emplace(exporter.id, std::move(*link));
    }
    for (const Agent::Link& link : agent_.links()) {
      if (uplinks_.contains(link.id)) continue;
      net::PipeClientConfig config;
      config.endpoint = link.address;
      config.server_key = link.hub_key;
      SEALKEEP_LET(client, net::PipeClient::open(context_, config, *link.curve_key, agent_.parts().random));
      poller_.add(*client);
      uplinks_.emplace(link.id, Uplink{link, std::move(client), 0});
    }
    return {};
  }

  Result<> step_enrolments() {
    for (auto it = enrolments_.begin(); it != enrolments_.end();) {
      Result<std::int64_t> wake = it->second->step(agent_, mono_ms());
      if (!wake && wake.error().kind == ErrorKind::Corrupt)
        return tl::unexpected<Error>(std::move(wake).error());
      if (!wake)
        log_.warn("enrol_answer_refused", {{"code", wake.error().code}, {"what", wake.error().what}});
      enrol_wake_ms_[it->first] = wake ? *wake : mono_ms() + kLongestSleepMs;
      if (!it->second->answer()) {
        ++it;
        continue;
      }
      log_.info("enrol_answered", {{"register", it->first}});
      poller_.remove(it->second->socket());
      enrol_wake_ms_.erase(it->first);
      it = enrolments_.erase(it);
    }
    return {};
  }

  // What is wrong with the configuration is told at once; a port that is taken or a clock that is not set yet
  // must not keep the agent from its register: it goes on without terminals and tries again.
  Result<> open_door() {
    if (!terminals_.open() || door_ || mono_ms() < door_retry_ms_) return {};
    auto door = api::Door::open(agent_, seeing_, terminals_);
    if (!door) {
      if (door.error().kind == ErrorKind::BadInput || door.error().kind == ErrorKind::Corrupt)
        return tl::unexpected<Error>(std::move(door).error());
      door_retry_ms_ = mono_ms() + kDoorRetryMs;
      log_.warn("terminals_not_served", {{"code", door.error().code}, {"what", door.error().what}});
      return {};
    }
    door_ = std::move(*door);
    for (const int fd : door_->wake_fds()) poller_.add_fd(fd);
    for (std::size_t i = 0; i < terminals_.listen.size(); ++i)
      log_.info("terminals_served", {{"listen", terminals_.listen[i]}, {"port", door_->port(i)}});
    return {};
  }

  // A scan is of use now or never: without a door, or for a terminal that nobody has named, it goes nowhere.
  Result<> serve_scanners() {
    if (scanners_ == nullptr) return {};
    const std::vector<Scan> scans = scanners_->step(clock_.now());
    if (scans.empty() || !door_) return {};
    SEALKEEP_LET(terminals, agent_.access().terminals());
    for (const Scan& scan : scans) {
      if (const auto no = terminal_of(scan.terminal, terminals)) {
        door_->tell_scan(*no, scan_json(scan));
      } else if (no_terminal_told_.insert(scan.terminal).second) {
        log_.warn("scan_for_no_terminal", {{"device", scan.device}, {"terminal", scan.terminal}});
      }
    }
    return {};
  }

  // Facts of all commands and terminals that wait share one commit for each register; everything else is
  // carried out one by one.
  Result<bool> serve_commands() {
    std::vector<api::Door::Waiting> waiting;
    std::vector<api::Door::ToLook> to_look;
    const bool from_terminals = door_ && door_->step(waiting, to_look);
    for (api::Door::ToLook& one : to_look) eyes_->put(std::move(one.request), std::move(one.reply));
    std::size_t taken = 0;
    for (; taken < kRequestsPerTurn; ++taken) {
      std::optional<net::LocalRequest> request = local_->receive();
      if (!request) break;
      const auto command = cli::decode_command(request->payload);
      if (eyes_ && command && command->name == kCapture) {
        look(request->client, *command);
        continue;
      }
      auto prepared = command ? prepare_facts(agent_, *command) : std::nullopt;
      if (prepared && *prepared) {
        waiting.push_back(
            {std::move(**prepared), [this, client = request->client](const Result<cli::Value>& outcome) {
               reply(client, outcome);
             }});
        continue;
      }
      if (prepared) {
        reply(request->client, tl::unexpected<Error>(std::move(*prepared).error()));
        continue;
      }
      const auto outcome =
          cli::answer(*local_, *request, [&](const cli::Command& asked, const cli::OnProgress& progress) {
            return execute(agent_, asked, progress);
          });
      if (!outcome) log_.warn("command_answer_lost", {{"code", outcome.error().code}});
    }
    SEALKEEP_TRY(record_waiting(waiting));
    return taken > 0 || from_terminals;
  }

  Result<> record_waiting(std::vector<api::Door::Waiting>& waiting) {
    std::stable_sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
      return a.prepared.register_id < b.prepared.register_id;
    });
    for (auto first = waiting.begin(); first != waiting.end();) {
      const RegisterId id = first->prepared.register_id;
      const auto last = std::find_if(first, waiting.end(),
                                     [id](const auto& one) { return one.prepared.register_id != id; });
      std::vector<Fact> facts;
      for (auto one = first; one != last; ++one)
        facts.insert(facts.end(), one->prepared.facts.begin(), one->prepared.facts.end());
      const auto recorded = agent_.record(id, facts);
      std::size_t done = 0;
      for (; first != last; ++first) {
        const std::size_t count = first->prepared.facts.size();
        first->reply(recorded ? first->prepared.answer(std::span(*recorded).subspan(done, count))
                              : Result<cli::Value>(tl::unexpected<Error>(recorded.error())));
        done += count;
      }
      if (!recorded && recorded.error().kind == ErrorKind::Corrupt)
        return tl::unexpected<Error>(recorded.error());
    }
    return {};
  }

  // What the plans ask for longest stands: a picture may be beside records of several exporters.
  Result<> keep_pictures() {
    const Now now = clock_.now();
    if (now.mono_ms < pictures_ms_) return {};
    pictures_ms_ = now.mono_ms + kPicturesLookMs;
    std::int64_t kept_days = 0;
    for (const ExporterInfo& exporter : agent_.exporters()) {
      ses::Rows rows;
      SEALKEEP_TRY(agent_.rows().begin(exporter.id, rows));
      kept_days = std::max(kept_days, rows.adopted.setting(ses::Setting::RetentionDays));
    }
    if (kept_days == 0) kept_days = ses::default_value(ses::Setting::RetentionDays);
    PictureFolder folder(picture_folder_of(agent_.parts().folder));
    const auto gone = give_up_pictures(agent_.db(), folder, now.unix_ms, kept_days);
    if (!gone) log_.warn("pictures_not_given_up", {{"code", gone.error().code}, {"why", gone.error().why}});
    return {};
  }

  void look(const net::PeerId& client, const cli::Command& command) {
    auto request = look_request(command);
    if (!request) return reply(client, tl::unexpected<Error>(request.error()));
    eyes_->put(std::move(*request),
               [this, client](const Result<Seen>& seen) { reply(client, seen.map(seen_value)); });
  }

  void reply(const net::PeerId& client, Result<cli::Value> outcome) {
    if (const auto sent = cli::send_outcome(*local_, client, std::move(outcome)); !sent)
      log_.warn("command_answer_lost", {{"code", sent.error().code}});
  }

  Result<bool> serve_links() {
    bool worked = false;
    for (auto& [id, uplink] : uplinks_) {
      uplink.wake_ms = uplink.client->step(mono_ms());
      for (net::PipeEvent event : uplink.client->take_events()) {
        worked = true;
        if (event == net::PipeEvent::Connected) {
          log_.info("hub_connected", {{"address", uplink.link.address}});
          agent_.on_connected(id);
        } else if (event == net::PipeEvent::Disconnected) {
          log_.info("hub_disconnected", {{"address", uplink.link.address}});
          agent_.on_disconnected(id);
        } else {
          log_.warn("hub_refused_connection",
                    {{"address", uplink.link.address},
                     {"reason", event == net::PipeEvent::Refused ? "this site is not approved there (yet)"
                                                                 : "handshake"}});
        }
      }
      for (std::size_t i = 0; i < kFramesPerTurn; ++i) {
        std::optional<Bytes> frame = uplink.client->receive();
        if (!frame) break;
        worked = true;
        const auto taken = agent_.on_message(id, *frame);
        if (!taken && taken.error().kind == ErrorKind::Corrupt) return tl::unexpected<Error>(taken.error());
        if (!taken)
          log_.warn("hub_message_refused", {{"code", taken.error().code}, {"what", taken.error().what}});
      }
      if (agent_.take_reconnect(id)) {
        poller_.remove(*uplink.client);
        net::PipeClientConfig config;
        config.endpoint = uplink.link.address;
        config.server_key = uplink.link.hub_key;
        uplink.client.reset();
        SEALKEEP_LET(client,
                     net::PipeClient::open(context_, config, *uplink.link.curve_key, agent_.parts().random));
        poller_.add(*client);
        uplink.client = std::move(client);
        agent_.on_disconnected(id);
        continue;
      }
      for (std::size_t i = 0; uplink.client->connected() && i < kFramesPerTurn; ++i) {
        SEALKEEP_LET(frame, agent_.next_frame(id));
        if (!frame) break;
        const bool sent = uplink.client->send(*frame).has_value();
        agent_.sent(id, sent);
        if (!sent) break;
        worked = true;
      }
    }
    return worked;
  }

  Agent& agent_;
  net::NetContext& context_;
  net::SignalFd& signals_;
  const DoorConfig& terminals_;
  Eyes* seeing_;
  Scanners* scanners_;
  Clock& clock_;
  Logger& log_;
  net::Poller poller_;
  std::unique_ptr<net::LocalServer> local_;
  std::unique_ptr<api::Door> door_;
  std::unique_ptr<EyesWorker> eyes_;        // after the door: a look that ends answers there
  std::set<std::string> no_terminal_told_;  // names of the configuration, so few
  std::int64_t door_retry_ms_ = 0;
  std::int64_t pictures_ms_ = kPicturesLookMs;
  std::map<RegisterId, Uplink> uplinks_;
  std::map<RegisterId, std::unique_ptr<EnrolLink>> enrolments_;
  std::map<RegisterId, std::int64_t> enrol_wake_ms_;
  std::int64_t follow_ms_ = 0;
  std::optional<std::int64_t> watchdog_ms_ = net::watchdog_interval_ms();
  std::int64_t watchdog_due_ms_ = 0;
};

}  // namespace

Result<> serve(Agent& agent, net::NetContext& context, net::SignalFd& signals, const DoorConfig& terminals,
               Eyes* eyes) {
  return Daemon(agent, context, signals, terminals, eyes).run();
}

}  // namespace sealkeep::agent

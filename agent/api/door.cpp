// SPDX-License-Identifier: Apache-2.0
#include "agent/api/door.hpp"

#include <charconv>

namespace sealkeep::agent {

Result<std::vector<http::Listener>> listeners_of(const std::vector<std::string>& listen) {
  std::vector<http::Listener> out;
  for (const std::string& text : listen) {
    const bool tls = text.starts_with("https://");
    const auto wrong = [&] {
      return bad_input("terminal.listen", "\"" + printable(text) + "\" is no address to listen on", {},
                       "Write http://127.0.0.1:8484 or https://ADDRESS:PORT");
    };
    if (!tls && !text.starts_with("http://")) return wrong();
    const std::string rest = text.substr(tls ? 8 : 7);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string::npos) return wrong();
    http::Listener one;
    one.tls = tls;
    one.address = rest.substr(0, colon);
    if (one.address.size() > 2 && one.address.front() == '[' && one.address.back() == ']')
      one.address = one.address.substr(1, one.address.size() - 2);
    const auto read = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), one.port);
    if (read.ec != std::errc{} || read.ptr != rest.data() + rest.size()) return wrong();
    out.push_back(std::move(one));
  }
  return out;
}

namespace api {
namespace {

constexpr std::int64_t kLookMs = 100;
constexpr std::int64_t kRenewLookMs = 3'600'000;

}  // namespace

Result<std::unique_ptr<Door>> Door::open(Agent& agent, const DoorConfig& config) {
  std::unique_ptr<Door> door(new Door(agent));
  http::ServerConfig server;
  SEALKEEP_LET(listeners, listeners_of(config.listen));
  server.listeners = std::move(listeners);
  server.static_folder = config.pages;
  http::ServerNames names = http::names_of_this_machine();
  std::vector<std::string> all = config.hosts;
  all.insert(all.end(), names.hosts.begin(), names.hosts.end());
  all.insert(all.end(), names.addresses.begin(), names.addresses.end());
  for (const http::Listener& listener : server.listeners)
    if (http::is_private_address(listener.address)) all.push_back(listener.address);
  SEALKEEP_LET(checked, http::server_names(all));
  door->names_ = std::move(checked);
  server.hosts = door->names_->hosts;
  server.hosts.insert(server.hosts.end(), door->names_->addresses.begin(), door->names_->addresses.end());
  const bool tls =
      std::any_of(server.listeners.begin(), server.listeners.end(), [](const auto& one) { return one.tls; });
  const Now now = agent.parts().clock.now();
  if (tls) {
    std::string site = "load site";
    for (const ExporterInfo& exporter : agent.exporters()) site = exporter.site_code;
    SEALKEEP_LET(authority,
                 http::Authority::open(KeyFolder(agent.parts().folder / "keys", agent.parts().credentials),
                                       agent.parts().folder, site, *door->names_, now.unix_ms));
    SEALKEEP_LET(identity, authority.identity(*door->names_, now.unix_ms));
    SEALKEEP_LET(renew_at_ms, http::Authority::renew_at_ms(identity));
    door->renew_at_ms_ = renew_at_ms;
    server.identity = std::move(identity);
    door->authority_ = std::move(authority);
  }
  SEALKEEP_LET(worker, SecretWorker::start());
  door->worker_ = std::move(worker);
  SEALKEEP_LET(opened, http::Server::open(std::move(server), agent.parts().log));
  door->server_ = std::move(opened);
  return door;
}

std::vector<int> Door::wake_fds() const {
  return {server_->wake_fd(), worker_->wake_fd()};
}

bool Door::step(std::vector<Waiting>& to_record) {
  bool worked = false;
  while (std::optional<SecretWorker::Job> job = worker_->take()) {
    worked = true;
    server_->answer(job->id, api_.finish_sign_in(std::move(job->signing_in), std::move(job->outcome)));
  }
  while (std::optional<http::PendingRequest> pending = server_->take()) {
    worked = true;
    const http::RequestId id = pending->id;
    Begun begun = api_.begin(pending->request);
    if (auto* response = std::get_if<http::Response>(&begun)) {
      server_->answer(id, std::move(*response));
    } else if (auto* recording = std::get_if<Recording>(&begun)) {
      to_record.push_back({std::move(recording->prepared), [this, id](const Result<cli::Value>& outcome) {
                             server_->answer(id, answer_of(outcome));
                           }});
    } else if (worker_->put(id, std::move(std::get<SigningIn>(begun)))) {
      server_->answer(id, http::problem(Error{ErrorKind::Busy,
                                              "access.busy",
                                              "Too many people are signing in at once",
                                              {},
                                              "Try again in a second"}));
    }
  }
  return worked;
}

void Door::tell_changes() {
  const Now now = agent_.parts().clock.now();
  next_step_ms_ = now.mono_ms + kRenewLookMs;
  if (now.unix_ms >= renew_at_ms_)
    if (const auto renewed = renew(now.unix_ms); !renewed)
      agent_.parts().log.warn("certificate_not_renewed",
                              {{"code", renewed.error().code}, {"what", renewed.error().what}});
  if (now.mono_ms < next_look_ms_) {
    next_step_ms_ = next_look_ms_;
    return;
  }
  next_look_ms_ = now.mono_ms + kLookMs;
  for (const ExporterInfo& exporter : agent_.exporters()) {
    const Told is{exporter.size, exporter.cosigned_size, exporter.connected, exporter.trouble};
    Told& was = told_[exporter.id];
    if (is == was) continue;
    const std::string what =
        cli::to_json(cli::Value::object({{"exporter", exporter.hub}, {"size", is.size}}));
    if (is.size != was.size) server_->publish(kTopicAll, "register", what);
    if (is.cosigned != was.cosigned || is.connected != was.connected || is.trouble != was.trouble)
      server_->publish(kTopicAll, "sync", what);
    was = is;
  }
}

void Door::tell_scan(access::TerminalNo no, std::string_view json) {
  server_->publish(no == 0 ? std::string(kTopicAll) : terminal_topic(no), "scan", json);
}

Result<> Door::renew(std::int64_t unix_ms) {
  SEALKEEP_LET(identity, authority_->identity(*names_, unix_ms));
  SEALKEEP_LET(renew_at_ms, http::Authority::renew_at_ms(identity));
  renew_at_ms_ = renew_at_ms;
  return server_->use_identity(identity);
}

}  // namespace api
}  // namespace sealkeep::agent

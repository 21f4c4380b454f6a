// SPDX-License-Identifier: Apache-2.0
#include "common/api/http_door.hpp"

#include <algorithm>
#include <charconv>

namespace sealkeep::api {
namespace {

constexpr std::int64_t kRenewLookMs = 3'600'000;

}  // namespace

Result<std::vector<http::Listener>> listeners_of(const DoorConfig& config) {
  std::vector<http::Listener> out;
  for (const std::string& text : config.listen) {
    const bool tls = text.starts_with("https://");
    const auto wrong = [&] {
      return bad_input(config.section + ".listen", "\"" + printable(text) + "\" is no address to listen on",
                       {}, "Write http://127.0.0.1:8484 or https://ADDRESS:PORT");
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

Result<std::unique_ptr<HttpDoor>> HttpDoor::open(const DoorConfig& config, const DoorParts& parts) {
  std::unique_ptr<HttpDoor> door(new HttpDoor(config, parts));
  http::ServerConfig server;
  SEALKEEP_LET(listeners, listeners_of(config));
  server.listeners = std::move(listeners);
  std::error_code ignored;
  if (std::filesystem::is_directory(config.pages, ignored)) {
    server.static_folder = config.pages;
  } else if (!config.pages.empty()) {
    parts.log.warn("no_pages", {{"folder", config.pages.string()}});
  }
  server.owner_prefixes = parts.owner_prefixes;
  server.limits = parts.limits;
  http::ServerNames names = http::names_of_this_machine();
  std::vector<std::string> all = config.hosts;
  all.insert(all.end(), names.hosts.begin(), names.hosts.end());
  all.insert(all.end(), names.addresses.begin(), names.addresses.end());
  for (const http::Listener& listener : server.listeners)
    if (http::is_private_address(listener.address)) all.push_back(listener.address);
  SEALKEEP_LET(checked, http::server_names(all));
  door->names_ = std::move(checked);
  server.hosts = door->names_.hosts;
  server.hosts.insert(server.hosts.end(), door->names_.addresses.begin(), door->names_.addresses.end());
  const bool tls =
      std::any_of(server.listeners.begin(), server.listeners.end(), [](const auto& one) { return one.tls; });
  if (tls) {
    SEALKEEP_LET(identity, config.certificate.empty()
                               ? door->own_identity(parts, parts.clock.now().unix_ms)
                               : http::identity_of_files(config.certificate, config.key));
    server.identity = std::move(identity);
  }
  SEALKEEP_LET(worker, start_secret_worker());
  door->worker_ = std::move(worker);
  SEALKEEP_LET(opened, http::Server::open(std::move(server), parts.log));
  door->server_ = std::move(opened);
  return door;
}

Result<http::Identity> HttpDoor::own_identity(const DoorParts& parts, std::int64_t unix_ms) {
  SEALKEEP_LET(authority, http::Authority::open(KeyFolder(parts.folder / "keys", parts.credentials),
                                                parts.folder, parts.name, names_, unix_ms));
  SEALKEEP_LET(identity, authority.identity(names_, unix_ms));
  SEALKEEP_LET(renew_at_ms, http::Authority::renew_at_ms(identity));
  renew_at_ms_ = renew_at_ms;
  authority_ = std::move(authority);
  return identity;
}

std::vector<int> HttpDoor::wake_fds() const {
  return {server_->wake_fd(), worker_->wake_fd()};
}

bool HttpDoor::step(const Begin& begin, const Finish& finish) {
  bool worked = false;
  while (std::optional<SecretJob> job = worker_->take()) {
    worked = true;
    server_->answer(job->id, finish(std::move(job->signing_in), std::move(job->outcome)));
  }
  while (std::optional<http::PendingRequest> pending = server_->take()) {
    worked = true;
    const http::RequestId id = pending->id;
    std::optional<Begun> begun = begin(id, pending->request);
    if (!begun) continue;
    if (auto* response = std::get_if<http::Response>(&*begun)) {
      server_->answer(id, std::move(*response));
    } else if (worker_->put({id, std::move(std::get<SigningIn>(*begun))})) {
      server_->answer(id, http::problem(Error{ErrorKind::Busy,
                                              "access.busy",
                                              "Too many people are signing in at once",
                                              {},
                                              "Try again in a second"}));
    }
  }
  return worked;
}

std::int64_t HttpDoor::keep_certificate() {
  const Now now = clock_.now();
  if (next_look_ms_ == 0) next_look_ms_ = now.mono_ms + kRenewLookMs;
  if (now.unix_ms < renew_at_ms_ && now.mono_ms < next_look_ms_) return next_look_ms_;
  next_look_ms_ = now.mono_ms + kRenewLookMs;
  if (const auto renewed = renew(now.unix_ms); !renewed)
    log_.warn("certificate_not_renewed", {{"code", renewed.error().code}, {"what", renewed.error().what}});
  return next_look_ms_;
}

Result<> HttpDoor::renew(std::int64_t unix_ms) {
  if (!certificate_.empty()) {
    SEALKEEP_LET(identity, http::identity_of_files(certificate_, key_));
    return server_->use_identity(identity);
  }
  if (!authority_ || unix_ms < renew_at_ms_) return {};
  SEALKEEP_LET(identity, authority_->identity(names_, unix_ms));
  SEALKEEP_LET(renew_at_ms, http::Authority::renew_at_ms(identity));
  renew_at_ms_ = renew_at_ms;
  return server_->use_identity(identity);
}

}  // namespace sealkeep::api

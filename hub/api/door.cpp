// SPDX-License-Identifier: Apache-2.0
#include "hub/api/door.hpp"

#include <algorithm>

#include "common/api/answers.hpp"
#include "common/crypto/encoding.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/api/metrics.hpp"

namespace sealkeep::hub::api {
namespace {

constexpr std::int64_t kSessionsEveryMs = 5'000;
constexpr std::int64_t kBehindMs = 60'000;
constexpr std::size_t kNameBytes = 32;

http::Response plain(std::string text, int status = 200) {
  http::Response out = http::bytes_response(std::move(text), "text/plain; charset=utf-8");
  out.status = status;
  return out;
}

// A whole office comes from one address: people behind one router, each with a browser that holds several
// connections.
http::ServerLimits limits_of_an_office() {
  http::ServerLimits limits;
  limits.connections = 512;
  limits.connections_per_peer = 256;
  limits.requests_per_second = 200;
  limits.request_burst = 1'000;
  return limits;
}

}  // namespace

Result<std::unique_ptr<Door>> Door::open(Hub& hub, const sealkeep::api::DoorConfig& config) {
  const HubParts& parts = hub.parts();
  SEALKEEP_LET(opened, sealkeep::api::HttpDoor::open(config, {parts.folder,
                                                              parts.credentials,
                                                              hub.settings().name.substr(0, kNameBytes),
                                                              parts.clock,
                                                              parts.log,
                                                              {"/api/", "/healthz", "/readyz", "/metrics"},
                                                              limits_of_an_office()}));
  return std::unique_ptr<Door>(new Door(hub, std::move(opened)));
}

bool Door::step() {
  return http_->step(
      [&](http::RequestId, const http::Request& request) -> std::optional<Begun> {
        if (!request.path.starts_with(sealkeep::api::kBase)) return health(request);
        return api_.begin(request);
      },
      [&](sealkeep::api::SigningIn signing_in, Result<access::SecretOutcome> outcome) {
        return api_.finish_sign_in(std::move(signing_in), std::move(outcome));
      });
}

// /healthz: the loop answers. /readyz: and what arrives is judged. Neither tells a stranger anything more.
http::Response Door::health(const http::Request& request) {
  if (!sealkeep::api::reads(request)) return sealkeep::api::problem_of(sealkeep::api::wrong_method());
  if (request.path == "/healthz") return plain("ok\n");
  if (request.path == "/readyz") {
    const std::int64_t now_ms = hub_.parts().clock.now().mono_ms;
    const auto waiting = entries_waiting(hub_);
    if (!waiting) return plain("the database does not answer\n", 503);
    if (*waiting == 0) behind_since_ms_ = 0;
    if (*waiting > 0 && behind_since_ms_ == 0) behind_since_ms_ = now_ms;
    const bool behind = behind_since_ms_ != 0 && now_ms - behind_since_ms_ >= kBehindMs;
    return behind ? plain("the registers are behind\n", 503) : plain("ready\n");
  }
  if (request.path != "/metrics")
    return sealkeep::api::problem_of({ErrorKind::NotFound, "api.path", "There is nothing here", {}, {}});
  if (!api_.may_scrape(request))
    return sealkeep::api::problem_of({ErrorKind::Refused, "access.scope", "Metrics are not for everybody",
                                      "they are given to this machine, and to a token with the scope metrics",
                                      "Make one: token add NAME --scope metrics"});
  auto text = metrics_text(hub_, http_->server().counters());
  if (!text) return sealkeep::api::problem_of(text.error());
  return http::bytes_response(*std::move(text), "text/plain; version=0.0.4; charset=utf-8");
}

void Door::turn() {
  const Now now = hub_.parts().clock.now();
  const auto logged = [&](const char* event, const Result<>& outcome) {
    if (!outcome)
      hub_.parts().log.warn(event, {{"code", outcome.error().code}, {"what", outcome.error().what}});
  };
  next_step_ms_ = http_->keep_certificate();
  logged("views_not_recorded", api_.audit().step());
  if (now.mono_ms >= next_look_ms_) {
    next_look_ms_ = now.mono_ms + kLookMs;
    logged("changes_not_told", tell_changes(now.unix_ms));
  }
  if (now.mono_ms >= next_sessions_ms_) {
    next_sessions_ms_ = now.mono_ms + kSessionsEveryMs;
    logged("sessions_not_looked_at", close_ended());
  }
  next_step_ms_ = std::min({next_step_ms_, next_look_ms_, next_sessions_ms_, api_.audit().next_step_ms()});
}

void Door::end() {
  if (const auto kept = api_.audit().flush(); !kept)
    hub_.parts().log.warn("views_not_recorded", {{"code", kept.error().code}});
}

Result<> Door::close_ended() {
  SEALKEEP_LET(ended, api_.take_ended());
  for (const access::SessionId id : ended) http_->server().close_streams(session_topic(id));
  return {};
}

// Everything that somebody could see comes of a transaction, but for who is connected.
Result<> Door::tell_changes(std::int64_t unix_ms) {
  changed_.clear();
  SEALKEEP_TRY(tell_sites());
  SEALKEEP_TRY(tell_alerts(unix_ms));
  if (told_once_ && !changed_.empty()) {
    const std::string what = cli::to_json(cli::Value::object({{"as_of_ms", unix_ms}}));
    http_->server().publish(kTopicAll, "overview", what);
    for (const std::string& code : changed_)
      if (!code.empty()) http_->server().publish(site_topic(code), "overview", what);
  }
  told_once_ = true;
  return {};
}

void Door::tell(const std::string& code, std::string_view event, const cli::Value& what) {
  changed_.insert(code);
  if (!told_once_) return;  // what was so at the start is no news
  const std::string data = cli::to_json(what);
  http_->server().publish(kTopicAll, event, data);
  if (!code.empty()) http_->server().publish(site_topic(code), event, data);
}

Result<> Door::tell_sites() {
  SEALKEEP_LET(sites, hub_.sites());
  for (SiteInfo& site : sites) {
    SiteTold is{std::move(site.code), site.state,  site.mirrored_size,         site.folded_size,
                site.connected,       site.frozen, std::move(site.fingerprint)};
    SiteTold& was = sites_told_[site.id];
    if (is == was) continue;
    was = std::move(is);
    tell(was.code, "site", cli::Value::object({{"site", was.code}}));
  }
  return {};
}

Result<> Door::tell_alerts(std::int64_t unix_ms) {
  const std::vector<Hash> changes = hub_.desk().take_changes();
  if (changes.empty()) return {};
  SEALKEEP_LET(alerts, Alerts::open(hub_.db()));
  for (const Hash& id : std::set<Hash>(changes.begin(), changes.end())) {
    SEALKEEP_LET(alert, alerts.find(id));
    if (!alert) continue;
    SEALKEEP_LET(life, hub_.desk().lives().load(id));
    const auto site = sites_told_.find(alert->site);
    tell(site == sites_told_.end() ? std::string() : site->second.code, "alert",
         cli::Value::object({{"id", short_id(id)}, {"state", state_name(state_of(life, unix_ms))}}));
  }
  return {};
}

}  // namespace sealkeep::hub::api

// SPDX-License-Identifier: Apache-2.0
#include "agent/api/door.hpp"

#include "agent/api/trust.hpp"
#include "agent/commands/capture.hpp"

namespace sealkeep::agent::api {
namespace {

constexpr std::int64_t kLookMs = 100;
constexpr std::int64_t kExpiryLookMs = 10'000;

}  // namespace

Door::Door(Agent& agent, Eyes* eyes, std::unique_ptr<HttpDoor> http)
    : agent_(agent), api_(agent, eyes), http_(std::move(http)) {
  agent_.access().on_session_end(
      [server = &http_->server()](access::SessionId id) { server->close_streams(session_topic(id)); });
}

Result<std::unique_ptr<Door>> Door::open(Agent& agent, Eyes* eyes, const DoorConfig& config) {
  const AgentParts& parts = agent.parts();
  std::string site = "load site";
  for (const ExporterInfo& exporter : agent.exporters()) site = exporter.site_code;
  SEALKEEP_LET(opened, HttpDoor::open(config, {parts.folder,
                                               parts.credentials,
                                               site,
                                               parts.clock,
                                               parts.log,
                                               {"/api/", std::string(kTrustPrefix)}}));
  return std::unique_ptr<Door>(new Door(agent, eyes, std::move(opened)));
}

bool Door::step(std::vector<Waiting>& to_record, std::vector<ToLook>& to_look) {
  return http_->step(
      [&](http::RequestId id, const http::Request& request) -> std::optional<HttpDoor::Begun> {
        Begun begun = api_.begin(request);
        if (auto* response = std::get_if<http::Response>(&begun)) return std::move(*response);
        if (auto* signing_in = std::get_if<SigningIn>(&begun)) return std::move(*signing_in);
        if (auto* looking = std::get_if<Looking>(&begun)) {
          to_look.push_back({std::move(looking->request), [this, id](const Result<Seen>& seen) {
                               http_->server().answer(id, answer_of(seen.map(seen_value)));
                             }});
          return std::nullopt;
        }
        to_record.push_back(
            {std::move(std::get<Recording>(begun).prepared), [this, id](const Result<cli::Value>& outcome) {
               http_->server().answer(id, answer_of(outcome));
             }});
        return std::nullopt;
      },
      [&](SigningIn signing_in, Result<access::SecretOutcome> outcome) {
        return api_.finish_sign_in(std::move(signing_in), std::move(outcome));
      });
}

void Door::tell_changes() {
  const Now now = agent_.parts().clock.now();
  next_step_ms_ = http_->keep_certificate();
  if (now.mono_ms < next_look_ms_) {
    next_step_ms_ = next_look_ms_;
    return;
  }
  next_look_ms_ = now.mono_ms + kLookMs;
  if (now.mono_ms >= next_expiry_ms_) {
    next_expiry_ms_ = now.mono_ms + kExpiryLookMs;
    if (const auto ended = agent_.access().end_expired(now); !ended)
      agent_.parts().log.warn("sessions_not_ended", {{"code", ended.error().code}});
  }
  for (const ExporterInfo& exporter : agent_.exporters()) {
    const Told is{exporter.size, exporter.cosigned_size, exporter.connected, exporter.trouble};
    Told& was = told_[exporter.id];
    if (is == was) continue;
    const std::string what =
        cli::to_json(cli::Value::object({{"exporter", exporter.hub}, {"size", is.size}}));
    if (is.size != was.size) http_->server().publish(kTopicAll, "register", what);
    if (is.cosigned != was.cosigned || is.connected != was.connected || is.trouble != was.trouble)
      http_->server().publish(kTopicAll, "sync", what);
    was = is;
  }
}

void Door::tell_scan(access::TerminalNo no, std::string_view json) {
  http_->server().publish(no == 0 ? std::string(kTopicAll) : terminal_topic(no), "scan", json);
}

}  // namespace sealkeep::agent::api

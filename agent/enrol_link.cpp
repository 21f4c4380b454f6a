// SPDX-License-Identifier: Apache-2.0
#include "agent/enrol_link.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kAskAgainMs = 10'000;

}  // namespace

EnrolLink::EnrolLink(RegisterId id, Bytes request, BoxKey key)
    : id_(id), request_(std::move(request)), key_(std::move(key)) {}

Result<std::unique_ptr<EnrolLink>> EnrolLink::open(net::NetContext& context, Agent& agent,
                                                   const ExporterInfo& exporter, Random& random) {
  SEALKEEP_LET(request, agent.enrol_request(exporter.id));
  SEALKEEP_LET(roles, agent.hub_roles(exporter.id));
  const auto hub_key = roles.box_key("curve");
  if (!hub_key)
    return fail(ErrorKind::Refused, "enrol.no_curve_key",
                "The invitation names no key for the hub's connection", {},
                "Ask head office for a new invitation");
  std::unique_ptr<EnrolLink> link(new EnrolLink(exporter.id, std::move(request), BoxKey::generate(random)));
  net::PipeClientConfig config;
  config.endpoint = exporter.enrol_address;
  config.server_key = *hub_key;
  config.max_message_bytes = limits::kEnrolMessageBytes;
  SEALKEEP_LET(client, net::PipeClient::open(context, config, link->key_, random));
  link->client_ = std::move(client);
  return link;
}

Result<std::int64_t> EnrolLink::step(Agent& agent, std::int64_t now_mono_ms) {
  const std::int64_t wake = client_->step(now_mono_ms);
  for (net::PipeEvent event : client_->take_events())
    if (event == net::PipeEvent::Connected) ask_again_ms_ = now_mono_ms;
  if (client_->connected() && now_mono_ms >= ask_again_ms_ && client_->send(request_))
    ask_again_ms_ = now_mono_ms + kAskAgainMs;
  while (auto frame = client_->receive()) {
    SEALKEEP_LET(answer, agent.on_enrol_answer(id_, *frame));
    answer_ = std::move(answer);
  }
  return client_->connected() ? std::min(wake, ask_again_ms_) : wake;
}

}  // namespace sealkeep::agent

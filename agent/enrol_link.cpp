// SPDX-License-Identifier: Apache-2.0
#include "agent/enrol_link.hpp"

#include <algorithm>

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kAskAgainMs = 10'000;

}  // namespace

EnrolLink::EnrolLink(RegisterId id, Bytes request) : id_(id), request_(std::move(request)) {}

Result<std::unique_ptr<EnrolLink>> EnrolLink::open(net::NetContext& context, Agent& agent,
                                                   const ExporterInfo& exporter, Random& random) {
  SEALKEEP_LET(request, agent.enrol_request(exporter.id));
  const std::vector<Agent::Link> links = agent.links();
  const auto own = std::find_if(links.begin(), links.end(),
                                [&](const Agent::Link& link) { return link.id == exporter.id; });
  SEALKEEP_ASSERT(own != links.end());
  std::unique_ptr<EnrolLink> link(new EnrolLink(exporter.id, std::move(request)));
  net::PipeClientConfig config;
  config.endpoint = exporter.enrol_address;
  config.server_key = own->hub_key;
  config.max_message_bytes = limits::kEnrolMessageBytes;
  SEALKEEP_LET(client, net::PipeClient::open(context, config, *own->curve_key, random));
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

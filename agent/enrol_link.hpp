// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/net/pipe_client.hpp"

namespace sealkeep::agent {

/// Carries one enrolment request to a hub's enrolment port and the answer back, until there is one. The
/// connection is made with the CURVE key that the request names, which proves that the site holds it. One
/// thread, not blocking; the agent outlives it.
class EnrolLink {
 public:
  /// The hub's CURVE key is taken from the roles that the invitation pinned.
  [[nodiscard]] static Result<std::unique_ptr<EnrolLink>> open(net::NetContext& context, Agent& agent,
                                                               const ExporterInfo& exporter, Random& random);
  /// Call when readable and at the returned monotonic time at the latest.
  [[nodiscard]] Result<std::int64_t> step(Agent& agent, std::int64_t now_mono_ms);
  /// The hub's answer, once there is one.
  [[nodiscard]] const std::optional<sync::EnrolAnswer>& answer() const { return answer_; }
  [[nodiscard]] const net::PipeClient& socket() const { return *client_; }
  [[nodiscard]] RegisterId register_id() const { return id_; }

 private:
  EnrolLink(RegisterId id, Bytes request);
  RegisterId id_;
  Bytes request_;
  std::unique_ptr<net::PipeClient> client_;
  std::int64_t ask_again_ms_ = 0;  // monotonic
  std::optional<sync::EnrolAnswer> answer_;
};

}  // namespace sealkeep::agent

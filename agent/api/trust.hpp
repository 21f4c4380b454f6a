// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "agent/agent.hpp"
#include "common/http/response.hpp"

namespace sealkeep::agent::api {

inline constexpr std::string_view kTrustPrefix = "/trust";

/// What brings this site's root certificate to a tablet, for anybody who reaches the agent and before anybody
/// is signed in: the page /trust, its QR code and style, and the certificate as /trust/authority.crt (DER)
/// and /trust/authority.pem. Nothing for any other path.
[[nodiscard]] std::optional<http::Response> trust_response(Agent& agent, const http::Request& request);

}  // namespace sealkeep::agent::api

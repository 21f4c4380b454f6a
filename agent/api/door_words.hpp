// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/value.hpp"
#include "common/http/response.hpp"

/// What the sources of agent/api share. Private to this folder.
namespace sealkeep::agent::api {

inline constexpr std::string_view kSessionCookie = "sealkeep";
inline constexpr std::string_view kTerminalCookie = "sealkeep-terminal";
inline constexpr std::string_view kCsrfHeader = "x-sealkeep-csrf";

[[nodiscard]] inline Error not_signed_in() {
  return {ErrorKind::Refused, "access.no_session", "Nobody is signed in here",
          "the session is over, or there was none", "Sign in; what was typed stays"};
}
[[nodiscard]] inline Error foreign() {
  return {ErrorKind::Refused,
          "access.foreign",
          "This request did not come from this page",
          {},
          "Open the terminal's own address"};
}
[[nodiscard]] inline http::Response problem_of(const Error& error) {
  return error.code == "access.no_session" ? http::problem(error, 401) : http::problem(error);
}

/// The JSON body of a request; BadInput `api.body`, `json.malformed`.
[[nodiscard]] Result<cli::Value> body_of(const http::Request& request);

}  // namespace sealkeep::agent::api

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>

#include "common/http/request.hpp"

namespace sealkeep::http {

/// An answer. A plain value. What every answer has (lengths, security headers) the server adds: `headers`
/// with a name of the connection's own, a name that is no token, or a value with a control character make the
/// whole answer a 500, so nothing that came from outside can start a header.
struct Response {
  int status = 200;
  Pairs headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  ///< instead of `body`, if many answers have the same
  /// Not empty: the connection stays open as a stream of server-sent events, of which it gets those that are
  /// published to one of these topics; `body` (event_text()) is sent first.
  std::vector<std::string> topics;

  [[nodiscard]] std::string_view content() const { return shared_body ? *shared_body : body; }
};

/// `json` is complete JSON text.
[[nodiscard]] Response json_response(std::string json, int status = 200);
/// 204.
[[nodiscard]] Response no_content();
[[nodiscard]] Response bytes_response(std::string body, std::string content_type);
/// Turns the connection into a stream; `topics` are not empty (asserted). See Server::publish.
[[nodiscard]] Response event_stream(std::vector<std::string> topics, std::string first_events = {});

/// One server-sent event, as it is sent. `event` has no line end (asserted); `data` may have several lines.
[[nodiscard]] std::string event_text(std::string_view event, std::string_view data);

/// 400 for BadInput, 404 NotFound, 409 Refused (403 if the code begins with "access."), 503 Busy and
/// Disconnected, 507 Full, 500 Corrupt and Bug; the codes of this kit have the status that HTTP has for them
/// (`http.body_too_large` 413, `http.header_too_large` 431, `http.too_many_requests` 429, `http.method` 405,
/// `http.length_required` 411, `http.host` 421).
[[nodiscard]] int status_of(const Error& error);

inline constexpr std::int64_t kRetryAfterSeconds = 1;  ///< said with 429 and 503, if nothing else is

/// RFC 9457, application/problem+json: type urn:sealkeep:error:<code>, title = what, detail = why, status,
/// code, next; members that are empty are left out.
[[nodiscard]] Response problem(const Error& error, int status,
                               std::int64_t retry_after_s = kRetryAfterSeconds);
[[nodiscard]] inline Response problem(const Error& error) {
  return problem(error, status_of(error));
}

/// A cookie of this server: HttpOnly, SameSite=Strict, Path=/; no Domain.
struct Cookie {
  std::string name;
  std::string value;
  std::int64_t max_age_s = -1;  ///< below 0: until the browser ends; 0 takes the cookie away
  bool secure = true;           ///< over TLS; adds Secure and puts "__Host-" before the name
};
/// The name as it comes back in Request::cookies.
[[nodiscard]] std::string cookie_name(std::string_view name, bool secure);
/// Appends Set-Cookie. Name and value are tokens (asserted): base64url or hex, never text from outside.
void set_cookie(Response& response, const Cookie& cookie);

/// What the server adds to an answer.
struct HeadOptions {
  bool keep_alive = true;
  bool secure = false;
  std::int64_t hsts_s = 0;  ///< above 0, and over TLS: Strict-Transport-Security of that many seconds
};
/// Status line and headers up to and with the empty line. An answer without Cache-Control gets `no-store`.
/// Bug `http.response` for an answer that must not be sent (see Response).
[[nodiscard]] Result<std::string> head_text(const Response& response, const HeadOptions& options);

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#include "common/http/response.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace sealkeep::http {
namespace {

constexpr std::string_view kSecurityHeaders =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: "
    "data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(self), microphone=(), geolocation=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

/// Headers that belong to the server: an answer that brings one along must not be sent.
constexpr std::string_view kOwnHeaders[] = {"connection",
                                            "content-length",
                                            "transfer-encoding",
                                            "upgrade",
                                            "content-security-policy",
                                            "x-content-type-options",
                                            "referrer-policy",
                                            "permissions-policy",
                                            "cross-origin-opener-policy",
                                            "cross-origin-resource-policy",
                                            "strict-transport-security"};

struct StatusOfCode {
  std::string_view code;
  int status;
};
constexpr StatusOfCode kStatusOfCodes[] = {
    {"http.method", 405}, {"http.length_required", 411},   {"http.body_too_large", 413},
    {"http.host", 421},   {"http.too_many_requests", 429}, {"http.header_too_large", 431},
};

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

bool is_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

bool may_send(const std::string& name, const std::string& value) {
  return is_token(name) && is_value(value) &&
         std::find(std::begin(kOwnHeaders), std::end(kOwnHeaders), lower(name)) == std::end(kOwnHeaders);
}

}  // namespace

Response json_response(std::string json, int status) {
  Response out = bytes_response(std::move(json), "application/json");
  out.status = status;
  return out;
}

Response no_content() {
  Response out;
  out.status = 204;
  return out;
}

Response bytes_response(std::string body, std::string content_type) {
  Response out;
  out.headers.emplace_back("Content-Type", std::move(content_type));
  out.body = std::move(body);
  return out;
}

Response event_stream(std::vector<std::string> topics, std::string first_events) {
  SEALKEEP_ASSERT(!topics.empty());
  Response out = bytes_response(std::move(first_events), "text/event-stream");
  out.topics = std::move(topics);
  return out;
}

std::string event_text(std::string_view event, std::string_view data) {
  SEALKEEP_ASSERT(is_token(event));
  std::string out = "event: " + std::string(event) + "\ndata: ";
  for (char c : data) {
    if (c == '\r') continue;
    out.push_back(c);
    if (c == '\n') out += "data: ";
  }
  return out + "\n\n";
}

int status_of(const Error& error) {
  for (const StatusOfCode& known : kStatusOfCodes) {
    if (known.code == error.code) return known.status;
  }
  switch (error.kind) {
    case ErrorKind::BadInput:
      return 400;
    case ErrorKind::Refused:
      return error.code.starts_with("access.") ? 403 : 409;
    case ErrorKind::NotFound:
      return 404;
    case ErrorKind::Busy:
    case ErrorKind::Disconnected:
      return 503;
    case ErrorKind::Full:
      return 507;
    case ErrorKind::Corrupt:
    case ErrorKind::Bug:
      break;
  }
  return 500;
}

Response problem(const Error& error, int status, std::int64_t retry_after_s) {
  boost::json::object members;
  members["type"] = "urn:sealkeep:error:" + error.code;
  members["title"] = error.what;
  if (!error.why.empty()) members["detail"] = error.why;
  members["status"] = status;
  members["code"] = error.code;
  if (!error.next.empty()) members["next"] = error.next;
  Response out = bytes_response(boost::json::serialize(members), "application/problem+json");
  out.status = status;
  if (status == 429 || status == 503) out.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return out;
}

std::string cookie_name(std::string_view name, bool secure) {
  return (secure ? "__Host-" : "") + std::string(name);
}

void set_cookie(Response& response, const Cookie& cookie) {
  SEALKEEP_ASSERT(is_token(cookie.name) && (cookie.value.empty() || is_token(cookie.value)));
  std::string text =
      cookie_name(cookie.name, cookie.secure) + "=" + cookie.value + "; Path=/; HttpOnly; SameSite=Strict";
  if (cookie.secure) text += "; Secure";
  if (cookie.max_age_s >= 0) text += "; Max-Age=" + std::to_string(cookie.max_age_s);
  response.headers.emplace_back("Set-Cookie", std::move(text));
}

Result<std::string> head_text(const Response& response, const HeadOptions& options) {
  SEALKEEP_ASSERT(response.status >= 200 && response.status <= 599);
  std::string out =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_of(response.status)) + "\r\n";
  bool cached = false;
  for (const auto& [name, value] : response.headers) {
    if (!may_send(name, value)) {
      return fail(ErrorKind::Bug, "http.response", "An answer was made that must not be sent",
                  "a header of it is not one that an answer may have", "Report this with what was asked for");
    }
    cached = cached || lower(name) == "cache-control";
    out += name + ": " + value + "\r\n";
  }
  if (!cached) out += "Cache-Control: no-store\r\n";
  out += kSecurityHeaders;
  if (options.secure && options.hsts_s > 0)
    out += "Strict-Transport-Security: max-age=" + std::to_string(options.hsts_s) + "\r\n";
  // A stream has no length: it ends with its connection. 204 and 304 have no body at all.
  const bool stream = !response.topics.empty();
  if (!stream && response.status != 204 && response.status != 304)
    out += "Content-Length: " + std::to_string(response.content().size()) + "\r\n";
  out += options.keep_alive && !stream ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

}  // namespace sealkeep::http

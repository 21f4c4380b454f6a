// SPDX-License-Identifier: Apache-2.0
#include "common/http/response.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::http {
namespace {

std::string head(const Response& response, const HeadOptions& options = {}) {
  return head_text(response, options).value();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("every answer says how long it is, that it is not kept, and what a page may do") {
  const std::string text = head(json_response("{}"));
  CHECK(text.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
  CHECK(has(text, "\r\nContent-Length: 2\r\n"));
  CHECK(has(text, "\r\nCache-Control: no-store\r\n"));
  CHECK(has(text, "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; "));
  CHECK(has(text, "; frame-ancestors 'none'\r\n"));
  CHECK(has(text, "\r\nX-Content-Type-Options: nosniff\r\n"));
  CHECK(has(text, "\r\nPermissions-Policy: camera=(self), "));
  CHECK(has(text, "\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
  CHECK(has(text, "\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
  CHECK(text.ends_with("\r\nConnection: keep-alive\r\n\r\n"));
  CHECK_FALSE(has(text, "Strict-Transport-Security"));
  CHECK(has(head(json_response("{}"), {false, true, 300}), "\r\nStrict-Transport-Security: max-age=300\r\n"));
  CHECK_FALSE(has(head(json_response("{}"), {false, false, 300}), "Strict-Transport-Security"));
  CHECK_FALSE(has(head(no_content()), "Content-Length"));
}

TEST_CASE("nothing that came from outside can start a header") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"X-A", "1\r\nSet-Cookie: a=1"},
      {"X-A", "1\n"},
      {"X-A", "1\r"},
      {"X-A", std::string("1\0", 2)},
      {"X-A\r\nX-B", "1"},
      {"X A", "1"},
      {"X-A:", "1"},
      {"", "1"},
      {"Content-Length", "5"},
      {"transfer-encoding", "chunked"},
      {"Connection", "upgrade"},
      {"Content-Security-Policy", "default-src *"},
  }));
  CAPTURE(name, value);
  Response response = json_response("{}");
  response.headers.emplace_back(name, value);
  const auto text = head_text(response, {});
  REQUIRE(!text);
  CHECK(text.error().code == "http.response");
  CHECK(text.error().kind == ErrorKind::Bug);
}

TEST_CASE("an error is told as problem details, in the words of the command line") {
  const Error error{ErrorKind::Refused, "seal.not_issued", "The seal is \"new\"", "nobody has it",
                    "Issue it first"};
  const Response response = problem(error);
  CHECK(response.status == 409);
  CHECK(find(response.headers, "Content-Type") == "application/problem+json");
  CHECK(
      response.body ==
      R"({"type":"urn:sealkeep:error:seal.not_issued","title":"The seal is \"new\"","detail":"nobody has it",)"
      R"("status":409,"code":"seal.not_issued","next":"Issue it first"})");
  CHECK(problem({ErrorKind::Bug, "x.y", "It broke", {}, {}}).body ==
        R"({"type":"urn:sealkeep:error:x.y","title":"It broke","status":500,"code":"x.y"})");
}

TEST_CASE("the kind of an error decides its status") {
  const auto [kind, code, status] = GENERATE(table<ErrorKind, std::string, int>({
      {ErrorKind::BadInput, "a.b", 400},
      {ErrorKind::Refused, "a.b", 409},
      {ErrorKind::Refused, "access.role", 403},
      {ErrorKind::NotFound, "a.b", 404},
      {ErrorKind::Busy, "a.b", 503},
      {ErrorKind::Disconnected, "a.b", 503},
      {ErrorKind::Full, "a.b", 507},
      {ErrorKind::Corrupt, "a.b", 500},
      {ErrorKind::Bug, "a.b", 500},
      {ErrorKind::Busy, "http.too_many_requests", 429},
      {ErrorKind::BadInput, "http.body_too_large", 413},
      {ErrorKind::BadInput, "http.header_too_large", 431},
      {ErrorKind::BadInput, "http.method", 405},
      {ErrorKind::BadInput, "http.host", 421},
  }));
  CAPTURE(code, status);
  const Response response = problem({kind, code, "what", {}, {}});
  CHECK(response.status == status);
  CHECK(find(response.headers, "Retry-After").has_value() == (status == 429 || status == 503));
}

TEST_CASE("a session's cookie is kept from scripts, other sites and plain connections") {
  Response response = no_content();
  set_cookie(response, {"session", "abc_-1", 3600, true});
  set_cookie(response, {"session", "", 0, false});
  CHECK(response.headers[0].second ==
        "__Host-session=abc_-1; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=3600");
  CHECK(response.headers[1].second == "session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  CHECK(cookie_name("session", true) == "__Host-session");
}

TEST_CASE("an event's data cannot end it early") {
  CHECK(event_text("register", "{}") == "event: register\ndata: {}\n\n");
  CHECK(event_text("scan", "a\r\n\r\nevent: b") == "event: scan\ndata: a\ndata: \ndata: event: b\n\n");
}

}  // namespace
}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#include "common/http/request.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::http {
namespace {

std::string code_of(const Error& error) {
  return error.code;
}

TEST_CASE("percent-decoding takes whole escapes of UTF-8 only") {
  CHECK(percent_decode("a%20b%C3%a9").value() == "a b\xC3\xA9");
  CHECK(percent_decode("").value().empty());
  for (const char* wrong : {"%", "%2", "a%", "%zz", "%2g", "%-1", "%C3", "%FF", "%C0%AF", "%00", "\xff"}) {
    CAPTURE(wrong);
    const auto refused = percent_decode(wrong);
    REQUIRE(!refused);
    CHECK(code_of(refused.error()) == "http.percent");
  }
}

TEST_CASE("a path has one spelling, and no way up") {
  CHECK(parse_path("/").value() == "/");
  CHECK(parse_path("/api/v1/seal/apply").value() == "/api/v1/seal/apply");
  CHECK(parse_path("/a%20b/").value() == "/a b/");
  CHECK(parse_path("/...").value() == "/...");
  for (const char* wrong : {"",          "x",         "*",      "http://host/", "//",
                            "/a//b",     "/.",        "/..",    "/a/../b",      "/%2e%2e/etc/passwd",
                            "/a/%2E%2e", "/a%2fb",    "/a%2Fb", "/a\\b",        "/a%5cb",
                            "/a%00",     "/a%0d%0ab", "/a#b",   "/a%23b",       "/a%7f",
                            "/./a",      "/a/."}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_path(wrong).has_value());
  }
}

TEST_CASE("a query is read in order, with a scanner's separators, up to its limit") {
  CHECK(parse_query("").value().empty());
  CHECK(parse_query("a=1&b=x+y%26&c&a=2").value() == Pairs{{"a", "1"}, {"b", "x y&"}, {"c", ""}, {"a", "2"}});
  CHECK(parse_query("text=%1D01%2B=5").value() == Pairs{{"text",
                                                         "\x1D"
                                                         "01+=5"}});
  CHECK(code_of(parse_query("=1").error()) == "http.query");
  CHECK(code_of(parse_query("a=%").error()) == "http.percent");
  std::string many = "a=1";
  for (std::size_t i = 1; i < kQueryParameters; ++i) many += "&a=1";
  CHECK(parse_query(many).value().size() == kQueryParameters);
  CHECK(code_of(parse_query(many + "&a=1").error()) == "http.query");
}

TEST_CASE("cookies of other programs do not stand in the way") {
  CHECK(parse_cookies("a=1; b={\"x\":2}; c").value() == Pairs{{"a", "1"}, {"b", "{\"x\":2}"}, {"", "c"}});
  CHECK(parse_cookies("").value().empty());
  CHECK(code_of(parse_cookies("a=1\x01").error()) == "http.cookie");
  std::string many = "a=1";
  for (std::size_t i = 1; i < kCookies; ++i) many += "; a=1";
  CHECK(parse_cookies(many).value().size() == kCookies);
  CHECK(code_of(parse_cookies(many + "; a=1").error()) == "http.cookie");
}

TEST_CASE("a content type is read whatever its case and blanks") {
  const auto read = parse_content_type("Application/JSON ; Charset=\"utf-8\"");
  CHECK(read.value().media == "application/json");
  CHECK(find(read->parameters, "charset") == "utf-8");
  for (const char* wrong : {"", "json", "a/", "/b", "a/b/c", "a b/c", "a/b; =1", "a/b; c=d e"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_content_type(wrong).has_value());
  }
}

TEST_CASE("an encoding is taken if it is named and not with a weight of nothing") {
  CHECK(takes_encoding("gzip, deflate, br", "br"));
  CHECK(takes_encoding("br;q=0.5", "br"));
  CHECK_FALSE(takes_encoding("br;q=0, gzip", "br"));
  CHECK_FALSE(takes_encoding("brotli", "br"));
  CHECK_FALSE(takes_encoding("", "gzip"));
}

TEST_CASE("only a page of this server, or no browser, is of the same origin") {
  Request request;
  request.headers = {{"host", "gate1:8443"}};
  request.secure = true;
  CHECK(is_same_origin(request));
  request.headers["origin"] = "https://GATE1:8443";
  CHECK(is_same_origin(request));
  request.headers["sec-fetch-site"] = "same-origin";
  CHECK(is_same_origin(request));
  request.secure = false;
  CHECK_FALSE(is_same_origin(request));
  request.secure = true;
  request.headers["origin"] = GENERATE("https://gate1", "https://evil.example", "null");
  CHECK_FALSE(is_same_origin(request));
  request.headers.erase("origin");
  request.headers["sec-fetch-site"] = GENERATE("cross-site", "same-site");
  CHECK_FALSE(is_same_origin(request));
}

TEST_CASE("a Host header names a host with or without a port") {
  CHECK(host_of("Gate1:8443") == "gate1");
  CHECK(host_of("gate1.") == "gate1");
  CHECK(host_of("127.0.0.1:80") == "127.0.0.1");
  CHECK(host_of("[fd00::1]:8443") == "fd00::1");
  CHECK(host_of("fd00::1") == "fd00::1");
  CHECK(host_of("[") == "");
}

}  // namespace
}  // namespace sealkeep::http

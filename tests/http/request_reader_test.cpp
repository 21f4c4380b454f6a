// SPDX-License-Identifier: Apache-2.0
#include "common/http/request_reader.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::http {
namespace {

using Progress = RequestReader::Progress;

Result<Request> read(std::string_view bytes, std::size_t header_bytes = 1000, std::size_t body_bytes = 1000) {
  RequestReader reader(header_bytes, body_bytes);
  SEALKEEP_LET(progress, reader.feed(bytes));
  if (progress != Progress::Complete) return bad_input("incomplete", "the bytes are not a whole request");
  return reader.take();
}

std::string refusal(std::string_view bytes) {
  const auto request = read(bytes);
  return request ? "taken" : request.error().code;
}

const std::string kPost =
    "POST /api/v1/seal/apply?x=1&x=2 HTTP/1.1\r\nHost: gate1\r\nContent-Type: application/json\r\n"
    "cookie: a=1\r\nX-Twice: 1\r\nX-twice: 2\r\nCookie: b=2\r\nContent-Length: 5\r\n\r\nhello";

TEST_CASE("a request is read whole, however its bytes are cut") {
  const auto check = [](const Request& request) {
    CHECK(request.method == "POST");
    CHECK(request.path == "/api/v1/seal/apply");
    CHECK(request.query == Pairs{{"x", "1"}, {"x", "2"}});
    CHECK(request.header("x-twice") == "1, 2");
    CHECK(request.header("content-type") == "application/json");
    CHECK_FALSE(request.header("absent"));
    CHECK(request.cookies == Pairs{{"a", "1"}, {"b", "2"}});
    CHECK(request.body == "hello");
  };
  check(read(kPost).value());
  for (std::size_t cut = 1; cut < kPost.size(); ++cut) {
    RequestReader reader(1000, 1000);
    const auto first = reader.feed(std::string_view(kPost).substr(0, cut));
    CHECK(first.value() == (cut < kPost.size() - 5 ? Progress::Header : Progress::Body));
    CHECK(reader.feed(std::string_view(kPost).substr(cut)).value() == Progress::Complete);
    check(reader.take());
  }
}

TEST_CASE("requests that come in one piece are read one after the other") {
  RequestReader reader(1000, 1000);
  CHECK(reader.feed(kPost + kPost + "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").value() ==
        Progress::Complete);
  CHECK(reader.take().path == "/api/v1/seal/apply");
  CHECK(reader.keep_alive());
  CHECK(reader.feed({}).value() == Progress::Complete);
  CHECK(reader.take().body == "hello");
  CHECK(reader.feed({}).value() == Progress::Complete);
  CHECK_FALSE(reader.keep_alive());
  CHECK(reader.take().path == "/last");
  CHECK(reader.feed({}).value() == Progress::Nothing);
}

TEST_CASE("a header of the limit passes, one byte more does not, whether it ends or not") {
  const auto with_header_of = [](std::size_t size) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
  };
  CHECK(read(with_header_of(1000)).has_value());
  CHECK(refusal(with_header_of(1001)) == "http.header_too_large");
  const std::string endless = with_header_of(5000).substr(0, 1000);
  CHECK(refusal(endless) == "http.header_too_large");
  CHECK(refusal(endless.substr(0, 999)) == "incomplete");
  CHECK(refusal(std::string(1000, 'G')) == "http.header_too_large");
}

TEST_CASE("a body of the limit passes, one byte more is refused before it comes") {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ";
  CHECK(read(head + "1000\r\n\r\n" + std::string(1000, 'x')).value().body.size() == 1000);
  CHECK(refusal(head + "1001\r\n\r\n") == "http.body_too_large");
  CHECK(refusal(head + "99999999999999999999\r\n\r\n") == "http.malformed");
}

TEST_CASE("what two readers may understand differently is refused") {
  const auto with = [](const std::string& headers) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
  };
  CHECK(refusal(with("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n") == "http.length_required");
  CHECK(refusal(with("Transfer-Encoding: identity\r\n")) == "http.length_required");
  CHECK(refusal(with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")) == "http.malformed");
  CHECK(refusal(with("Content-Length: 1\r\nContent-Length: 2\r\n")) == "http.malformed");
  CHECK(refusal(with("Content-Length: +1\r\n")) == "http.malformed");
  CHECK(refusal(with("Content-Length : 1\r\n")) == "http.malformed");
  CHECK(refusal(with("Host: other\r\n")) == "http.host");
  CHECK(refusal("GET / HTTP/1.1\r\n\r\n") == "http.host");
  CHECK(refusal("GET / HTTP/1.1\r\nHost:\r\n\r\n") == "http.host");
  CHECK(refusal("GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n") == "http.path");
  CHECK(refusal("GET /../x HTTP/1.1\r\nHost: h\r\n\r\n") == "http.path");
  CHECK(refusal("GET /?a=%0 HTTP/1.1\r\nHost: h\r\n\r\n") == "http.percent");
  CHECK(refusal("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n") == "http.method");
  CHECK(refusal("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n") == "http.method");
  CHECK(refusal("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n") == "http.method");
  CHECK(refusal("GET / HTTP/2.0\r\nHost: h\r\n\r\n") == "http.malformed");
  CHECK(refusal("\x16\x03\x01\x02\r\n\r\n") == "http.malformed");
}

}  // namespace
}  // namespace sealkeep::http

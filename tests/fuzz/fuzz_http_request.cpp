// SPDX-License-Identifier: Apache-2.0
// What any machine of the site's network may send to the HTTP server: requests in whatever pieces, and the
// parts of a request. What is taken keeps its limits and has one spelling; however the bytes are cut, the
// same requests come out; and nothing of them can break out of an answer's header.
#include <algorithm>

#include "common/base/bytes.hpp"
#include "common/http/request_reader.hpp"
#include "common/http/response.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;
using namespace sealkeep::http;

namespace {

constexpr std::size_t kHeaderBytes = 512;
constexpr std::size_t kBodyBytes = 256;

void check_path(std::string_view path) {
  SEALKEEP_ASSERT(path.starts_with('/') && is_utf8(path) && path.find('\0') == std::string_view::npos);
  const std::string closed = std::string(path) + "/";
  for (const char* never : {"/./", "/../", "\\", "\r", "\n"})
    SEALKEEP_ASSERT(closed.find(never) == std::string::npos);
  SEALKEEP_ASSERT(path.find("//") == std::string_view::npos);
}

// The requests that the bytes give, when they come in pieces of that size, up to the first error. (When an
// error is seen depends on the pieces.)
std::vector<std::string> requests(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> out;
  RequestReader reader(kHeaderBytes, kBodyBytes);
  while (true) {
    const auto progress = reader.feed(bytes.substr(0, std::min(piece, bytes.size())));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (!progress) {
      SEALKEEP_ASSERT(progress.error().kind == ErrorKind::BadInput && is_utf8(progress.error().text()));
      return out;
    }
    if (*progress == RequestReader::Progress::Complete) {
      const Request request = reader.take();
      check_path(request.path);
      SEALKEEP_ASSERT(request.body.size() <= kBodyBytes && request.query.size() <= kQueryParameters);
      SEALKEEP_ASSERT(request.cookies.size() <= kCookies && request.header("host"));
      out.push_back(request.method + " " + request.path + " " + request.body);
      continue;
    }
    if (bytes.empty()) return out;
  }
}

void head(std::string_view text) {
  Response response = json_response("{}");
  const std::size_t half = text.find(':');
  response.headers.emplace_back(text.substr(0, half),
                                half == std::string_view::npos ? "" : text.substr(half + 1));
  const auto sent = head_text(response, {});
  if (!sent) return;
  static const std::size_t lines = [] {
    const std::string plain = head_text(json_response("{}"), {}).value();
    return static_cast<std::size_t>(std::count(plain.begin(), plain.end(), '\n'));
  }();
  const auto count = static_cast<std::size_t>(std::count(sent->begin(), sent->end(), '\n'));
  SEALKEEP_ASSERT(count == lines || count == lines + 1);
  SEALKEEP_ASSERT(static_cast<std::size_t>(std::count(sent->begin(), sent->end(), '\r')) == count);
  SEALKEEP_ASSERT(sent->find("\r\n\r\n") == sent->size() - 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<HttpChoice>();
  const std::string_view text = as_text(in.rest());
  switch (choice) {
    case HttpChoice::Requests: {
      const auto whole = requests(text, text.size());
      SEALKEEP_ASSERT(requests(text, 1) == whole && requests(text, 7) == whole);
      break;
    }
    case HttpChoice::Path:
      if (const auto path = parse_path(text)) check_path(*path);
      break;
    case HttpChoice::Query:
      if (const auto query = parse_query(text)) {
        SEALKEEP_ASSERT(query->size() <= kQueryParameters);
        for (const auto& [name, value] : *query)
          SEALKEEP_ASSERT(!name.empty() && is_utf8(name) && is_utf8(value));
      }
      break;
    case HttpChoice::Cookies:
      if (const auto cookies = parse_cookies(text)) SEALKEEP_ASSERT(cookies->size() <= kCookies);
      break;
    case HttpChoice::ContentType:
      if (const auto type = parse_content_type(text))
        SEALKEEP_ASSERT(type->media.find('/') != std::string::npos);
      static_cast<void>(takes_encoding(text, "gzip"));
      break;
    case HttpChoice::Host:
      SEALKEEP_ASSERT(host_of(text).size() <= text.size());
      break;
    default:
      head(text);
  }
  return 0;
}

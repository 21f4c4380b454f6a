// SPDX-License-Identifier: Apache-2.0
#include "common/http/request_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "common/base/bytes.hpp"

namespace sealkeep::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

tl::unexpected<Error> too_large(std::string_view part, std::size_t limit) {
  return bad_input("http." + std::string(part) + "_too_large",
                   "The " + std::string(part) + " of a request is larger than this server takes",
                   "the limit is " + std::to_string(limit) + " bytes", "Send less at once");
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct RequestReader::Impl {
  Impl(std::size_t header_limit, std::size_t body_limit)
      : header_bytes(header_limit), body_bytes(body_limit) {
    begin();
  }

  void begin() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(header_bytes + 1));
    parser->body_limit(body_bytes);
    request = {};
    header_read = 0;
    header_good = false;
  }

  Result<Progress> advance() {
    while (!complete()) {
      if (buffer.empty()) break;
      beast::error_code problem;
      const bool in_header = !parser->is_header_done();
      const std::size_t used = parser->put(boost::asio::buffer(buffer), problem);
      buffer.erase(0, used);
      if (in_header && (!problem || problem == beast::http::error::need_more)) {
        header_read += used;
        const std::size_t seen = parser->is_header_done() ? header_read : header_read + buffer.size() + 1;
        if (seen > header_bytes) return too_large("header", header_bytes);
      }
      if (problem == beast::http::error::header_limit) return too_large("header", header_bytes);
      if (problem == beast::http::error::need_more) break;
      if (problem == beast::http::error::body_limit) return too_large("body", body_bytes);
      if (problem) {
        return bad_input("http.malformed", "This is not a request as HTTP/1.1 has it",
                         printable(problem.message()), "Mend the program that sent it");
      }
      if (parser->is_header_done() && !header_good) {
        SEALKEEP_TRY(read_header());
        header_good = true;
      }
    }
    if (complete()) return Progress::Complete;
    if (header_good) return Progress::Body;
    return header_read + buffer.size() > 0 ? Progress::Header : Progress::Nothing;
  }

  [[nodiscard]] bool complete() const { return header_good && parser->is_done(); }

  Result<> read_header() {
    const auto& message = parser->get();
    request.method = std::string(view(message.method_string()));
    if (std::find(std::begin(kMethods), std::end(kMethods), request.method) == std::end(kMethods)) {
      return bad_input("http.method", "This server does not know the method of a request", {},
                       "Use GET, HEAD, POST, PUT, PATCH or DELETE");
    }
    if (message.find(beast::http::field::transfer_encoding) != message.end()) {
      return bad_input("http.length_required", "A request does not say how long its body is", {},
                       "Send a Content-Length in place of a Transfer-Encoding");
    }
    const auto hosts = message.equal_range(beast::http::field::host);
    if (std::distance(hosts.first, hosts.second) != 1 || hosts.first->value().empty())
      return bad_input("http.host", "A request does not name one host", {}, "Mend the program that sent it");
    for (const auto& field : message) {
      std::string name = lower(view(field.name_string()));
      const bool cookie = name == "cookie";
      auto [at, is_new] = request.headers.try_emplace(std::move(name), view(field.value()));
      if (!is_new) at->second.append(cookie ? "; " : ", ").append(view(field.value()));
    }
    const std::string_view target = view(message.target());
    const std::size_t mark = std::min(target.find('?'), target.size());
    SEALKEEP_LET(path, parse_path(target.substr(0, mark)));
    SEALKEEP_LET(query, parse_query(target.substr(std::min(mark + 1, target.size()))));
    SEALKEEP_LET(cookies, parse_cookies(request.header("cookie").value_or("")));
    request.path = std::move(path);
    request.query = std::move(query);
    request.cookies = std::move(cookies);
    return {};
  }

  std::size_t header_bytes;
  std::size_t body_bytes;
  std::string buffer;
  std::optional<Parser> parser;
  Request request;
  std::size_t header_read = 0;
  bool header_good = false;
  bool taken = false;
};

RequestReader::RequestReader(std::size_t header_bytes, std::size_t body_bytes)
    : impl_(std::make_unique<Impl>(header_bytes, body_bytes)) {}

RequestReader::~RequestReader() = default;

Result<RequestReader::Progress> RequestReader::feed(std::string_view more) {
  if (impl_->taken) {
    impl_->begin();
    impl_->taken = false;
  }
  impl_->buffer.append(more);
  return impl_->advance();
}

Request RequestReader::take() {
  SEALKEEP_ASSERT(impl_->complete() && !impl_->taken);
  impl_->request.body = std::move(impl_->parser->get().body());
  impl_->taken = true;
  return std::move(impl_->request);
}

bool RequestReader::keep_alive() const {
  return impl_->header_good && impl_->parser->keep_alive();
}

bool RequestReader::expects_continue() const {
  const auto& message = impl_->parser->get();
  return lower(view(message[beast::http::field::expect])) == "100-continue";
}

std::size_t RequestReader::body_length() const {
  return static_cast<std::size_t>(impl_->parser->content_length().value_or(0));
}

bool RequestReader::is_head() const {
  return impl_->header_good && impl_->parser->get().method() == beast::http::verb::head;
}

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#include "agent/api/trust.hpp"

#include "agent/api/trust_css.hpp"
#include "agent/api/trust_html.hpp"
#include "agent/commands/site_commands.hpp"
#include "common/http/authority.hpp"
#include "common/interchange/qr_svg.hpp"

namespace sealkeep::agent::api {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

// {{name}} becomes the member's text.
std::string filled_in(std::string_view page, const cli::Value& members) {
  std::string out;
  while (true) {
    const std::size_t begin = page.find("{{"), end = page.find("}}");
    out += page.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    SEALKEEP_ASSERT(end != std::string_view::npos);
    const cli::Value* member = members.find(page.substr(begin + 2, end - begin - 2));
    SEALKEEP_ASSERT(member != nullptr && member->as_text() != nullptr);
    out += escaped(*member->as_text());
    page.remove_prefix(end + 2);
  }
}

http::Response file_of(const http::RootCertificate& root, bool der) {
  // Tablets open their installer for this media type, also if what they get is PEM; DER is what all of them
  // read.
  http::Response out = http::bytes_response(der ? std::string(as_text(root.der)) : root.pem,
                                            der ? "application/x-x509-ca-cert" : "application/x-pem-file");
  out.headers.emplace_back("Content-Disposition", der ? "attachment; filename=\"sealkeep-authority.crt\""
                                                      : "attachment; filename=\"sealkeep-authority.pem\"");
  return out;
}

http::Response words_for_people(const Error& error) {
  http::Response out = http::bytes_response(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sealkeep</title>"
      "<link rel=\"stylesheet\" href=\"/trust/page.css\"><main><h1>" +
          escaped(error.what) + "</h1><p>" + escaped(error.why) + "</p><p>" + escaped(error.next) +
          "</p></main></html>\n",
      "text/html; charset=utf-8");
  out.status = http::status_of(error);
  return out;
}

Result<http::Response> answer(Agent& agent, std::string_view what) {
  if (what == "/page.css") return http::bytes_response(std::string(text::trust_css), "text/css");
  if (what == "/authority.crt" || what == "/authority.pem") {
    SEALKEEP_LET(root, http::root_certificate(agent.parts().folder));
    return file_of(root, what == "/authority.crt");
  }
  SEALKEEP_LET(said, terminal_trust(agent, {}, {}));
  if (what.empty())
    return http::bytes_response(filled_in(text::trust_html, said), "text/html; charset=utf-8");
  SEALKEEP_LET(svg, interchange::qr_svg(*said.find("page")->as_text()));
  return http::bytes_response(std::move(svg), "image/svg+xml");
}

}  // namespace

std::optional<http::Response> trust_response(Agent& agent, const http::Request& request) {
  if (!request.path.starts_with(kTrustPrefix)) return std::nullopt;
  const std::string_view what = std::string_view(request.path).substr(kTrustPrefix.size());
  bool known = false;
  for (const std::string_view one : {"", "/page.css", "/address.svg", "/authority.crt", "/authority.pem"})
    known = known || one == what;
  if (!known) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD")
    return http::problem(Error{ErrorKind::BadInput, "http.method", "This path takes another method", {}, {}});
  auto made = answer(agent, what);
  if (made) return std::move(*made);
  return what.empty() ? words_for_people(made.error()) : http::problem(made.error());
}

}  // namespace sealkeep::agent::api

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/error.hpp"

namespace sealkeep::http {

/// Names and values in the order in which they came; a name may come again.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The first value of that name.
[[nodiscard]] std::optional<std::string_view> find(const Pairs& pairs, std::string_view name);

/// One request, complete and checked in form. A plain value: what reads it needs no server.
struct Request {
  std::string method;  ///< as sent, for example "GET"
  std::string path;    ///< decoded, as parse_path() gives it; begins with '/'
  Pairs query;         ///< decoded, as parse_query() gives it
  /// Names in lower case; values of a header that came again are joined with ", " (cookies with "; ").
  std::map<std::string, std::string, std::less<>> headers;
  Pairs cookies;
  std::string body;
  std::string peer;     ///< the other end's address without its port: "127.0.0.1", "fe80::1"
  bool secure = false;  ///< came over TLS

  /// Of a header, its name given in lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const {
    return find(query, name);
  }
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const {
    return find(cookies, name);
  }
};

inline constexpr std::size_t kQueryParameters = 64;
inline constexpr std::size_t kCookies = 64;

/// Replaces each %XX. BadInput `http.percent` if a '%' is not followed by two hex digits, or if the result is
/// not UTF-8 or holds a NUL.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

/// The path of a request's target, decoded. There is one spelling of each path: BadInput `http.path` unless
/// it begins with '/', and if it has an empty segment (other than the last), "." or "..", a '\', an encoded
/// '/', a '#' or a control character.
[[nodiscard]] Result<std::string> parse_path(std::string_view raw);

/// "a=1&b=x+y", without the '?', decoded; '+' is a blank, a name without '=' has the value "". Values may
/// hold control characters other than NUL (a scanner's separators). BadInput `http.percent`; BadInput
/// `http.query` above kQueryParameters or for a name that is empty.
[[nodiscard]] Result<Pairs> parse_query(std::string_view raw);

/// The value of a Cookie header. Other programs of the same host set cookies too, so any name and value pass
/// that are UTF-8 without control characters. BadInput `http.cookie` otherwise and above kCookies.
[[nodiscard]] Result<Pairs> parse_cookies(std::string_view header);

/// `application/json; charset=utf-8`.
struct ContentType {
  std::string media;  ///< in lower case
  Pairs parameters;   ///< names in lower case, values without their quotes
};
/// BadInput `http.content_type` for anything but type/subtype with parameters.
[[nodiscard]] Result<ContentType> parse_content_type(std::string_view header);

/// True if an Accept-Encoding header takes this encoding (named, not with q=0; "*" is not looked at).
[[nodiscard]] bool takes_encoding(std::string_view accept_encoding, std::string_view encoding);

/// The name in a Host header, or in an origin behind its scheme: in lower case, without port, brackets and
/// final dot.
[[nodiscard]] std::string host_of(std::string_view header);

/// True if a browser sent this for a page that the same server served, or if no browser sent it:
/// Sec-Fetch-Site, if there, is same-origin or none, and Origin, if there, is the scheme and the Host of this
/// very request.
[[nodiscard]] bool is_same_origin(const Request& request);

/// True for one or more of the characters that a method, a header's or a cookie's name may have (RFC 9110
/// tchar).
[[nodiscard]] bool is_token(std::string_view text);

/// ASCII letters in lower case; others as they are.
[[nodiscard]] std::string lower(std::string_view text);

/// Without blanks and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace sealkeep::http

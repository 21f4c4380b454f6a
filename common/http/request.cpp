// SPDX-License-Identifier: Apache-2.0
#include "common/http/request.hpp"

#include <algorithm>

#include "common/base/bytes.hpp"

namespace sealkeep::http {
namespace {

constexpr std::string_view kNext = "Mend the program that sent it";

tl::unexpected<Error> refuse(std::string code, std::string what, std::string why) {
  return bad_input(std::move(code), std::move(what), std::move(why), std::string(kNext));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

// The text up to the separator, which is taken away too; all of it if there is none.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

std::optional<std::string_view> find(const Pairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == name; });
  if (found == pairs.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0)
      return refuse("http.percent", "An address is not written as addresses are", "a '%' stands alone");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (!is_utf8(out))
    return refuse("http.percent", "An address is not written as addresses are", "it is not UTF-8");
  if (out.find('\0') != std::string::npos)
    return refuse("http.percent", "An address is not written as addresses are", "it holds a NUL");
  return out;
}

Result<std::string> parse_path(std::string_view raw) {
  const auto wrong = [](std::string why) {
    return refuse("http.path", "This is not the path of a page or of a command", std::move(why));
  };
  if (!raw.starts_with('/')) return wrong("it does not begin with '/'");
  std::string_view rest = raw;
  for (; rest.size() >= 3; rest.remove_prefix(1)) {
    if (rest[0] == '%' && rest[1] == '2' && (rest[2] == 'f' || rest[2] == 'F'))
      return wrong("a '/' is encoded in it");
  }
  SEALKEEP_LET(path, percent_decode(raw));
  if (has_control(path) || path.find_first_of("\\#") != std::string::npos)
    return wrong("a character in it has no place in a path");
  for (rest = std::string_view(path).substr(1); !rest.empty();) {
    const std::string_view segment = take_until(rest, '/');
    if (segment.empty() || segment == "." || segment == "..")
      return wrong("a part of it is empty, '.' or '..'");
  }
  return path;
}

Result<Pairs> parse_query(std::string_view raw) {
  Pairs out;
  while (!raw.empty()) {
    std::string_view value = take_until(raw, '&');
    if (value.empty()) continue;
    if (out.size() == kQueryParameters)
      return refuse("http.query", "A request has too many parameters",
                    "more than " + std::to_string(kQueryParameters));
    const auto decode = [](std::string_view part) {
      std::string blanks(part);
      std::replace(blanks.begin(), blanks.end(), '+', ' ');
      return percent_decode(blanks);
    };
    SEALKEEP_LET(name, decode(take_until(value, '=')));
    SEALKEEP_LET(text, decode(value));
    if (name.empty()) return refuse("http.query", "A parameter of the request has no name", {});
    out.emplace_back(std::move(name), std::move(text));
  }
  return out;
}

Result<Pairs> parse_cookies(std::string_view header) {
  const auto wrong = [](std::string why) {
    return refuse("http.cookie", "The cookies of a request cannot be read", std::move(why));
  };
  if (!is_utf8(header) || has_control(header)) return wrong("a character in them has no place there");
  Pairs out;
  while (!header.empty()) {
    std::string_view value = trimmed(take_until(header, ';'));
    if (value.empty()) continue;
    if (out.size() == kCookies) return wrong("more than " + std::to_string(kCookies));
    const bool named = value.find('=') != std::string_view::npos;
    const std::string_view name = named ? trimmed(take_until(value, '=')) : std::string_view{};
    out.emplace_back(name, trimmed(value));
  }
  return out;
}

Result<ContentType> parse_content_type(std::string_view header) {
  const auto wrong = [] {
    return refuse("http.content_type", "What a request carries is not named as it should be",
                  "a content type is 'type/subtype', with parameters behind semicolons");
  };
  ContentType out;
  out.media = lower(trimmed(take_until(header, ';')));
  const std::size_t slash = out.media.find('/');
  if (slash == std::string::npos || !is_token(std::string_view(out.media).substr(0, slash)) ||
      !is_token(std::string_view(out.media).substr(slash + 1)))
    return wrong();
  while (!header.empty()) {
    std::string_view value = trimmed(take_until(header, ';'));
    if (value.empty()) continue;
    const std::string name = lower(trimmed(take_until(value, '=')));
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    if (quoted) value = value.substr(1, value.size() - 2);
    if (!is_token(name) || !is_token(value) || out.parameters.size() == 8) return wrong();
    out.parameters.emplace_back(name, value);
  }
  return out;
}

bool takes_encoding(std::string_view accept_encoding, std::string_view encoding) {
  while (!accept_encoding.empty()) {
    std::string_view weight = take_until(accept_encoding, ',');
    if (lower(trimmed(take_until(weight, ';'))) != encoding) continue;
    const std::string quality = lower(trimmed(weight));
    return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" && quality != "q=0.000";
  }
  return false;
}

std::string host_of(std::string_view header) {
  if (header.starts_with('[')) return lower(header.substr(1, header.find(']') - 1));
  if (std::count(header.begin(), header.end(), ':') <= 1) header = header.substr(0, header.find(':'));
  if (header.ends_with('.')) header.remove_suffix(1);
  return lower(header);
}

bool is_same_origin(const Request& request) {
  const auto site = request.header("sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none") return false;
  const auto origin = request.header("origin");
  if (!origin) return true;
  const auto host = request.header("host");
  return host && lower(*origin) == (request.secure ? "https://" : "http://") + lower(*host);
}

}  // namespace sealkeep::http

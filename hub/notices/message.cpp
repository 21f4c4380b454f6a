// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/message.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/cli/value.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/hmac.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kLineBytes = 900;  // of an e-mail; 998 is the most that SMTP takes
constexpr std::size_t kWordBytes = 42;   // of a subject in one encoded word

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

std::size_t whole(std::string_view text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return end;
}

// RFC 2047 where it is not ASCII.
std::string header_text(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t end = whole(text, kWordBytes);
    out += (out.empty() ? "" : "\r\n ") + ("=?utf-8?B?" + base64(as_bytes(text.substr(0, end)))) + "?=";
    text.remove_prefix(end);
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == 0x7F ? ' ' : c;
  return out;
}

// "Fri, 02 Jan 2026 12:00:00 +0000"
std::string date_of(std::int64_t unix_ms) {
  constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = iso_time(std::max<std::int64_t>(unix_ms, 0));
  const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
  const auto day = static_cast<std::size_t>(std::max<std::int64_t>(unix_ms, 0) / kDayMs % 7);
  return std::string(kDays[day]) + ", " + iso.substr(8, 2) + " " + kMonths[month] + " " + iso.substr(0, 4) +
         " " + iso.substr(11, 8) + " +0000";
}

// Lines end with CR LF, and none is longer than mail takes; no character is cut in two.
std::string crlf(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    std::erase(line, '\r');
    for (std::string_view rest = line; !rest.empty() || line.empty();) {
      const std::size_t piece = whole(rest, kLineBytes);
      out += std::string(rest.substr(0, piece)) + "\r\n";
      rest.remove_prefix(piece);
      if (line.empty()) break;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// What any mail program takes as a name of a file.
std::string file_name(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
               ? c
               : '_';
  return out;
}

std::string base64_lines(ByteView bytes) {
  constexpr std::size_t kBytesOfLine = 57;  // 76 characters
  std::string out;
  while (!bytes.empty()) {
    const ByteView line = bytes.first(std::min(bytes.size(), kBytesOfLine));
    out += base64(line) + "\r\n";
    bytes = bytes.subspan(line.size());
  }
  return out;
}

}  // namespace

std::string email_of(const Parcel& parcel, ByteView file) {
  const Notice& notice = parcel.notice;
  std::string out;
  out += "From: Sealkeep <" + one_line(parcel.channel.from) + ">\r\n";
  out += "To: <" + one_line(notice.to) + ">\r\n";
  out += "Subject: " + header_text(one_line(notice.subject)) + "\r\n";
  out += "Date: " + date_of(notice.created_ms) + "\r\n";
  out += "Message-ID: <" + notice.id + "@" + parcel.hub + ">\r\n";
  // A repeat has the id of the first, which a stop may have hidden from us, and says that it is one.
  out += "X-Sealkeep-Try: " + std::to_string(notice.tries) + "\r\n";
  if (!notice.alert.empty()) {
    const std::string thread = "<alert-" + notice.alert.substr(0, 32) + "@" + parcel.hub + ">";
    out += "In-Reply-To: " + thread + "\r\nReferences: " + thread + "\r\n";
  }
  out += "Auto-Submitted: auto-generated\r\n";
  out += std::string("Importance: ") + (notice.interrupts ? "high" : "low") + "\r\n";
  const std::string words =
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
      crlf(notice.words);
  out += "MIME-Version: 1.0\r\n";
  if (notice.attachment.empty()) return out + words;
  // No line of base64 and none of the words begins like this: the id is 32 digits that nobody chose.
  const std::string boundary = "sealkeep-" + notice.id;
  out += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n";
  out += "--" + boundary + "\r\n" + words + "\r\n--" + boundary + "\r\n";
  out += "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n";
  out += "Content-Disposition: attachment; filename=\"" + file_name(notice.attachment_name) + "\"\r\n\r\n";
  return out + base64_lines(file) + "--" + boundary + "--\r\n";
}

std::string webhook_body(const Notice& notice) {
  std::string body = notice.facts;
  const std::string words = cli::to_json(cli::Value(notice.words));
  // One object in, one object out.
  if (body.size() < 2 || body.back() != '}')
    return cli::to_json(cli::Value::object({{"id", notice.id}, {"words", notice.words}}));
  body.pop_back();
  return body + (body.size() > 1 ? "," : "") + "\"words\":" + words + "}";
}

std::string slack_body(const Notice& notice) {
  std::string text;
  for (const char c : "*" + notice.subject + "*\n" + notice.words)
    text += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return cli::to_json(cli::Value::object({{"text", text}}));
}

std::string teams_body(const Notice& notice) {
  using cli::Value;
  const Value title =
      Value::object({{"type", "TextBlock"}, {"text", notice.subject}, {"weight", "Bolder"}, {"wrap", true}});
  const Value words = Value::object({{"type", "TextBlock"}, {"text", notice.words}, {"wrap", true}});
  const Value card = Value::object({{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                                    {"type", "AdaptiveCard"},
                                    {"version", "1.4"},
                                    {"body", Value::list({title, words})}});
  const Value attachment =
      Value::object({{"contentType", "application/vnd.microsoft.card.adaptive"}, {"content", card}});
  return cli::to_json(Value::object({{"type", "message"}, {"attachments", Value::list({attachment})}}));
}

std::string signature_of(const Secret& key, std::int64_t unix_ms, std::string_view body) {
  const std::string at = std::to_string(unix_ms / 1000);
  return "t=" + at + ",v1=" + hex(hmac_sha256(key, {as_bytes(at), as_bytes("."), as_bytes(body)}).view());
}

}  // namespace sealkeep::hub

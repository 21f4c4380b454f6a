// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/rtsp_text.hpp"

extern "C" {
#include <libavutil/md5.h>
}

#include <array>
#include <charconv>

#include "agent/vision/cameras/fetch.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::uint8_t kPacketSign = 0x24;  // '$'
constexpr std::size_t kParameterSets = 8;
constexpr std::size_t kParameterSetBytes = 4096;

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string_view next_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return trimmed(line);
}

template <class T>
std::optional<T> number(std::string_view text) {
  T out{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem != std::errc() || end == text.data()) return std::nullopt;
  return out;
}

std::string md5(const std::string& text) {
  std::array<std::uint8_t, 16> digest{};
  av_md5_sum(digest.data(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return hex(digest);
}

/// The value of name="value" or name=value in a challenge.
std::string challenge_value(std::string_view challenge, const std::string& name) {
  const std::string low = small(challenge);
  for (std::size_t at = low.find(name + "="); at != std::string::npos; at = low.find(name + "=", at + 1)) {
    if (at > 0 && low[at - 1] != ' ' && low[at - 1] != ',') continue;
    std::string_view value = challenge.substr(at + name.size() + 1);
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      return std::string(value.substr(0, value.find('"')));
    }
    return std::string(trimmed(value.substr(0, value.find(','))));
  }
  return {};
}

void add_sets(std::string_view list, std::vector<Bytes>& out) {
  while (!list.empty() && out.size() < kParameterSets) {
    const std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    auto set = from_base64(trimmed(one));
    if (set && !set->empty() && set->size() <= kParameterSetBytes) out.push_back(std::move(*set));
  }
}

}  // namespace

std::string RtspReply::head(std::string_view name) const {
  for (const auto& [known, value] : heads)
    if (known == name) return value;
  return {};
}

Result<std::optional<std::variant<RtspReply, RtspPacket>>> RtspReader::take() {
  using Taken = std::optional<std::variant<RtspReply, RtspPacket>>;
  const auto drop = [&](std::size_t count) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(count));
  };
  if (held_.empty()) return Taken{};
  if (held_[0] == kPacketSign) {
    ByteReader in(held_);
    in.u8();
    RtspPacket packet;
    packet.channel = in.u8();
    const std::size_t size = in.u16();
    const ByteView bytes = in.raw(size);
    if (!in.ok()) return Taken{};
    packet.bytes = to_bytes(bytes);
    drop(4 + size);
    return Taken{std::move(packet)};
  }
  const std::string_view text = as_text(held_);
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (text.size() > kRtspHeadBytes) return camera_broken("The camera's RTSP answer is too long");
    return Taken{};
  }
  std::string_view head = text.substr(0, end + 2);
  const std::string_view first = next_line(head);
  if (!first.starts_with("RTSP/1.0 "))
    return camera_broken("The camera does not speak RTSP", "its answer begins otherwise",
                         "Correct port and kind in the configuration file");
  RtspReply reply;
  reply.status = number<int>(first.substr(9)).value_or(0);
  while (!head.empty()) {
    const std::string_view line = next_line(head);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    reply.heads.emplace_back(small(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
  }
  std::size_t body = 0;
  if (const std::string length = reply.head("content-length"); !length.empty()) {
    const auto claimed = number<std::size_t>(length);
    if (!claimed || *claimed > kRtspBodyBytes) return camera_broken("The camera's RTSP answer is too long");
    body = *claimed;
  }
  if (text.size() < end + 4 + body) return Taken{};
  reply.body = text.substr(end + 4, body);
  drop(end + 4 + body);
  return Taken{std::move(reply)};
}

Result<SdpVideo> parse_sdp(std::string_view sdp) {
  SdpVideo video;
  std::string encoding;
  bool in_video = false, found = false;
  while (!sdp.empty()) {
    const std::string_view line = next_line(sdp);
    if (line.starts_with("m=")) {
      if (found) break;
      in_video = found = line.starts_with("m=video ");
      const std::size_t last = line.rfind(' ');
      if (in_video) video.payload_type = number<std::uint8_t>(line.substr(last + 1)).value_or(0);
      continue;
    }
    if (!in_video) continue;
    if (line.starts_with("a=control:")) video.control = line.substr(10);
    if (line.starts_with("a=rtpmap:")) {
      const std::size_t space = line.find(' ');
      const std::string_view map = space == std::string_view::npos ? "" : line.substr(space + 1);
      encoding = small(map.substr(0, map.find('/')));
    }
    if (!line.starts_with("a=fmtp:")) continue;
    std::string_view rest = line.substr(std::min(line.find(' '), line.size()));
    while (!rest.empty()) {
      const std::string_view one = trimmed(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
      for (const std::string_view name : {"sprop-parameter-sets=", "sprop-vps=", "sprop-sps=", "sprop-pps="})
        if (one.starts_with(name)) add_sets(one.substr(name.size()), video.parameter_sets);
    }
  }
  const std::string_view next = "Set the camera to H.264 or H.265, or use its snapshot or MJPEG address";
  if (!found) return camera_broken("The camera's stream has no video", {}, std::string(next));
  if (encoding != "h264" && encoding != "h265")
    return camera_broken("The camera's video is of a kind that is not read", printable(encoding, 40),
                         std::string(next));
  video.codec = encoding == "h264" ? VideoCodec::H264 : VideoCodec::H265;
  return video;
}

std::string authorization(const std::vector<std::string>& challenges, std::string_view method,
                          std::string_view uri, const CameraLogin& login, std::string_view cnonce) {
  for (const std::string& challenge : challenges) {
    const std::string algorithm = small(challenge_value(challenge, "algorithm"));
    if (!small(challenge).starts_with("digest ") || (!algorithm.empty() && algorithm != "md5")) continue;
    const std::string realm = challenge_value(challenge, "realm"),
                      nonce = challenge_value(challenge, "nonce");
    const std::string opaque = challenge_value(challenge, "opaque");
    const bool qop = small(challenge_value(challenge, "qop")).find("auth") != std::string::npos;
    const std::string ha1 = md5(login.user + ":" + realm + ":" + login.password);
    const std::string ha2 = md5(std::string(method) + ":" + std::string(uri));
    const std::string between = qop ? ":00000001:" + std::string(cnonce) + ":auth:" : ":";
    std::string out = "Digest username=\"" + login.user + "\", realm=\"" + realm + "\", nonce=\"" + nonce +
                      "\", uri=\"" + std::string(uri) + "\", response=\"" +
                      md5(ha1 + ":" + nonce + between + ha2) + "\"";
    if (qop) out += ", qop=auth, nc=00000001, cnonce=\"" + std::string(cnonce) + "\"";
    if (!opaque.empty()) out += ", opaque=\"" + opaque + "\"";
    return out;
  }
  for (const std::string& challenge : challenges)
    if (small(challenge).starts_with("basic"))
      return "Basic " + base64(as_bytes(login.user + ":" + login.password));
  return {};
}

}  // namespace sealkeep::vision

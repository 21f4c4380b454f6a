// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/onvif_text.hpp"

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/sha.h>
}

#include <array>
#include <memory>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kTextBytes = 1000;

/// The name of the tag that begins at '<', without its prefix.
std::string_view local_name(std::string_view tag) {
  tag.remove_prefix(1);
  if (tag.starts_with('/')) tag.remove_prefix(1);
  tag = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
  const std::size_t colon = tag.find(':');
  return colon == std::string_view::npos ? tag : tag.substr(colon + 1);
}

std::string resolved(std::string_view text) {
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string out;
  while (!text.empty() && out.size() < kTextBytes) {
    char c = text.front();
    std::size_t used = 1;
    for (const auto& [entity, sign] : kEntities)
      if (text.starts_with(entity)) c = sign, used = entity.size();
    out += c;
    text.remove_prefix(used);
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Bytes sha1(ByteView bytes) {
  const std::unique_ptr<AVSHA, decltype(&av_free)> state(av_sha_alloc(), &av_free);
  Bytes digest(20);
  av_sha_init(state.get(), 160);
  av_sha_update(state.get(), bytes.data(), bytes.size());
  av_sha_final(state.get(), digest.data());
  return digest;
}

std::string scope(std::string_view scopes, std::string_view kind) {
  const std::string word = "onvif://www.onvif.org/" + std::string(kind) + "/";
  const std::size_t at = scopes.find(word);
  if (at == std::string_view::npos) return {};
  scopes.remove_prefix(at + word.size());
  std::string_view escaped_name = scopes.substr(0, scopes.find_first_of(" \t\r\n"));
  std::string out;
  while (!escaped_name.empty()) {
    const auto code = escaped_name.starts_with('%') && escaped_name.size() >= 3
                          ? from_hex(escaped_name.substr(1, 2))
                          : Result<Bytes>(Bytes{});
    const bool coded = code && code->size() == 1;
    out += coded ? static_cast<char>(code->front()) : escaped_name.front();
    escaped_name.remove_prefix(coded ? 3 : 1);
  }
  return printable(out, 100);
}

}  // namespace

std::vector<XmlElement> elements_of(std::string_view xml, std::string_view name) {
  std::vector<XmlElement> out;
  for (std::size_t at = xml.find('<'); at != std::string_view::npos && out.size() < kElements;
       at = xml.find('<', at + 1)) {
    const std::string_view tag = xml.substr(at);
    if (tag.starts_with("</") || local_name(tag) != name) continue;
    const std::size_t close = tag.find('>');
    if (close == std::string_view::npos) break;
    const bool empty = tag[close - 1] == '/';
    std::size_t end = close;
    if (!empty)
      for (end = tag.find("</", close); end != std::string_view::npos; end = tag.find("</", end + 2))
        if (local_name(tag.substr(end)) == name) break;
    if (end == std::string_view::npos) break;
    out.push_back({std::string(tag.substr(0, close)),
                   empty ? std::string() : std::string(tag.substr(close + 1, end - close - 1))});
    at += end;
  }
  return out;
}

std::string text_of(std::string_view xml, std::string_view name) {
  const std::vector<XmlElement> found = elements_of(xml, name);
  return found.empty() ? std::string() : resolved(trimmed(found.front().content));
}

std::string probe_text(std::string_view id) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope "
         "xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
         "xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
         "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
         "xmlns:n=\"http://www.onvif.org/ver10/network/wsdl\"><e:Header><w:MessageID>uuid:" +
         std::string(id) +
         "</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>"
         "http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></"
         "e:Header><e:Body><d:Probe><d:Types>"
         "n:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>";
}

std::vector<FoundCamera> parse_probe_match(std::string_view datagram) {
  std::vector<FoundCamera> out;
  for (const XmlElement& match : elements_of(datagram, "ProbeMatch")) {
    const std::string addresses = text_of(match.content, "XAddrs"), scopes = text_of(match.content, "Scopes");
    std::string_view rest = addresses;
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      if (const auto url = parse_camera_url(one, {"http", "https"}); url)
        out.push_back({url->text(), scope(scopes, "name"), scope(scopes, "hardware")});
    }
  }
  return out;
}

std::string soap(std::string_view body, const CameraLogin& login, ByteView nonce, std::string_view created) {
  std::string head;
  if (!login.user.empty()) {
    Bytes signed_bytes = to_bytes(nonce);
    append(signed_bytes, as_bytes(created));
    append(signed_bytes, as_bytes(login.password));
    constexpr std::string_view kToken = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    head = "<e:Header><s:Security xmlns:s=\"" + std::string(kToken) +
           "wssecurity-secext-1.0.xsd\"><s:UsernameToken><s:Username>" + escaped(login.user) +
           "</s:Username><s:Password Type=\"" + std::string(kToken) +
           "username-token-profile-1.0#PasswordDigest\">" + base64(sha1(signed_bytes)) +
           "</s:Password><s:Nonce>" + base64(nonce) + "</s:Nonce><u:Created xmlns:u=\"" +
           std::string(kToken) + "wssecurity-utility-1.0.xsd\">" + std::string(created) +
           "</u:Created></s:UsernameToken></s:Security></e:Header>";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope "
         "xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\">" +
         head + "<e:Body>" + std::string(body) + "</e:Body></e:Envelope>";
}

Bytes encode(const std::vector<CameraStream>& streams) {
  PackWriter out;
  out.array(std::min(streams.size(), kElements));
  for (std::size_t i = 0; i < std::min(streams.size(), kElements); ++i) {
    out.array(4);
    for (const std::string* text :
         {&streams[i].profile, &streams[i].size, &streams[i].rtsp, &streams[i].snapshot})
      out.str(printable(*text, kTextBytes));
  }
  return out.take();
}

Result<std::vector<CameraStream>> decode_streams(ByteView bytes) {
  PackReader in(bytes);
  std::vector<CameraStream> out(in.array(0, kElements));
  for (CameraStream& stream : out) {
    in.array(4);
    for (std::string* text : {&stream.profile, &stream.size, &stream.rtsp, &stream.snapshot})
      *text = in.str(kTextBytes + 8);
  }
  SEALKEEP_TRY(in.finish());
  return out;
}

}  // namespace sealkeep::vision

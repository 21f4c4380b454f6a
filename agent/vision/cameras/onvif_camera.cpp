// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/http_session.hpp"
#include "agent/vision/cameras/onvif_text.hpp"
#include "common/base/clock.hpp"
#include "common/crypto/system_random.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kRequestMs = 5'000;
constexpr std::size_t kAnswerBytes = 512 * 1024;
constexpr std::size_t kProfiles = 8;
using Taker = std::function<Result<>(ByteView)>;

/// Asks one camera; the addresses that it answers are told, never gone to but for their path.
class Lookup {
 public:
  Lookup(HttpSession& session, const CameraLogin& login, Desk& desk, Bytes nonce)
      : session_(session), login_(login), desk_(desk), nonce_(std::move(nonce)) {}

  Result<std::vector<CameraStream>> streams(const std::string& device_path) {
    SEALKEEP_LET(able, ask(device_path,
                           "<GetCapabilities xmlns=\"http://www.onvif.org/ver10/device/wsdl\"><Category>Media"
                           "</Category></GetCapabilities>"));
    const std::vector<XmlElement> media = elements_of(able, "Media");
    const auto url =
        parse_camera_url(media.empty() ? "" : text_of(media.front().content, "XAddr"), {"http", "https"});
    if (!url) return camera_broken("The camera does not say where its media service is");
    constexpr std::string_view kMedia = " xmlns=\"http://www.onvif.org/ver10/media/wsdl\"";
    SEALKEEP_LET(profiles, ask(url->path, "<GetProfiles" + std::string(kMedia) + "/>"));
    std::vector<CameraStream> out;
    for (const XmlElement& profile : elements_of(profiles, "Profiles")) {
      if (out.size() == kProfiles) break;
      const std::string token = token_of(profile.attributes);
      if (token.empty()) continue;
      CameraStream stream;
      stream.profile = text_of(profile.content, "Name");
      const std::vector<XmlElement> encoder = elements_of(profile.content, "VideoEncoderConfiguration");
      if (!encoder.empty())
        stream.size = text_of(encoder.front().content, "Encoding") + " " +
                      text_of(encoder.front().content, "Width") + " x " +
                      text_of(encoder.front().content, "Height");
      const std::string which = "<ProfileToken>" + token + "</ProfileToken>";
      const auto rtsp =
          ask(url->path, "<GetStreamUri" + std::string(kMedia) +
                             "><StreamSetup><Stream xmlns=\"http://www.onvif.org/ver10/schema\">"
                             "RTP-Unicast</Stream><Transport xmlns=\"http://www.onvif.org/ver10/"
                             "schema\"><Protocol>RTSP</Protocol></Transport></StreamSetup>" +
                             which + "</GetStreamUri>");
      const auto snapshot =
          ask(url->path, "<GetSnapshotUri" + std::string(kMedia) + ">" + which + "</GetSnapshotUri>");
      if (rtsp) stream.rtsp = without_login(text_of(*rtsp, "Uri"));
      if (snapshot) stream.snapshot = without_login(text_of(*snapshot, "Uri"));
      out.push_back(std::move(stream));
    }
    if (out.empty()) return camera_broken("The camera names no streams");
    return out;
  }

 private:
  static std::string token_of(const std::string& attributes) {
    const std::size_t at = attributes.find(" token=\"");
    if (at == std::string::npos) return {};
    const std::string token = attributes.substr(at + 8, attributes.find('"', at + 8) - at - 8);
    return token.find_first_of("<>&") == std::string::npos ? token : std::string();
  }

  /// Some cameras put the login into the addresses they tell.
  static std::string without_login(const std::string& uri) {
    const std::size_t begin = uri.find("://"), at = uri.find('@');
    if (begin == std::string::npos || at == std::string::npos || at > uri.find('/', begin + 3)) return uri;
    return uri.substr(0, begin + 3) + uri.substr(at + 1);
  }

  Result<std::string> ask(const std::string& path, const std::string& body) {
    std::string answer;
    const std::string text = soap(body, login_, nonce_, iso_time(SystemClock().now().unix_ms));
    SEALKEEP_TRY(session_.request(desk_, path, text, kRequestMs, [&](const std::string&) -> Result<Taker> {
      return Taker([&](ByteView piece) -> Result<> {
        if (answer.size() + piece.size() > kAnswerBytes)
          return camera_broken("The camera's answer is too long");
        answer += as_text(piece);
        return {};
      });
    }));
    return answer;
  }

  HttpSession& session_;
  const CameraLogin& login_;
  Desk& desk_;
  Bytes nonce_;
};

}  // namespace

Result<Fetching> prepare_onvif(const Camera& camera, CameraLogin login) {
  SEALKEEP_LET(created, HttpSession::create(camera.url, camera.trust, login));
  const std::shared_ptr<HttpSession> session = std::move(created);
  Bytes nonce(16);
  SystemRandom().fill(nonce);
  return Fetching{[session, login = std::move(login), path = camera.url.path, nonce](Desk& desk) -> Result<> {
                    SEALKEEP_LET(streams, Lookup(*session, login, desk, nonce).streams(path));
                    desk.hand_over(encode(streams), true);
                    return {};
                  },
                  Beyond::Connection};
}

}  // namespace sealkeep::vision

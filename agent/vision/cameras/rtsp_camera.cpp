// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "agent/vision/cameras/fetch.hpp"
#include "agent/vision/cameras/motion_sensor.hpp"
#include "agent/vision/cameras/rtp_video.hpp"
#include "agent/vision/cameras/video_frame.hpp"
#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/system_random.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kReplyMs = 8'000;
constexpr std::int64_t kUsualSessionMs = 60'000;
constexpr std::size_t kHeldUnits = 1'500, kHeldBytes = 24 * 1024 * 1024;

std::int64_t mono_ms() {
  return SystemClock().now().mono_ms;
}

/// One conversation with the camera, from DESCRIBE on. Frames since the last key are held and decoded only
/// when a picture is wanted.
class RtspSession {
 public:
  RtspSession(const Camera& camera, const CameraLogin& login, std::string cnonce, MotionSensor& sensor,
              Desk& desk)
      : camera_(camera), login_(login), sensor_(sensor), desk_(desk), cnonce_(std::move(cnonce)) {}
  ~RtspSession() {
    if (fd_ >= 0) close(fd_);
  }
  RtspSession(const RtspSession&) = delete;
  RtspSession& operator=(const RtspSession&) = delete;

  Result<> run() {
    SEALKEEP_LET(fd, desk_.connect());
    fd_ = fd;
    SEALKEEP_TRY(begin());
    while (true) {
      if (mono_ms() >= keep_alive_ms_) SEALKEEP_TRY(keep_alive());
      SEALKEEP_LET(item, next(mono_ms() + 1'000));
      if (!item) continue;
      if (const auto* packet = std::get_if<RtspPacket>(&*item); packet != nullptr && packet->channel == 0)
        SEALKEEP_TRY(take(packet->bytes));
    }
  }

 private:
  using Item = std::variant<RtspReply, RtspPacket>;

  Result<> begin() {
    const std::string url = camera_.url.text();
    SEALKEEP_LET(described, ask("DESCRIBE", url, "Accept: application/sdp\r\n"));
    SEALKEEP_LET(video, parse_sdp(described.body));
    std::string base = described.head("content-base");
    if (base.empty()) base = url;
    std::string track = video.control;
    if (track.empty() || track == "*")
      track = url;
    else if (!track.starts_with("rtsp://"))
      track = base + (base.ends_with('/') ? "" : "/") + track;
    SEALKEEP_LET(set_up, ask("SETUP", track, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"));
    const std::string session = set_up.head("session");
    session_ = session.substr(0, session.find(';'));
    session_ms_ = kUsualSessionMs;
    if (const std::size_t at = session.find("timeout="); at != std::string::npos) {
      std::int64_t seconds = 0;
      std::from_chars(session.data() + at + 8, session.data() + session.size(), seconds);
      session_ms_ = std::clamp<std::int64_t>(seconds * 1000, 4'000, 600'000);
    }
    frames_.emplace(video.codec);
    video_ = std::move(video);
    base_ = base;
    SEALKEEP_TRY(ask("PLAY", base, "Range: npt=0.000-\r\n"));
    keep_alive_ms_ = mono_ms() + session_ms_ / 2;
    return {};
  }

  /// Its answer comes between the packets, and is passed over there.
  Result<> keep_alive() {
    keep_alive_ms_ = mono_ms() + session_ms_ / 2;
    return send("GET_PARAMETER", base_, {});
  }

  Result<> take(ByteView packet) {
    SEALKEEP_LET(unit, frames_->feed(packet));
    if (!unit) return {};
    if (unit->key) {
      units_.clear();
      held_bytes_ = 0;
    } else if (units_.empty()) {
      return {};  // nothing to build on yet
    }
    held_bytes_ += unit->bytes.size();
    units_.push_back(std::move(*unit));
    if (units_.size() > kHeldUnits || held_bytes_ > kHeldBytes)
      return camera_broken("The camera's video has key frames too rarely", {},
                           "Set the camera's key frame distance (GOP, I-frame interval) to 1 to 4 seconds");
    desk_.alive();
    // Of a video the key frames alone are watched: one is decoded without what came before.
    if (units_.size() == 1 && sensor_.due())
      if (const auto grey = small_grey_frame(video_.codec, video_.parameter_sets, units_.front()))
        sensor_.look(*grey, desk_);
    if (!desk_.wanted()) return {};
    SEALKEEP_LET(picture, last_frame(video_.codec, video_.parameter_sets, units_));
    desk_.hand_over(picture, false);
    return {};
  }

  Result<> send(const std::string& method, const std::string& url, const std::string& heads) {
    std::string text = method + " " + url + " RTSP/1.0\r\nCSeq: " + std::to_string(++sequence_) +
                       "\r\nUser-Agent: sealkeep-vision\r\n" + heads;
    if (!session_.empty()) text += "Session: " + session_ + "\r\n";
    if (!challenges_.empty())
      text += "Authorization: " + authorization(challenges_, method, url, login_, cnonce_) + "\r\n";
    text += "\r\n";
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return broken_off(std::strerror(errno));
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }

  /// The answer 200 to a request; asks once more with the login where it is wanted.
  Result<RtspReply> ask(const std::string& method, const std::string& url, const std::string& heads) {
    for (bool again : {true, false}) {
      SEALKEEP_TRY(send(method, url, heads));
      SEALKEEP_LET(reply, reply_within());
      if (reply.status == 200) return reply;
      if (reply.status >= 300 && reply.status < 400)
        return camera_broken("The camera sends the asker to another address",
                             "status " + std::to_string(reply.status),
                             "Write the address it is at now into the configuration file");
      if (reply.status != 401 && reply.status != 403)
        return camera_away("The camera refuses to send its stream", "status " + std::to_string(reply.status),
                           "Correct the address in the configuration file");
      challenges_.clear();
      for (const auto& [name, value] : reply.heads)
        if (name == "www-authenticate") challenges_.push_back(value);
      if (!again || login_.user.empty() || authorization(challenges_, method, url, login_, cnonce_).empty())
        break;
      if (reply.head("connection") == "close") SEALKEEP_TRY(reconnect());
    }
    return camera_away("The camera refuses the login", {}, "Correct the camera's line in the file of logins");
  }

  Result<> reconnect() {
    close(fd_);
    fd_ = -1;
    reader_ = {};
    SEALKEEP_LET(fd, desk_.connect());
    fd_ = fd;
    return {};
  }

  Result<RtspReply> reply_within() {
    const std::int64_t until_ms = mono_ms() + kReplyMs;
    while (true) {
      SEALKEEP_LET(item, next(until_ms));
      if (!item)
        return fail(ErrorKind::Busy, "vision.camera_stalled", "The camera is connected and does not answer",
                    {}, "Restart the camera");
      if (auto* reply = std::get_if<RtspReply>(&*item); reply != nullptr) return std::move(*reply);
    }
  }

  /// The next reply or packet; nothing if none is whole by then.
  Result<std::optional<Item>> next(std::int64_t until_ms) {
    while (true) {
      SEALKEEP_LET(item, reader_.take());
      if (item) return std::optional<Item>(std::move(item));
      const std::int64_t left_ms = until_ms - mono_ms();
      if (left_ms <= 0) return std::optional<Item>{};
      pollfd waiting{fd_, POLLIN, 0};
      poll(&waiting, 1, static_cast<int>(left_ms));
      if (waiting.revents == 0) continue;
      std::array<std::uint8_t, 64 * 1024> piece{};
      const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got <= 0) return broken_off(got == 0 ? "the camera closed it" : std::strerror(errno));
      reader_.feed(ByteView(piece).first(static_cast<std::size_t>(got)));
    }
  }

  static tl::unexpected<Error> broken_off(const std::string& why) {
    return camera_away("The connection to the camera broke off", why,
                       "Look at cable and power of the camera");
  }

  const Camera& camera_;
  const CameraLogin& login_;
  MotionSensor& sensor_;
  Desk& desk_;
  std::string cnonce_;
  int fd_ = -1;
  RtspReader reader_;
  int sequence_ = 0;
  std::string session_, base_;
  std::int64_t session_ms_ = kUsualSessionMs, keep_alive_ms_ = 0;
  std::vector<std::string> challenges_;
  SdpVideo video_;
  std::optional<RtpVideo> frames_;
  std::vector<AccessUnit> units_;
  std::size_t held_bytes_ = 0;
};

}  // namespace

Result<Fetching> prepare_rtsp(const Camera& camera, CameraLogin login) {
  std::array<std::uint8_t, 8> chance{};
  SystemRandom().fill(chance);
  const auto sensor = std::make_shared<MotionSensor>(camera.motion);
  return Fetching{[camera, sensor, login = std::move(login), cnonce = hex(chance)](Desk& desk) {
                    RtspSession session(camera, login, cnonce, *sensor, desk);
                    return session.run();
                  },
                  Beyond::Connection};
}

}  // namespace sealkeep::vision

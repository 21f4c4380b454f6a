// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "agent/vision/cameras/fetch.hpp"
#include "agent/vision/cameras/post.hpp"
#include "agent/vision/cameras/rtp_video.hpp"
#include "agent/vision/cameras/rtsp_text.hpp"
#include "agent/vision/picture.hpp"
#include "tests/vision/cameras/fake_camera.hpp"

namespace sealkeep::vision {
namespace {

TEST_CASE("replies and packets of RTSP come out whole, however they arrive") {
  const std::string stream = std::string("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc") +
                             std::string("$\x00\x00\x04wxyz", 8) +
                             "RTSP/1.0 401 No\r\nWWW-Authenticate: Basic\r\n\r\n";
  for (const std::size_t piece : {1UL, 5UL, 1'000UL}) {
    RtspReader reader;
    std::string said;
    for (std::string_view rest = stream; !rest.empty();) {
      const std::string_view now = rest.substr(0, piece);
      rest.remove_prefix(now.size());
      reader.feed(as_bytes(now));
      while (true) {
        const auto item = reader.take();
        REQUIRE(item);
        if (!*item) break;
        if (const auto* reply = std::get_if<RtspReply>(&**item))
          said += std::to_string(reply->status) + reply->body + reply->head("www-authenticate") + " ";
        else
          said += std::string(as_text(std::get<RtspPacket>(**item).bytes)) + " ";
      }
    }
    CHECK(said == "200abc wxyz 401Basic ");
  }
  for (const std::string bad :
       {"HTTP/1.1 200 OK\r\n\r\n", "RTSP/1.0 200 OK\r\nContent-Length: 999999\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"}) {
    RtspReader reader;
    reader.feed(as_bytes(bad));
    CHECK_FALSE(reader.take());
  }
  RtspReader endless;
  endless.feed(Bytes(kRtspHeadBytes + 1, 'x'));
  CHECK_FALSE(endless.take());
}

TEST_CASE("of a description the video is taken, with its parameter sets") {
  const auto video = parse_sdp(
      "v=0\r\nm=audio 0 RTP/AVP 0\r\na=control:audio\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
      "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAKQ==,aM48gA==; profile-level-id=420029\r\n"
      "a=control:trackID=1\r\n");
  REQUIRE(video);
  CHECK(video->codec == VideoCodec::H264);
  CHECK(video->payload_type == 96);
  CHECK(video->control == "trackID=1");
  REQUIRE(video->parameter_sets.size() == 2);
  CHECK(video->parameter_sets[0] == Bytes{0x67, 0x42, 0x00, 0x29});
  CHECK_FALSE(parse_sdp("v=0\r\nm=audio 0 RTP/AVP 0\r\n"));
  CHECK_FALSE(parse_sdp("m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n"));
}

TEST_CASE("a login is answered as RFC 2617 and RFC 2069 compute it") {
  const CameraLogin login{"Mufasa", "Circle Of Life"};
  const std::string with_qop = authorization({"Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
                                              "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
                                              "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""},
                                             "GET", "/dir/index.html", login, "0a4f113b");
  CHECK(with_qop.find("response=\"6629fae49393a05397450978507c4ef1\"") != std::string::npos);
  CHECK(with_qop.find("opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"") != std::string::npos);
  const std::string without = authorization({"Basic realm=\"x\"",
                                             "Digest realm=\"testrealm@host.com\", "
                                             "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""},
                                            "GET", "/dir/index.html", login, "0a4f113b");
  CHECK(without.find("response=\"670fd8c2df070c60b045671b8b24ff02\"") != std::string::npos);
  CHECK(authorization({"Basic realm=\"x\""}, "GET", "/", {"a", "b"}, "") == "Basic YTpi");
  CHECK(authorization({"Digest realm=\"x\", algorithm=SHA-512-256, nonce=\"n\""}, "GET", "/", login, "")
            .empty());
}

Bytes packet(std::uint16_t sequence, std::uint32_t time, bool marker, const Bytes& payload) {
  Bytes out;
  ByteWriter(out).u8(0x80).u8(marker ? 0xE0 : 0x60).u16(sequence).u32(time).u32(1).raw(payload);
  return out;
}

TEST_CASE("frames are joined from packets, and a lost packet costs its frame alone") {
  RtpVideo video(VideoCodec::H264);
  CHECK_FALSE(video.feed(packet(1, 10, false, {24, 0, 2, 0x67, 1, 0, 2, 0x68, 2})).value());
  CHECK_FALSE(video.feed(packet(2, 10, false, {0x7C, 0x85, 9})).value());
  const auto key = video.feed(packet(3, 10, true, {0x7C, 0x45, 8})).value();
  REQUIRE(key);
  CHECK(key->key);
  CHECK(key->bytes == Bytes{0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x65, 9, 8});
  const auto next = video.feed(packet(4, 20, true, {0x41, 7, 7})).value();
  REQUIRE(next);
  CHECK_FALSE(next->key);
  CHECK_FALSE(video.feed(packet(5, 30, false, {0x7C, 0x81, 9})).value());
  CHECK_FALSE(video.feed(packet(7, 30, true, {0x7C, 0x41, 8})).value());  // 6 was lost
  CHECK(video.feed(packet(8, 40, true, {0x41, 7, 7})).value());
  // Without markers the next frame ends this one.
  CHECK_FALSE(video.feed(packet(9, 50, false, {0x41, 5, 5})).value());
  CHECK(video.feed(packet(10, 60, false, {0x41, 6, 6})).value());
}

TEST_CASE("no packet, cut at any place or with any bit turned, does harm") {
  const Bytes whole = packet(1, 10, true, {24, 0, 2, 0x67, 1, 0, 3, 0x65, 2, 3});
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    RtpVideo video(VideoCodec::H264), other(VideoCodec::H265);
    CHECK(video.feed(ByteView(whole).first(length)));
    CHECK(other.feed(ByteView(whole).first(length)));
  }
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes turned = whole;
    turned[bit / 8] = static_cast<std::uint8_t>(turned[bit / 8] ^ 1U << bit % 8);
    RtpVideo video(VideoCodec::H264);
    CHECK(video.feed(turned));
  }
  RtpVideo endless(VideoCodec::H264);
  const Bytes big(60'000, 0x41);
  bool refused = false;
  for (std::uint16_t i = 0; i < 200 && !refused; ++i) refused = !endless.feed(packet(i, 10, false, big));
  CHECK(refused);
}

Camera camera_at(std::uint16_t port) {
  Camera camera;
  camera.name = "gate";
  camera.kind = CameraKind::Rtsp;
  camera.url = {"rtsp", "127.0.0.1", "/stream", port};
  camera.stalled_after_ms = 3'000;
  return camera;
}

std::string code_of(CameraPost& post) {
  const auto picture = post.picture();
  if (!picture) UNSCOPED_INFO(picture.error().text());
  return picture ? "" : picture.error().code;
}

TEST_CASE("an RTSP camera that redirects, hangs, talks nonsense or hangs up is an error, each its own") {
  const std::pair<const char*, const char*> answers[] = {
      {"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://192.0.2.1/\r\n\r\n", "vision.camera_broken"},
      {"HTTP/1.0 400 Bad Request\r\n\r\n", "vision.camera_broken"},
      {"RTSP/1.0 404 Not Found\r\n\r\n", "vision.camera_away"},
      {"", "vision.camera_stalled"}};
  for (const auto& [answer, code] : answers) {
    CAPTURE(answer);
    FakeCamera camera([says = answer](FakeCamera::Line& line) {
      line.request();
      line.say(std::string_view(says));
      line.hang();
    });
    auto post = CameraPost::start(camera_at(camera.port())).value();
    CHECK(code_of(*post) == code);
  }
  FakeCamera hangs_up([](FakeCamera::Line& line) { line.request(); });
  auto post = CameraPost::start(camera_at(hangs_up.port())).value();
  CHECK(code_of(*post) == "vision.camera_away");
}

#ifdef SEALKEEP_RTSP_SERVER
/// A camera by libgstrtspserver with H.264 or H.265, and its process.
class RtspServer {
 public:
  RtspServer(const std::string& encoder, const std::string& login = {}) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], 1);
      close(ends[0]);
      execl(SEALKEEP_RTSP_SERVER, SEALKEEP_RTSP_SERVER, encoder.c_str(),
            login.empty() ? nullptr : login.c_str(), nullptr);
      _exit(1);
    }
    close(ends[1]);
    char text[16] = {};
    static_cast<void>(read(ends[0], text, sizeof text - 1));
    close(ends[0]);
    port_ = static_cast<std::uint16_t>(std::atoi(text));
  }
  ~RtspServer() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;
  void stop() const { kill(pid_, SIGSTOP); }
  void go_on() const { kill(pid_, SIGCONT); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

TEST_CASE("frames of an RTSP camera are taken, encoded once, and each is a new one") {
  for (const std::string encoder : {"h264", "h265"}) {
    CAPTURE(encoder);
    RtspServer server(encoder);
    REQUIRE(server.port() != 0);
    auto post = CameraPost::start(camera_at(server.port())).value();
    const auto first = post->picture();
    if (!first) FAIL(first.error().text());
    CHECK_FALSE(first->as_sent);
    CHECK(picture_size(first->bytes).value() == PictureSize{640, 360, true});
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    const auto second = post->picture();
    if (!second) FAIL(second.error().text());
    CHECK(second->bytes != first->bytes);
    REQUIRE(post->catch_up());
    CHECK(post->status().state == CameraState::Ok);
  }
}

TEST_CASE("an RTSP camera that stalls is given up and comes back, and its login goes by Digest") {
  RtspServer server("h264", "keeper:s3cret");
  REQUIRE(server.port() != 0);
  const std::string logins = "/tmp/sealkeep-rtsp-logins-" + std::to_string(getpid());
  std::ofstream(logins) << "gate keeper s3cret\n";
  REQUIRE(chmod(logins.c_str(), 0600) == 0);
  auto without = CameraPost::start(camera_at(server.port())).value();
  CHECK(code_of(*without) == "vision.camera_away");
  Camera camera = camera_at(server.port());
  camera.logins = logins;
  auto post = CameraPost::start(camera).value();
  CHECK(code_of(*post).empty());
  server.stop();
  const auto becomes = [&](CameraState state) {
    for (int i = 0; i < 1'000; ++i) {
      REQUIRE(post->catch_up());
      if (post->status().state == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  };
  CHECK(becomes(CameraState::Stalled));
  server.go_on();
  CHECK(becomes(CameraState::Ok));
  CHECK(code_of(*post).empty());
  unlink(logins.c_str());
}
#else
TEST_CASE("RTSP test skipped: no libgstrtspserver-1.0-dev here") {
  WARN(
      "RTSP test skipped: install libgstrtspserver-1.0-dev, gstreamer1.0-plugins-base, -good, -bad and "
      "-ugly");
}
#endif

}  // namespace
}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/onvif_text.hpp"

#include <arpa/inet.h>

#include "agent/vision/cameras/camera_commands.hpp"
#include "agent/vision/cameras/discover.hpp"
#include "tests/vision/cameras/fake_camera.hpp"

namespace sealkeep::vision {
namespace {

std::string probe_match(const std::string& address) {
  return "<?xml version=\"1.0\"?><SOAP-ENV:Envelope><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch><d:Types>"
         "dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video "
         "onvif://www.onvif.org/name/Gate%20East onvif://www.onvif.org/hardware/X-1</d:Scopes><d:XAddrs>" +
         address + "</d:XAddrs></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>";
}

TEST_CASE("what a camera answers to WS-Discovery is taken apart, and cut short it is nothing") {
  const std::string whole =
      probe_match("http://10.0.5.20/onvif/device_service http://[fe80::1]/onvif/device_service");
  const auto found = parse_probe_match(whole);
  REQUIRE(found.size() == 2);
  CHECK(found[0] == FoundCamera{"http://10.0.5.20:80/onvif/device_service", "Gate East", "X-1"});
  CHECK(found[1].address == "http://[fe80::1]:80/onvif/device_service");
  for (std::size_t length = 0; length < whole.find("</d:XAddrs>"); ++length)
    CHECK(parse_probe_match(std::string_view(whole).substr(0, length)).empty());
  CHECK(parse_probe_match(probe_match("file:///etc/passwd http://user:word@10.0.0.1/")).empty());
  CHECK(text_of("<a:Uri>rtsp://x/?a=1&amp;b=2</a:Uri>", "Uri") == "rtsp://x/?a=1&b=2");
  CHECK(text_of("<Uri/><b/>", "Uri").empty());
}

TEST_CASE("cameras are found by asking, each once, and nonsense that answers too is passed over") {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  socklen_t size = sizeof at;
  getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  std::string asked;
  std::thread camera([&] {
    char question[4096];
    sockaddr_in from{};
    socklen_t from_size = sizeof from;
    const ssize_t got =
        recvfrom(fd, question, sizeof question, 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    asked.assign(question, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    const std::string answer = probe_match("http://10.0.5.20/onvif/device_service");
    for (const std::string& one : {std::string("\xFF\xFE<<<<"), answer, answer, std::string(9'000, '<')})
      sendto(fd, one.data(), one.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
  });
  const auto found = discover("127.0.0.1", ntohs(at.sin_port), 1'500);
  camera.join();
  close(fd);
  REQUIRE(found);
  CHECK(found->size() == 1);
  CHECK(asked.find("NetworkVideoTransmitter") != std::string::npos);
  CHECK(discover("camera.example", 1, 10).error().code == "vision.camera_address");
}

/// A camera with two profiles, which puts a login into the address it tells.
void answer_onvif(FakeCamera::Line& line, std::string& seen) {
  for (std::string text = line.request(); !text.empty(); text = line.request()) {
    const std::size_t head_end = text.find("\r\n\r\n") + 4;
    const std::size_t length = std::stoul(text.substr(text.find("Content-Length: ") + 16));
    while (text.size() < head_end + length && line.wait_ms(10)) text += line.some();
    seen += text;
    std::string body;
    if (text.find("GetCapabilities") != std::string::npos)
      body =
          "<t:Capabilities><t:Media><t:XAddr>http://192.0.2.7/onvif/media</t:XAddr></t:Media></"
          "t:Capabilities>";
    else if (text.find("GetProfiles") != std::string::npos)
      body =
          "<m:Profiles fixed=\"true\" token=\"p1\"><t:Name>main</t:Name><t:VideoEncoderConfiguration>"
          "<t:Encoding>H264</t:Encoding><t:Resolution><t:Width>1920</t:Width><t:Height>1080</t:Height>"
          "</t:Resolution></t:VideoEncoderConfiguration></m:Profiles><m:Profiles token=\"p2\"><t:Name>sub"
          "</t:Name></m:Profiles>";
    else if (text.find("GetStreamUri") != std::string::npos)
      body = "<t:Uri>rtsp://keeper:s3cret@192.0.2.7/stream1?a=1&amp;b=2</t:Uri>";
    else
      body = "<t:Uri>http://192.0.2.7/snap.jpg</t:Uri>";
    line.say("HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body);
  }
}

TEST_CASE("an ONVIF camera is asked for its streams, over the one address that was given") {
  std::string seen;
  FakeCamera camera([&](FakeCamera::Line& line) { answer_onvif(line, seen); });
  const auto found = list_streams(
      {"streams",
       {{"address", {"http://127.0.0.1:" + std::to_string(camera.port()) + "/onvif/device_service"}}},
       {},
       {}});
  if (!found) FAIL(found.error().text());
  const auto& streams = *found->find("streams")->as_list();
  REQUIRE(streams.size() == 2);
  CHECK(*streams[0].find("profile")->as_text() == "main");
  CHECK(*streams[0].find("size")->as_text() == "H264 1920 x 1080");
  CHECK(*streams[0].find("rtsp")->as_text() == "rtsp://192.0.2.7/stream1?a=1&b=2");
  CHECK(*streams[0].find("snapshot")->as_text() == "http://192.0.2.7/snap.jpg");
  CHECK(seen.find("POST /onvif/media HTTP/1.1") != std::string::npos);
  CHECK(seen.find("Security") == std::string::npos);
}

TEST_CASE("a SOAP request is signed as WS-Security asks, and never holds the password") {
  const Bytes nonce = to_bytes(as_bytes("0123456789abcdef"));
  const std::string text = soap("<x/>", {"keeper", "s3cret"}, nonce, "2026-01-31T01:05:09Z");
  CHECK(text.find("<s:Username>keeper</s:Username>") != std::string::npos);
  CHECK(text.find("s3cret") == std::string::npos);
  CHECK(text.find("PasswordDigest\">") != std::string::npos);
  CHECK(text != soap("<x/>", {"keeper", "other"}, nonce, "2026-01-31T01:05:09Z"));
}

TEST_CASE("a camera is tried from a shell, and one that is not there is named") {
  Camera camera;
  camera.name = "gate";
  camera.path = "/nonexistent/gate.jpg";
  const auto away = test_camera({"camera test", {{"camera", {"gate"}}}, {}, {}}, {camera});
  CHECK(away.error().code == "vision.camera_away");
  const auto none = test_camera({"camera test", {{"camera", {"yard"}}}, {}, {}}, {camera});
  CHECK(none.error().code == "vision.no_camera");
  CHECK(none.error().next == "There are: gate");
}

}  // namespace
}  // namespace sealkeep::vision

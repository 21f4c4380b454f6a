// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/camera.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "agent/vision/cameras/multipart.hpp"
#include "agent/vision/cameras/watch.hpp"

namespace sealkeep::vision {
namespace {

std::string code_of(std::string_view toml) {
  const auto cameras = parse_cameras(toml, "vision.toml");
  return cameras ? "" : cameras.error().code;
}

TEST_CASE("cameras come from the configuration file, in the order of their names") {
  const auto cameras = parse_cameras(R"(
logins = "/etc/sealkeep/camera-logins"
[cameras.yard]
kind = "rtsp"
address = "rtsp://cam.yard:8554/stream?channel=1"
stalled_after_s = 20
every_s = 2
read = ["container", "barcode"]
motion_percent = 15
motion_region = "100 300 800 700"
seal_region = "620 410 40 60"
[cameras.gate]
kind = "file"
address = "/srv/gate.jpg"
simulated = true
)",
                                     "vision.toml");
  REQUIRE(cameras);
  REQUIRE(cameras->size() == 2);
  CHECK(cameras->at(0).name == "gate");
  CHECK(cameras->at(0).simulated);
  CHECK(cameras->at(0).path == "/srv/gate.jpg");
  const Camera& yard = cameras->at(1);
  CHECK(yard.url == CameraUrl{"rtsp", "cam.yard", "/stream?channel=1", 8554});
  CHECK(yard.url.text() == "rtsp://cam.yard:8554/stream?channel=1");
  CHECK(yard.stalled_after_ms == 20'000);
  CHECK(yard.every_ms == 2'000);
  CHECK(yard.motion.percent == 15);
  CHECK(yard.motion.region == PictureRegion{100, 300, 800, 700});
  CHECK(yard.motion.every_ms == 500);
  CHECK(yard.seal_region == PictureRegion{620, 410, 40, 60});
  CHECK(cameras->at(0).motion.percent == 0);
  CHECK(cameras->at(0).seal_region == PictureRegion{});
  CHECK(yard.reads == std::vector<ReadKind>{ReadKind::Container, ReadKind::Barcode});
  CHECK(yard.logins == "/etc/sealkeep/camera-logins");
  CHECK(parse_cameras("", "vision.toml").value().empty());
}

TEST_CASE("a mistake in the configuration of a camera is named, and a login in an address is refused") {
  const auto with = [](const std::string& rest) { return "[cameras.gate]\n" + rest; };
  CHECK(code_of(with("kind = \"rtsp\"\naddress = \"rtsp://user:word@cam/1\"")) == "vision.camera_address");
  CHECK(code_of(with("kind = \"rtsp\"\naddress = \"http://cam/1\"")) == "vision.camera_address");
  CHECK(code_of(with("kind = \"mjpeg\"\naddress = \"http://cam:99999/1\"")) == "vision.camera_address");
  CHECK(code_of(with("kind = \"mjpeg\"\naddress = \"http://cam/a b\"")) == "vision.camera_address");
  CHECK(code_of(with("kind = \"file\"\naddress = \"gate.jpg\"")) == "vision.camera_address");
  CHECK(code_of(with("kind = \"webcam\"\naddress = \"/dev/video0\"")) == "vision.camera_kind");
  CHECK(code_of(with("kind = \"file\"\naddress = \"/a\"\ncolour = 1")) == "config.unknown_key");
  CHECK(code_of(with("kind = \"file\"\naddress = \"/a\"\nread = [\"poem\"]")) == "vision.kind");
  CHECK(code_of(with("kind = \"file\"\naddress = \"/a\"\nmotion_percent = 10")) == "vision.camera_motion");
  CHECK(code_of(with("kind = \"file\"\naddress = \"/a\"\nmotion_percent = 91")) == "config.range");
  CHECK(code_of(with("kind = \"file\"\naddress = \"/a\"\nseal_region = \"left half\"")) == "vision.region");
  CHECK(code_of(with("kind = \"file\"")) == "config.required");
  CHECK(code_of("[cameras.\"My Gate\"]\nkind = \"file\"\naddress = \"/a\"") == "vision.camera_name");
  CHECK(code_of("cameras = 3") == "config.type");
  CHECK(parse_camera_url("http://[fe80::1]:81/x", {"http"}).value() ==
        CameraUrl{"http", "fe80::1", "/x", 81});
}

TEST_CASE("a file of logins that others may read is refused, unless systemd put it there for this service") {
  std::string folder = (std::filesystem::temp_directory_path() / "sealkeep-logins-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::filesystem::path file = std::filesystem::path(folder) / "camera-logins";
  std::ofstream(file) << "gate keeper a word\n";
  REQUIRE(chmod(file.c_str(), 0440) == 0);
  CHECK(login_of(file, "gate").error().code == "vision.logins_open");
  setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
  CHECK(login_of(file, "gate").value().password == "a word");
  setenv("CREDENTIALS_DIRECTORY", "/run/credentials/other", 1);
  CHECK(login_of(file, "gate").error().code == "vision.logins_open");
  unsetenv("CREDENTIALS_DIRECTORY");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a camera that fails is tried again, later each time, and at once when a person asks") {
  CHECK(back_off_ms(1) == 1'000);
  CHECK(back_off_ms(4) == 8'000);
  CHECK(back_off_ms(40) == 60'000);
  using Todo = CameraWatch::Todo;
  CameraWatch watch(true, 5'000, 100);
  CHECK(watch.todo(100) == Todo::Start);
  watch.started(100);
  CHECK(watch.status().state == CameraState::Connecting);
  watch.failed(200, {ErrorKind::Busy, "vision.camera_away", "away", "", ""});
  CHECK(watch.status().state == CameraState::Away);
  CHECK(watch.todo(1'199) == Todo::Wait);
  CHECK(watch.todo(1'200) == Todo::Start);
  watch.started(1'200);
  watch.failed(1'300, {ErrorKind::Busy, "vision.camera_away", "away", "", ""});
  CHECK(watch.status().since_ms == 200);
  CHECK(watch.todo(3'299) == Todo::Wait);
  watch.wanted(2'000);
  CHECK(watch.todo(2'000) == Todo::Start);
}

TEST_CASE("a stream without pictures is given up after its time, and counts as stalled until one comes") {
  using Todo = CameraWatch::Todo;
  CameraWatch watch(true, 5'000, 0);
  watch.started(0);
  CHECK(watch.todo(kConnectMs - 1) == Todo::Wait);
  CHECK(watch.todo(kConnectMs) == Todo::GiveUp);
  watch.alive(1'000);
  CHECK(watch.status().state == CameraState::Ok);
  CHECK(watch.todo(5'999) == Todo::Wait);
  CHECK(watch.todo(6'000) == Todo::GiveUp);
  watch.stalled(6'000);
  CHECK(watch.status().state == CameraState::Stalled);
  watch.started(7'000);
  CHECK(watch.status().state == CameraState::Stalled);
  watch.alive(7'500);
  CHECK(watch.status().state == CameraState::Ok);
  CHECK(watch.status().failures == 0);
  watch.wanted(8'000);
  for (std::int64_t t = 8'000; t < 23'000; t += 1'000) watch.alive(t);
  CHECK(watch.todo(8'000 + kAnswerMs) == Todo::GiveUp);
}

TEST_CASE("a camera that is asked for each picture rests between") {
  using Todo = CameraWatch::Todo;
  CameraWatch watch(false, 5'000, 0);
  CHECK(watch.todo(50'000) == Todo::Wait);
  watch.wanted(50'000);
  CHECK(watch.todo(50'000) == Todo::Start);
  watch.started(50'000);
  watch.picture(50'100);
  watch.finished();
  CHECK(watch.todo(99'000) == Todo::Wait);
  CHECK(watch.status().pictures == 1);
  const CameraStatus copy = decode_status(encode(watch.status())).value();
  CHECK(copy == watch.status());
}

Bytes jpeg_like(std::size_t size) {
  Bytes out(size, 0x11);
  out[0] = out[size - 2] = 0xFF;
  out[1] = 0xD8;
  out[size - 1] = 0xD9;
  return out;
}

TEST_CASE("a stream is cut into the same parts however its bytes arrive") {
  std::string stream;
  for (const std::size_t size : {100UL, 3'000UL, 4UL, 70'000UL})
    stream += "--b\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
              std::string(as_text(jpeg_like(size))) + "\r\n";
  for (const std::size_t piece : {1UL, 7UL, 4'096UL, 1'000'000UL}) {
    std::vector<std::size_t> sizes;
    MultipartReader reader("b", 100'000, [&](ByteView part) { sizes.push_back(part.size()); });
    for (std::string_view rest = stream; !rest.empty();) {
      const std::string_view now = rest.substr(0, piece);
      rest.remove_prefix(now.size());
      REQUIRE(reader.feed(as_bytes(now)));
    }
    CHECK(sizes == std::vector<std::size_t>{100, 3'000, 4, 70'000});
  }
}

TEST_CASE("a part without an end, and a head without an end, are refused at their limits") {
  MultipartReader part("b", 10'000, [](ByteView) { FAIL("no part ends here"); });
  REQUIRE(part.feed(as_bytes("--b\r\n\r\n")));
  REQUIRE(part.feed(Bytes(10'000, 'x')));
  CHECK_FALSE(part.feed(Bytes(1, 'x')));
  MultipartReader head("b", 10'000, [](ByteView) { FAIL("no part ends here"); });
  REQUIRE(head.feed(as_bytes("--b\r\nA: ")));
  CHECK_FALSE(head.feed(Bytes(kPartHeadBytes, 'x')));
  CHECK(boundary_of("multipart/x-mixed-replace;boundary=\"--abc\"") == "--abc");
  CHECK(boundary_of("image/jpeg").empty());
  CHECK(boundary_of("multipart/mixed; boundary=--").empty());
}

}  // namespace
}  // namespace sealkeep::vision

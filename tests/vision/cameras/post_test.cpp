// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/post.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/vision/cameras/fake_camera.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "sealkeep-camera-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

void write_file(const fs::path& file, ByteView bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << as_text(bytes);
  REQUIRE(out.good());
}

Bytes jpeg(const std::string& text = "A") {
  return encoded(drawn_text(text, 160, 90), ".jpg");
}

Camera at(CameraKind kind, std::uint16_t port, const std::string& path = "/picture") {
  Camera camera;
  camera.name = "gate";
  camera.kind = kind;
  camera.url = {kind == CameraKind::Rtsp ? "rtsp" : "http", "127.0.0.1", path, port};
  camera.stalled_after_ms = 2'000;
  return camera;
}

Camera at(CameraKind kind, const fs::path& path) {
  Camera camera;
  camera.name = "gate";
  camera.kind = kind;
  camera.path = path;
  return camera;
}

std::string code_of(CameraPost& post) {
  const auto picture = post.picture();
  if (!picture) UNSCOPED_INFO(picture.error().text());
  return picture ? "" : picture.error().code;
}

std::string head(std::size_t length, const std::string& type = "image/jpeg") {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

const std::string kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n";

std::string part(ByteView picture, std::size_t claimed) {
  return "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(claimed) + "\r\n\r\n" +
         std::string(as_text(picture)) + "\r\n";
}

/// Waits until the camera's state is the one wanted.
bool becomes(CameraPost& post, CameraState state) {
  for (int i = 0; i < 600; ++i) {
    REQUIRE(post.catch_up());
    if (post.status().state == state) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

/// The fetching processes of this one's cameras.
std::vector<pid_t> fetchers() {
  std::vector<pid_t> out;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    std::string line;
    if (!std::getline(stat, line) || line.find("(vision-fetch)") == std::string::npos) continue;
    const pid_t parent = std::stoi(line.substr(line.rfind(')') + 4));
    std::ifstream above("/proc/" + std::to_string(parent) + "/stat");
    if (!std::getline(above, line)) continue;
    if (std::stoi(line.substr(line.rfind(')') + 4)) == getpid())
      out.push_back(std::stoi(entry.path().filename()));
  }
  return out;
}

TEST_CASE("a picture file is handed out as it is, each time anew, and said to be missing where it is") {
  Folder folder;
  const fs::path file = folder.path / "gate.jpg";
  auto post = CameraPost::start(at(CameraKind::File, file)).value();
  CHECK(code_of(*post) == "vision.camera_away");
  write_file(file, jpeg("A"));
  const auto first = post->picture();
  REQUIRE(first);
  CHECK(first->bytes == jpeg("A"));
  CHECK(first->as_sent);
  write_file(file, jpeg("B"));
  CHECK(post->picture().value().bytes == jpeg("B"));
  write_file(file, ByteView(jpeg("B")).first(300));
  CHECK(code_of(*post) == "vision.camera_broken");
  fs::remove(file);
  CHECK(code_of(*post) == "vision.camera_away");
  REQUIRE(post->catch_up());
  CHECK(post->status().state == CameraState::Away);
  CHECK(post->status().pictures == 2);
}

TEST_CASE("of a folder the picture written last is taken, and a pipe in it harms nobody") {
  Folder folder;
  auto post = CameraPost::start(at(CameraKind::Folder, folder.path)).value();
  CHECK(code_of(*post) == "vision.camera_away");
  write_file(folder.path / "1.jpg", jpeg("A"));
  write_file(folder.path / "notes.txt", as_bytes("no picture"));
  REQUIRE(mkfifo((folder.path / "9.jpg").c_str(), 0600) == 0);
  CHECK(post->picture().value().bytes == jpeg("A"));
  write_file(folder.path / "0.jpg", jpeg("B"));
  fs::last_write_time(folder.path / "1.jpg", fs::file_time_type::clock::now() - std::chrono::hours(1));
  CHECK(post->picture().value().bytes == jpeg("B"));
}

TEST_CASE("a snapshot is kept byte for byte, and asked for anew each time") {
  FakeCamera camera([](FakeCamera::Line& line) {
    if (line.request().find("GET /picture HTTP/1.1\r\n") == 0) {
      line.say(head(jpeg().size()));
      line.say(jpeg());
    }
  });
  auto post = CameraPost::start(at(CameraKind::Snapshot, camera.port())).value();
  CHECK(camera.connections() == 0);
  CHECK(post->picture().value().bytes == jpeg());
  CHECK(post->picture().value().bytes == jpeg());
  CHECK(camera.connections() == 2);
}

TEST_CASE("several who want a picture at once each get one of their own, and are refused together") {
  std::atomic<bool> away = false;
  FakeCamera camera([&away](FakeCamera::Line& line) {
    line.request();
    if (away) return;
    line.say(head(jpeg().size()));
    line.say(jpeg());
  });
  auto post = CameraPost::start(at(CameraKind::Snapshot, camera.port())).value();
  std::vector<std::string> codes;
  const auto three = [&] {
    codes.clear();
    for (int i = 0; i < 3; ++i)
      post->want([&](const Result<CameraPicture>& picture) {
        codes.push_back(picture ? std::string() : picture.error().code);
      });
    for (int i = 0; i < 400 && codes.size() < 3; ++i) {
      REQUIRE(post->catch_up());
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return codes;
  };
  CHECK(three() == std::vector<std::string>(3));
  CHECK(camera.connections() == 3);
  away = true;
  CHECK(three() == std::vector<std::string>(3, "vision.camera_away"));
  CHECK(camera.connections() == 4);
}

TEST_CASE("a camera that redirects is refused, and nobody goes where it points") {
  FakeCamera elsewhere([](FakeCamera::Line& line) {
    line.request();
    line.say(head(jpeg().size()));
    line.say(jpeg());
  });
  FakeCamera camera([&](FakeCamera::Line& line) {
    line.request();
    line.say("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:" +
             std::to_string(elsewhere.port()) + "/picture\r\n\r\n");
  });
  auto post = CameraPost::start(at(CameraKind::Snapshot, camera.port())).value();
  CHECK(code_of(*post) == "vision.camera_broken");
  CHECK(elsewhere.connections() == 0);
}

TEST_CASE(
    "a snapshot that lies, breaks off, floods or is no picture is an error, and the next is asked for") {
  int round = 0;
  FakeCamera camera([&](FakeCamera::Line& line) {
    line.request();
    const Bytes good = jpeg();
    switch (round++) {
      case 0:  // claims more than it sends
        line.say(head(good.size() + 1000));
        line.say(good);
        return;
      case 1:  // claims less
        line.say(head(good.size() / 2));
        line.say(good);
        return;
      case 2: {  // a gigabyte
        line.say(head(std::size_t{1} << 30));
        const std::string zeros(1 << 20, '\0');
        while (line.say(zeros)) continue;
        return;
      }
      case 3:
        line.say(head(5, "text/html"));
        line.say(std::string_view("hello"));
        return;
      case 4:
        line.say("HTTP/1.1 200 OK\r\n");
        while (line.say("X-Endless: more and more\r\n")) continue;
        return;
      default:
        line.say(head(good.size()));
        line.say(good);
    }
  });
  auto post = CameraPost::start(at(CameraKind::Snapshot, camera.port())).value();
  CHECK(code_of(*post) == "vision.camera_away");
  for (int i = 1; i < 5; ++i) {
    CAPTURE(i);
    CHECK(code_of(*post) == "vision.camera_broken");
  }
  CHECK(code_of(*post).empty());
}

TEST_CASE("a camera's login goes by Digest and is never sent in clear, and a wrong one is said") {
  Folder folder;
  const fs::path logins = folder.path / "logins";
  write_file(logins, as_bytes("# cameras\nyard other words\ngate keeper s3cret word\n"));
  fs::permissions(logins, fs::perms::owner_read | fs::perms::owner_write);
  std::string seen;
  FakeCamera camera([&](FakeCamera::Line& line) {
    for (std::string request = line.request(); !request.empty(); request = line.request()) {
      seen += request;
      if (request.find("Authorization: Digest username=\"keeper\"") == std::string::npos) {
        line.say(
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
            "WWW-Authenticate: Digest realm=\"cam\", nonce=\"abc\", qop=\"auth\"\r\n\r\n");
      } else {
        line.say(head(jpeg().size()));
        line.say(jpeg());
      }
    }
  });
  Camera with_login = at(CameraKind::Snapshot, camera.port());
  with_login.logins = logins;
  {
    auto post = CameraPost::start(with_login).value();
    CHECK(code_of(*post).empty());
    CHECK(seen.find("s3cret") == std::string::npos);
  }
  fs::permissions(logins, fs::perms::owner_read | fs::perms::group_read);
  auto open = CameraPost::start(with_login).value();
  CHECK(code_of(*open) == "vision.logins_open");
  fs::permissions(logins, fs::perms::owner_read);
  with_login.name = "nobody";
  auto none = CameraPost::start(with_login).value();
  const auto refused = none->picture();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "vision.camera_away");
  CHECK(refused.error().text().find("s3cret") == std::string::npos);
}

TEST_CASE("of an MJPEG stream a whole picture is taken as it was sent, whatever its lengths claim") {
  FakeCamera camera([](FakeCamera::Line& line) {
    line.request();
    line.say(kStreamHead);
    const Bytes good = jpeg();
    for (int i = 0; line.wait_ms(20); ++i) {
      const std::size_t claims[] = {good.size(), good.size() + 100'000, good.size() / 2, 0};
      if (!line.say(part(good, claims[i % 4]))) return;
    }
  });
  auto post = CameraPost::start(at(CameraKind::Mjpeg, camera.port())).value();
  for (int i = 0; i < 5; ++i) CHECK(post->picture().value().bytes == jpeg());
  CHECK(camera.connections() == 1);
  CHECK(becomes(*post, CameraState::Ok));
}

TEST_CASE("a stream that stalls is noticed, given up and connected anew") {
  FakeCamera camera([connection = 0](FakeCamera::Line& line) mutable {
    const bool stalls = connection++ == 0;
    line.request();
    line.say(kStreamHead);
    for (int i = 0; line.wait_ms(50); ++i) {
      if (stalls && i > 10) return line.hang();
      if (!line.say(part(jpeg(), jpeg().size()))) return;
    }
  });
  auto post = CameraPost::start(at(CameraKind::Mjpeg, camera.port())).value();
  REQUIRE(becomes(*post, CameraState::Ok));
  REQUIRE(becomes(*post, CameraState::Stalled));
  CHECK(post->status().trouble.code == "vision.camera_stalled");
  CHECK_FALSE(post->status().trouble.next.empty());
  REQUIRE(becomes(*post, CameraState::Ok));
  CHECK(post->status().trouble.code.empty());
  CHECK(camera.connections() >= 2);
}

TEST_CASE("an endless part, broken pictures and a stream that is none end the stream, not the program") {
  const std::function<void(FakeCamera::Line&)> bad[] = {
      [](FakeCamera::Line& line) {
        line.say(kStreamHead);
        line.say("--frame\r\nContent-Type: image/jpeg\r\n\r\n");
        const std::string noise(1 << 20, 'x');
        while (line.say(noise)) continue;
      },
      [](FakeCamera::Line& line) {
        line.say(kStreamHead);
        while (line.say(part(ByteView(jpeg()).first(200), 200))) continue;
      },
      [](FakeCamera::Line& line) {
        line.say(head(3, "text/plain"));
        line.say(std::string_view("abc"));
      }};
  for (const auto& answer : bad) {
    std::atomic<bool> good = false;
    FakeCamera camera([&](FakeCamera::Line& line) {
      line.request();
      if (!good) return answer(line);
      line.say(kStreamHead);
      while (line.wait_ms(20) && line.say(part(jpeg(), jpeg().size()))) continue;
    });
    auto post = CameraPost::start(at(CameraKind::Mjpeg, camera.port())).value();
    CHECK(code_of(*post) == "vision.camera_broken");
    good = true;
    CHECK(becomes(*post, CameraState::Ok));
  }
}

TEST_CASE("a camera that is unplugged is away, and is there again when it is plugged in") {
  const auto stream = [](FakeCamera::Line& line) {
    line.request();
    line.say(kStreamHead);
    while (line.wait_ms(30) && line.say(part(jpeg(), jpeg().size()))) continue;
  };
  auto plugged = std::make_unique<FakeCamera>(stream);
  const std::uint16_t port = plugged->port();
  auto post = CameraPost::start(at(CameraKind::Mjpeg, port)).value();
  CHECK(post->picture().value().bytes == jpeg());
  plugged.reset();
  REQUIRE(becomes(*post, CameraState::Away));
  CHECK(code_of(*post) == "vision.camera_away");
  REQUIRE(post->catch_up());
  CHECK(post->status().failures >= 1);
  plugged = std::make_unique<FakeCamera>(stream, port);
  REQUIRE(becomes(*post, CameraState::Ok));
  CHECK(post->picture().value().bytes == jpeg());
}

TEST_CASE("the end of the fetching process in the middle of a picture fails that picture alone") {
  int round = 0;
  FakeCamera camera([&](FakeCamera::Line& line) {
    line.request();
    if (round++ == 0) {
      line.say(head(jpeg().size()));
      line.say(ByteView(jpeg()).first(100));
      return line.hang();
    }
    line.say(head(jpeg().size()));
    line.say(jpeg());
  });
  auto post = CameraPost::start(at(CameraKind::Snapshot, camera.port())).value();
  std::thread killer([&] {
    std::vector<pid_t> found;
    for (int i = 0; i < 200 && found.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (round > 0) found = fetchers();
    }
    for (const pid_t one : found) kill(one, SIGKILL);
  });
  CHECK(code_of(*post) == "vision.camera_broken");
  killer.join();
  CHECK(code_of(*post).empty());
}

TEST_CASE("a V4L2 device that is not there, or is none, is away with words that help") {
  auto missing = CameraPost::start(at(CameraKind::V4l2, fs::path("/dev/video97"))).value();
  const auto none = missing->picture();
  REQUIRE_FALSE(none);
  CHECK(none.error().code == "vision.camera_away");
  CHECK(none.error().next.find("Plug it in") != std::string::npos);
  Folder folder;
  write_file(folder.path / "device", as_bytes("no device"));
  auto other = CameraPost::start(at(CameraKind::V4l2, folder.path / "device")).value();
  CHECK(code_of(*other) == "vision.camera_away");
}

}  // namespace
}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/serve.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "common/cli/command.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"
#include "common/net/local_socket.hpp"
#include "tests/vision/cameras/fake_camera.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

namespace fs = std::filesystem;

/// `sealkeep-vision serve` in a process of its own, without models, and its folder.
class Served {
 public:
  explicit Served(const std::string& configured = {}) {
    std::string name = (fs::temp_directory_path() / "sealkeep-vision-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    pid_ = fork();
    if (pid_ == 0) {
      ReaderSetup setup;
      setup.prefix = "/nonexistent";
      Keeper keeper(setup);
      const bool started = keeper.start().has_value();
      auto cameras = CameraRoom::start(parse_cameras(configured, "vision.toml").value()).value();
      auto signals = net::SignalFd::create();
      net::NetContext context;
      NullLogger log;
      _exit(started && serve(keeper, *cameras, context, *signals, folder_, log) ? 0 : 1);
    }
  }
  ~Served() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    fs::remove_all(folder_);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  /// The exit code after SIGTERM.
  int stop() {
    int status = 0;
    kill(pid_, SIGTERM);
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
  pid_t pid_ = -1;
};

cli::AnswerPart ask(net::LocalClient& client, const std::string& name, const std::string& kind,
                    Bytes picture) {
  cli::Command command;
  command.name = name;
  if (!kind.empty()) command.options["kind"] = {kind};
  command.attachment = std::move(picture);
  const Bytes request = cli::encode(command).value();
  for (int i = 0; i < 400; ++i) {
    auto answer = client.ask(request, 120'000);
    if (answer) return cli::decode_answer_part(*answer).value();
    if (answer.error().code != "daemon.not_running") return answer.error();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return Error{};
}

TEST_CASE("other programs have pictures read over the local socket, and a hostile one harms nobody") {
  Served served;
  net::NetContext context;
  net::LocalClient client(context, served.folder());
  const Bytes picture = encoded(drawn_text("A", 64, 64), ".png");

  const auto read = ask(client, "read", "barcode", picture);
  REQUIRE(std::holds_alternative<cli::Value>(read));
  CHECK(*std::get<cli::Value>(read).find("state")->as_text() == "none");

  const auto error_code = [&](const std::string& name, const std::string& kind, Bytes file) {
    const auto answer = ask(client, name, kind, std::move(file));
    const auto* error = std::get_if<Error>(&answer);
    return error == nullptr ? std::string() : error->code;
  };
  CHECK(error_code("read", "barcode", to_bytes(ByteView(picture).first(40))) == "vision.broken_picture");
  CHECK(error_code("read", "barcode", {}) == "vision.not_a_picture");
  CHECK(error_code("read", "container", picture) == "vision.no_runtime");
  CHECK(error_code("read", "poem", picture) == "vision.kind");
  CHECK(error_code("read", "", picture) == "cli.required");
  CHECK(error_code("erase", "", {}) == "cli.unknown_command");

  const auto status = ask(client, "status", "", {});
  REQUIRE(std::holds_alternative<cli::Value>(status));
  CHECK(*std::get<cli::Value>(status).find("reads")->as_int() == 1);
  CHECK(*std::get<cli::Value>(status).find("failed")->as_int() == 3);
  CHECK(served.stop() == 0);
}

cli::AnswerPart ask(net::LocalClient& client, std::map<std::string, std::vector<std::string>> options) {
  cli::Command command{"capture", std::move(options), {}, {}};
  return cli::decode_answer_part(client.ask(cli::encode(command).value(), 60'000).value()).value();
}

TEST_CASE("a capture keeps the picture as it came, says its hash, and reads what was asked for") {
  std::string name = (fs::temp_directory_path() / "sealkeep-gate-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const fs::path picture = fs::path(name) / "gate.jpg";
  const Bytes bytes = encoded(drawn_text("A", 320, 200), ".jpg");
  std::ofstream(picture, std::ios::binary) << as_text(bytes);
  Served served("[cameras.gate]\nkind = \"file\"\naddress = \"" + picture.string() +
                "\"\nsimulated = true\n[cameras.yard]\nkind = \"file\"\naddress = \"/nonexistent/a.jpg\"\n");
  net::NetContext context;
  net::LocalClient client(context, served.folder());
  REQUIRE(std::holds_alternative<cli::Value>(ask(client, "status", "", {})));

  const auto taken =
      ask(client, {{"camera", {"gate"}}, {"purpose", {"check"}}, {"read", {"barcode", "container"}}});
  REQUIRE(std::holds_alternative<cli::Value>(taken));
  const auto& answer = std::get<cli::Value>(taken);
  CHECK(*answer.find("purpose")->as_text() == "check");
  CHECK(*answer.find("simulated")->as_bool());
  CHECK(*answer.find("as_sent")->as_bool());
  CHECK(*answer.find("mime")->as_text() == "image/jpeg");
  CHECK(*answer.find("width")->as_int() == 320);
  CHECK(*answer.find("sha256")->as_text() == hex(sha256(bytes).view()));
  const fs::path kept = *answer.find("file")->as_text();
  CHECK(kept == served.folder() / "captures" / (hex(sha256(bytes).view()) + ".jpg"));
  std::ifstream back(kept, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(back), {}};
  CHECK(content == as_text(bytes));
  CHECK((fs::status(kept).permissions() & fs::perms::others_all) == fs::perms::none);
  const auto& readings = *answer.find("readings")->as_list();
  REQUIRE(readings.size() == 2);
  CHECK(*readings[0].find("kind")->as_text() == "barcode");
  CHECK(*readings[0].find("state")->as_text() == "none");
  CHECK(*readings[1].find("error")->find("code")->as_text() == "vision.no_runtime");

  const auto error_code = [&](std::map<std::string, std::vector<std::string>> options) {
    const auto refused = ask(client, std::move(options));
    const auto* error = std::get_if<Error>(&refused);
    return error == nullptr ? std::string() : error->code;
  };
  CHECK(error_code({{"camera", {"door"}}}) == "vision.no_camera");
  CHECK(error_code({{"camera", {"yard"}}}) == "vision.camera_away");
  CHECK(error_code({{"camera", {"gate"}}, {"purpose", {"fun"}}}) == "cli.value");
  CHECK(error_code({{"camera", {"gate"}}, {"frames", {"6"}}}) == "cli.value");
  CHECK(error_code({{"camera", {"gate"}}, {"read", {"poem"}}}) == "vision.kind");
  CHECK(error_code({}) == "cli.required");

  const auto status = ask(client, "status", "", {});
  const auto& cameras = *std::get<cli::Value>(status).find("cameras")->as_list();
  REQUIRE(cameras.size() == 2);
  CHECK(*cameras[0].find("state")->as_text() == "ok");
  CHECK(*cameras[0].find("pictures")->as_int() == 1);
  CHECK(*cameras[1].find("state")->as_text() == "away");
  CHECK(*cameras[1].find("code")->as_text() == "vision.camera_away");
  CHECK(served.stop() == 0);
  fs::remove_all(name);
}

TEST_CASE("whether a seal is there is looked for where the camera's configuration says that the hasp is") {
  std::string name = (fs::temp_directory_path() / "sealkeep-door-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const cv::Mat door = drawn_text("8", 1000, 500, 4.0);
  const cv::Rect hasp(20, 250, 60, 80);
  const Bytes whole = encoded(door, ".png"), crop = encoded(door(hasp).clone(), ".png");
  std::ofstream(fs::path(name) / "door.png", std::ios::binary) << as_text(whole);
  const std::string camera = "kind = \"file\"\naddress = \"" + name + "/door.png\"\n";
  Served served("[cameras.door]\n" + camera + "seal_region = \"20 500 60 160\"\n[cameras.whole]\n" + camera);
  net::NetContext context;
  net::LocalClient client(context, served.folder());
  const auto score_of = [](const cli::AnswerPart& part) {
    REQUIRE(std::holds_alternative<cli::Value>(part));
    const auto& answer = std::get<cli::Value>(part);
    const cli::Value* readings = answer.find("readings");
    return *(readings == nullptr ? answer : readings->as_list()->front()).find("score_milli")->as_int();
  };
  const std::int64_t of_crop = score_of(ask(client, "read", "presence", crop));
  CHECK(of_crop != 0);
  CHECK(score_of(ask(client, {{"camera", {"door"}}, {"read", {"presence"}}})) == of_crop);
  CHECK(score_of(ask(client, {{"camera", {"whole"}}, {"read", {"presence"}}})) == 0);
  CHECK(served.stop() == 0);
  fs::remove_all(name);
}

TEST_CASE("what comes before a watched camera is taken and read without being asked for") {
  std::atomic<bool> there = false;
  FakeCamera camera([&there](FakeCamera::Line& line) {
    line.request();
    line.say("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n");
    while (line.wait_ms(50)) {
      const cv::Mat yard(180, 320, CV_8UC3, cv::Scalar::all(80));
      if (there) cv::rectangle(yard, {40, 60, 120, 90}, cv::Scalar::all(220), cv::FILLED);
      const Bytes frame = encoded(yard, ".jpg");
      if (!line.say("--frame\r\nContent-Type: image/jpeg\r\n\r\n") || !line.say(frame) || !line.say("\r\n"))
        return;
    }
  });
  Served served(
      "[cameras.gate]\nkind = \"mjpeg\"\naddress = \"http://127.0.0.1:" + std::to_string(camera.port()) +
      "/\"\nmotion_percent = 10\nmotion_every_ms = 200\nread = [\"barcode\"]\n");
  net::NetContext context;
  net::LocalClient client(context, served.folder());
  const auto gate = [&] {
    const auto status = ask(client, "status", "", {});
    REQUIRE(std::holds_alternative<cli::Value>(status));
    return std::get<cli::Value>(status).find("cameras")->as_list()->front();
  };
  const auto comes_true = [](const auto& what) {
    for (int i = 0; i < 400; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  };
  REQUIRE(comes_true([&] { return *gate().find("state")->as_text() == "ok"; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  CHECK(*gate().find("motions")->as_int() == 0);
  CHECK(gate().find("last")->is_null());
  there = true;
  REQUIRE(comes_true([&] { return !gate().find("last")->is_null(); }));
  const cli::Value seen = gate();
  CHECK(*seen.find("motions")->as_int() == 1);
  CHECK(*seen.find("last")->find("camera")->as_text() == "gate");
  CHECK(*seen.find("last")->find("frames")->as_int() == 3);  // there is no barcode: looked for thrice
  CHECK(served.stop() == 0);
}

TEST_CASE("a camera that does not answer holds up who asks for it, and nobody else") {
  FakeCamera silent([](FakeCamera::Line& line) {
    line.request();
    line.hang();
  });
  std::string name = (fs::temp_directory_path() / "sealkeep-gate-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const Bytes picture = encoded(drawn_text("A", 320, 200), ".jpg");
  std::ofstream(fs::path(name) / "gate.jpg", std::ios::binary) << as_text(picture);
  Served served(
      "[cameras.dead]\nkind = \"snapshot\"\naddress = \"http://127.0.0.1:" + std::to_string(silent.port()) +
      "/\"\n[cameras.gate]\nkind = \"file\"\naddress = \"" + name + "/gate.jpg\"\n");
  net::NetContext context;
  net::LocalClient client(context, served.folder());
  REQUIRE(std::holds_alternative<cli::Value>(ask(client, "status", "", {})));

  std::atomic<bool> dead_answered = false;
  std::thread waiter([&] {
    net::LocalClient other(context, served.folder());
    cli::Command command{"capture", {{"camera", {"dead"}}, {"read", {"barcode"}}}, {}, {}};
    static_cast<void>(other.ask(cli::encode(command).value(), 60'000));
    dead_answered = true;
  });
  for (int i = 0; i < 400 && silent.connections() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(silent.connections() == 1);

  const auto taken = ask(client, {{"camera", {"gate"}}, {"read", {"barcode"}}});
  REQUIRE(std::holds_alternative<cli::Value>(taken));
  CHECK(std::get<cli::Value>(taken).find("readings")->as_list()->size() == 1);
  const auto read = ask(client, "read", "barcode", picture);
  REQUIRE(std::holds_alternative<cli::Value>(read));
  const auto status = ask(client, "status", "", {});
  REQUIRE(std::holds_alternative<cli::Value>(status));
  CHECK(*std::get<cli::Value>(status).find("captures")->as_int() == 1);
  CHECK_FALSE(dead_answered);
  CHECK(served.stop() == 0);
  waiter.join();
  fs::remove_all(name);
}

}  // namespace
}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "agent/commands/capture.hpp"
#include "agent/eyes/eyes_worker.hpp"
#include "agent/eyes/picture_keeper.hpp"
#include "common/cli/dispatch.hpp"
#include "common/crypto/encoding.hpp"
#include "common/net/local_socket.hpp"
#include "tests/agent/api_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

constexpr const char* kUnit = "MSCU1234566";

Bytes jpeg(std::uint8_t mark) {
  Bytes out{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 'J', 'F', 0xFF, 0xDA, 0, 2};
  out.resize(3'000, mark);
  return out;
}

cli::Value reading(const char* kind, const char* state, const char* number) {
  cli::Value out = cli::Value::object({{"kind", kind}, {"state", state}, {"confidence_percent", 98}});
  if (std::string_view(state) == "check_digit_computed")
    out.set("seen", std::string(number).substr(0, 10))
        .set("check_digit_computed", std::string(number).substr(10));
  return out.set("number", std::string_view(state) == "exact" ? cli::Value(number) : cli::Value());
}

/// Answers as sealkeep-vision does, with what it is told to have read. Ends in the middle of a request when
/// it is told to.
class FakeVision {
 public:
  /// A capture of `silent_camera` is never answered.
  explicit FakeVision(std::filesystem::path folder, std::string silent_camera = {})
      : folder_(std::move(folder)), silent_camera_(std::move(silent_camera)) {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::create_directories(folder_ / "captures");
    server_ = must(net::LocalServer::open(context_, folder_));
    thread_ = std::thread([this] { run(); });
  }
  ~FakeVision() {
    stopping_ = true;
    thread_.join();
  }
  cli::Value container = reading("container", "none", ""), seal = reading("seal", "none", "");
  std::atomic<bool> dies = false;

 private:
  void run() {
    net::Poller poller;
    poller.add(*server_);
    while (!stopping_) {
      while (auto request = server_->receive()) {
        if (dies) {
          server_.reset();
          return;
        }
        const auto asked = cli::decode_command(request->payload);
        if (!silent_camera_.empty() && asked && asked->one("camera") == silent_camera_) continue;
        static_cast<void>(cli::answer(
            *server_, *request,
            [this](const cli::Command& command, const cli::OnProgress&) { return carry_out(command); }));
      }
      static_cast<void>(poller.wait(20));
    }
  }
  Result<cli::Value> carry_out(const cli::Command& command) {
    if (command.name == "read") return command.one("kind") == "container" ? container : seal;
    const Bytes file = jpeg(5);
    const std::string hash = hex(sha256(file).view());
    std::ofstream(folder_ / "captures" / (hash + ".jpg"), std::ios::binary)
        .write(as_text(file).data(), std::ssize(file));
    return cli::Value::object({{"camera", command.one("camera").value_or("")},
                               {"taken_ms", 1'700'000'000'000},
                               {"file", (folder_ / "captures" / (hash + ".jpg")).string()},
                               {"sha256", hash},
                               {"simulated", true},
                               {"readings", cli::Value::list({container, seal})}});
  }
  std::filesystem::path folder_;
  std::string silent_camera_;
  net::NetContext context_;
  std::unique_ptr<net::LocalServer> server_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// An agent with eyes: a camera "gate", and whoever reads pictures for it.
struct PictureBench : ApiBench {
  Result<cli::Value> run(const std::vector<std::string>& words) {
    SEALKEEP_LET(command, parsed(words));
    if (command.name == agent::kCapture) return agent::capture_here(eyes, command);
    return agent::execute(bench.agent(), command, [](const cli::Progress&) {});
  }
  std::string capture(const Bytes& picture) {
    cli::Command command = must(parsed({"capture", "--file", file("door.jpg", as_text(picture))}));
    command.attachment = picture;
    said = must(agent::capture_here(eyes, command));
    return *said.find("picture")->as_text();
  }
  [[nodiscard]] ses::Entry last() { return entries_of(bench.agent(), id).back(); }
  [[nodiscard]] bool marked(ses::Irregularity code) {
    const ses::Entry entry = last();
    return std::any_of(entry.irregularities.begin(), entry.irregularities.end(),
                       [code](const auto& one) { return one.code == code; });
  }
  [[nodiscard]] ses::Picture words_of_last() {
    const ses::Entry entry = last();
    for (std::size_t i = 0; i < entry.details.size(); ++i)
      if (entry.details[i].kind == ses::DetailKind::Picture) {
        const auto& logs = bench.agent().site_register(id)->written();
        const auto index = must(bench.agent().logs().size(logs.log)) - 1;
        return must(ses::decode_picture(
            must(bench.agent().details().get(logs.log, index, static_cast<std::uint8_t>(i)))->bytes));
      }
    FAIL("no picture stands beside the last record");
    return {};
  }
  [[nodiscard]] PictureFolder pictures() { return PictureFolder(agent::picture_folder_of(bench.folder())); }

  TestFolder vision_folder;
  net::NetContext context;
  agent::Eyes eyes{
      context, {vision_folder.path(), {"gate"}}, agent::picture_folder_of(bench.folder()), bench.clock};
  cli::Value said;
};

std::string state_of(const cli::Value& said, const char* what) {
  const cli::Value* reading = said.find(what);
  return reading == nullptr ? "nothing" : *reading->find("state")->as_text();
}

}  // namespace

TEST_CASE(
    "a picture that agrees stands beside the seal, its bytes are kept as they came, and nothing is marked") {
  PictureBench at;
  FakeVision vision(at.vision_folder.path());
  vision.container = reading("container", "exact", kUnit);
  const std::string name = at.capture(jpeg(1));
  CHECK(state_of(at.said, "container") == "exact");
  CHECK(at.pictures().read(must(agent::picture_hash(name))).value() == jpeg(1));
  must(at.run({"seal", "apply", "NZ300006", "--container", kUnit, "--picture", name}));
  CHECK_FALSE(at.marked(ses::Irregularity::DoorDiffers));
  const ses::Picture words = at.words_of_last();
  CHECK(hex(words.sha256.view()) == name);
  CHECK(words.bytes == jpeg(1).size());
  CHECK(words.media == "image/jpeg");
  REQUIRE(words.readings.size() == 2);
  CHECK(words.readings[0].number == kUnit);
}

TEST_CASE(
    "a picture of another container is a stop sign before, and a mark on the record after; both answers "
    "stand") {
  PictureBench at;
  FakeVision vision(at.vision_folder.path());
  vision.container = reading("container", "exact", "MSCU1234571");
  const std::string name = at.capture(jpeg(2));
  const std::vector<std::string> apply{"seal", "apply", "NZ300006", "--container", kUnit, "--picture", name};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = apply;
    all.insert(all.end(), more.begin(), more.end());
    return must(at.run(all));
  };
  const cli::Value asked = with({"--stop-sign"});
  CHECK(*asked.find("stop") == cli::Value(true));
  CHECK(holds(cli::to_json(asked), "door_differs"));
  with({"--avoid"});
  CHECK(std::holds_alternative<ses::Avoided>(at.last().event));
  with({"--stop-sign", "--happened-already", "--reason", "wrong lane"});
  CHECK(at.marked(ses::Irregularity::DoorDiffers));
  const std::string history = cli::to_json(must(at.run({"seal", "show", "NZ300006"})));
  CHECK(holds(history, R"("pictured":"MSCU1234571","recorded":"MSCU1234566")"));
}

TEST_CASE("ten characters with a computed check digit are told as such and mark nothing") {
  PictureBench at;
  FakeVision vision(at.vision_folder.path());
  vision.container = reading("container", "check_digit_computed", "MSCU1234571");
  const std::string name = at.capture(jpeg(3));
  CHECK(state_of(at.said, "container") == "check_digit_computed");
  CHECK(*at.said.find("container")->find("not_seen") == cli::Value("check digit"));
  must(at.run({"seal", "apply", "NZ300006", "--container", kUnit, "--picture", name}));
  CHECK(at.last().irregularities.empty());
}

TEST_CASE("a check's picture is held against the door and the paper, whoever's camera read it") {
  PictureBench at;
  must(at.run({"seal", "apply", "NZ300006", "--container", kUnit, "--by", "Mere"}));
  const auto check = [&](const char* camera, const char* paper) {
    must(at.run({"seal", "check", "--container", kUnit, "--door-seal", "NZ300006", "--paper-seal", paper,
                 "--paper-container", kUnit, "--camera-seal", camera, "--by", "Tama"}));
  };
  check("NZ300006", "NZ300006");
  CHECK_FALSE(at.marked(ses::Irregularity::DoorDiffers));
  check("NZ300009", "NZ300006");
  CHECK(at.marked(ses::Irregularity::DoorDiffers));
  CHECK_FALSE(at.marked(ses::Irregularity::PaperDiffers));
  check("NZ300006", "NZ300009");
  CHECK(at.marked(ses::Irregularity::PaperDiffers));
  CHECK_FALSE(at.marked(ses::Irregularity::DoorDiffers));
  CHECK(at.words_of_last().source == ses::PictureSource::Elsewhere);
}

TEST_CASE("a camera of the site takes the picture, and a simulated one is told so") {
  PictureBench at;
  FakeVision vision(at.vision_folder.path());
  vision.seal = reading("seal", "exact", "NZ300006");
  const cli::Value seen = must(at.run({"capture", "--camera", "gate", "--purpose", "check"}));
  CHECK(*seen.find("simulated") == cli::Value(true));
  CHECK(*seen.find("source") == cli::Value("site camera"));
  CHECK(state_of(seen, "seal") == "exact");
  CHECK(at.pictures().read(must(agent::picture_hash(*seen.find("picture")->as_text()))).value() == jpeg(5));
  CHECK(at.run({"capture", "--camera", "roof"}).error().code == "camera.unknown");
  CHECK(at.run({"capture"}).error().code == "capture.what");
  CHECK(at.run({"capture", "--camera", "gate", "--picture", std::string(64, '0')}).error().code ==
        "capture.what");
}

TEST_CASE(
    "without the one who reads, and when it dies in the middle, the picture is kept and the seal recorded") {
  PictureBench at;
  std::string name = at.capture(jpeg(6));
  CHECK(*at.said.find("unread")->find("code") == cli::Value("vision.away"));
  CHECK(at.run({"capture", "--camera", "gate"}).error().code == "vision.away");
  {
    FakeVision vision(at.vision_folder.path());
    vision.dies = true;
    name = at.capture(jpeg(7));
    CHECK(*at.said.find("unread")->find("code") == cli::Value("vision.away"));
  }
  must(at.run({"seal", "apply", "NZ300006", "--container", kUnit, "--picture", name}));
  CHECK(at.last().irregularities.empty());
  CHECK(at.pictures().held(must(agent::picture_hash(name))).whole);
  CHECK(at.words_of_last().readings.empty());
}

TEST_CASE("a record names a picture that comes later, and what is no name of one is refused") {
  PictureBench at;
  const Bytes file = jpeg(8);
  const std::string name = hex(sha256(file).view());
  must(at.run({"seal", "apply", "NZ300006", "--container", kUnit, "--picture", name}));
  CHECK(at.words_of_last().bytes == 0);
  CHECK(at.run({"seal", "apply", "NZ300007", "--container", kUnit, "--picture", "abc"}).error().code ==
        "picture.hash");

  Browser mere(at.bench.agent());
  mere.sign_in("Mere",
               *must(at.run({"user", "add", "Mere", "--role", "packer"})).find("one_time_code")->as_text());
  const auto piece = [&](std::size_t from, std::size_t count) {
    http::Request request =
        mere.writing("/picture", std::string(as_text(ByteView(file).subspan(from, count))));
    request.query = {
        {"sha256", name}, {"bytes", std::to_string(file.size())}, {"from", std::to_string(from)}};
    return mere.ask(request);
  };
  CHECK(*piece(0, 1'000).body.find("held") == cli::Value(1'000));
  CHECK(*piece(2'000, 1'000).body.find("held") == cli::Value(1'000));
  CHECK(*piece(1'000, 2'000).body.find("whole") == cli::Value(true));
  CHECK(mere.get("/picture", {{"sha256", name}}).text == as_text(file));
  CHECK(mere.get("/picture", {{"sha256", std::string(64, 'a')}}).status == 404);
  CHECK(mere.get("/picture", {{"sha256", "../../agent.db"}}).code() == "picture.hash");
  mere.forget_csrf();
  CHECK(piece(0, 10).status == 403);
  mere.forget_cookies();
  CHECK(mere.get("/picture", {{"sha256", name}}).status == 401);
}

TEST_CASE("looks are taken away from the agent's thread, and too many at once are told to come again") {
  PictureBench at;
  auto worker = must(agent::EyesWorker::start(at.eyes));
  int answered = 0, busy = 0;
  for (std::uint8_t i = 0; i < agent::kLooksWaiting + 4; ++i) {
    agent::LookRequest request;
    request.file = jpeg(static_cast<std::uint8_t>(20 + i));
    worker->put(std::move(request), [&](const Result<agent::Seen>& seen) {
      ++answered;
      busy += !seen && seen.error().code == "eyes.busy" ? 1 : 0;
    });
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (answered < static_cast<int>(agent::kLooksWaiting) + 4 && std::chrono::steady_clock::now() < end) {
    worker->step();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(answered == static_cast<int>(agent::kLooksWaiting) + 4);
  CHECK(busy <= 4);
}

TEST_CASE("a look through a camera that does not answer holds up no other camera and no picture") {
  PictureBench at;
  agent::Eyes eyes{at.context,
                   {at.vision_folder.path(), {"gate", "yard"}},
                   agent::picture_folder_of(at.bench.folder()),
                   at.bench.clock};
  auto worker = must(agent::EyesWorker::start(eyes));
  FakeVision vision(at.vision_folder.path(), "yard");  // ends first, and so the look that waits
  bool through_yard = false;
  int others = 0;
  agent::LookRequest request;
  request.camera = "yard";
  worker->put(request, [&](const Result<agent::Seen>&) { through_yard = true; });
  request.camera = "gate";
  worker->put(request, [&](const Result<agent::Seen>& seen) { others += seen ? 1 : 0; });
  request.camera.clear();
  request.file = jpeg(40);
  worker->put(request, [&](const Result<agent::Seen>& seen) { others += seen ? 1 : 0; });
  for (int i = 0; i < 2'000 && others < 2; ++i) {
    worker->step();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(others == 2);
  CHECK_FALSE(through_yard);
}

TEST_CASE("an original goes when its time is over, when its words are erased, and when nobody named it") {
  PictureBench at;
  const std::string named = at.capture(jpeg(9));
  const std::string unnamed = at.capture(jpeg(10));
  must(at.run({"seal", "apply", "NZ300006", "--container", kUnit, "--picture", named}));
  PictureFolder folder = at.pictures();
  const auto there = [&](const std::string& name) {
    return folder.held(must(agent::picture_hash(name))).whole;
  };
  const auto days_later = [&](std::int64_t days) {
    const std::int64_t now_ms = static_cast<std::int64_t>(::time(nullptr)) * 1'000 + days * 86'400'000;
    return must(agent::give_up_pictures(at.bench.agent().db(), folder, now_ms, 400));
  };
  CHECK(days_later(1) == 0);
  CHECK(days_later(3) > 0);
  CHECK(there(named));
  CHECK_FALSE(there(unnamed));
  SECTION("its time is over") {
    CHECK(days_later(399) == 0);
    CHECK(days_later(401) > 0);
    CHECK_FALSE(there(named));
  }
  SECTION("its words are erased") {
    const auto& written = at.bench.agent().site_register(at.id)->written();
    const std::uint64_t index = must(at.bench.agent().logs().size(written.log)) - 1;
    must(at.bench.agent().db().transaction([&]() -> Result<> {
      SEALKEEP_LET(erased, at.bench.agent().details().erase_all(written.log, index));
      CHECK(erased > 0);
      return {};
    }));
    CHECK(days_later(3) > 0);
    CHECK_FALSE(there(named));
  }
}

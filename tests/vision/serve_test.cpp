// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/serve.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "common/cli/command.hpp"
#include "common/net/local_socket.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

namespace fs = std::filesystem;

/// `sealkeep-vision serve` in a process of its own, without models, and its folder.
class Served {
 public:
  Served() {
    std::string name = (fs::temp_directory_path() / "sealkeep-vision-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    pid_ = fork();
    if (pid_ == 0) {
      ReaderSetup setup;
      setup.prefix = "/nonexistent";
      Keeper keeper(setup);
      const bool started = keeper.start().has_value();
      auto signals = net::SignalFd::create();
      net::NetContext context;
      NullLogger log;
      _exit(started && serve(keeper, context, *signals, folder_, log) ? 0 : 1);
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

}  // namespace
}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include "common/cli/dispatch.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "common/net/poller.hpp"
#include "common/store/folder_lock.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::cli {
namespace {

namespace fs = std::filesystem;

/// A daemon as the programs build it: the folder's lock, a socket, one thread.
struct Daemon {
  Daemon(net::NetContext& context, const fs::path& folder, Handler handler)
      : Daemon(context, folder, std::move(handler), FolderLock::take(folder).value()) {}
  Daemon(net::NetContext& context, const fs::path& folder, Handler handler, FolderLock held)
      : lock(std::move(held)),
        server(net::LocalServer::open(context, folder).value()),
        thread([this, handle = std::move(handler)](const std::stop_token& stop) {
          net::Poller poller;
          poller.add(*server);
          while (!stop.stop_requested()) {
            (void)poller.wait(5);
            while (auto request = server->receive()) (void)answer(*server, *request, handle);
          }
        }) {}
  FolderLock lock;
  std::unique_ptr<net::LocalServer> server;
  std::jthread thread;
};

Result<Value> echo(const Command& command, const OnProgress& progress) {
  for (std::uint64_t i = 0; i <= 100'000; ++i) progress({i, 100'000, "entries"});
  if (command.name == "fail") return fail(ErrorKind::Corrupt, "log.damaged", "what", "why", "next");
  if (command.name == "huge") return Value(Value::List(kValueNodes));
  return Value::object({{"name", command.name}, {"bytes", command.attachment.size()}});
}

Result<Value> never_here(const Command&, const OnProgress&) {
  return fail(ErrorKind::Bug, "test.ran_locally", "ran in the calling process");
}

const Command kVerify{"verify", {}, Bytes{1, 2, 3}};
const OnProgress kNoProgress = [](const Progress&) {};

}  // namespace

TEST_CASE("a running daemon carries the command out, with progress and its outcome whole") {
  const test::TestFolder folder;
  net::NetContext context;
  Daemon daemon(context, folder.path(), echo);
  std::vector<Progress> seen;
  const Result<Value> outcome =
      run_command(context, kVerify, folder.path(), never_here, [&](const Progress& p) { seen.push_back(p); });
  REQUIRE(outcome.has_value());
  CHECK(to_json(*outcome) == "{\"name\":\"verify\",\"bytes\":3}");
  CHECK(seen.size() == 101);
  CHECK(seen.back() == Progress{100'000, 100'000, "entries"});

  const Result<Value> failed = run_command(context, {"fail", {}, {}}, folder.path(), never_here, kNoProgress);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().kind == ErrorKind::Corrupt);
  CHECK(failed.error().text() == "log.damaged: what (why). next");

  CHECK(run_command(context, {"huge", {}, {}}, folder.path(), never_here, kNoProgress).error().code ==
        "command.answer_too_large");
}

TEST_CASE("without a daemon the command runs here, while the folder is locked") {
  const test::TestFolder folder;
  net::NetContext context;
  bool locked = false;
  const Result<Value> outcome =
      run_command(context, kVerify, folder.path(),
                  [&](const Command& command, const OnProgress& progress) {
                    locked = FolderLock::take(folder.path()).error().kind == ErrorKind::Busy;
                    return echo(command, progress);
                  },
                  {});
  CHECK(outcome.has_value());
  CHECK(locked);
  CHECK(FolderLock::take(folder.path()).has_value());
}

TEST_CASE("a folder that stays locked with nobody listening is busy, after a little patience") {
  const test::TestFolder folder;
  net::NetContext context;
  const FolderLock other = FolderLock::take(folder.path()).value();
  const Result<Value> outcome =
      run_command(context, kVerify, folder.path(), never_here, kNoProgress, {false, 1'000, 120});
  CHECK(outcome.error().code == "store.locked");
  CHECK(exit_code(outcome.error().kind) == 5);
}

TEST_CASE("a daemon that is just starting gets the command once its socket is there") {
  const test::TestFolder folder;
  net::NetContext context;
  FolderLock starting = FolderLock::take(folder.path()).value();
  std::unique_ptr<Daemon> daemon;
  std::jthread start([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    daemon = std::make_unique<Daemon>(context, folder.path(), echo, std::move(starting));
  });
  const Result<Value> outcome = run_command(context, kVerify, folder.path(), never_here, kNoProgress);
  REQUIRE(outcome.has_value());
  CHECK(outcome->find("name") != nullptr);
  start.join();
}

TEST_CASE("a missing data folder is named, unless the command may make it") {
  const test::TestFolder folder;
  net::NetContext context;
  const fs::path missing = folder.path() / "new";
  const Result<Value> outcome = run_command(context, kVerify, missing, never_here, kNoProgress);
  CHECK(outcome.error().code == "cli.data_folder");
  CHECK_FALSE(fs::exists(missing));
  CHECK(run_command(context, {"init", {}, {}}, missing, echo, kNoProgress, {true, 1'000, 100}).has_value());
  CHECK(fs::is_directory(missing));
}

TEST_CASE("the daemon answers garbage with an error and lives on") {
  const test::TestFolder folder;
  net::NetContext context;
  Daemon daemon(context, folder.path(), echo);
  net::LocalClient client(context, folder.path());
  const Bytes bytes = client.ask(as_bytes("not a command"), 2'000).value();
  const AnswerPart part = decode_answer_part(bytes).value();
  CHECK(std::get<Error>(part).kind == ErrorKind::BadInput);
  CHECK(run_command(context, kVerify, folder.path(), never_here, kNoProgress).has_value());
}

TEST_CASE("an answer of another version is told as such") {
  const test::TestFolder folder;
  net::NetContext context;
  std::unique_ptr<net::LocalServer> server = net::LocalServer::open(context, folder.path()).value();
  std::jthread thread([&](const std::stop_token& stop) {
    net::Poller poller;
    poller.add(*server);
    while (!stop.stop_requested()) {
      (void)poller.wait(5);
      while (auto request = server->receive()) (void)server->reply(request->client, Bytes{0x92, 0x09, 0xC0});
    }
  });
  const Result<Value> outcome = run_command(context, kVerify, folder.path(), never_here, kNoProgress);
  CHECK(outcome.error().code == "command.version");
}

}  // namespace sealkeep::cli

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "common/net/local_socket.hpp"
#include "common/net/unix_socket.hpp"
#include "common/net/zmq_socket.hpp"
#include "tests/net/net_fixture.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::net {

namespace {

namespace fs = std::filesystem;

/// A daemon that handles each request with a function, on a thread of its own, until it is destroyed.
struct Daemon {
  using Handler = std::function<void(LocalServer&, const LocalRequest&)>;
  Daemon(NetContext& context, const fs::path& folder, Handler handler)
      : server(LocalServer::open(context, folder).value()),
        thread([this, handle = std::move(handler)](const std::stop_token& stop) {
          Poller poller;
          poller.add(*server);
          while (!stop.stop_requested()) {
            (void)poller.wait(5);
            while (auto request = server->receive()) handle(*server, *request);
          }
        }) {}
  std::unique_ptr<LocalServer> server;
  std::jthread thread;
};

void echo(LocalServer& server, const LocalRequest& request) {
  (void)server.reply(request.client, request.payload);
}

/// Another process that dies with the test at the latest.
struct Child {
  ~Child() { kill_now(); }
  void kill_now() {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    pid = -1;
  }
  pid_t pid;
};

// What another program that is no ZeroMQ sends.
OwnedFd raw_connection(const fs::path& folder) {
  const OwnedFd opened = open_folder(folder).value();
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket_path(opened);
  std::copy(path.begin(), path.end(), address.sun_path);
  REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace

TEST_CASE("a command and its answer pass, empty and at the limit, and one past it is refused") {
  const test::TestFolder folder;
  NetContext context;
  Daemon daemon(context, folder.path(), [](LocalServer& server, const LocalRequest& request) {
    if (as_text(request.payload) == "nothing") {
      (void)server.reply(request.client, {});
    } else if (as_text(request.payload) == "too much") {
      const Result<> sent = server.reply(request.client, Bytes(limits::kCommandBytes + 1));
      (void)server.reply(request.client, as_bytes(sent.error().code));
    } else {
      echo(server, request);
    }
  });
  LocalClient client(context, folder.path());
  CHECK(client.ask(as_bytes("seal list"), 2'000).value() == to_bytes(as_bytes("seal list")));
  CHECK(client.ask(as_bytes("nothing"), 2'000).value().empty());
  const Bytes largest(limits::kCommandBytes, 0x5a);
  CHECK(client.ask(largest, 5'000).value() == largest);
  CHECK(client.ask(Bytes(limits::kCommandBytes + 1), 2'000).error().code == "net.message_size");
  CHECK(client.ask({}, 2'000).error().code == "net.message_size");
  CHECK(as_text(client.ask(as_bytes("too much"), 2'000).value()) == "net.message_size");
}

TEST_CASE("an answer streams in parts, in order, and several clients each get their own") {
  const test::TestFolder folder;
  NetContext context;
  Daemon daemon(context, folder.path(), [](LocalServer& server, const LocalRequest& request) {
    for (int part = 0; part < 50; ++part) {
      (void)server.reply(request.client,
                         as_bytes(std::string(as_text(request.payload)) + std::to_string(part)), part == 49);
    }
  });
  const auto ask = [&](std::string name, std::vector<std::string>& parts, int& lasts) {
    return LocalClient(context, folder.path()).ask(as_bytes(name), 5'000, [&](ByteView part, bool last) {
      parts.emplace_back(as_text(part));
      lasts += last ? 1 : 0;
    });
  };
  std::vector<std::string> parts[4];
  int lasts[4] = {};
  bool good[4] = {};
  {
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < 4; ++i) {
      clients.emplace_back(
          [&, i] { good[i] = ask("c" + std::to_string(i) + ".", parts[i], lasts[i]).has_value(); });
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(good[i]);
    CHECK(lasts[i] == 1);
    REQUIRE(parts[i].size() == 50);
    for (std::size_t part = 0; part < 50; ++part) {
      CHECK(parts[i][part] == "c" + std::to_string(i) + "." + std::to_string(part));
    }
  }
}

TEST_CASE("a client notices at once that no daemon runs, and in time that one is silent or has ended") {
  const test::TestFolder folder;
  NetContext context;
  LocalClient client(context, folder.path());
  const std::int64_t start = mono_ms();
  const Result<Bytes> nobody = client.ask(as_bytes("x"), 10'000);
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().kind == ErrorKind::Disconnected);
  CHECK(nobody.error().code == "daemon.not_running");
  CHECK(LocalClient(context, folder.path() / "missing").ask(as_bytes("x"), 10'000).error().code ==
        "daemon.no_folder");
  CHECK(mono_ms() - start < 500);

  auto silent = LocalServer::open(context, folder.path()).value();
  const Result<Bytes> late = client.ask(as_bytes("x"), 100);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == "daemon.silent");
  CHECK(late.error().kind == ErrorKind::Busy);

  std::jthread ends([&] {
    (void)Poller().wait(100);
    silent.reset();
  });
  CHECK(client.ask(as_bytes("x"), 10'000).error().code == "daemon.went_away");
  ends.join();
  CHECK(client.ask(as_bytes("x"), 10'000).error().code == "daemon.not_running");
  CHECK(mono_ms() - start < 3'000);
}

TEST_CASE("an answer to a command that was interrupted says so") {
  const test::TestFolder folder;
  NetContext context;
  auto server = LocalServer::open(context, folder.path()).value();
  CHECK(LocalClient(context, folder.path()).ask(as_bytes("impatient"), 50).error().code == "daemon.silent");
  const auto request = server->receive();
  REQUIRE(request);
  Result<> sent;
  for (int i = 0; i < 200 && sent; ++i) {
    (void)Poller().wait(5);
    sent = server->reply(request->client, as_bytes("late"));
  }
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == "net.peer_gone");
}

TEST_CASE("only one daemon serves a folder, and the socket and folder are private") {
  const test::TestFolder folder;
  NetContext context;
  auto server = LocalServer::open(context, folder.path()).value();
  const auto second = LocalServer::open(context, folder.path());
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::Busy);
  CHECK(second.error().code == "daemon.already_running");
  struct stat status {};
  REQUIRE(::stat((folder.path() / kLocalSocketName).c_str(), &status) == 0);
  CHECK(S_ISSOCK(status.st_mode));
  CHECK((status.st_mode & 0777) == 0600);

  server.reset();
  CHECK_FALSE(fs::exists(folder.path() / kLocalSocketName));
  server = LocalServer::open(context, folder.path()).value();
  server.reset();
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec);
  const auto shared = LocalServer::open(context, folder.path());
  REQUIRE_FALSE(shared);
  CHECK(shared.error().code == "daemon.folder_permissions");
}

TEST_CASE("a daemon takes over from one that was killed") {
  const test::TestFolder folder;
  int ready[2];
  REQUIRE(::pipe2(ready, O_CLOEXEC) == 0);
  Child daemon{::fork()};
  REQUIRE(daemon.pid >= 0);
  if (daemon.pid == 0) {
    NetContext context;
    auto server = LocalServer::open(context, folder.path());
    const char up = server ? 'y' : 'n';
    (void)!::write(ready[1], &up, 1);
    for (;;) ::pause();
  }
  char up = 0;
  REQUIRE(::read(ready[0], &up, 1) == 1);
  REQUIRE(up == 'y');
  NetContext context;
  CHECK(LocalServer::open(context, folder.path()).error().code == "daemon.already_running");
  daemon.kill_now();
  ::close(ready[0]);
  ::close(ready[1]);

  REQUIRE(fs::exists(folder.path() / kLocalSocketName));
  LocalClient client(context, folder.path());
  CHECK(client.ask(as_bytes("x"), 10'000).error().code == "daemon.not_running");
  Daemon successor(context, folder.path(), echo);
  CHECK(as_text(client.ask(as_bytes("alive"), 2'000).value()) == "alive");
}

TEST_CASE("a folder with a name longer than a socket address works the same") {
  const test::TestFolder folder;
  const fs::path far = folder.made(std::string(120, 'd') + "/" + std::string(120, 'e'));
  NetContext context;
  Daemon daemon(context, far, echo);
  CHECK(fs::is_socket(far / kLocalSocketName));
  CHECK(as_text(LocalClient(context, far).ask(as_bytes("far away"), 2'000).value()) == "far away");
}

TEST_CASE("garbage and promises of a gigabyte on the local socket do not hurt the daemon") {
  const test::TestFolder folder;
  NetContext context;
  Daemon daemon(context, folder.path(), echo);
  Bytes noise(64 * 1024);
  SeededRandom(3).fill(noise);
  noise[0] = 0x00;
  Bytes greeting{0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0, 'N', 'U', 'L', 'L'};
  greeting.resize(64);
  Bytes giant = greeting;
  append(giant, as_bytes(std::string("\x04\x1c\x05READY\x0bSocket-Type\0\0\0\x06"
                                     "DEALER",
                                     30)));
  ByteWriter(giant).u8(0x02).u64(std::uint64_t{1} << 30).raw(noise);
  for (const Bytes& bytes : {noise, giant, to_bytes(as_bytes("GET / HTTP/1.0\r\n\r\n"))}) {
    const OwnedFd fd = raw_connection(folder.path());
    (void)::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // A sender above the limit is cut: its connection ends without an answer.
  MonitoredSocket big(context, zmq::socket_type::dealer, monitor_event::kDisconnected);
  const OwnedFd opened = open_folder(folder.path()).value();
  big.socket().connect("ipc://" + socket_path(opened));
  REQUIRE(send_frames(big.socket(), {Bytes(limits::kCommandBytes + 1)}) == Sent::Yes);
  std::optional<int> event;
  for (int i = 0; i < 300 && !event; ++i) {
    (void)Poller().wait(10);
    event = big.next_event();
  }
  CHECK(event == monitor_event::kDisconnected);
  CHECK_FALSE(receive_frames(big.socket(), 2));
  CHECK(as_text(LocalClient(context, folder.path()).ask(as_bytes("alive"), 2'000).value()) == "alive");
}

}  // namespace sealkeep::net

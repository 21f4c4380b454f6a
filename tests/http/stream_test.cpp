// SPDX-License-Identifier: Apache-2.0
#include "tests/http/http_fixture.hpp"

namespace sealkeep::http {
namespace {

// Each stream hears "all" and the topic that its query names.
std::optional<Response> subscribe(const PendingRequest& pending) {
  if (pending.request.path != "/api/events") return Site::echo(pending);
  return event_stream({"all", std::string(pending.request.parameter("topic").value_or(""))},
                      event_text("hello", "{\"boot\":1}"));
}

bool begin(Client& client, const std::string& topic) {
  client.send(get("/api/events?topic=" + topic, "Accept: text/event-stream\r\n"));
  const Answer head = client.receive();
  CHECK(head.status == 200);
  CHECK(head.header("Content-Type") == "text/event-stream");
  CHECK(head.header("Cache-Control") == "no-store");
  CHECK(head.header("Content-Length").empty());
  return client.wait_for("event: hello\ndata: {\"boot\":1}\n\n");
}

TEST_CASE("an event reaches the streams of its topic, at once and in order") {
  Site site({}, subscribe);
  Client dock(site.port()), gate(site.port());
  REQUIRE(begin(dock, "dock"));
  REQUIRE(begin(gate, "gate"));
  const Stopwatch watch;
  site->publish("gate", "scan", "SES123");
  site->publish("all", "register", "{\"size\":7}");
  CHECK(gate.wait_for("event: scan\ndata: SES123\n\nevent: register\ndata: {\"size\":7}\n\n"));
  CHECK(dock.wait_for("data: {\"size\":7}\n\n"));
  CHECK(watch.ms() < 2'000);
  site->publish("dock", "scan", "a\nb");
  CHECK(dock.wait_for("event: scan\ndata: a\ndata: b\n\n"));
  CHECK(gate.buffer().empty());
}

TEST_CASE("a silent stream has a heartbeat") {
  ServerConfig config;
  config.limits.heartbeat_ms = 50;
  config.limits.header_ms = config.limits.body_ms = config.limits.idle_ms = config.limits.write_ms = 100;
  Site site(std::move(config), subscribe);
  Client client(site.port());
  REQUIRE(begin(client, "dock"));
  const Stopwatch watch;
  for (int i = 0; i < 5; ++i) CHECK(client.wait_for(":\n\n"));
  CHECK(watch.ms() >= 240);
  site->publish("dock", "scan", "still here");
  CHECK(client.wait_for("data: still here\n\n"));
}

TEST_CASE("a reader that does not read is dropped and holds nobody up") {
  ServerConfig config;
  config.limits.stream_bytes = 64 * 1024;
  Site site(std::move(config), subscribe);
  Client slow(site.port(), 4096), quick(site.port());
  REQUIRE(begin(slow, "dock"));
  REQUIRE(begin(quick, "dock"));
  std::atomic<bool> done = false;
  std::atomic<std::size_t> heard = 0;
  std::thread reader([&] {
    while (!done && quick.wait_for("\n\n")) ++heard;
  });
  // More than the sockets of both ends hold.
  const std::string data(16 * 1024, 'x');
  std::size_t sent = 0;
  for (const Stopwatch watch; site->counters().streams_dropped == 0 && watch.ms() < 5'000; ++sent) {
    site->publish("dock", "register", data);
    for (const Stopwatch pause; heard <= sent && pause.ms() < 2'000;) std::this_thread::yield();
  }
  CHECK(site->counters().streams_dropped == 1);
  CHECK(slow.ended());
  CHECK(heard == sent);
  done = true;
  site->publish("dock", "register", "last");
  reader.join();
}

TEST_CASE("a reader that takes nothing for too long is dropped") {
  ServerConfig config;
  config.limits.stream_bytes = 32 * 1024 * 1024;
  config.limits.write_ms = 100;
  Site site(std::move(config), subscribe);
  Client slow(site.port(), 4096);
  REQUIRE(begin(slow, "dock"));
  site->publish("dock", "register", std::string(20'000'000, 'x'));
  for (const Stopwatch watch; site->counters().streams_dropped == 0 && watch.ms() < 5'000;)
    std::this_thread::yield();
  CHECK(site->counters().streams_dropped == 1);
}

TEST_CASE("streams end when their session does, and when the server does") {
  Site site({}, subscribe);
  Client one(site.port()), two(site.port());
  REQUIRE(begin(one, "session1"));
  REQUIRE(begin(two, "session2"));
  site->close_streams("session1");
  CHECK(one.ended());
  site->publish("all", "register", "x");
  CHECK(two.wait_for("data: x\n\n"));
  const Stopwatch watch;
  site.stop();
  CHECK(watch.ms() < 1'000);
  CHECK(two.ended());
}

TEST_CASE("a stream whose client has gone gives its place back") {
  ServerConfig config;
  config.limits.connections = 1;
  Site site(std::move(config), subscribe);
  {
    Client gone(site.port());
    REQUIRE(begin(gone, "dock"));
  }
  for (const Stopwatch watch; watch.ms() < 5'000;) {
    Client next(site.port());
    if (next.ask(get("/api/a")).status == 200) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  FAIL("the place stayed taken");
}

}  // namespace
}  // namespace sealkeep::http

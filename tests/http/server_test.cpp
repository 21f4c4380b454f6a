// SPDX-License-Identifier: Apache-2.0
#include "tests/http/http_fixture.hpp"

namespace sealkeep::http {
namespace {

std::string error_of(ServerConfig config) {
  NullLogger log;
  const auto opened = Server::open(std::move(config), log);
  return opened ? "opened" : opened.error().code;
}

// Waits until the counter has that value, five seconds at most.
bool reaches(Site& site, std::uint64_t ServerCounters::*which, std::uint64_t value) {
  for (const Stopwatch watch; watch.ms() < 5'000;) {
    if (site->counters().*which >= value) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

TEST_CASE("the owner's requests reach the owner, and its answers the client") {
  Site site({}, [](const PendingRequest& pending) {
    const Request& request = pending.request;
    CHECK(request.peer == "127.0.0.1");
    CHECK_FALSE(request.secure);
    return json_response(
        request.method + request.path + std::string(request.parameter("a").value_or("")) + request.body, 201);
  });
  Client client(site.port());
  const Answer answer = client.ask(post("/api/v1/seal?a=1%202", "body"));
  CHECK(answer.status == 201);
  CHECK(answer.body == "POST/api/v1/seal1 2body");
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(client.ask(get("/api/v1/x")).body == "GET/api/v1/x");
  CHECK(client.ask(get("/other")).status == 404);
}

TEST_CASE("requests on one connection are answered in their order, also if they come at once") {
  Site site({});
  Client client(site.port());
  std::string many;
  for (int i = 0; i < 20; ++i)
    many += post("/api/" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
  client.send(many);
  for (int i = 0; i < 20; ++i) {
    CHECK(client.receive().body ==
          "POST /api/" + std::to_string(i) + " " + std::string(static_cast<std::size_t>(i), 'x'));
  }
  CHECK(site->counters().connections == 1);
}

TEST_CASE("a connection ends when the client asks for it, or speaks HTTP/1.0") {
  Site site({});
  const std::string request =
      GENERATE(get("/api/a", "Connection: close\r\n"), std::string("GET /api/a HTTP/1.0\r\nHost: h\r\n\r\n"));
  Client client(site.port());
  const Answer answer = client.ask(request);
  CHECK(answer.body == "GET /api/a ");
  CHECK(answer.header("Connection") == "close");
  CHECK(client.ended());
}

TEST_CASE("HEAD has the headers of GET and no body, and ranges are not served") {
  TestFolder pages;
  pages.put("index.html", "<html>");
  ServerConfig config;
  config.static_folder = pages.path();
  Site site(std::move(config));
  Client client(site.port());
  const Answer head = client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "6");
  const Answer whole = client.ask(get("/", "Range: bytes=0-1\r\n"));
  CHECK(whole.status == 200);
  CHECK(whole.body == "<html>");
  CHECK(whole.header("ETag") == head.header("ETag"));
  CHECK(client.ask("HEAD /api/x HTTP/1.1\r\nHost: h\r\n\r\n").header("Content-Length") == "12");
  CHECK(client.ask(get("/route/of/the/page")).body == "<html>");
}

TEST_CASE("no spelling of a way up leaves the folder") {
  TestFolder pages;
  pages.put("site/index.html", "<html>");
  pages.put("secret.txt", "secret");
  ServerConfig config;
  config.static_folder = pages.path() / "site";
  Site site(std::move(config));
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt",
                           "/./../secret.txt", "//secret.txt", "/x/../../secret.txt", "/%00../secret.txt"}) {
    CAPTURE(path);
    Client client(site.port());
    CHECK(client.ask(get(path)).status == 400);
    CHECK(client.ended());
  }
}

TEST_CASE("a header or a body above the limit is refused and the connection ends") {
  ServerConfig config;
  config.limits.header_bytes = 500;
  config.limits.body_bytes = 1000;
  Site site(std::move(config));
  const auto sized = [](std::size_t size) {
    const std::string bare = get("/api/a", "X: \r\n");
    return get("/api/a", "X: " + std::string(size - bare.size(), 'x') + "\r\n");
  };
  Client client(site.port());
  CHECK(client.ask(sized(500)).status == 200);
  CHECK(client.ask(post("/api/a", std::string(1000, 'x'))).status == 200);
  CHECK(client.ask(sized(501)).status == 431);
  CHECK(client.ended());
  Client second(site.port());
  const Answer refused = second.ask(post("/api/a", std::string(1001, 'x')));
  CHECK(refused.status == 413);
  CHECK(refused.header("Content-Type") == "application/problem+json");
  CHECK(refused.body.find("\"code\":\"http.body_too_large\"") != std::string::npos);
  CHECK(second.ended());
  Client endless(site.port());
  endless.send("GET / HTTP/1.1\r\nX: ");
  for (int i = 0; i < 1000 && endless.send(std::string(1000, 'x')); ++i) continue;
  CHECK(endless.ended());
  CHECK(site->counters().requests_bad == 3);
}

TEST_CASE("an answer is not lost because the body is still on its way") {
  ServerConfig config;
  config.limits.body_bytes = 1000;
  Site site(std::move(config));
  Client client(site.port());
  client.send(post("/api/a", std::string(2'000'000, 'x')));
  CHECK(client.receive().status == 413);
}

TEST_CASE("who asks whether to send the body is told") {
  Site site({});
  Client client(site.port());
  const std::string whole = post("/api/a", "body", "Expect: 100-continue\r\n");
  client.send(whole.substr(0, whole.size() - 4));
  REQUIRE(client.wait_for("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send("body");
  CHECK(client.receive().body == "POST /api/a body");
}

TEST_CASE(
    "who is slow with a header, a body or the next request is cut in time, and a trickle does not help") {
  ServerConfig config;
  config.limits.header_ms = 150;
  config.limits.body_ms = 200;
  config.limits.idle_ms = 250;
  Site site(std::move(config));
  const auto [begin, at_least_ms] = GENERATE(table<std::string, int>({
      {"GET /api/a HTTP/1.1\r\nX: ", 150},
      {"POST /api/a HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n", 200},
      {"", 250},
  }));
  Client client(site.port());
  const Stopwatch watch;
  std::atomic<bool> done = false;
  std::thread trickle([&] {
    client.send(begin);
    while (!begin.empty() && !done && client.send("x"))
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  CHECK(client.ended());
  CHECK(watch.ms() >= at_least_ms - 20);
  CHECK(watch.ms() < 2'500);
  done = true;
  trickle.join();
  CHECK(site->counters().timeouts == (begin.empty() ? 0 : 1));
}

TEST_CASE("64 clients are served at once, one above the limit is not") {
  ServerConfig config;
  config.limits.connections = 64;
  config.limits.connections_per_peer = 64;
  Site site(std::move(config));
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 64; ++i) clients.push_back(std::make_unique<Client>(site.port()));
  for (auto& client : clients) client->send(get("/api/a"));
  for (auto& client : clients) CHECK(client->receive().status == 200);
  Client above(site.port());
  CHECK(above.ended());
  CHECK(site->counters().connections_refused == 1);
  clients.pop_back();
  for (const Stopwatch watch; watch.ms() < 5'000;) {
    Client again(site.port());
    if (again.ask(get("/api/a")).status == 200) break;
    REQUIRE(watch.ms() < 4'000);
  }
}

TEST_CASE("one address has so many connections and so many requests") {
  ServerConfig config;
  config.limits.connections_per_peer = 2;
  config.limits.request_burst = 3;
  config.limits.requests_per_second = 1;
  Site site(std::move(config));
  Client first(site.port());
  Client second(site.port());
  CHECK(first.ask(get("/api/a")).status == 200);
  CHECK(second.ask(get("/api/a")).status == 200);
  Client third(site.port());
  CHECK(third.ended());
  CHECK(first.ask(get("/api/a")).status == 200);
  const Answer often = second.ask(get("/api/a"));
  CHECK(often.status == 429);
  CHECK(often.header("Retry-After") == "1");
  CHECK(site->counters().requests_often == 1);
}

TEST_CASE("a full queue and memory that is used up are said at once") {
  ServerConfig config;
  config.limits.queued_requests = 2;
  config.limits.held_bytes = 1000;
  Site site(std::move(config), nullptr);
  Client first(site.port()), second(site.port()), third(site.port()), fourth(site.port());
  first.send(post("/api/1", std::string(999, 'x')));
  REQUIRE(reaches(site, &ServerCounters::requests, 1));
  const Answer heavy = third.ask(post("/api/2", "xx"));
  CHECK(heavy.status == 503);
  CHECK(heavy.header("Retry-After") == "1");
  second.send(post("/api/3", "x"));
  REQUIRE(reaches(site, &ServerCounters::requests, 2));
  CHECK(fourth.ask(get("/api/4")).status == 503);
  CHECK(site->counters().requests_busy == 2);

  const auto pending = site->take();
  REQUIRE(pending);
  CHECK(pending->request.path == "/api/1");
  site->answer(pending->id, no_content());
  CHECK(first.receive().status == 204);
  site->answer(pending->id, no_content());  // once more: dropped
  CHECK(site->take()->request.path == "/api/3");
  CHECK_FALSE(site->take());
  pollfd wait{site->wake_fd(), POLLIN, 0};
  CHECK(::poll(&wait, 1, 0) == 0);
  fourth.send(post("/api/5", std::string(999, 'x')));
  CHECK(::poll(&wait, 1, 5'000) == 1);
}

TEST_CASE("an owner that does not answer in time does not hold its clients") {
  ServerConfig config;
  config.limits.answer_ms = 100;
  Site site(std::move(config), nullptr);
  Client client(site.port());
  CHECK(client.ask(get("/api/a")).status == 503);
  const auto pending = site->take();
  REQUIRE(pending);
  site->answer(pending->id, no_content());
  CHECK(client.ask(get("/not/of/the/owner")).status == 404);
}

TEST_CASE("an answer that must not be sent becomes a 500") {
  Site site({}, [](const PendingRequest& pending) {
    Response response = no_content();
    response.headers.emplace_back("X-Echo", pending.request.parameter("a").value_or(""));
    return response;
  });
  Client client(site.port());
  const Answer answer = client.ask(get("/api/a?a=1%0d%0aSet-Cookie:%20b=1"));
  CHECK(answer.status == 500);
  CHECK(answer.head.find("Set-Cookie") == std::string::npos);
  CHECK(client.ask(get("/api/a?a=1")).status == 204);
}

TEST_CASE("a server is not asked under a name that is not its own") {
  ServerConfig config;
  config.hosts = {"Gate1", "127.0.0.1"};
  Site site(std::move(config));
  Client client(site.port());
  CHECK(client.ask("GET /api/a HTTP/1.1\r\nHost: gate1:8080\r\n\r\n").status == 200);
  CHECK(client.ask("GET /api/a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status == 200);
  CHECK(client.ask("GET /api/a HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 421);
}

TEST_CASE("a server stops in time while requests wait, come in and are written") {
  ServerConfig config;
  config.limits.stop_ms = 200;
  auto site = std::make_unique<Site>(std::move(config), nullptr);
  Client waiting(site->port()), reading(site->port()), idle(site->port()), deaf(site->port(), 4096);
  waiting.send(get("/api/a"));
  REQUIRE(reaches(*site, &ServerCounters::requests, 1));
  reading.send("POST /api/b HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nx");
  deaf.send(get("/api/c"));
  REQUIRE(reaches(*site, &ServerCounters::requests, 2));
  REQUIRE((*site)->take()->request.path == "/api/a");
  (*site)->answer((*site)->take()->id, bytes_response(std::string(20'000'000, 'x'), "text/plain"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Stopwatch watch;
  site.reset();
  CHECK(watch.ms() < 2'000);
  CHECK(waiting.ended());
  CHECK(reading.ended());
  CHECK(idle.ended());
}

TEST_CASE("a configuration that cannot be is refused") {
  const auto with = [](const std::string& address, bool tls) {
    ServerConfig config;
    config.listeners = {{address, 0, tls}};
    return config;
  };
  CHECK(error_of({}) == "http.config");
  CHECK(error_of(with("127.0.0.1", false)) == "opened");
  CHECK(error_of(with("::1", false)) == "opened");
  CHECK(error_of(with("0.0.0.0", false)) == "http.plain_remote");
  CHECK(error_of(with("::", false)) == "http.plain_remote");
  CHECK(error_of(with("192.168.1.1", false)) == "http.plain_remote");
  CHECK(error_of(with("localhost", false)) == "http.config");
  CHECK(error_of(with("127.0.0.1", true)) == "http.config");
  ServerConfig zero = with("127.0.0.1", false);
  zero.limits.idle_ms = 0;
  CHECK(error_of(std::move(zero)) == "http.config");
  Site site({});
  ServerConfig taken = with("127.0.0.1", false);
  taken.listeners[0].port = site.port();
  CHECK(error_of(std::move(taken)) == "http.bind");
}

}  // namespace
}  // namespace sealkeep::http

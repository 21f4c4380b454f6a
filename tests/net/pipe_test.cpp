// SPDX-License-Identifier: Apache-2.0
#include "tests/net/net_fixture.hpp"

namespace sealkeep::net {

TEST_CASE("an allowed site and the hub exchange messages, and each message names its sender's key") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  REQUIRE(agent->take_events() == std::vector{PipeEvent::Connected});
  REQUIRE(agent->take_events().empty());

  REQUIRE(agent->send(as_bytes("seals")));
  const auto incoming = door.at_hub(*agent);
  REQUIRE(incoming);
  CHECK(as_text(incoming->payload) == "seals");
  CHECK(incoming->curve_key == site.public_key());
  CHECK(incoming->peer_address == "127.0.0.1");

  REQUIRE(door.server->send(incoming->peer, as_bytes("cosigned")));
  const auto answer = door.at_site(*agent);
  REQUIRE(answer);
  CHECK(as_text(*answer) == "cosigned");
  CHECK_FALSE(door.server->receive());
  CHECK_FALSE(agent->receive());
}

TEST_CASE("two connections with one key are told apart and both carry the key") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto first = door.client(site);
  auto second = door.client(site);
  REQUIRE(door.connect(*first));
  REQUIRE(door.connect(*second));

  REQUIRE(first->send(as_bytes("one")));
  const auto from_first = door.at_hub(*first);
  REQUIRE(second->send(as_bytes("two")));
  const auto from_second = door.at_hub(*second);
  REQUIRE(from_first);
  REQUIRE(from_second);
  CHECK(from_first->curve_key == from_second->curve_key);
  CHECK(from_first->peer != from_second->peer);

  REQUIRE(door.server->send(from_first->peer, as_bytes("to one")));
  REQUIRE(door.server->send(from_second->peer, as_bytes("to two")));
  CHECK(as_text(door.at_site(*first).value()) == "to one");
  CHECK(as_text(door.at_site(*second).value()) == "to two");
}

TEST_CASE("an answer to a site that has gone says so") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  REQUIRE(agent->send(as_bytes("hello")));
  const PeerId peer = door.at_hub(*agent).value().peer;
  agent.reset();

  Poller poller;
  poller.add(*door.server);
  Result<> sent;
  for (int i = 0; i < 200 && sent; ++i) {
    (void)poller.wait(10);
    (void)door.server->receive();
    sent = door.server->send(peer, as_bytes("too late"));
  }
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == ErrorKind::Disconnected);
  CHECK(sent.error().code == "net.peer_gone");
  CHECK(door.server->send({to_bytes(as_bytes("nobody"))}, as_bytes("x")).error().code == "net.peer_gone");
}

TEST_CASE("a site comes back by itself when the hub restarts, and knows when it was cut off") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  const PipeServerConfig same_port{.port = door.server->port(), .zap_domain = "sites"};

  door.server.reset();
  REQUIRE(door.run(*agent, [&] { return !agent->connected(); }));
  const Result<> sent = agent->send(as_bytes("lost?"));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == ErrorKind::Disconnected);

  Result<std::unique_ptr<PipeServer>> again =
      PipeServer::open(door.context, *door.gatekeeper, same_port, door.server_key);
  for (int i = 0; i < 100 && !again; ++i) {
    (void)Poller().wait(10);
    again = PipeServer::open(door.context, *door.gatekeeper, same_port, door.server_key);
  }
  REQUIRE(again);
  door.server = std::move(*again);
  REQUIRE(door.connect(*agent));
  const auto events = agent->take_events();
  CHECK(events.front() == PipeEvent::Connected);
  CHECK(count(events, PipeEvent::Disconnected) == 1);
  CHECK(events.back() == PipeEvent::Connected);
  REQUIRE(agent->send(as_bytes("again")));
  CHECK(as_text(door.at_hub(*agent).value().payload) == "again");
}

TEST_CASE("nothing is queued for a hub that is not there") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  auto agent = door.client(site);
  door.server.reset();
  CHECK(agent->send(as_bytes("x")).error().code == "net.no_connection");
  CHECK_FALSE(agent->connected());
}

TEST_CASE("a site that has not yet noticed the loss of its connection cannot queue for it either") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  door.server.reset();
  (void)Poller().wait(200);  // no step(): the monitor is not read
  const Result<> sent = agent->send(as_bytes("x"));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == ErrorKind::Busy);
}

TEST_CASE("a site that sends faster than the hub reads is told to wait, and loses nothing it was promised") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  // No larger: ThreadSanitizer looks up a suppression for each word that libzmq copies.
  const Bytes large(32 * 1024, 0x5a);
  std::size_t accepted = 0;
  Result<> sent;
  for (int still = 0; still < 20 && accepted < 1000;) {
    sent = agent->send(large);
    if (sent) {
      ++accepted;
      still = 0;
    } else {
      REQUIRE(sent.error().kind == ErrorKind::Busy);
      (void)Poller().wait(5);
      ++still;
    }
  }
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == "net.queue_full");
  for (std::size_t i = 0; i < accepted; ++i) {
    const auto incoming = door.at_hub(*agent);
    INFO("message " << i << " of " << accepted << ", " << agent->take_events().size()
                    << " events of the connection");
    REQUIRE(incoming);
    REQUIRE((incoming->payload == large));  // in brackets: nobody wants to read it
  }
}

TEST_CASE("the largest message passes; one byte more is refused by its sender and cuts a sender that tries") {
  Door door({.max_message_bytes = limits::kEnrolMessageBytes});
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);  // its own limit is the main port's
  REQUIRE(door.connect(*agent));
  (void)agent->take_events();

  const Bytes largest(limits::kEnrolMessageBytes, 0x5a);
  REQUIRE(agent->send(largest));
  const auto incoming = door.at_hub(*agent);
  REQUIRE(incoming);
  CHECK(incoming->payload == largest);
  CHECK(door.server->send(incoming->peer, Bytes(limits::kEnrolMessageBytes + 1)).error().code ==
        "net.message_size");
  CHECK(agent->send(Bytes(limits::kMessageBytes + 1)).error().code == "net.message_size");
  CHECK(agent->send({}).error().code == "net.message_size");

  REQUIRE(agent->send(Bytes(limits::kEnrolMessageBytes + 1)));
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*agent, [&] {
    for (PipeEvent event : agent->take_events()) events.push_back(event);
    return count(events, PipeEvent::Disconnected) > 0;
  }));
  CHECK_FALSE(door.server->receive());

  REQUIRE(door.connect(*agent));
  REQUIRE(agent->send(as_bytes("small")));
  CHECK(as_text(door.at_hub(*agent).value().payload) == "small");
}

TEST_CASE("a thousand quick reconnects leave the hub serving the newest") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  for (int i = 0; i < 1000; ++i) {
    auto agent = door.client(site);
    REQUIRE(door.connect(*agent));
  }
  auto newest = door.client(site);
  REQUIRE(door.connect(*newest));
  REQUIRE(newest->send(as_bytes("newest")));
  const auto incoming = door.at_hub(*newest);
  REQUIRE(incoming);
  REQUIRE(door.server->send(incoming->peer, as_bytes("heard")));
  CHECK(as_text(door.at_site(*newest).value()) == "heard");
}

TEST_CASE("ending the context does not wait for messages that nobody took") {
  const std::int64_t start = mono_ms();
  {
    Door door;
    const BoxKey site = BoxKey::generate(door.random);
    door.gatekeeper->set_allowed("sites", {site.public_key()});
    auto agent = door.client(site);
    REQUIRE(door.connect(*agent));
    for (int i = 0; i < 4; ++i) REQUIRE(agent->send(as_bytes("never read")));
    auto lonely = door.client(site);
  }
  CHECK(mono_ms() - start < 3'000);
}

TEST_CASE("the pipe works over IPv6 where the machine has it") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto v6 = PipeServer::open(door.context, *door.gatekeeper, {.address = "::1", .zap_domain = "sites"},
                             door.server_key);
  if (!v6) {
    CHECK(v6.error().code == "net.bind");
    return;
  }
  door.server = std::move(*v6);
  REQUIRE(door.server->endpoint().starts_with("tcp://[::1]:"));
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  REQUIRE(agent->send(as_bytes("six")));
  CHECK(door.at_hub(*agent).value().peer_address == "::1");
}

TEST_CASE("a port for all addresses takes IPv4 clients and names them plainly") {
  Door door({.address = "*"});
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  PipeClientConfig config;
  config.endpoint = "tcp://127.0.0.1:" + std::to_string(door.server->port());
  config.server_key = door.server_key.public_key();
  auto agent = PipeClient::open(door.context, config, site, door.random).value();
  REQUIRE(door.connect(*agent));
  REQUIRE(agent->send(as_bytes("four")));
  CHECK(door.at_hub(*agent).value().peer_address == "127.0.0.1");
}

TEST_CASE("settings that would open the door or cannot work are refused") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  const auto server = [&](PipeServerConfig config) {
    return PipeServer::open(door.context, *door.gatekeeper, config, door.server_key).error().code;
  };
  CHECK(server({.zap_domain = ""}) == "net.config");
  CHECK(server({.zap_domain = "sites", .max_message_bytes = 0}) == "net.config");
  CHECK(server({.port = door.server->port(), .zap_domain = "sites"}) == "net.address_in_use");
  CHECK(server({.address = "192.0.2.1", .zap_domain = "sites"}) == "net.bind");
  CHECK(server({.address = "not an address", .zap_domain = "sites"}) == "net.bind");

  const auto client = [&](std::string endpoint, BoxPublicKey hub) {
    PipeClientConfig config;
    config.endpoint = std::move(endpoint);
    config.server_key = hub;
    return PipeClient::open(door.context, config, site, door.random).error().code;
  };
  CHECK(client("ipc:///tmp/x", door.server_key.public_key()) == "net.config");
  CHECK(client("tcp://no-port", door.server_key.public_key()) == "net.config");
  CHECK(client("tcp://127.0.0.1:1", BoxPublicKey{}) == "net.config");
}

}  // namespace sealkeep::net

// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "common/net/unix_socket.hpp"
#include "common/net/zmq_socket.hpp"
#include "tests/net/net_fixture.hpp"

namespace sealkeep::net {

namespace {

// A client of libzmq without the habits of PipeClient.
zmq::socket_t raw_client(Door& door, const BoxKey& key) {
  zmq::socket_t socket(door.context.impl().context, zmq::socket_type::dealer);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::sndtimeo, 3'000);
  set_curve_client(socket, key, door.server_key.public_key());
  return socket;
}

// Waits until the hub has looked at everything that a hostile client sent before a good one's message.
void prove_alive(Door& door, PipeClient& good) {
  REQUIRE(good.send(as_bytes("good")));
  const auto incoming = door.at_hub(good);
  REQUIRE(incoming);
  CHECK(as_text(incoming->payload) == "good");
}

void send_over_tcp(std::uint16_t port, ByteView bytes) {
  const OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  (void)::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  std::uint8_t answer[256];
  timeval patience{0, 100'000};
  REQUIRE(::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
  (void)::recv(fd.get(), answer, sizeof answer, 0);
}

}  // namespace

TEST_CASE("a client without encryption is refused and none of its messages arrive") {
  Door door;
  door.gatekeeper->allow_any_curve_key("sites");
  MonitoredSocket plain(door.context, zmq::socket_type::dealer,
                        monitor_event::kHandshakeSucceeded | monitor_event::kHandshakeFailed);
  plain.socket().connect(door.server->endpoint());
  REQUIRE(send_frames(plain.socket(), {as_bytes("in the clear")}) == Sent::Yes);
  std::optional<int> event;
  for (int i = 0; i < 300 && !event; ++i) {
    (void)Poller().wait(10);
    event = plain.next_event();
  }
  REQUIRE(event);
  CHECK((*event & monitor_event::kHandshakeFailed) != 0);
  CHECK_FALSE(door.server->receive());
}

TEST_CASE("a hub with another key than the pinned one is never spoken to") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->allow_any_curve_key("sites");
  PipeClientConfig config;
  config.endpoint = door.server->endpoint();
  config.server_key = BoxKey::generate(door.random).public_key();
  auto agent = PipeClient::open(door.context, config, site, door.random).value();
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*agent, [&] { return !(events = agent->take_events()).empty(); }));
  CHECK(events == std::vector{PipeEvent::HandshakeFailed});
  CHECK(agent->send(as_bytes("secret")).error().code == "net.no_connection");
}

TEST_CASE("messages of several frames, or under a name that the client chose, are thrown away and counted") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto good = door.client(site);
  REQUIRE(door.connect(*good));

  zmq::socket_t several = raw_client(door, site);
  several.connect(door.server->endpoint());
  REQUIRE(several.send(zmq::str_buffer("one"), zmq::send_flags::sndmore));
  REQUIRE(several.send(zmq::str_buffer("two"), zmq::send_flags::sndmore));
  REQUIRE(several.send(zmq::str_buffer("three")));
  zmq::socket_t named = raw_client(door, site);
  named.set(zmq::sockopt::routing_id, "head office");
  named.connect(door.server->endpoint());
  REQUIRE(named.send(zmq::str_buffer("it is me")));

  REQUIRE(door.run(*good, [&] {
    CHECK_FALSE(door.server->receive());
    return door.server->dropped().multi_part == 1 && door.server->dropped().chosen_routing_id == 1;
  }));
  prove_alive(door, *good);
  CHECK(door.server->dropped().no_identity == 0);
  CHECK(door.server->dropped().failed == 0);
}

TEST_CASE("a client that floods refused messages does not keep the hub from its other work") {
  Door door({.receive_queue_messages = 1000});
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto good = door.client(site);
  REQUIRE(door.connect(*good));
  zmq::socket_t flood = raw_client(door, site);
  flood.connect(door.server->endpoint());
  for (int i = 0; i < 500; ++i) {
    REQUIRE(flood.send(zmq::str_buffer("a"), zmq::send_flags::sndmore));
    REQUIRE(flood.send(zmq::str_buffer("b")));
  }
  // One call looks at a bounded number of messages, whatever waits.
  std::uint64_t before = 0;
  REQUIRE(door.run(*good, [&] {
    CHECK_FALSE(door.server->receive());
    CHECK(door.server->dropped().multi_part - before <= 64);
    before = door.server->dropped().multi_part;
    return before == 500;
  }));
  prove_alive(door, *good);
}

TEST_CASE("bytes that are not ZeroMQ, or promise a gigabyte, neither arrive nor hurt") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->allow_any_curve_key("sites");
  auto good = door.client(site);
  REQUIRE(door.connect(*good));

  send_over_tcp(door.server->port(), as_bytes("GET / HTTP/1.1\r\nHost: hub\r\n\r\n"));
  Bytes noise(4096);
  SeededRandom(1).fill(noise);
  send_over_tcp(door.server->port(), noise);
  Bytes greeting{0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0, 'C', 'U', 'R', 'V', 'E'};
  greeting.resize(64);
  for (const std::uint8_t flags :
       {std::uint8_t{0x02}, std::uint8_t{0x06}}) {  // a long message, a long command
    Bytes giant = greeting;
    ByteWriter(giant).u8(flags).u64(std::uint64_t{1} << 30).raw(noise);
    send_over_tcp(door.server->port(), giant);
  }
  // ZMTP 1.0 knows no mechanism at all.
  Bytes ancient{0xff};
  ByteWriter(ancient).u64(std::uint64_t{1} << 30).raw(noise);
  send_over_tcp(door.server->port(), ancient);

  CHECK_FALSE(door.server->receive());
  prove_alive(door, *good);
}

}  // namespace sealkeep::net

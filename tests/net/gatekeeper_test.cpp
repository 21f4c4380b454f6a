// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/encoding.hpp"
#include "common/net/zmq_socket.hpp"
#include "tests/net/net_fixture.hpp"

namespace sealkeep::net {

TEST_CASE("a site with an unknown key is refused and hears that it was") {
  Door door;
  const BoxKey known = BoxKey::generate(door.random);
  const BoxKey unknown = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {known.public_key()});
  auto agent = door.client(unknown);
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*agent, [&] { return !(events = agent->take_events()).empty(); }));
  CHECK(events == std::vector{PipeEvent::Refused});
  CHECK_FALSE(agent->connected());
  CHECK(agent->send(as_bytes("x")).error().code == "net.no_connection");
  CHECK(door.gatekeeper->counters().denied == 1);
  CHECK(door.gatekeeper->counters().allowed == 0);
}

TEST_CASE("a domain that nobody set lets nobody in, and one domain's list does not count in another") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("another", {site.public_key()});
  auto agent = door.client(site);
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*agent, [&] { return !(events = agent->take_events()).empty(); }));
  CHECK(events == std::vector{PipeEvent::Refused});
}

TEST_CASE("a site that is approved later connects by itself after its pause") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  auto agent = door.client(site);
  std::vector<PipeEvent> events;
  const auto collect = [&] {
    for (PipeEvent event : agent->take_events()) events.push_back(event);
  };
  REQUIRE(door.run(*agent, [&] {
    collect();
    return count(events, PipeEvent::Refused) == 2;
  }));
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  const std::int64_t approved = mono_ms();
  REQUIRE(door.connect(*agent));
  CHECK(mono_ms() - approved < 1'000);
  REQUIRE(agent->send(as_bytes("at last")));
  CHECK(door.at_hub(*agent).value().curve_key == site.public_key());
}

TEST_CASE("the pause after a refusal grows to its limit, with jitter, and never passes it") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  PipeClientConfig config;
  config.endpoint = door.server->endpoint();
  config.server_key = door.server_key.public_key();
  auto agent = PipeClient::open(door.context, config, site, door.random).value();
  std::int64_t now = 1'000'000;  // a clock of the test's own: pauses take no time
  Poller poller;
  poller.add(*agent);
  std::int64_t expected = 1'000;
  for (int refusal = 0; refusal < 7; ++refusal) {
    std::int64_t next = 0;
    const std::int64_t deadline = mono_ms() + 5'000;
    do {
      REQUIRE(mono_ms() < deadline);
      REQUIRE(poller.wait(20).has_value());
      next = agent->step(now);
    } while (agent->take_events().empty());
    CHECK(next - now >= expected / 2);
    CHECK(next - now <= expected);
    agent->step(next - 1);  // too early: nothing to connect with yet
    std::vector<PollHandle> handles;
    agent->add_handles(handles);
    CHECK(handles.empty());
    now = next;
    agent->step(now);
    agent->add_handles(handles);
    CHECK(handles.size() == 2);
    expected = std::min<std::int64_t>(expected * 2, 30'000);
  }
}

TEST_CASE("a removed key keeps its open connection, so each message says whose it is; a new one is refused") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  door.gatekeeper->set_allowed("sites", {});
  REQUIRE(agent->send(as_bytes("still here")));
  const auto incoming = door.at_hub(*agent);
  REQUIRE(incoming);
  CHECK(incoming->curve_key == site.public_key());

  auto second = door.client(site);
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*second, [&] { return !(events = second->take_events()).empty(); }));
  CHECK(events == std::vector{PipeEvent::Refused});
}

TEST_CASE("the enrolment port lets any CURVE key in until it is closed") {
  Door door;
  const BoxKey first = BoxKey::generate(door.random);
  const BoxKey second = BoxKey::generate(door.random);
  door.gatekeeper->allow_any_curve_key("sites");
  auto agent = door.client(first);
  REQUIRE(door.connect(*agent));
  REQUIRE(agent->send(as_bytes("enrol me")));
  CHECK(door.at_hub(*agent).value().curve_key == first.public_key());

  door.gatekeeper->set_allowed("sites", {second.public_key()});
  door.gatekeeper->allow_nobody("sites");  // the list stays and does not count
  auto late = door.client(second);
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*late, [&] { return !(events = late->take_events()).empty(); }));
  CHECK(events == std::vector{PipeEvent::Refused});
}

TEST_CASE("the self-test passes for each policy that is really enforced and leaves no key behind") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  door.gatekeeper->allow_any_curve_key("enrol");
  const std::int64_t start = mono_ms();
  const Result<> listed = door.gatekeeper->self_test("sites", GatePolicy::AllowList, door.random);
  const Result<> open = door.gatekeeper->self_test("enrol", GatePolicy::AnyCurveKey, door.random);
  const Result<> closed = door.gatekeeper->self_test("unset", GatePolicy::Nobody, door.random);
  CHECK((listed ? "" : listed.error().text()) == "");
  CHECK((open ? "" : open.error().text()) == "");
  CHECK((closed ? "" : closed.error().text()) == "");
  CHECK(mono_ms() - start < 2'000);

  SeededRandom same_keys(7);
  REQUIRE(door.gatekeeper->self_test("sites", GatePolicy::AllowList, same_keys));
  SeededRandom once_more(7);
  (void)BoxKey::generate(once_more);
  const BoxKey probe = BoxKey::generate(once_more);
  auto agent = door.client(probe);
  std::vector<PipeEvent> events;
  REQUIRE(door.run(*agent, [&] { return !(events = agent->take_events()).empty(); }));
  CHECK(events == std::vector{PipeEvent::Refused});
}

TEST_CASE(
    "the self-test fails when the gatekeeper does not run, when strangers get in and when nobody does") {
  Door door;
  door.gatekeeper->allow_any_curve_key("sites");
  const Result<> strangers = door.gatekeeper->self_test("sites", GatePolicy::AllowList, door.random);
  REQUIRE_FALSE(strangers);
  CHECK(strangers.error().code == "net.zap_not_enforced");
  CHECK(strangers.error().why == "a client with an unknown key is not refused");

  const Result<> nobody = door.gatekeeper->self_test("unset", GatePolicy::AllowList, door.random);
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().why == "a client with an allowed key is not let in");

  door.gatekeeper->set_allowed("sites", {});
  REQUIRE(door.gatekeeper->alive());
  door.gatekeeper->stop();
  CHECK_FALSE(door.gatekeeper->alive());
  const Result<> stopped = door.gatekeeper->self_test("sites", GatePolicy::AllowList, door.random);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == "net.zap_not_enforced");
}

TEST_CASE("no client gets in while the gatekeeper is away, and the next gatekeeper lets them in again") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  door.gatekeeper->stop();
  auto agent = door.client(site);
  const std::int64_t until = mono_ms() + 500;
  REQUIRE(door.run(*agent, [&] { return agent->connected() || mono_ms() > until; }));
  CHECK_FALSE(agent->connected());

  door.gatekeeper = Gatekeeper::start(door.context).value();
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  CHECK(door.connect(*agent));
}

TEST_CASE("a context has one gatekeeper") {
  NetContext context;
  const auto first = Gatekeeper::start(context);
  REQUIRE(first);
  const auto second = Gatekeeper::start(context);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == "net.zap_taken");
}

TEST_CASE(
    "the gatekeeper answers 400 to every question that is not a CURVE key's, and 200 with the key in hex") {
  NetContext context;
  auto gatekeeper = Gatekeeper::start(context).value();
  BoxPublicKey key;
  key.bytes.fill(0xAB);
  gatekeeper->set_allowed("sites", {key});
  zmq::socket_t question(context.impl().context, zmq::socket_type::req);
  question.set(zmq::sockopt::linger, 0);
  question.set(zmq::sockopt::rcvtimeo, 2'000);
  question.connect("inproc://zeromq.zap.01");
  const auto ask = [&](std::initializer_list<ByteView> frames) {
    REQUIRE(send_frames(question, frames) == Sent::Yes);
    std::vector<std::string> answer;
    zmq::message_t frame;
    do {
      REQUIRE(question.recv(frame));
      answer.push_back(frame.to_string());
    } while (frame.more());
    return answer;
  };
  const ByteView id = as_bytes("7");
  const ByteView site = as_bytes("sites");
  const ByteView address = as_bytes("192.0.2.7");
  const auto version = as_bytes("1.0");
  const auto curve = as_bytes("CURVE");

  using Answer = std::vector<std::string>;
  CHECK(ask({version, id, site, address, {}, curve, key.bytes}) ==
        Answer{"1.0", "7", "200", "OK", hex(key.bytes), ""});
  const Answer refused{"1.0", "7", "400", "Not allowed", "", ""};
  CHECK(ask({version, id, as_bytes("other"), address, {}, curve, key.bytes}) == refused);
  CHECK(gatekeeper->counters().denied == 1);
  CHECK(ask({version, id, site, address, {}, as_bytes("GSSAPI"), key.bytes}) == refused);
  CHECK(ask({version, id, site, address, {}, as_bytes("NULL")}) == refused);
  CHECK(ask({version, id, site, address, {}, as_bytes("PLAIN"), as_bytes("user"), as_bytes("password")}) ==
        refused);
  CHECK(ask({version, id, site, address, {}, curve, ByteView(key.bytes).first(31)}) == refused);
  CHECK(ask({version, id, site, address, {}, curve, key.bytes, {}}) == refused);
  CHECK(ask({as_bytes("2.0"), id, site, address, {}, curve, key.bytes}) == refused);
  CHECK(ask({version, id}) == refused);
  CHECK(ask({version})[2] == "400");
  CHECK(gatekeeper->counters().malformed == 8);
  CHECK(gatekeeper->counters().allowed == 1);
  CHECK(gatekeeper->alive());
}

}  // namespace sealkeep::net

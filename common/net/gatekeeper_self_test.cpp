// SPDX-License-Identifier: Apache-2.0
#include "common/net/gatekeeper_impl.hpp"
#include "common/net/pipe_server.hpp"

namespace sealkeep::net {

namespace {

constexpr std::int64_t kPatienceMs = 2'000;

tl::unexpected<Error> not_enforced(std::string why) {
  return fail(ErrorKind::Refused, "net.zap_not_enforced", "the door of the network port does not hold",
              std::move(why), "do not open the port; check the version of libzmq and restart");
}

using Steady = std::chrono::steady_clock;
std::int64_t left_ms(Steady::time_point deadline) {
  return std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count());
}

// How the handshake of one client ended: a monitor event, or 0 when nothing was heard in time. Throws.
int handshake(MonitoredSocket& client, const std::string& endpoint) {
  client.socket().set(zmq::sockopt::immediate, true);
  client.socket().connect(endpoint);
  const auto deadline = Steady::now() + std::chrono::milliseconds(kPatienceMs);
  for (;;) {
    zmq_pollitem_t item{client.monitor().handle(), 0, ZMQ_POLLIN, 0};
    const std::int64_t left = left_ms(deadline);
    (void)zmq_poll(&item, 1, static_cast<long>(left));
    while (std::optional<int> event = client.next_event()) {
      if ((*event & (monitor_event::kHandshakeSucceeded | monitor_event::kHandshakeFailed)) != 0)
        return *event;
    }
    if (left == 0) return 0;
  }
}

constexpr int kEnds = monitor_event::kHandshakeSucceeded | monitor_event::kHandshakeFailed;

// The known key must get through and its message must carry it. Throws.
Result<> known_key_passes(NetContext& context, PipeServer& server, const BoxKey& server_key,
                          const BoxKey& known) {
  MonitoredSocket client(context, zmq::socket_type::dealer, kEnds);
  set_curve_client(client.socket(), known, server_key.public_key());
  if (handshake(client, server.endpoint()) != monitor_event::kHandshakeSucceeded) {
    return not_enforced("a client with an allowed key is not let in");
  }
  const std::string greeting = "self-test";
  if (send_frames(client.socket(), {as_bytes(greeting)}) != Sent::Yes) {
    return not_enforced("an allowed client cannot send");
  }
  Poller poller;
  poller.add(server);
  const auto deadline = Steady::now() + std::chrono::milliseconds(kPatienceMs);
  for (;;) {
    const std::int64_t left = left_ms(deadline);
    SEALKEEP_TRY(poller.wait(left));
    if (std::optional<Incoming> incoming = server.receive()) {
      if (incoming->curve_key == known.public_key() && as_text(incoming->payload) == greeting) return {};
      return not_enforced("a message does not carry the key of its sender");
    }
    if (left == 0)
      return not_enforced("a message of an allowed client does not arrive with its sender's key");
  }
}

}  // namespace

Result<> Gatekeeper::self_test(std::string_view domain, GatePolicy expected, Random& random) {
  const BoxKey server_key = BoxKey::generate(random);
  const BoxKey known = BoxKey::generate(random);
  PipeServerConfig config;
  config.zap_domain = domain;
  SEALKEEP_LET(server, PipeServer::open(impl_->context, *this, config, server_key));

  const auto set_probe = [&](std::optional<BoxPublicKey> probe) {
    const std::lock_guard lock(impl_->mutex);
    const auto entry = impl_->domains.find(domain);
    if (entry != impl_->domains.end()) entry->second.probe = probe;
  };
  const auto run = [&]() -> Result<> {
    if (expected != GatePolicy::Nobody) {
      SEALKEEP_TRY(known_key_passes(impl_->context, *server, server_key, known));
    }
    if (expected != GatePolicy::AnyCurveKey) {
      const BoxKey unknown = BoxKey::generate(random);
      MonitoredSocket client(impl_->context, zmq::socket_type::dealer, kEnds);
      set_curve_client(client.socket(), unknown, server_key.public_key());
      if (handshake(client, server->endpoint()) != monitor_event::kHandshakeFailedAuth) {
        return not_enforced("a client with an unknown key is not refused");
      }
    }
    MonitoredSocket plain(impl_->context, zmq::socket_type::dealer, kEnds);
    if ((handshake(plain, server->endpoint()) & monitor_event::kHandshakeFailed) == 0) {
      return not_enforced("a client without encryption is not refused");
    }
    return {};
  };

  set_probe(known.public_key());
  Result<> outcome;
  try {
    outcome = run();
  } catch (const zmq::error_t& error) {
    outcome = not_enforced(error.what());
  }
  set_probe(std::nullopt);
  return outcome;
}

}  // namespace sealkeep::net

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>

#include "common/base/clock.hpp"
#include "common/crypto/system_random.hpp"
#include "common/net/gatekeeper.hpp"
#include "common/net/pipe_client.hpp"
#include "common/net/pipe_server.hpp"

namespace sealkeep::net {

inline std::int64_t mono_ms() {
  return SystemClock().now().mono_ms;
}

/// A hub's door on a free port of 127.0.0.1, and the waiting that tests need around it.
struct Door {
  explicit Door(PipeServerConfig wanted = {}) : config(std::move(wanted)) {
    config.zap_domain = "sites";
    gatekeeper = Gatekeeper::start(context).value();
    server = PipeServer::open(context, *gatekeeper, config, server_key).value();
  }

  /// A client with short pauses, so that the tests are quick.
  std::unique_ptr<PipeClient> client(const BoxKey& key) {
    PipeClientConfig wanted;
    wanted.endpoint = server->endpoint();
    wanted.server_key = server_key.public_key();
    wanted.reconnect_ms = 20;
    wanted.reconnect_max_ms = 100;
    wanted.rebuild_ms = 50;
    wanted.rebuild_max_ms = 200;
    return PipeClient::open(context, wanted, key, random).value();
  }

  /// Steps the client until `done` says so; false after five seconds.
  template <class Done>
  bool run(PipeClient& agent, Done done) {
    Poller poller;
    if (server) poller.add(*server);
    poller.add(agent);
    const std::int64_t deadline = mono_ms() + 5'000;
    for (;;) {
      const std::int64_t next = agent.step(mono_ms());
      if (done()) return true;
      if (mono_ms() >= deadline) return false;
      REQUIRE(poller.wait(std::min<std::int64_t>(next - mono_ms(), 20)).has_value());
    }
  }
  bool connect(PipeClient& agent) {
    return run(agent, [&] { return agent.connected(); });
  }
  /// The next message at the hub.
  std::optional<Incoming> at_hub(PipeClient& agent) {
    std::optional<Incoming> incoming;
    run(agent, [&] { return (incoming = server->receive()).has_value(); });
    return incoming;
  }
  /// The next message at the site.
  std::optional<Bytes> at_site(PipeClient& agent) {
    std::optional<Bytes> message;
    run(agent, [&] { return (message = agent.receive()).has_value(); });
    return message;
  }

  NetContext context;
  SystemRandom random;
  BoxKey server_key = BoxKey::generate(random);
  PipeServerConfig config;
  std::unique_ptr<Gatekeeper> gatekeeper;
  std::unique_ptr<PipeServer> server;
};

inline std::size_t count(const std::vector<PipeEvent>& events, PipeEvent wanted) {
  return static_cast<std::size_t>(std::count(events.begin(), events.end(), wanted));
}

}  // namespace sealkeep::net

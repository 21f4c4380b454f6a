// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "common/base/log.hpp"
#include "common/http/identity.hpp"
#include "common/http/request_queue.hpp"
#include "common/http/response.hpp"

namespace sealkeep::http {

struct Listener {
  std::string address;     ///< an IP address, never a name
  std::uint16_t port = 0;  ///< 0: any that is free, see Server::port
  bool tls = true;         ///< without it only a loopback address is taken
};

/// Past a limit of time or of a request's size the connection is closed, after an answer where one makes
/// sense.
struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 2 * 1024 * 1024;
  std::size_t held_bytes =
      64 * 1024 * 1024;           ///< bodies of all connections that are read or not answered; then 503
  std::size_t connections = 256;  ///< further ones are closed at once
  std::size_t connections_per_peer = 32;  ///< of one IPv4 address or one IPv6 /64 network
  std::size_t requests_per_second = 50;   ///< of one peer in the long run; then 429
  std::size_t request_burst = 200;        ///< and this many at once
  std::size_t queued_requests = 256;      ///< wait for take(); then 503
  std::size_t stream_bytes = 256 * 1024;  ///< events that wait for a slow reader; then its stream ends
  std::int64_t header_ms = 10'000;     ///< TLS handshake; from the first byte of a request to its empty line
  std::int64_t body_ms = 30'000;       ///< from there to the end of the body
  std::int64_t idle_ms = 60'000;       ///< between two requests
  std::int64_t answer_ms = 30'000;     ///< for the owner to answer; then 503
  std::int64_t write_ms = 15'000;      ///< for the client to take the next 64 KiB of an answer
  std::int64_t heartbeat_ms = 15'000;  ///< a stream gets a comment after so long without an event
  std::int64_t stop_ms = 1'000;        ///< for answers under way when the server stops
};

struct ServerConfig {
  std::vector<Listener> listeners;
  ServerLimits limits;
  std::optional<Identity> identity;  ///< required by listeners with TLS
  /// Names under which the server may be asked (the Host header, any port, either case); others get 421, so
  /// that a page of another name that resolves to this machine reaches nothing. Empty: any name.
  std::vector<std::string> hosts;
  std::filesystem::path static_folder;  ///< empty: no pages
  /// Requests whose path begins with one of these are the owner's; all others are for the pages.
  std::vector<std::string> owner_prefixes = {"/api/"};
  std::int64_t hsts_s = 0;  ///< 0 for a private authority: a lost root must not lock people out
};

/// What happened since the server was opened.
struct ServerCounters {
  std::uint64_t connections = 0;          ///< accepted, those refused included
  std::uint64_t connections_refused = 0;  ///< above a limit of their number
  std::uint64_t handshakes_failed = 0;
  std::uint64_t requests = 0;         ///< complete ones
  std::uint64_t requests_bad = 0;     ///< not HTTP as we take it, or above a limit of size
  std::uint64_t requests_often = 0;   ///< 429
  std::uint64_t requests_busy = 0;    ///< 503: queue or memory full, or no answer in time
  std::uint64_t timeouts = 0;         ///< connections closed because the client was too slow
  std::uint64_t streams_dropped = 0;  ///< too slow for its events
};

/// HTTP/1.1 and TLS 1.3 on a thread of its own. Pages are answered there; the owner's requests wait in a
/// bounded queue until its loop takes them:
///
///     poller.add_fd(server->wake_fd());
///     while (...) {
///       while (auto pending = server->take()) server->answer(pending->id, ...);
///       poller.wait(...);
///     }
///
/// All functions but open() and the destructor: any thread, none blocks.
class Server {
 public:
  /// Listens, and serves from then on. `log` outlives the server. BadInput `http.config` for listeners or
  /// limits that cannot be; Refused `http.plain_remote` for one without TLS on an address that is not
  /// loopback; Refused `http.bind`; Bug or BadInput `http.identity`; those of StaticFiles::load and
  /// WakeFd::create(); Full `http.descriptors`.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(ServerConfig config, Logger& log);
  /// Stops: nothing more is accepted, who waits for an answer is cut, answers under way have limits.stop_ms.
  ~Server();

  [[nodiscard]] int wake_fd() const;
  /// The next request, or nothing now. Call it until there is nothing, else the descriptor stays readable.
  [[nodiscard]] std::optional<PendingRequest> take();
  /// Each request is answered once; an answer to one that is gone is dropped. A response with topics makes
  /// the connection a stream.
  void answer(RequestId id, Response response);

  /// Sends an event to the streams that have this topic. `event` is a token (asserted).
  void publish(std::string_view topic, std::string_view event, std::string_view data);
  /// Ends the streams that have this topic.
  void close_streams(std::string_view topic);

  /// For connections from now on; BadInput `http.identity` if key and certificate do not fit together.
  [[nodiscard]] Result<> use_identity(const Identity& identity);

  /// Where the listener of that place in the configuration listens.
  [[nodiscard]] std::uint16_t port(std::size_t listener = 0) const;
  [[nodiscard]] ServerCounters counters() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::http

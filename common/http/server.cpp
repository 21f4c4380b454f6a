// SPDX-License-Identifier: Apache-2.0
#include "common/http/server.hpp"

#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "common/http/connection.hpp"

namespace sealkeep::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Tls = std::shared_ptr<asio::ssl::context>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kSilentPeerMs = 60'000;  ///< after which bytes that nobody acknowledges end a connection
constexpr std::int64_t kAcceptPauseMs = 100;

tl::unexpected<Error> bad_config(std::string why) {
  return bad_input("http.config", "The HTTP server cannot be opened with this configuration", std::move(why),
                   "Correct the configuration");
}

Result<Tls> make_tls(const Identity& identity) {
  const auto wrong = [](const boost::system::error_code& problem) {
    ERR_clear_error();
    return bad_input("http.identity", "The server's certificate and key cannot be used", problem.message(),
                     "Install a certificate chain in PEM and the private key that belongs to it");
  };
  boost::system::error_code problem;
  auto out = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* raw = out->native_handle();
  SEALKEEP_ASSERT(SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION) == 1);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  out->use_certificate_chain(asio::buffer(identity.chain_pem), problem);
  if (problem) return wrong(problem);
  const ByteView key = identity.key_der.expose();
  out->use_private_key(asio::buffer(key.data(), key.size()), asio::ssl::context::asn1, problem);
  if (problem) return wrong(problem);
  return out;
}

// IPv4 by address; IPv6 by the network that a subscriber or a site gets.
std::string limit_key(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  asio::ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

Result<> check(const ServerConfig& config) {
  const ServerLimits& limits = config.limits;
  if (config.listeners.empty()) return bad_config("there is no address to listen on");
  for (const std::string& prefix : config.owner_prefixes)
    if (!prefix.starts_with('/')) return bad_config("an owner's prefix does not begin with '/'");
  const bool zero = limits.header_bytes == 0 || limits.connections == 0 || limits.connections_per_peer == 0 ||
                    limits.requests_per_second == 0 || limits.request_burst == 0 ||
                    limits.queued_requests == 0;
  const bool no_time = limits.header_ms <= 0 || limits.body_ms <= 0 || limits.idle_ms <= 0 ||
                       limits.answer_ms <= 0 || limits.write_ms <= 0 || limits.heartbeat_ms <= 0 ||
                       limits.stop_ms <= 0;
  if (zero || no_time) return bad_config("a limit is zero");
  return {};
}

}  // namespace

struct Server::Impl {
  struct Door {
    tcp::acceptor acceptor;
    bool tls;
    std::uint16_t port;
  };

  Impl(ServerConfig config, StaticFiles files, std::unique_ptr<RequestQueue> queue, Logger& log)
      : core(std::move(config), std::move(files), std::move(queue), log) {}

  ~Impl() {
    asio::post(core.io, [this] { stop(); });
    if (thread.joinable()) {
      thread.join();
    } else {
      run();  // never served: only what stop() leaves
    }
    // Before the io_context that they belong to.
    core.connections.clear();
    doors.clear();
  }

  Result<> listen(const Listener& listener);
  asio::awaitable<void> accept(Door& door);
  void admit(tcp::socket socket, bool with_tls);
  void run();
  void stop();

  Core core;
  Tls tls;
  std::vector<std::unique_ptr<Door>> doors;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
  std::optional<asio::steady_timer> stop_timer;
  std::thread thread;
};

Result<> Server::Impl::listen(const Listener& listener) {
  boost::system::error_code problem;
  const asio::ip::address address = asio::ip::make_address(listener.address, problem);
  if (problem) return bad_config("'" + printable(listener.address) + "' is not an IP address");
  if (listener.tls && !tls) return bad_config("a listener with TLS has no certificate");
  if (!listener.tls && !address.is_loopback()) {
    return fail(ErrorKind::Refused, "http.plain_remote",
                "Plain HTTP is served on this machine's own address only",
                "'" + printable(listener.address) + "' can be reached from other machines",
                "Listen with TLS there, or on 127.0.0.1");
  }
  const tcp::endpoint endpoint(address, listener.port);
  auto door = std::make_unique<Door>(Door{tcp::acceptor(core.io), listener.tls, 0});
  tcp::acceptor& acceptor = door->acceptor;
  acceptor.open(endpoint.protocol(), problem);
  if (!problem) acceptor.set_option(tcp::acceptor::reuse_address(true), problem);
  if (!problem && address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), problem);
  if (!problem) acceptor.bind(endpoint, problem);
  if (!problem) acceptor.listen(asio::socket_base::max_listen_connections, problem);
  if (problem) {
    return fail(ErrorKind::Refused, "http.bind",
                "The server cannot listen on " + printable(listener.address) + " port " +
                    std::to_string(listener.port),
                problem.message(), "Free the port, or choose another address or port");
  }
  door->port = acceptor.local_endpoint(problem).port();
  doors.push_back(std::move(door));
  return {};
}

asio::awaitable<void> Server::Impl::accept(Door& door) {
  asio::steady_timer pause(core.io);
  while (!core.stopping) {
    auto [problem, socket] = co_await door.acceptor.async_accept(kAwait);
    if (core.stopping) co_return;
    if (!problem) {
      try {
        admit(std::move(socket), door.tls);
      } catch (const std::exception&) {
        // Out of memory for this one; the door stays open.
        core.log.error("http_connection_failed");
      }
      continue;
    }
    // No descriptor is left, most likely: those in use come free.
    pause.expires_after(std::chrono::milliseconds(kAcceptPauseMs));
    co_await pause.async_wait(kAwait);
  }
}

void Server::Impl::admit(tcp::socket socket, bool with_tls) {
  core.count(&ServerCounters::connections);
  boost::system::error_code problem;
  const tcp::endpoint remote = socket.remote_endpoint(problem);
  if (problem) return;
  const std::string key = limit_key(remote.address());
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  if (core.connections.size() >= core.config.limits.connections || !core.peers.connect(key, now_ms)) {
    core.count(&ServerCounters::connections_refused);
    return;
  }
  socket.set_option(tcp::no_delay(true), problem);
  static_cast<void>(::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kSilentPeerMs,
                                 sizeof kSilentPeerMs));
  auto connection = std::make_shared<Connection>(core, std::move(socket), with_tls ? tls : nullptr,
                                                 remote.address().to_string(), key);
  core.connections.insert(connection);
  connection->start();
}

void Server::Impl::run() {
  while (true) {
    try {
      core.io.run();
      return;
    } catch (const std::exception&) {
      // Of a handler, and memory is the one thing that may be missing: the others go on.
      core.log.error("http_handler_failed");
    }
  }
}

void Server::Impl::stop() {
  core.stopping = true;
  boost::system::error_code ignored;
  for (const auto& door : doors) door->acceptor.close(ignored);
  const auto open = core.connections;
  for (const auto& connection : open) connection->stop();
  work.reset();
  if (core.connections.empty()) return core.io.stop();
  stop_timer.emplace(core.io, std::chrono::milliseconds(core.config.limits.stop_ms));
  stop_timer->async_wait([this](const boost::system::error_code&) { core.io.stop(); });
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(ServerConfig config, Logger& log) {
  SEALKEEP_TRY(check(config));
  StaticFiles files;
  if (!config.static_folder.empty()) {
    SEALKEEP_LET(loaded, StaticFiles::load(config.static_folder));
    files = std::move(loaded);
  }
  for (std::string& host : config.hosts) host = host_of(host);
  SEALKEEP_LET(queue, RequestQueue::create(config.limits.queued_requests));
  try {
    Tls tls;
    if (config.identity) {
      SEALKEEP_LET(made, make_tls(*config.identity));
      tls = std::move(made);
      config.identity.reset();  // OpenSSL has it now
    }
    const std::vector<Listener> listeners = config.listeners;
    auto impl = std::make_unique<Impl>(std::move(config), std::move(files), std::move(queue), log);
    impl->tls = std::move(tls);
    for (const Listener& listener : listeners) SEALKEEP_TRY(impl->listen(listener));
    for (const auto& door : impl->doors) asio::co_spawn(impl->core.io, impl->accept(*door), asio::detached);
    impl->work.emplace(impl->core.io.get_executor());
    impl->thread = std::thread([raw = impl.get()] { raw->run(); });
    return std::unique_ptr<Server>(new Server(std::move(impl)));
  } catch (const std::exception&) {
    return fail(ErrorKind::Full, "http.descriptors", "The HTTP server cannot be opened",
                "the process has no file descriptor, thread or memory left",
                "Raise the limits of the service");
  }
}

int Server::wake_fd() const {
  return impl_->core.queue->wake_fd();
}

std::optional<PendingRequest> Server::take() {
  return impl_->core.queue->take();
}

void Server::answer(RequestId id, Response response) {
  asio::post(impl_->core.io, [impl = impl_.get(), id, response = std::move(response)]() mutable {
    const auto at = impl->core.waiting.find(id);
    if (at == impl->core.waiting.end()) return;
    const auto connection = at->second.lock();
    impl->core.waiting.erase(at);
    if (connection) connection->deliver(std::move(response));
  });
}

void Server::publish(std::string_view topic, std::string_view event, std::string_view data) {
  asio::post(impl_->core.io,
             [impl = impl_.get(), topic = std::string(topic), text = event_text(event, data)] {
               const auto open = impl->core.connections;
               for (const auto& connection : open) {
                 if (connection->has_topic(topic)) connection->push(text);
               }
             });
}

void Server::close_streams(std::string_view topic) {
  asio::post(impl_->core.io, [impl = impl_.get(), topic = std::string(topic)] {
    const auto open = impl->core.connections;
    for (const auto& connection : open) {
      if (connection->has_topic(topic)) connection->close();
    }
  });
}

Result<> Server::use_identity(const Identity& identity) {
  try {
    SEALKEEP_LET(tls, make_tls(identity));
    asio::post(impl_->core.io, [impl = impl_.get(), tls = std::move(tls)] { impl->tls = tls; });
    return {};
  } catch (const std::exception&) {
    return fail(ErrorKind::Full, "http.descriptors", "The server's certificate cannot be changed",
                "the process has no memory left", "Raise the limits of the service");
  }
}

std::uint16_t Server::port(std::size_t listener) const {
  SEALKEEP_ASSERT(listener < impl_->doors.size());
  return impl_->doors[listener]->port;
}

ServerCounters Server::counters() const {
  const std::lock_guard lock(impl_->core.counters_mutex);
  return impl_->core.counters;
}

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <set>

#include "common/http/peer_table.hpp"
#include "common/http/request_reader.hpp"
#include "common/http/server.hpp"
#include "common/http/static_files.hpp"
#include "common/http/wire.hpp"

namespace sealkeep::http {

class Connection;

/// What all connections share. The server's thread, but for `queue` and the counters.
struct Core {
  Core(ServerConfig given, StaticFiles pages, std::unique_ptr<RequestQueue> to_owner, Logger& logger)
      : config(std::move(given)),
        files(std::move(pages)),
        queue(std::move(to_owner)),
        log(logger),
        peers(config.limits.connections_per_peer, config.limits.requests_per_second,
              config.limits.request_burst) {}

  void count(std::uint64_t ServerCounters::*which) {
    const std::lock_guard lock(counters_mutex);
    ++(counters.*which);
  }

  ServerConfig config;
  StaticFiles files;
  std::unique_ptr<RequestQueue> queue;
  Logger& log;
  PeerTable peers;
  std::size_t held_bytes = 0;
  RequestId next_id = 1;
  bool stopping = false;
  std::map<RequestId, std::weak_ptr<Connection>> waiting;
  std::set<std::shared_ptr<Connection>> connections;
  std::mutex counters_mutex;
  ServerCounters counters;
  boost::asio::io_context io{1};  ///< last: what waits in it refers to the rest
};

/// One client's connection, from the handshake to its end. The server's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `tls` may be null: plain. `peer` is its address, `peer_key` what the limits of one peer are counted
  /// under.
  Connection(Core& core, boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
             std::string peer, std::string peer_key);

  void start();
  /// The owner's answer to the request that waits.
  void deliver(Response response);
  [[nodiscard]] bool has_topic(std::string_view topic) const;
  /// For a stream: text to send as it is.
  void push(const std::string& events);
  void close();
  /// As close(), but an answer that is being written may end.
  void stop();

 private:
  using Task = boost::asio::awaitable<void>;
  enum class Overdue { Fault, Usual };

  Task run();
  boost::asio::awaitable<std::optional<Request>> receive();
  boost::asio::awaitable<bool> begin_body();
  boost::asio::awaitable<Response> answer(Request request);
  boost::asio::awaitable<Response> ask_owner(Request request);
  boost::asio::awaitable<bool> respond(Response response, bool keep_alive);
  boost::asio::awaitable<bool> send(std::string_view bytes);
  Task refuse(Error error);
  Task finish();
  Task stream(Response first);
  Task watch();
  void ended();
  void release_held();
  void arm(std::int64_t after_ms, Overdue meaning = Overdue::Fault);
  void disarm();
  [[nodiscard]] bool may_ask(const Request& request) const;

  Core& core_;
  Wire wire_;
  std::string peer_;
  std::string peer_key_;
  RequestReader reader_;
  boost::asio::steady_timer deadline_;
  std::chrono::steady_clock::time_point deadline_at_ = std::chrono::steady_clock::time_point::max();
  boost::asio::steady_timer signal_;  ///< cancelled when there is an answer or an event
  std::optional<Response> answer_;
  std::vector<std::string> topics_;
  std::string events_;
  std::size_t held_bytes_ = 0;
  bool writing_ = false;
  bool closed_ = false;
};

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace sealkeep::http {

/// One connection's bytes, with or without TLS: the one type of stream, so that what reads and writes is
/// compiled once. The server's thread.
class Wire {
 public:
  /// `tls` may be null: plain.
  Wire(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// False if it failed.
  boost::asio::awaitable<bool> handshake();
  /// How many bytes came; 0 if the other end is gone or the wire is closed.
  boost::asio::awaitable<std::size_t> read(std::span<char> into);
  /// False if not all could be sent.
  boost::asio::awaitable<bool> write(std::string_view bytes);
  /// Says that nothing more comes, then throws away what the client still sends until it ends or has sent
  /// `bytes`: an answer must not be lost because its request was not read to the end.
  boost::asio::awaitable<void> finish(std::size_t bytes);
  /// At once; whoever waits in one of the above returns.
  void close();

  [[nodiscard]] bool secure() const { return tls_.has_value(); }

 private:
  std::shared_ptr<boost::asio::ssl::context> context_;
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
};

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#include "common/http/wire.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sealkeep::http {
namespace {

namespace asio = boost::asio;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

Wire::Wire(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls)
    : context_(std::move(tls)), socket_(std::move(socket)) {
  if (context_) tls_.emplace(socket_, *context_);
}

asio::awaitable<bool> Wire::handshake() {
  if (!tls_) co_return true;
  const auto [problem] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAwait);
  co_return !problem;
}

asio::awaitable<std::size_t> Wire::read(std::span<char> into) {
  const asio::mutable_buffer buffer(into.data(), into.size());
  if (tls_) {
    const auto [problem, count] = co_await tls_->async_read_some(buffer, kAwait);
    co_return problem ? 0 : count;
  }
  const auto [problem, count] = co_await socket_.async_read_some(buffer, kAwait);
  co_return problem ? 0 : count;
}

asio::awaitable<bool> Wire::write(std::string_view bytes) {
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (tls_) {
    const auto [problem, count] = co_await asio::async_write(*tls_, buffer, kAwait);
    co_return !problem;
  }
  const auto [problem, count] = co_await asio::async_write(socket_, buffer, kAwait);
  co_return !problem;
}

asio::awaitable<void> Wire::finish(std::size_t bytes) {
  if (tls_) co_await tls_->async_shutdown(kAwait);
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> thrown_away;
  for (std::size_t seen = 0; seen < bytes;) {
    const auto [problem, count] = co_await socket_.async_read_some(asio::buffer(thrown_away), kAwait);
    if (problem) co_return;
    seen += count;
  }
}

void Wire::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <thread>

#include "common/http/server.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::http {

using test::TestFolder;

class Stopwatch {
 public:
  [[nodiscard]] std::int64_t ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// What came back.
struct Answer {
  int status = 0;  ///< 0: the connection ended before an answer was whole
  std::string head;
  std::string body;
  [[nodiscard]] std::string header(const std::string& name) const {
    const std::string mark = "\r\n" + name + ": ";
    const std::size_t at = head.find(mark);
    if (at == std::string::npos) return {};
    return head.substr(at + mark.size(), head.find("\r\n", at + 2) - at - mark.size());
  }
};

/// A client that sends just the bytes that it is told to. Every wait ends after five seconds.
class Client {
 public:
  static constexpr int kPatienceMs = 5'000;

  explicit Client(std::uint16_t port, int receive_buffer = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~Client() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    if (context_ != nullptr) SSL_CTX_free(context_);
    ::close(fd_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// The handshake, trusting this root alone and wanting this name. False if it fails.
  bool use_tls(const std::string& root_pem, const std::string& name, int max_version = TLS1_3_VERSION) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context_, max_version);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    BIO* bio = BIO_new_mem_buf(root_pem.data(), static_cast<int>(root_pem.size()));
    X509* root = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), root);
    X509_free(root);
    BIO_free(bio);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, fd_);
    if (std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), name.c_str());
    } else {
      SSL_set1_host(ssl_, name.c_str());
    }
    return SSL_connect(ssl_) == 1;
  }

  /// False if the server has cut the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next answer; to a HEAD, and to what has no length, without a body.
  Answer receive(bool head_only = false) {
    Answer out;
    const std::size_t end = find("\r\n\r\n");
    if (end == std::string::npos) return out;
    out.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    out.status = std::stoi(out.head.substr(9, 3));
    const std::string length = out.header("Content-Length");
    if (head_only || length.empty()) return out;
    while (buffer_.size() < std::stoul(length)) {
      if (!more()) return {};
    }
    out.body = buffer_.substr(0, std::stoul(length));
    buffer_.erase(0, std::stoul(length));
    return out;
  }
  Answer ask(std::string_view request) {
    send(request);
    return receive(request.starts_with("HEAD"));
  }

  /// Waits until the text has come; all up to and with it is taken.
  bool wait_for(std::string_view text) {
    const std::size_t at = find(text);
    if (at == std::string::npos) return false;
    buffer_.erase(0, at + text.size());
    return true;
  }
  /// Waits until the server has ended the connection.
  bool ended() {
    while (more()) buffer_.clear();
    return at_end_;
  }
  [[nodiscard]] const std::string& buffer() const { return buffer_; }

 private:
  std::size_t find(std::string_view text) {
    while (true) {
      if (const std::size_t at = buffer_.find(text); at != std::string::npos) return at;
      if (!more()) return std::string::npos;
    }
  }
  bool more() {
    pollfd wait{fd_, POLLIN, 0};
    if ((ssl_ == nullptr || SSL_pending(ssl_) == 0) && ::poll(&wait, 1, kPatienceMs) <= 0) return false;
    char bytes[65536];
    const auto count =
        ssl_ != nullptr ? SSL_read(ssl_, bytes, sizeof bytes) : ::recv(fd_, bytes, sizeof bytes, 0);
    at_end_ = count <= 0;
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  int fd_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
  bool at_end_ = false;
};

/// A server, and its owner's loop in a thread of its own.
class Site {
 public:
  using Handler = std::function<std::optional<Response>(const PendingRequest&)>;

  explicit Site(ServerConfig config, Handler handler = echo) : handler_(std::move(handler)) {
    if (config.listeners.empty()) config.listeners = {{"127.0.0.1", 0, false}};
    auto opened = Server::open(std::move(config), log_);
    REQUIRE(opened.has_value());
    server_ = std::move(*opened);
    if (handler_) owner_ = std::thread([this] { serve(); });
  }
  ~Site() { stop(); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  void stop() {
    done_ = true;
    if (owner_.joinable()) owner_.join();
    server_.reset();
  }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  [[nodiscard]] std::uint16_t port(std::size_t listener = 0) const { return server_->port(listener); }

  /// Says what was asked: method, path, body.
  static std::optional<Response> echo(const PendingRequest& pending) {
    return bytes_response(pending.request.method + " " + pending.request.path + " " + pending.request.body,
                          "text/plain");
  }

 private:
  void serve() {
    while (!done_) {
      pollfd wait{server_->wake_fd(), POLLIN, 0};
      ::poll(&wait, 1, 10);
      while (auto pending = server_->take()) {
        if (auto response = handler_(*pending)) server_->answer(pending->id, std::move(*response));
      }
    }
  }

  NullLogger log_;
  Handler handler_;
  std::unique_ptr<Server> server_;
  std::atomic<bool> done_ = false;
  std::thread owner_;
};

inline std::string get(const std::string& target, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}
inline std::string post(const std::string& target, const std::string& body, const std::string& more = {}) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + more + "\r\n" + body;
}

}  // namespace sealkeep::http

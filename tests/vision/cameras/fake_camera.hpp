// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <thread>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {

/// A camera on 127.0.0.1 that does with each connection what a test says: a thread, one connection after the
/// other.
class FakeCamera {
 public:
  class Line {
   public:
    Line(int fd, const std::atomic<bool>& end) : fd_(fd), end_(end) {}
    /// Up to an empty line; empty when the other side is gone.
    std::string request() {
      std::string text;
      while (text.find("\r\n\r\n") == std::string::npos) {
        char piece[4096];
        if (!ready(POLLIN)) return {};
        const ssize_t got = recv(fd_, piece, sizeof piece, 0);
        if (got <= 0) return {};
        text.append(piece, static_cast<std::size_t>(got));
      }
      return text;
    }
    /// What has come by now.
    std::string some() {
      char piece[4096];
      const ssize_t got = recv(fd_, piece, sizeof piece, MSG_DONTWAIT);
      return got > 0 ? std::string(piece, static_cast<std::size_t>(got)) : std::string();
    }
    /// False when the other side is gone.
    bool say(std::string_view text) {
      while (!text.empty()) {
        if (!ready(POLLOUT)) return false;
        const ssize_t sent = send(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) continue;
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
    bool say(ByteView bytes) { return say(as_text(bytes)); }
    /// True if it is still to go on after so long.
    bool wait_ms(int ms) const {
      for (; ms > 0 && !end_; ms -= 20)
        std::this_thread::sleep_for(std::chrono::milliseconds(std::min(ms, 20)));
      return !end_;
    }
    /// Does nothing until the other side is gone.
    void hang() {
      while (!end_ && !request().empty()) continue;
    }

   private:
    bool ready(short what) const {
      while (!end_) {
        pollfd waiting{fd_, what, 0};
        if (poll(&waiting, 1, 50) > 0) return true;
      }
      return false;
    }
    int fd_;
    const std::atomic<bool>& end_;
  };

  /// `port` 0: any.
  explicit FakeCamera(std::function<void(Line& line)> serve, std::uint16_t port = 0) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(listen(listener_, 8) == 0);
    socklen_t size = sizeof at;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this, serve = std::move(serve)] {
      while (!end_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (poll(&waiting, 1, 50) <= 0) continue;
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        ++connections_;
        Line line(fd, end_);
        serve(line);
        close(fd);
      }
    });
  }
  ~FakeCamera() {
    end_ = true;
    thread_.join();
    close(listener_);
  }
  FakeCamera(const FakeCamera&) = delete;
  FakeCamera& operator=(const FakeCamera&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> end_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace sealkeep::vision

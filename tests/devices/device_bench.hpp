// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "agent/devices/scanners.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::test {

using agent::Scan;
using agent::ScannerState;
using agent::ScannerStatus;

inline void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    REQUIRE(wrote > 0);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

/// A serial port: the scanner's end of a pseudo terminal, under a name that is there while it is plugged in.
class SerialPort {
 public:
  explicit SerialPort(std::string path) : path_(std::move(path)) { plug_in(); }
  ~SerialPort() { unplug(); }
  SerialPort(const SerialPort&) = delete;
  SerialPort& operator=(const SerialPort&) = delete;

  void plug_in() {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(master_ >= 0);
    REQUIRE((::grantpt(master_) == 0 && ::unlockpt(master_) == 0));
    std::filesystem::create_symlink(::ptsname(master_), path_);
  }
  void unplug() {
    if (master_ < 0) return;
    std::filesystem::remove(path_);
    ::close(master_);
    master_ = -1;
  }
  void send(std::string_view bytes) { write_all(master_, bytes); }
  [[nodiscard]] termios settings() const {
    termios out{};
    REQUIRE(::tcgetattr(master_, &out) == 0);
    return out;
  }

 private:
  std::string path_;
  int master_ = -1;
};

/// One end of a TCP connection, blocking.
class Tcp {
 public:
  explicit Tcp(int fd) : fd_(fd) {}
  Tcp(Tcp&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Tcp() { close(); }
  Tcp& operator=(const Tcp&) = delete;

  static sockaddr_in address(const char* host, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = inet_addr(host);
    return out;
  }
  static const sockaddr* pointer(const sockaddr_in& at) { return reinterpret_cast<const sockaddr*>(&at); }

  static Tcp connect(std::uint16_t port, const char* from = "127.0.0.1") {
    Tcp out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in own = address(from, 0), to = address("127.0.0.1", port);
    REQUIRE(::bind(out.fd_, pointer(own), sizeof own) == 0);
    REQUIRE(::connect(out.fd_, pointer(to), sizeof to) == 0);
    return out;
  }
  static Tcp listen(std::uint16_t port = 0) {
    Tcp out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    REQUIRE(::setsockopt(out.fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    const sockaddr_in at = address("127.0.0.1", port);
    REQUIRE(::bind(out.fd_, pointer(at), sizeof at) == 0);
    REQUIRE(::listen(out.fd_, 4) == 0);
    return out;
  }
  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in at{};
    socklen_t length = sizeof at;
    REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &length) == 0);
    return ntohs(at.sin_port);
  }
  [[nodiscard]] Tcp accept() const { return Tcp(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)); }
  void send(std::string_view bytes) const { write_all(fd_, bytes); }
  /// True when the other side has closed it; waits for that.
  [[nodiscard]] bool ended() const {
    char byte = 0;
    return ::recv(fd_, &byte, 1, 0) <= 0;
  }
  /// Sends what fits now, without waiting.
  std::size_t offer(std::string_view bytes) const {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

/// Scanners on a hand clock. The kernel hands bytes over in its own time, so until() steps again and again
/// while the hand clock stands still.
class DeviceBench {
 public:
  explicit DeviceBench(const std::vector<std::string>& lines) : scanners_(configs(lines), log_) {}
  explicit DeviceBench(agent::ScannerConfig config) : scanners_({std::move(config)}, log_) {}

  void step() {
    for (Scan& scan : scanners_.step(now_)) scans_.push_back(std::move(scan));
  }
  void until(const std::function<bool()>& done) {
    for (int tries = 0; tries < 20'000; ++tries) {
      step();
      if (done()) return;
      ::usleep(1'000);
    }
    FAIL("nothing came within 20 s");
  }
  void until_scans(std::size_t count) {
    until([&] { return scans_.size() >= count; });
  }
  void until_status(ScannerStatus status, std::size_t device = 0) {
    until([&] { return state(device).status == status; });
  }
  void pass(std::int64_t ms) {
    now_.mono_ms += ms;
    now_.unix_ms += ms;
  }
  [[nodiscard]] ScannerState state(std::size_t device = 0) const { return scanners_.states().at(device); }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const Scan& scan : scans_) out.push_back(scan.text);
    return out;
  }
  [[nodiscard]] const std::vector<Scan>& scans() const { return scans_; }
  void forget() { scans_.clear(); }
  [[nodiscard]] agent::Scanners& scanners() { return scanners_; }
  [[nodiscard]] const Now& now() const { return now_; }

 private:
  static std::vector<agent::ScannerConfig> configs(const std::vector<std::string>& lines) {
    auto out = agent::parse_scanners(lines);
    if (!out) FAIL(out.error().text());
    return *out;
  }

  NullLogger log_;
  agent::Scanners scanners_;
  Now now_{1'767'225'600'000, 1'000'000, 0};
  std::vector<Scan> scans_;
};

}  // namespace sealkeep::test

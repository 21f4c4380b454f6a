// SPDX-License-Identifier: Apache-2.0
#include "common/net/service.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

#include "common/net/poller.hpp"
#include "common/net/unix_socket.hpp"

namespace sealkeep::net {

namespace {

/// Stands where systemd would: a datagram socket that $NOTIFY_SOCKET names.
struct ServiceManager {
  ServiceManager() : fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const std::string name = "sealkeep-notify-" + std::to_string(::getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1) == 0);
  }
  ~ServiceManager() { ::unsetenv("NOTIFY_SOCKET"); }
  std::string next() const {
    char text[1024];
    const ssize_t size = ::recv(fd.get(), text, sizeof text, 0);
    return size < 0 ? std::string() : std::string(text, static_cast<std::size_t>(size));
  }
  OwnedFd fd;
};

}  // namespace

TEST_CASE("the service manager hears that the daemon is ready, alive and stopping") {
  const ServiceManager manager;
  notify_ready();
  CHECK(manager.next() == "READY=1");
  notify_watchdog();
  CHECK(manager.next() == "WATCHDOG=1");
  notify_status("12 sites\nREADY=1");
  CHECK(manager.next() == "STATUS=12 sites?READY=1");
  notify_stopping();
  CHECK(manager.next() == "STOPPING=1");
}

TEST_CASE("outside a unit nothing is told, and there is no watchdog") {
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  notify_ready();
  CHECK_FALSE(watchdog_interval_ms());
}

TEST_CASE("the watchdog is fed twice in each of its periods") {
  REQUIRE(::setenv("WATCHDOG_USEC", "30000000", 1) == 0);
  CHECK(watchdog_interval_ms() == 15'000);
  ::unsetenv("WATCHDOG_USEC");
  CHECK_FALSE(watchdog_interval_ms());
}

TEST_CASE("a request to stop arrives as a readable descriptor and not as a death") {
  sigset_t before;
  REQUIRE(::pthread_sigmask(SIG_BLOCK, nullptr, &before) == 0);
  {
    SignalFd created = SignalFd::create().value();
    SignalFd signals = std::move(created);
    CHECK_FALSE(signals.take());
    Poller poller;
    poller.add_fd(signals.fd());
    CHECK_FALSE(poller.wait(0).value());
    REQUIRE(::raise(SIGTERM) == 0);
    CHECK(poller.wait(1'000).value());
    CHECK(poller.ready_fd(signals.fd()));
    CHECK(signals.take() == SIGTERM);
    REQUIRE(::raise(SIGINT) == 0);
    CHECK(signals.take() == SIGINT);
    CHECK_FALSE(signals.take());
  }
  sigset_t after;
  REQUIRE(::pthread_sigmask(SIG_BLOCK, nullptr, &after) == 0);
  CHECK(sigismember(&after, SIGTERM) == sigismember(&before, SIGTERM));
  CHECK(sigismember(&after, SIGINT) == sigismember(&before, SIGINT));
}

}  // namespace sealkeep::net

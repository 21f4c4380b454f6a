// SPDX-License-Identifier: Apache-2.0
#include "common/net/poller.hpp"

#include <pthread.h>
#include <sys/eventfd.h>

#include <csignal>
#include <thread>

#include "common/net/unix_socket.hpp"
#include "tests/net/net_fixture.hpp"

namespace sealkeep::net {

TEST_CASE("the poller tells which of several sockets and descriptors can be read") {
  Door door;
  const BoxKey site = BoxKey::generate(door.random);
  door.gatekeeper->set_allowed("sites", {site.public_key()});
  auto agent = door.client(site);
  REQUIRE(door.connect(*agent));
  const OwnedFd quiet(::eventfd(0, EFD_CLOEXEC));
  const OwnedFd busy(::eventfd(0, EFD_CLOEXEC));
  Poller poller;
  poller.add(*door.server);
  poller.add(*agent);
  poller.add_fd(quiet.get());
  poller.add_fd(busy.get());
  poller.add_fd(busy.get());
  CHECK_FALSE(poller.wait(0).value());

  REQUIRE(::eventfd_write(busy.get(), 1) == 0);
  CHECK(poller.wait(1'000).value());
  CHECK(poller.ready_fd(busy.get()));
  CHECK_FALSE(poller.ready_fd(quiet.get()));
  CHECK_FALSE(poller.ready(*door.server));

  poller.remove_fd(busy.get());
  REQUIRE(agent->send(as_bytes("x")));
  CHECK(poller.wait(1'000).value());
  CHECK(poller.ready(*door.server));
  CHECK_FALSE(poller.ready_fd(busy.get()));

  poller.remove(*door.server);
  CHECK_FALSE(poller.wait(0).value());
  CHECK_FALSE(poller.ready(*door.server));
}

TEST_CASE("the poller waits as long as it was told and no longer") {
  Poller poller;
  const OwnedFd fd(::eventfd(0, EFD_CLOEXEC));
  poller.add_fd(fd.get());
  const std::int64_t start = mono_ms();
  CHECK_FALSE(poller.wait(50).value());
  CHECK(mono_ms() - start >= 49);
  CHECK(mono_ms() - start < 1'000);
  std::jthread later([&] {
    (void)Poller().wait(20);
    (void)::eventfd_write(fd.get(), 1);
  });
  CHECK(poller.wait(-1).value());
}

TEST_CASE("a signal handler ends the wait early and without an error") {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  struct sigaction before {};
  REQUIRE(::sigaction(SIGUSR1, &action, &before) == 0);
  const OwnedFd fd(::eventfd(0, EFD_CLOEXEC));
  const pthread_t waiter = ::pthread_self();
  std::jthread later([&] {
    (void)Poller().wait(50);
    ::pthread_kill(waiter, SIGUSR1);
  });
  Poller poller;
  poller.add_fd(fd.get());
  const std::int64_t start = mono_ms();
  const Result<bool> woken = poller.wait(5'000);
  REQUIRE(woken);
  CHECK_FALSE(*woken);
  CHECK(mono_ms() - start < 2'000);
  later.join();
  REQUIRE(::sigaction(SIGUSR1, &before, nullptr) == 0);
}

}  // namespace sealkeep::net

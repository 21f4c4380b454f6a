// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/secret.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <type_traits>
#include <vector>

#include "common/crypto/system_random.hpp"

using namespace sealkeep;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

TEST_CASE("a secret holds its bytes and hands them over when it is moved") {
  const Bytes bytes{1, 2, 3, 250};
  Secret first(bytes);
  CHECK(to_bytes(first.expose()) == bytes);
  Secret second(std::move(first));
  CHECK(first.size() == 0);
  CHECK(to_bytes(second.expose()) == bytes);
  Secret third(Bytes{9});
  third = std::move(second);
  CHECK(to_bytes(third.expose()) == bytes);
  CHECK(second.expose().empty());
}

TEST_CASE("a secret may be empty and may be 64 KiB") {
  CHECK(Secret(ByteView{}).size() == 0);
  const Bytes large(64 * 1024, 7);
  CHECK(to_bytes(Secret(large).expose()) == large);
}

TEST_CASE("secrets work where no memory may be locked") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_MEMLOCK, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 0;
  REQUIRE(::setrlimit(RLIMIT_MEMLOCK, &none) == 0);
  std::vector<Secret> many;
  for (std::uint8_t i = 0; i < 50; ++i) many.emplace_back(Bytes{i});
  REQUIRE(::setrlimit(RLIMIT_MEMLOCK, &before) == 0);
  for (std::uint8_t i = 0; i < 50; ++i) CHECK(many[i].expose()[0] == i);
}

TEST_CASE("writing into a secret kills the process") {
  const Secret secret(Bytes{1, 2, 3});
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGSEGV, SIG_DFL);
    *const_cast<volatile std::uint8_t*>(secret.expose().data()) = 9;
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
}

TEST_CASE("wiped memory is zero") {
  Bytes bytes(100, 0xAA);
  wipe(std::span(bytes).subspan(10, 80));
  CHECK(std::count(bytes.begin(), bytes.end(), 0) == 80);
  CHECK(bytes[9] == 0xAA);
  CHECK(bytes[90] == 0xAA);
}

TEST_CASE("comparison in constant time sees length and each bit") {
  const Bytes bytes{0, 1, 2, 3, 4, 5, 6, 7};
  CHECK(equal_in_constant_time(bytes, Bytes(bytes)));
  CHECK(equal_in_constant_time(ByteView{}, ByteView{}));
  CHECK_FALSE(equal_in_constant_time(bytes, ByteView(bytes).first(7)));
  for (std::size_t bit = 0; bit < 64; ++bit) {
    Bytes other = bytes;
    other[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(equal_in_constant_time(bytes, other));
  }
}

TEST_CASE("system randomness fills all of what it is given, differently each time") {
  SystemRandom random;
  Bytes first(1000);
  Bytes second(1000);
  random.fill(first);
  random.fill(second);
  CHECK(first != second);
  CHECK(std::count(first.begin(), first.end(), 0) < 50);
  random.fill({});
}

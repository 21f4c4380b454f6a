// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/child.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

namespace sealkeep::vision {
namespace {

/// Does what its request says.
Result<Child::Handler> obedient() {
  return [](ByteView request) -> Result<Bytes> {
    const std::string_view word = as_text(request);
    if (word == "abort") std::abort();
    if (word == "throw") throw std::runtime_error("as asked");
    if (word == "spin")
      while (true) asm volatile("");
    if (word == "hoard") {
      std::vector<Bytes> hoard;
      while (true) hoard.emplace_back(std::size_t{32} << 20, std::uint8_t{1});
    }
    if (word == "open")
      return Bytes{static_cast<std::uint8_t>(open("/etc/hostname", O_RDONLY) < 0 ? errno : 0)};
    if (word == "socket")
      return Bytes{static_cast<std::uint8_t>(socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0)};
    if (word == "exec")
      return Bytes{static_cast<std::uint8_t>(execl("/bin/true", "true", nullptr) < 0 ? errno : 0)};
    if (word == "fork") return Bytes{static_cast<std::uint8_t>(fork() < 0 ? errno : 0)};
    if (word == "flood") return Bytes(1 << 20);
    if (word == "refuse") return bad_input("test.refused", "as asked", "why", "next");
    return to_bytes(request);
  };
}

ChildLimits tight() {
  ChildLimits limits;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  limits.memory_bytes = 0;  // the sanitizer itself reserves terabytes
#else
  limits.memory_bytes = std::uint64_t{512} << 20;
#endif
  limits.cpu_ms = 300;
  limits.wall_ms = 20'000;
  limits.answer_bytes = 1000;
  return limits;
}

TEST_CASE("a child answers, one process for all requests") {
  Child child(obedient, tight());
  CHECK(as_text(child.ask(as_bytes("hello")).value()) == "hello");
  CHECK(as_text(child.ask(as_bytes("")).value()).empty());
  CHECK(child.started() == 1);
}

TEST_CASE("a child that dies fails its request alone") {
  Child child(obedient, tight());
  const auto died = child.ask(as_bytes("abort"));
  REQUIRE_FALSE(died);
  CHECK(died.error().code == "vision.crashed");
  CHECK(as_text(child.ask(as_bytes("again")).value()) == "again");
  CHECK(child.started() == 2);
}

TEST_CASE("errors and exceptions of the handler come back as errors, without a new process") {
  Child child(obedient, tight());
  CHECK(child.ask(as_bytes("throw")).error().code == "vision.crashed");
  const Error refused = child.ask(as_bytes("refuse")).error();
  CHECK(refused.code == "test.refused");
  CHECK(refused.kind == ErrorKind::BadInput);
  CHECK(refused.next == "next");
  CHECK(child.ask(as_bytes("flood")).error().kind == ErrorKind::Full);
  CHECK(child.started() == 1);
}

TEST_CASE("a child may neither open files nor sockets nor start anything") {
  Child child(obedient, tight());
  for (const char* word : {"open", "socket", "exec", "fork"}) {
    CAPTURE(word);
    const auto answer = child.ask(as_bytes(word));
    REQUIRE(answer);
    CHECK(answer->at(0) == EPERM);
  }
}

TEST_CASE("a child that computes for too long is ended") {
  Child child(obedient, tight());
  CHECK(child.ask(as_bytes("spin")).error().code == "vision.too_long");
  CHECK(child.ask(as_bytes("fine")));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a child that takes too much memory fails its request") {
  Child child(obedient, tight());
  CHECK(child.ask(as_bytes("hoard")).error().code == "vision.crashed");
  CHECK(child.ask(as_bytes("fine")));
}
#endif

TEST_CASE("what keeps a child from starting is said, and is tried anew") {
  Child child(
      []() -> Result<Child::Handler> { return fail(ErrorKind::NotFound, "test.models", "no models"); },
      tight());
  CHECK(child.ask(as_bytes("x")).error().code == "test.models");
  CHECK(child.ask(as_bytes("x")).error().code == "test.models");
  CHECK(child.started() == 2);
}

}  // namespace
}  // namespace sealkeep::vision

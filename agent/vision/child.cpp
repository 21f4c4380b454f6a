// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/child.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

#include "agent/vision/packed_error.hpp"
#include "agent/vision/sandbox.hpp"
#include "common/base/pack.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kRequestBytes = 64 * 1024 * 1024;
constexpr int kLengthBytes = 4;

using Clock = std::chrono::steady_clock;

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// Fills `out`; false when the other side is gone or `until` has passed.
bool read_all(int fd, std::span<std::uint8_t> out, const Clock::time_point* until) {
  while (!out.empty()) {
    if (until != nullptr) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*until - Clock::now()).count();
      pollfd waiting{fd, POLLIN, 0};
      const int ready = left <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(left));
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return false;
    }
    const ssize_t got = recv(fd, out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

bool send_frame(int fd, ByteView payload) {
  Bytes head;
  ByteWriter(head).u32(static_cast<std::uint32_t>(payload.size()));
  return write_all(fd, head) && write_all(fd, payload);
}

std::optional<Bytes> receive_frame(int fd, std::size_t most, const Clock::time_point* until) {
  std::array<std::uint8_t, kLengthBytes> head{};
  if (!read_all(fd, head, until)) return std::nullopt;
  const std::uint32_t size = ByteReader(head).u32();
  if (size > most) return std::nullopt;
  Bytes payload(size);
  if (!read_all(fd, payload, until)) return std::nullopt;
  return payload;
}

// An answer is [true, bytes] or [false, error].
Bytes packed(const Result<Bytes>& answer) {
  PackWriter out;
  out.array(2).boolean(answer.has_value()).bin(answer ? *answer : encode_error(answer.error()));
  return out.take();
}

Result<Bytes> unpacked(ByteView payload) {
  PackReader in(payload);
  in.array(2);
  const bool good = in.boolean();
  const ByteView bytes = in.bin(payload.size());
  SEALKEEP_TRY(in.finish());
  if (good) return to_bytes(bytes);
  SEALKEEP_LET(error, decode_error(bytes));
  return tl::unexpected<Error>(std::move(error));
}

void limit(int what, std::uint64_t value) {
  const rlimit both{value, value};
  setrlimit(static_cast<__rlimit_resource>(what), &both);
}

void allow_processor_time(std::int64_t ms) {
  itimerval timer{};
  timer.it_value = {ms / 1000, ms % 1000 * 1000};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

Result<Bytes> guarded(const Child::Handler& handler, ByteView request) {
  try {
    return handler(request);
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::Busy, "vision.crashed", "The picture needs more memory than is allowed", {},
                "Take a smaller picture");
  } catch (const std::exception& e) {
    return fail(ErrorKind::Busy, "vision.crashed", "Reading the picture failed", printable(e.what(), 200),
                "Take the picture again");
  }
}

}  // namespace

Child::~Child() {
  end();
}

void Child::end() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  pid_ = -1;
}

void Child::live(int socket) const {
  strip_process(socket, "vision-child");
  signal(SIGPROF, SIG_DFL);
  if (limits_.confined && limits_.memory_bytes > 0) limit(RLIMIT_AS, limits_.memory_bytes);
  Result<Handler> handler = [&]() -> Result<Handler> {
    try {
      if (limits_.confined) SEALKEEP_TRY(cut_off());
      return prepare_();
    } catch (const std::exception& e) {
      return fail(ErrorKind::Busy, "vision.crashed", "The reader cannot start", printable(e.what(), 200));
    }
  }();
  Result<Bytes> ready = Bytes{};
  if (!handler) ready = tl::unexpected<Error>(handler.error());
  if (ready && limits_.confined)
    if (const auto shut = shut_in(); !shut) ready = tl::unexpected<Error>(shut.error());
  if (!send_frame(kOnlySocket, packed(ready)) || !ready) _exit(0);
  while (true) {
    const auto request = receive_frame(kOnlySocket, kRequestBytes, nullptr);
    if (!request) _exit(0);
    if (limits_.confined) allow_processor_time(limits_.cpu_ms);
    Result<Bytes> answer = guarded(*handler, *request);
    if (answer && answer->size() > limits_.answer_bytes)
      answer = fail(ErrorKind::Full, "vision.crashed", "The answer is too large");
    allow_processor_time(0);
    if (!send_frame(kOnlySocket, packed(answer))) _exit(0);
  }
}

Result<> Child::start() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorKind::Full, "vision.no_child", "No socket for the reading process",
                std::strerror(errno));
  const pid_t pid = fork();
  if (pid == 0) live(ends[1]);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return fail(ErrorKind::Full, "vision.no_child", "No process to read with", std::strerror(errno));
  }
  pid_ = pid;
  socket_ = ends[0];
  ++started_;
  allow_time();
  auto ready = finish();
  if (!ready) {
    end();
    return tl::unexpected<Error>(ready.error());
  }
  return {};
}

void Child::allow_time() {
  until_ = Clock::now() + std::chrono::milliseconds(limits_.wall_ms);
}

bool Child::ready() const {
  pollfd waiting{socket_, POLLIN, 0};
  return socket_ < 0 || Clock::now() >= until_ || poll(&waiting, 1, 0) > 0;
}

Result<Bytes> Child::finish() {
  const auto payload = receive_frame(socket_, limits_.answer_bytes + 1000, &until_);
  if (payload) return unpacked(*payload);
  int status = 0;
  const bool still_there = Clock::now() >= until_;
  if (!still_there) kill(pid_, SIGKILL);  // it closed its end: whatever it still does is of no use
  const bool known = !still_there && waitpid(pid_, &status, 0) == pid_;
  if (known) pid_ = -1;
  end();
  if (still_there || (known && WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF))
    return fail(ErrorKind::Busy, "vision.too_long", "Reading the picture took too long", "it was given up",
                "Take the picture again, closer");
  std::string why = "the reading process ended";
  if (known && WIFSIGNALED(status)) why += " with signal " + std::to_string(WTERMSIG(status));
  return fail(ErrorKind::Busy, "vision.crashed", "The picture could not be read", why,
              "Take the picture again");
}

Result<> Child::begin(ByteView request) {
  if (pid_ < 0) SEALKEEP_TRY(start());
  if (request.size() > kRequestBytes)
    return fail(ErrorKind::Full, "vision.picture_too_large", "The picture is too large");
  // A child that died meanwhile shows when the answer is awaited.
  static_cast<void>(send_frame(socket_, request));
  allow_time();
  return {};
}

Result<Bytes> Child::ask(ByteView request) {
  SEALKEEP_TRY(begin(request));
  return finish();
}

}  // namespace sealkeep::vision

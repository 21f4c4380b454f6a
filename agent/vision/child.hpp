// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {

/// What a child may use.
struct ChildLimits {
  std::uint64_t memory_bytes = std::uint64_t{1536} << 20;  ///< address space; 0: no limit
  std::int64_t cpu_ms = 30'000;                            ///< processor time of one request
  std::int64_t wall_ms = 120'000;                          ///< from request to answer, and to be ready
  std::size_t answer_bytes = 4 * 1024 * 1024;
  bool confined = true;  ///< false: only for a child that never looks at a picture itself
};

/// A process that does the dangerous work: decoding pictures and everything behind it. It is forked, makes
/// itself ready (files may be opened then), shuts itself in (sandbox.hpp: no network, no program, no file any
/// more) and answers requests one after the other. When it dies, its request fails and the next one gets a
/// new process. One thread owns it; fork before the program has threads.
class Child {
 public:
  /// Answers one request, in the child. What it throws, and whatever else ends the process, is
  /// `vision.crashed` here.
  using Handler = std::function<Result<Bytes>(ByteView request)>;
  /// Runs in the child before it is shut in, without network and writing already: loads models, warms
  /// libraries up.
  using Prepare = std::function<Result<Handler>()>;

  Child(Prepare prepare, ChildLimits limits) : prepare_(std::move(prepare)), limits_(limits) {}
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Starts the child where none runs, and waits for the answer. The handler's own errors and those of
  /// `prepare` as they are; Busy `vision.crashed` if the process died or overstepped its memory, Busy
  /// `vision.too_long` past the time. Never lets a request be tried twice.
  [[nodiscard]] Result<Bytes> ask(ByteView request);
  /// ask() in two steps, for who has other things to do meanwhile. One request at a time.
  [[nodiscard]] Result<> begin(ByteView request);
  [[nodiscard]] Result<Bytes> finish();
  /// True when finish() need not wait: the answer comes, or its time is over.
  [[nodiscard]] bool ready() const;
  /// Readable when the answer comes; -1: no child runs.
  [[nodiscard]] int fd() const { return socket_; }
  /// How many processes were started so far.
  [[nodiscard]] int started() const { return started_; }

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Result<> start();
  void allow_time();
  void end();
  [[noreturn]] void live(int socket) const;

  Prepare prepare_;
  ChildLimits limits_;
  pid_t pid_ = -1;
  int socket_ = -1;
  int started_ = 0;
  Clock::time_point until_;  ///< the answer that is awaited
};

}  // namespace sealkeep::vision

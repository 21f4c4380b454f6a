// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "agent/eyes/eyes.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kLooksWaiting = 8;

/// Looks away from the agent's thread, one after the other: a camera or a reading takes seconds, and facts do
/// not wait for it.
class EyesWorker {
 public:
  using Reply = std::function<void(const Result<Seen>&)>;

  /// Full `eyes.descriptors` if the process has none left. `eyes` outlives it.
  [[nodiscard]] static Result<std::unique_ptr<EyesWorker>> start(Eyes& eyes);
  ~EyesWorker();  ///< what is being looked at is finished first; what waits is dropped

  /// Readable while a look is done.
  [[nodiscard]] int wake_fd() const { return fd_; }
  /// `reply` is called by step(), or at once with Busy `eyes.busy` if kLooksWaiting are waiting already.
  void put(LookRequest request, Reply reply);
  /// Answers what is done. True if there was anything.
  bool step();

 private:
  struct Job {
    LookRequest request;
    Reply reply;
    Result<Seen> outcome = Seen{};
  };
  EyesWorker(Eyes& eyes, int fd);
  void run();

  Eyes& eyes_;
  int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_, done_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sealkeep::agent

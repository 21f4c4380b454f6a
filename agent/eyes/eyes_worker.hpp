// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/eyes/eyes.hpp"
#include "common/base/worker.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kLooksWaiting = 8;  ///< in each lane
inline constexpr std::size_t kCameraLanes = 16;  ///< cameras past them share

/// Looks away from the agent's thread: a camera or a reading takes seconds, and facts do not wait for it.
/// Pictures that are there already have a lane, and each camera has one: who looks through a camera that does
/// not answer holds nobody up but those who look through the same.
class EyesWorker {
 public:
  using Reply = std::function<void(const Result<Seen>&)>;

  /// The errors of WakeFd::create(). `eyes` outlives it.
  [[nodiscard]] static Result<std::unique_ptr<EyesWorker>> start(Eyes& eyes);

  /// Readable while a look is done.
  [[nodiscard]] int wake_fd() const { return worker_->wake_fd(); }
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
  EyesWorker(const Eyes& eyes, std::unique_ptr<Worker<Job>> worker)
      : eyes_(eyes), worker_(std::move(worker)) {}

  const Eyes& eyes_;
  std::unique_ptr<Worker<Job>> worker_;
};

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

#include "common/base/mailbox.hpp"

namespace sealkeep {

/// Does jobs away from their owner's thread, so that facts do not wait for what takes long. Each lane is a
/// thread of its own and does its jobs one after the other: a job never waits for those of another lane. The
/// owner calls put() and take() from one thread.
template <class Job>
class Worker {
 public:
  /// On the thread of the job's lane; leaves what came of it in the job.
  using Work = std::function<void(Job& job)>;

  /// The errors of WakeFd::create().
  [[nodiscard]] static Result<std::unique_ptr<Worker>> start(std::size_t lanes, std::size_t most_waiting,
                                                             Work work) {
    auto done = Mailbox<Job>::create(std::numeric_limits<std::size_t>::max());
    if (!done) return tl::unexpected<Error>(std::move(done).error());
    return std::unique_ptr<Worker>(new Worker(lanes, most_waiting, std::move(work), std::move(*done)));
  }
  /// What is being done is finished first; what waits is dropped.
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Readable while a job is done.
  [[nodiscard]] int wake_fd() const { return done_->wake_fd(); }
  /// The job comes back if `most_waiting` are waiting in its lane already.
  [[nodiscard]] std::optional<Job> put(Job job, std::size_t lane = 0) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.at(lane).size() >= most_waiting_) return job;
      waiting_[lane].push_back(std::move(job));
    }
    changed_.notify_all();
    return std::nullopt;
  }
  /// The next one that is done, or nothing now.
  [[nodiscard]] std::optional<Job> take() { return done_->take(); }

 private:
  Worker(std::size_t lanes, std::size_t most_waiting, Work work, std::unique_ptr<Mailbox<Job>> done)
      : most_waiting_(most_waiting), work_(std::move(work)), done_(std::move(done)), waiting_(lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) threads_.emplace_back([this, lane] { run(lane); });
  }

  void run(std::size_t lane) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return stopping_ || !waiting_[lane].empty(); });
      if (stopping_) return;
      Job job = std::move(waiting_[lane].front());
      waiting_[lane].pop_front();
      lock.unlock();
      work_(job);
      SEALKEEP_ASSERT(done_->put(std::move(job)));
      lock.lock();
    }
  }

  std::size_t most_waiting_;
  Work work_;
  std::unique_ptr<Mailbox<Job>> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::deque<Job>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sealkeep

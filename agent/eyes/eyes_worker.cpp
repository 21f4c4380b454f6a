// SPDX-License-Identifier: Apache-2.0
#include "agent/eyes/eyes_worker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace sealkeep::agent {

Result<std::unique_ptr<EyesWorker>> EyesWorker::start(Eyes& eyes) {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0)
    return fail(ErrorKind::Full, "eyes.descriptors", "The process has no file descriptor left", {},
                "Raise its limit of open files");
  return std::unique_ptr<EyesWorker>(new EyesWorker(eyes, fd));
}

EyesWorker::EyesWorker(Eyes& eyes, int fd) : eyes_(eyes), fd_(fd), thread_([this] { run(); }) {}

EyesWorker::~EyesWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  close(fd_);
}

void EyesWorker::put(LookRequest request, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kLooksWaiting) {
      waiting_.push_back({std::move(request), std::move(reply)});
      changed_.notify_one();
      return;
    }
  }
  reply(fail(ErrorKind::Busy, "eyes.busy", "Too many pictures are looked at at once", {},
             "Try again in a few seconds"));
}

bool EyesWorker::step() {
  std::deque<Job> done;
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read_bytes = read(fd_, &count, sizeof count);
    done.swap(done_);
  }
  for (const Job& job : done) job.reply(job.outcome);
  return !done.empty();
}

void EyesWorker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job.outcome = eyes_.look(job.request);
    lock.lock();
    done_.push_back(std::move(job));
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written_bytes = write(fd_, &one, sizeof one);
  }
}

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include "common/api/secret_worker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace sealkeep::api {

Result<std::unique_ptr<SecretWorker>> SecretWorker::start() {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0)
    return fail(ErrorKind::Full, "http.descriptors", "The process has no file descriptor left", {},
                "Raise its limit of open files");
  return std::unique_ptr<SecretWorker>(new SecretWorker(fd));
}

SecretWorker::SecretWorker(int fd) : fd_(fd), thread_([this] { run(); }) {}

SecretWorker::~SecretWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  close(fd_);
}

std::optional<SecretWorker::Job> SecretWorker::put(http::RequestId id, SigningIn signing_in) {
  Job job{id, std::move(signing_in), tl::unexpected<Error>(Error{})};
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kSignInsWaiting) return job;
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
  return std::nullopt;
}

std::optional<SecretWorker::Job> SecretWorker::take() {
  const std::lock_guard lock(mutex_);
  if (done_.empty()) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read_bytes = read(fd_, &count, sizeof count);
    return std::nullopt;
  }
  std::optional<Job> job(std::move(done_.front()));
  done_.pop_front();
  return job;
}

void SecretWorker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job.outcome = access::verify(job.signing_in.check);
    lock.lock();
    done_.push_back(std::move(job));
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written_bytes = write(fd_, &one, sizeof one);
  }
}

}  // namespace sealkeep::api

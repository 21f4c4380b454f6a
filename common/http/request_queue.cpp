// SPDX-License-Identifier: Apache-2.0
#include "common/http/request_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace sealkeep::http {

Result<std::unique_ptr<RequestQueue>> RequestQueue::create(std::size_t limit) {
  const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) {
    return fail(ErrorKind::Full, "http.descriptors", "The HTTP server cannot be opened",
                "the process has no file descriptor left", "Raise the limit of open files of the service");
  }
  return std::unique_ptr<RequestQueue>(new RequestQueue(fd, limit));
}

RequestQueue::~RequestQueue() {
  ::close(fd_);
}

bool RequestQueue::put(PendingRequest request) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= limit_) return false;
  waiting_.push_back(std::move(request));
  const std::uint64_t one = 1;
  static_cast<void>(!::write(fd_, &one, sizeof one));  // cannot fail before 2^64 requests wait
  return true;
}

std::optional<PendingRequest> RequestQueue::take() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    std::uint64_t count = 0;
    static_cast<void>(!::read(fd_, &count, sizeof count));  // nothing to read is as good
    return std::nullopt;
  }
  PendingRequest out = std::move(waiting_.front());
  waiting_.pop_front();
  return out;
}

}  // namespace sealkeep::http

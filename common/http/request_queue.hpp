// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "common/http/request.hpp"

namespace sealkeep::http {

/// Names one request of one server; never used twice.
using RequestId = std::uint64_t;

struct PendingRequest {
  RequestId id = 0;
  Request request;
};

/// The way from the server's thread to the owner's: bounded, with a descriptor that can be read while
/// something waits. Any thread.
class RequestQueue {
 public:
  /// Full `http.descriptors` if the process has no descriptor left.
  [[nodiscard]] static Result<std::unique_ptr<RequestQueue>> create(std::size_t limit);
  ~RequestQueue();
  RequestQueue(const RequestQueue&) = delete;
  RequestQueue& operator=(const RequestQueue&) = delete;

  [[nodiscard]] int wake_fd() const { return fd_; }
  /// False if the queue is full.
  [[nodiscard]] bool put(PendingRequest request);
  [[nodiscard]] std::optional<PendingRequest> take();

 private:
  RequestQueue(int fd, std::size_t limit) : fd_(fd), limit_(limit) {}
  int fd_;
  std::size_t limit_;
  std::mutex mutex_;
  std::deque<PendingRequest> waiting_;
};

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "common/base/error.hpp"

namespace sealkeep {

/// A descriptor that can be read from raise() to clear(): how other threads wake an owner that polls. Any
/// thread.
class WakeFd {
 public:
  /// Full `base.descriptors` if the process has no descriptor left.
  [[nodiscard]] static Result<WakeFd> create();
  ~WakeFd();
  WakeFd(WakeFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  WakeFd& operator=(WakeFd&&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  void raise() const;
  void clear() const;

 private:
  explicit WakeFd(int fd) : fd_(fd) {}
  int fd_;
};

/// The way from other threads to an owner that polls: bounded, in the order they came. Any thread.
template <class T>
class Mailbox {
 public:
  /// The errors of WakeFd::create().
  [[nodiscard]] static Result<std::unique_ptr<Mailbox>> create(std::size_t limit) {
    auto wake = WakeFd::create();
    if (!wake) return tl::unexpected<Error>(std::move(wake).error());
    return std::unique_ptr<Mailbox>(new Mailbox(std::move(*wake), limit));
  }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Readable while something waits.
  [[nodiscard]] int wake_fd() const { return wake_.fd(); }
  /// False if it is full; then `one` was not taken.
  [[nodiscard]] bool put(T&& one) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= limit_) return false;
    waiting_.push_back(std::move(one));
    wake_.raise();
    return true;
  }
  [[nodiscard]] std::optional<T> take() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      wake_.clear();
      return std::nullopt;
    }
    std::optional<T> out(std::move(waiting_.front()));
    waiting_.pop_front();
    return out;
  }

 private:
  Mailbox(WakeFd wake, std::size_t limit) : wake_(std::move(wake)), limit_(limit) {}
  WakeFd wake_;
  std::size_t limit_;
  std::mutex mutex_;
  std::deque<T> waiting_;
};

}  // namespace sealkeep

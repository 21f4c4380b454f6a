// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "common/api/sessions.hpp"
#include "common/http/request_queue.hpp"

namespace sealkeep::api {

inline constexpr std::size_t kSignInsWaiting = 32;

/// Verifies secrets away from the owner's thread, one after the other: Argon2id
/// takes a tenth of a second and tens of megabytes, and facts do not wait for
/// it.
class SecretWorker {
 public:
  struct Job {
    http::RequestId id = 0;
    SigningIn signing_in;
    Result<access::SecretOutcome> outcome;
  };

  /// Full `http.descriptors` if the process has none left.
  [[nodiscard]] static Result<std::unique_ptr<SecretWorker>> start();
  ~SecretWorker();  ///< what is being verified is finished first; what waits is
                    ///< dropped

  /// Readable while a job is done.
  [[nodiscard]] int wake_fd() const { return fd_; }
  /// The job comes back if kSignInsWaiting are waiting already.
  [[nodiscard]] std::optional<Job> put(http::RequestId id, SigningIn signing_in);
  /// The next one that is done, or nothing now.
  [[nodiscard]] std::optional<Job> take();

 private:
  explicit SecretWorker(int fd);
  void run();

  int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_, done_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sealkeep::api

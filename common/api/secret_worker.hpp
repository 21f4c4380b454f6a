// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/api/sessions.hpp"
#include "common/base/worker.hpp"
#include "common/http/request_queue.hpp"

namespace sealkeep::api {

inline constexpr std::size_t kSignInsWaiting = 32;

struct SecretJob {
  http::RequestId id = 0;
  SigningIn signing_in;
  Result<access::SecretOutcome> outcome = tl::unexpected<Error>(Error{});
};

/// Verifies secrets away from the owner's thread, one after the other: Argon2id takes a tenth of a second and
/// tens of megabytes.
using SecretWorker = Worker<SecretJob>;
/// The errors of WakeFd::create().
[[nodiscard]] Result<std::unique_ptr<SecretWorker>> start_secret_worker();

}  // namespace sealkeep::api

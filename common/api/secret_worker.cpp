// SPDX-License-Identifier: Apache-2.0
#include "common/api/secret_worker.hpp"

namespace sealkeep::api {

Result<std::unique_ptr<SecretWorker>> start_secret_worker() {
  return SecretWorker::start(1, kSignInsWaiting,
                             [](SecretJob& job) { job.outcome = access::verify(job.signing_in.check); });
}

}  // namespace sealkeep::api

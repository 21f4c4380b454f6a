// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/mailbox.hpp"
#include "common/http/request.hpp"

namespace sealkeep::http {

/// Names one request of one server; never used twice.
using RequestId = std::uint64_t;

struct PendingRequest {
  RequestId id = 0;
  Request request;
};

/// The way from the server's thread to the owner's.
using RequestQueue = Mailbox<PendingRequest>;

}  // namespace sealkeep::http

// SPDX-License-Identifier: Apache-2.0
#include "common/net/context.hpp"

#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

NetContext::NetContext() : impl_(std::make_unique<Impl>()) {}
NetContext::~NetContext() = default;

}  // namespace sealkeep::net

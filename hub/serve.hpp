// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/api/http_door.hpp"
#include "common/net/context.hpp"
#include "common/net/service.hpp"
#include "hub/hub.hpp"

namespace sealkeep::hub {

struct ListenOn {
  std::string address = "127.0.0.1";  ///< or "*" for every interface
  std::uint16_t main_port = 7441;
  std::uint16_t enrol_port = 7442;
  sealkeep::api::DoorConfig web;  ///< for people and programs
};

/// The hub's daemon: one loop that owns the database and every socket, and the threads of the gatekeeper and
/// of the HTTP server beside it.
/// It refuses to start if the gatekeeper does not keep strangers out (self-test). Returns when a signal asked
/// it to stop, or with the error that makes it unsafe to go on; the caller then ends the process and whoever
/// supervises it starts it again.
[[nodiscard]] Result<> serve(Hub& hub, net::NetContext& context, net::SignalFd& signals,
                             const ListenOn& listen);

}  // namespace sealkeep::hub

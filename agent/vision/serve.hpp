// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "agent/vision/cameras/camera_room.hpp"
#include "agent/vision/keeper.hpp"
#include "common/base/log.hpp"
#include "common/net/context.hpp"
#include "common/net/service.hpp"

namespace sealkeep::vision {

/// Answers commands on the local socket of `folder` (common/net/local_socket.hpp) as docs/formats/vision.md
/// says (read, capture, status) until a signal comes, and looks through the cameras that are to be looked
/// through by themselves. Waits for nothing but the poller: a camera that does not answer, and a picture that
/// is being read, hold up only who waits for them. The errors of LocalServer::open(), CameraRoom::open() and
/// CameraRoom::catch_up().
[[nodiscard]] Result<> serve(Keeper& keeper, CameraRoom& cameras, net::NetContext& context,
                             net::SignalFd& signals, const std::filesystem::path& folder, Logger& log);

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>

#include "agent/vision/cameras/camera_room.hpp"
#include "agent/vision/picture_reader.hpp"
#include "common/base/log.hpp"
#include "common/net/context.hpp"
#include "common/net/service.hpp"

namespace sealkeep::vision {

/// Reads pictures for a process that answers others over a socket. That one has threads, and a process with
/// threads must not fork: the keeper is forked before them and starts the reading processes in its own place.
/// Create it before the NetContext.
class Keeper {
 public:
  explicit Keeper(ReaderSetup setup);
  /// Starts the keeper, so that it is there before any thread is.
  [[nodiscard]] Result<> start();
  /// As PictureReader::read().
  [[nodiscard]] Result<Reading> read(ReadKind kind, ByteView file);

 private:
  Child child_;
};

/// Answers commands on the local socket of `folder` (common/net/local_socket.hpp) as docs/formats/vision.md
/// says (read, capture, status) until a signal comes, and looks through the cameras that are to be looked
/// through by themselves. BadInput `cli.unknown_command` for anything else. The errors of
/// LocalServer::open(), CameraRoom::open() and CameraRoom::catch_up().
[[nodiscard]] Result<> serve(Keeper& keeper, CameraRoom& cameras, net::NetContext& context,
                             net::SignalFd& signals, const std::filesystem::path& folder, Logger& log);

}  // namespace sealkeep::vision

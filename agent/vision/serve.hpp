// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>

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

/// Answers commands on the local socket of `folder` (common/net/local_socket.hpp) in the form of every daemon
/// of the house (common/cli/command.hpp) until a signal comes:
///   read --kind KIND, the picture as attachment: the value that `sealkeep-vision read` prints for it
///   status: {"reads": how many pictures were read, "failed": how many were not}
/// BadInput `cli.unknown_command` for anything else. The errors of LocalServer::open().
[[nodiscard]] Result<> serve(Keeper& keeper, net::NetContext& context, net::SignalFd& signals,
                             const std::filesystem::path& folder, Logger& log);

}  // namespace sealkeep::vision

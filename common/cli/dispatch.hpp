// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>

#include "common/cli/command.hpp"
#include "common/net/local_socket.hpp"

namespace sealkeep::cli {

using OnProgress = std::function<void(const Progress&)>;
/// Carries out one command: in the daemon, or in the calling process that holds the folder's lock.
using Handler = std::function<Result<Value>(const Command&, const OnProgress&)>;

struct DispatchOptions {
  bool folder_may_be_new = false;    ///< for `init` and `enrol`: a missing data folder is no error
  std::int64_t silence_ms = 60'000;  ///< the longest silence of the daemon
  std::int64_t patience_ms =
      3'000;  ///< how long a folder may be locked while nobody listens (a daemon starts)
};

/// Runs a command where the data are: in the daemon if one listens in `data_folder`, else here, by calling
/// `execute_locally` while holding the folder's FolderLock. If the folder is locked and nobody listens, a
/// daemon is starting or another command is running: both ways are tried again until `patience_ms` is over,
/// then Busy `store.locked`. A command is never carried out twice: once a daemon took it, its outcome or
/// LocalClient's error comes back. NotFound `cli.data_folder` if the folder is missing. Blocks; calls
/// `on_progress` on this thread.
[[nodiscard]] Result<Value> run_command(net::NetContext& context, const Command& command,
                                        const std::filesystem::path& data_folder,
                                        const Handler& execute_locally, const OnProgress& on_progress,
                                        const DispatchOptions& options = {});

/// The daemon's side: decodes one request, calls the handler and sends progress (at most about 100 parts) and
/// the outcome. Everything that is wrong with the request goes back as the error. Returns what came of it,
/// for the log: Disconnected or Busy if the client did not take the answer. On the thread that owns the
/// server.
Result<> answer(net::LocalServer& server, const net::LocalRequest& request, const Handler& handler);

/// The outcome of a command, as its last part: of one that is carried out while others are answered. What
/// came of it as with answer().
Result<> send_outcome(net::LocalServer& server, const net::PeerId& client, Result<Value> outcome);

}  // namespace sealkeep::cli

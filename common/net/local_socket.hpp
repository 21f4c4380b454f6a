// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "common/base/limits.hpp"
#include "common/net/context.hpp"
#include "common/net/peer.hpp"
#include "common/net/poller.hpp"

namespace sealkeep::net {

/// Name of the daemon's socket inside its data folder.
inline constexpr const char* kLocalSocketName = "command.sock";

/// The command line speaks to its running daemon over a Unix socket in the data folder. Whoever may enter the
/// folder may command the daemon: ZeroMQ does not show the credentials of the other process, so the folder
/// (0700) and the socket (0600) are the whole protection, and a folder that others may enter is refused.
///
/// Both ends reach the socket through an open descriptor of the folder (/proc/self/fd), so the length of the
/// folder's name does not matter.

struct LocalRequest {
  PeerId client;
  Bytes payload;
};

/// The daemon's end. Never blocks. One thread owns it.
class LocalServer final : public Pollable {
 public:
  /// Listens in `folder`, which must exist. Replaces the socket of a daemon that was killed; Busy
  /// `daemon.already_running` if one lives (it holds a lock on "daemon.lock" in the folder). Refused
  /// `daemon.folder_permissions` if the folder is another user's or open to others; Refused `net.bind`
  /// otherwise.
  [[nodiscard]] static Result<std::unique_ptr<LocalServer>> open(NetContext& context,
                                                                 const std::filesystem::path& folder);
  ~LocalServer() override;  ///< removes the socket

  /// The next request, or nothing now. Requests of several frames are thrown away; one above
  /// limits::kCommandBytes cuts its sender.
  [[nodiscard]] std::optional<LocalRequest> receive();

  /// One part of the answer, the final one with `last`. Disconnected `net.peer_gone`; Busy `net.peer_slow`
  /// when 1,000 parts wait for a client that does not read; BadInput `net.message_size` above
  /// limits::kCommandBytes.
  [[nodiscard]] Result<> reply(const PeerId& client, ByteView part, bool last = true);

  void add_handles(std::vector<PollHandle>& out) const override;

 private:
  struct Impl;
  explicit LocalServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The command line's end: asks one thing at a time and waits for the answer. Any number of clients at once.
class LocalClient {
 public:
  LocalClient(NetContext& context, std::filesystem::path folder)
      : context_(context), folder_(std::move(folder)) {}

  /// Called for each part of an answer, in order; the final one with `last`.
  using OnPart = std::function<void(ByteView part, bool last)>;

  /// Sends the request on a connection of its own and waits for all parts; `timeout_ms` is the longest
  /// silence. Disconnected `daemon.not_running` at once if no daemon listens, or if it ends before the last
  /// part
  /// (`daemon.went_away`: the command may or may not have been carried out); Busy `daemon.silent` after the
  /// time-out; Refused `daemon.folder_permissions` if the folder may not be entered; BadInput
  /// `net.message_size` if the request is empty or above limits::kCommandBytes.
  [[nodiscard]] Result<> ask(ByteView request, std::int64_t timeout_ms, const OnPart& on_part);
  /// The same, with all parts joined.
  [[nodiscard]] Result<Bytes> ask(ByteView request, std::int64_t timeout_ms);

 private:
  NetContext& context_;
  std::filesystem::path folder_;
};

}  // namespace sealkeep::net

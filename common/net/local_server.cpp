// SPDX-License-Identifier: Apache-2.0
#include "common/net/local_format.hpp"
#include "common/net/local_socket.hpp"
#include "common/net/unix_socket.hpp"
#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

struct LocalServer::Impl {
  OwnedFd folder;
  OwnedFd lock;
  zmq::socket_t socket;
};

LocalServer::LocalServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LocalServer::~LocalServer() {
  // The name goes while the lock is held: libzmq closes its descriptor later, when a successor may be
  // listening.
  remove_socket(impl_->folder);
}

Result<std::unique_ptr<LocalServer>> LocalServer::open(NetContext& context,
                                                       const std::filesystem::path& folder) {
  SEALKEEP_LET(folder_fd, open_folder(folder));
  SEALKEEP_TRY(check_private(folder_fd, folder));
  SEALKEEP_LET(lock, lock_folder(folder_fd, folder));
  SEALKEEP_LET(listening, listen_in(folder_fd));
  try {
    zmq::socket_t socket(context.impl().context, zmq::socket_type::router);
    set_limits(socket, {limits::kCommandBytes, local::kRequestsPerClient, local::kPartsPerClient});
    socket.set(zmq::sockopt::router_mandatory, true);
    socket.set(zmq::sockopt::use_fd, listening.get());
    socket.bind("ipc://" + socket_path(folder_fd));
    (void)listening.release();  // libzmq closes it with the socket
    auto impl = std::make_unique<Impl>(Impl{std::move(folder_fd), std::move(lock), std::move(socket)});
    return std::unique_ptr<LocalServer>(new LocalServer(std::move(impl)));
  } catch (const zmq::error_t& error) {
    remove_socket(folder_fd);
    return tl::unexpected<Error>(
        zmq_error(ErrorKind::Refused, "net.bind", "cannot listen on the daemon's local socket", error));
  }
}

std::optional<LocalRequest> LocalServer::receive() {
  try {
    while (std::optional<Frames> message = receive_frames(impl_->socket, 2)) {
      if (!message->complete || message->frames.size() != 2 || message->frames[1].size() == 0) continue;
      return LocalRequest{{to_bytes(view(message->frames[0]))}, to_bytes(view(message->frames[1]))};
    }
  } catch (const zmq::error_t&) {
    // Nothing was taken; the next call tries again.
  }
  return std::nullopt;
}

Result<> LocalServer::reply(const PeerId& client, ByteView part, bool last) {
  if (part.size() > limits::kCommandBytes) {
    return bad_input("net.message_size", "a part of an answer is too large to send");
  }
  const auto gone = [] {
    return fail(ErrorKind::Disconnected, "net.peer_gone", "the command that asked has ended");
  };
  try {
    switch (send_frames(impl_->socket, {client.bytes, as_bytes(last ? local::kLast : local::kMore), part})) {
      case Sent::Yes:
        return {};
      case Sent::QueueFull:
        return fail(ErrorKind::Busy, "net.peer_slow", "the command that asked does not read its answer");
      case Sent::NoSuchPeer:
        break;
    }
    return gone();
  } catch (const zmq::error_t&) {
    return gone();
  }
}

void LocalServer::add_handles(std::vector<PollHandle>& out) const {
  out.push_back({impl_->socket.handle(), -1});
}

}  // namespace sealkeep::net

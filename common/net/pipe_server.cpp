// SPDX-License-Identifier: Apache-2.0
#include "common/net/pipe_server.hpp"

#include <cerrno>

#include "common/crypto/encoding.hpp"
#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

namespace {

// The constant is in the header's DRAFT block; the released library honours it. Without it a domain whose
// gatekeeper has died lets everybody in.
constexpr int kZapEnforceDomain = 93;
constexpr int kBacklog = 2000;
constexpr int kRefusedInARow = 64;

bool enforce_zap_domain(zmq::socket_t& socket) {
  const int on = 1;
  if (zmq_setsockopt(socket.handle(), kZapEnforceDomain, &on, sizeof on) != 0) return false;
  int now = 0;
  std::size_t size = sizeof now;
  return zmq_getsockopt(socket.handle(), kZapEnforceDomain, &now, &size) == 0 && now == 1;
}

std::string bind_endpoint(const PipeServerConfig& config) {
  const bool v6 = config.address.find(':') != std::string::npos;
  const std::string port = config.port == 0 ? "*" : std::to_string(config.port);
  return "tcp://" + (v6 ? "[" + config.address + "]" : config.address) + ":" + port;
}

// libzmq names its connections with five bytes, the first of them zero; a client cannot choose such a name.
bool chosen_by_us(ByteView routing_id) {
  return routing_id.size() == 5 && routing_id[0] == 0;
}

std::string without_mapping(std::string address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.erase(0, kMapped.size());
  return address;
}

}  // namespace

struct PipeServer::Impl {
  zmq::socket_t socket;
  std::size_t max_message_bytes;
  std::string endpoint;
  std::uint16_t port = 0;
  Dropped dropped;

  std::optional<Incoming> accept(Frames message);
};

PipeServer::PipeServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PipeServer::~PipeServer() = default;
const std::string& PipeServer::endpoint() const {
  return impl_->endpoint;
}
std::uint16_t PipeServer::port() const {
  return impl_->port;
}
const PipeServer::Dropped& PipeServer::dropped() const {
  return impl_->dropped;
}
void PipeServer::add_handles(std::vector<PollHandle>& out) const {
  out.push_back({impl_->socket.handle(), -1});
}

Result<std::unique_ptr<PipeServer>> PipeServer::open(NetContext& context, const Gatekeeper&,
                                                     const PipeServerConfig& config, const BoxKey& key) {
  if (config.zap_domain.empty() || config.max_message_bytes == 0 || config.receive_queue_messages <= 0 ||
      config.send_queue_messages <= 0) {
    return bad_input("net.config", "the settings of the network port are not usable",
                     "an empty domain or a limit of zero");
  }
  try {
    zmq::socket_t socket(context.impl().context, zmq::socket_type::router);
    set_limits(socket, {config.max_message_bytes + kCurveOverheadBytes, config.receive_queue_messages,
                        config.send_queue_messages});
    set_heartbeat(socket);
    socket.set(zmq::sockopt::router_mandatory, true);
    socket.set(zmq::sockopt::backlog, kBacklog);
    socket.set(zmq::sockopt::ipv6, config.address == "*" || config.address.find(':') != std::string::npos);
    socket.set(zmq::sockopt::curve_server, true);
    socket.set(zmq::sockopt::curve_secretkey, buffer(key.private_bytes()));
    socket.set(zmq::sockopt::zap_domain, config.zap_domain);
    if (!enforce_zap_domain(socket)) {
      return fail(ErrorKind::Refused, "net.zap_not_enforced",
                  "this libzmq does not take ZMQ_ZAP_ENFORCE_DOMAIN",
                  "another version or build of the library", "install libzmq 4.3.4 or newer");
    }
    socket.bind(bind_endpoint(config));
    std::string endpoint = socket.get(zmq::sockopt::last_endpoint);
    const std::size_t colon = endpoint.rfind(':');
    auto impl = std::make_unique<Impl>();
    impl->port = static_cast<std::uint16_t>(std::stoul(endpoint.substr(colon + 1)));
    impl->endpoint = std::move(endpoint);
    impl->max_message_bytes = config.max_message_bytes;
    impl->socket = std::move(socket);
    return std::unique_ptr<PipeServer>(new PipeServer(std::move(impl)));
  } catch (const zmq::error_t& error) {
    const std::string what = "cannot listen on " + printable(bind_endpoint(config));
    if (error.num() == EADDRINUSE) {
      return fail(ErrorKind::Busy, "net.address_in_use", what, "another program uses the port",
                  "stop it or choose another port");
    }
    return tl::unexpected<Error>(zmq_error(ErrorKind::Refused, "net.bind", what, error));
  }
}

std::optional<Incoming> PipeServer::Impl::accept(Frames message) {
  if (message.frames.size() != 2 || !message.complete) {
    ++dropped.multi_part;
    return std::nullopt;
  }
  const ByteView routing_id = view(message.frames[0]);
  const zmq::message_t& payload = message.frames[1];
  if (!chosen_by_us(routing_id)) {
    ++dropped.chosen_routing_id;
    return std::nullopt;
  }
  // After a poll, frame 0 has lost its metadata in libzmq 4.3.4; the payload's is right.
  const Result<Bytes> user_id = from_hex(frame_property(payload, "User-Id"));
  Incoming incoming;
  if (!user_id || user_id->size() != incoming.curve_key.bytes.size()) {
    ++dropped.no_identity;
    return std::nullopt;
  }
  std::copy(user_id->begin(), user_id->end(), incoming.curve_key.bytes.begin());
  incoming.peer.bytes = to_bytes(routing_id);
  incoming.peer_address = without_mapping(frame_property(payload, "Peer-Address"));
  incoming.payload = to_bytes(view(payload));
  return incoming;
}

std::optional<Incoming> PipeServer::receive() {
  try {
    for (int i = 0; i < kRefusedInARow; ++i) {
      std::optional<Frames> message = receive_frames(impl_->socket, 2);
      if (!message) return std::nullopt;
      if (std::optional<Incoming> incoming = impl_->accept(std::move(*message))) return incoming;
    }
  } catch (const zmq::error_t&) {
    ++impl_->dropped.failed;
  }
  return std::nullopt;
}

Result<> PipeServer::send(const PeerId& peer, ByteView payload) {
  if (payload.empty() || payload.size() > impl_->max_message_bytes) {
    return bad_input("net.message_size", "a message is empty or too large to send");
  }
  try {
    switch (send_frames(impl_->socket, {peer.bytes, payload})) {
      case Sent::Yes:
        return {};
      case Sent::QueueFull:
        return fail(ErrorKind::Busy, "net.peer_slow", "the other side does not read its messages");
      case Sent::NoSuchPeer:
        break;
    }
    return fail(ErrorKind::Disconnected, "net.peer_gone", "the connection is gone");
  } catch (const zmq::error_t& error) {
    return tl::unexpected<Error>(
        zmq_error(ErrorKind::Disconnected, "net.peer_gone", "sending failed", error));
  }
}

}  // namespace sealkeep::net

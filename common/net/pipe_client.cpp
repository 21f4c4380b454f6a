// SPDX-License-Identifier: Apache-2.0
#include "common/net/pipe_client.hpp"

#include <algorithm>

#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

namespace {
constexpr std::int64_t kIdleMs = 60'000;
}

struct PipeClient::Impl {
  Impl(NetContext& net, PipeClientConfig settings, const BoxKey& own_key, Random& jitter)
      : context(net),
        config(std::move(settings)),
        key(own_key),
        random(jitter),
        pause_ms(config.rebuild_ms) {}

  NetContext& context;
  const PipeClientConfig config;
  const BoxKey& key;
  Random& random;
  std::unique_ptr<MonitoredSocket> pipe;  // none during the pause after a refusal
  bool connected = false;
  std::int64_t pause_ms;
  std::int64_t rebuild_at_ms = 0;
  std::vector<PipeEvent> events;

  void build();  // throws
  void tear_down(std::int64_t now_mono_ms);
  void read_monitor(std::int64_t now_mono_ms);  // throws
};

void PipeClient::Impl::build() {
  auto fresh = std::make_unique<MonitoredSocket>(
      context, zmq::socket_type::dealer,
      monitor_event::kHandshakeSucceeded | monitor_event::kHandshakeFailed | monitor_event::kDisconnected);
  zmq::socket_t& socket = fresh->socket();
  set_limits(socket, {config.max_message_bytes + kCurveOverheadBytes, config.send_queue_messages * 2,
                      config.send_queue_messages});
  set_heartbeat(socket);
  set_curve_client(socket, key, config.server_key);
  socket.set(zmq::sockopt::immediate, true);
  socket.set(zmq::sockopt::ipv6, true);
  socket.set(zmq::sockopt::reconnect_ivl, static_cast<int>(config.reconnect_ms));
  socket.set(zmq::sockopt::reconnect_ivl_max, static_cast<int>(config.reconnect_max_ms));
  socket.connect(config.endpoint);
  pipe = std::move(fresh);
}

void PipeClient::Impl::tear_down(std::int64_t now_mono_ms) {
  pipe.reset();
  connected = false;
  const auto half = static_cast<std::uint64_t>(pause_ms) / 2;
  rebuild_at_ms = now_mono_ms + pause_ms - static_cast<std::int64_t>(random.below(half + 1));
  pause_ms = std::min(pause_ms * 2, config.rebuild_max_ms);
}

void PipeClient::Impl::read_monitor(std::int64_t now_mono_ms) {
  while (pipe) {
    const std::optional<int> event = pipe->next_event();
    if (!event) return;
    if (*event == monitor_event::kHandshakeSucceeded) {
      connected = true;
      pause_ms = config.rebuild_ms;
      events.push_back(PipeEvent::Connected);
    } else if (*event == monitor_event::kDisconnected) {
      if (connected) events.push_back(PipeEvent::Disconnected);
      connected = false;
    } else if ((*event & monitor_event::kHandshakeFailed) != 0) {
      events.push_back(*event == monitor_event::kHandshakeFailedAuth ? PipeEvent::Refused
                                                                     : PipeEvent::HandshakeFailed);
      tear_down(now_mono_ms);
    }
  }
}

PipeClient::PipeClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PipeClient::~PipeClient() = default;

Result<std::unique_ptr<PipeClient>> PipeClient::open(NetContext& context, const PipeClientConfig& config,
                                                     const BoxKey& key, Random& random) {
  const bool usable = config.endpoint.starts_with("tcp://") && config.server_key != BoxPublicKey{} &&
                      config.max_message_bytes > 0 && config.send_queue_messages > 0 &&
                      config.reconnect_ms > 0 && config.reconnect_max_ms >= config.reconnect_ms &&
                      config.rebuild_ms > 0 && config.rebuild_max_ms >= config.rebuild_ms;
  const std::string what =
      "the settings of the connection to " + printable(config.endpoint) + " are not usable";
  const std::string next = "write the endpoint as tcp://HOST:PORT and pin the hub's key";
  if (!usable)
    return bad_input("net.config", what, "no tcp:// endpoint, no server key or a limit of zero", next);
  auto impl = std::make_unique<Impl>(context, config, key, random);
  try {
    impl->build();
  } catch (const zmq::error_t& error) {
    return bad_input("net.config", what, error.what(), next);
  }
  return std::unique_ptr<PipeClient>(new PipeClient(std::move(impl)));
}

std::int64_t PipeClient::step(std::int64_t now_mono_ms) {
  try {
    impl_->read_monitor(now_mono_ms);
    if (!impl_->pipe && now_mono_ms >= impl_->rebuild_at_ms) impl_->build();
  } catch (const zmq::error_t&) {
    impl_->tear_down(now_mono_ms);
  }
  return now_mono_ms +
         (impl_->pipe ? kIdleMs : std::clamp<std::int64_t>(impl_->rebuild_at_ms - now_mono_ms, 0, kIdleMs));
}

bool PipeClient::connected() const {
  return impl_->connected;
}

std::vector<PipeEvent> PipeClient::take_events() {
  return std::exchange(impl_->events, {});
}

Result<> PipeClient::send(ByteView payload) {
  if (payload.empty() || payload.size() > impl_->config.max_message_bytes) {
    return bad_input("net.message_size", "a message is empty or too large to send");
  }
  const auto gone = [] {
    return fail(ErrorKind::Disconnected, "net.no_connection", "there is no connection to the hub", {},
                "nothing to do: it is tried again by itself");
  };
  if (!impl_->pipe || !impl_->connected) return gone();
  try {
    if (send_frames(impl_->pipe->socket(), {payload}) == Sent::Yes) return {};
    return fail(ErrorKind::Busy, "net.queue_full", "the connection takes no more messages now");
  } catch (const zmq::error_t&) {
    return gone();
  }
}

std::optional<Bytes> PipeClient::receive() {
  if (!impl_->pipe) return std::nullopt;
  try {
    while (std::optional<Frames> message = receive_frames(impl_->pipe->socket(), 1)) {
      if (message->complete) return to_bytes(view(message->frames[0]));
    }
  } catch (const zmq::error_t&) {
    // The monitor tells what happened to the connection.
  }
  return std::nullopt;
}

void PipeClient::add_handles(std::vector<PollHandle>& out) const {
  if (!impl_->pipe) return;
  out.push_back({impl_->pipe->socket().handle(), -1});
  out.push_back({impl_->pipe->monitor().handle(), -1});
}

}  // namespace sealkeep::net

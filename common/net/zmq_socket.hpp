// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "common/base/bytes.hpp"
#include "common/crypto/envelope.hpp"
#include "common/net/context.hpp"

/// What the sources of common/net share. Nobody else includes this header: it is the only one that shows
/// ZeroMQ. Functions marked "throws" throw zmq::error_t; the public functions of this folder catch it.
namespace sealkeep::net {

struct NetContext::Impl {
  zmq::context_t context{1};
  std::atomic<std::uint64_t> next_monitor{0};
};

/// The error of a failed call into libzmq.
[[nodiscard]] Error zmq_error(ErrorKind kind, std::string code, std::string what, const zmq::error_t& error);

/// Events of the socket monitor (zmq_socket_monitor(3)); the header hides some of them in its DRAFT block.
namespace monitor_event {
inline constexpr int kConnectRetried = 0x0004;
inline constexpr int kDisconnected = 0x0200;
inline constexpr int kHandshakeFailedNoDetail = 0x0800;
inline constexpr int kHandshakeSucceeded = 0x1000;
inline constexpr int kHandshakeFailedProtocol = 0x2000;
inline constexpr int kHandshakeFailedAuth = 0x4000;
inline constexpr int kHandshakeFailed =
    kHandshakeFailedNoDetail | kHandshakeFailedProtocol | kHandshakeFailedAuth;
}  // namespace monitor_event

/// What CURVE adds to each frame on the wire (RFC 26: command name, nonce, authenticator, flags). MAXMSGSIZE
/// counts it.
inline constexpr std::size_t kCurveOverheadBytes = 8 + 8 + 16 + 1;

/// Limits of a socket that sends and receives.
struct SocketLimits {
  std::size_t max_message_bytes = 0;
  int receive_queue_messages = 0;
  int send_queue_messages = 0;
};

/// LINGER 0, queues and message size: what every socket that talks to another process has. Throws.
void set_limits(zmq::socket_t& socket, const SocketLimits& limits);
/// The handshake's time and the heartbeats of both ends of the pipe (10 s, 30 s, 30 s: shorter ones are
/// reported to run into asserts of libzmq's I/O thread). Throws.
void set_heartbeat(zmq::socket_t& socket);
/// Makes the socket a CURVE client. Throws.
void set_curve_client(zmq::socket_t& socket, const BoxKey& key, const BoxPublicKey& server_key);

/// The frames of one message.
struct Frames {
  std::vector<zmq::message_t> frames;  ///< at most as many as were asked for
  bool complete = true;                ///< false: there were more, and they are thrown away
};
/// One whole message without waiting, or nothing. At most `max_frames` are kept. Throws.
[[nodiscard]] std::optional<Frames> receive_frames(zmq::socket_t& socket, std::size_t max_frames);

[[nodiscard]] ByteView view(const zmq::message_t& frame);
[[nodiscard]] zmq::const_buffer buffer(ByteView bytes);
/// A property that libzmq attached to a received frame, or "".
[[nodiscard]] std::string frame_property(const zmq::message_t& frame, const char* name);

enum class Sent { Yes, QueueFull, NoSuchPeer };
/// Sends the parts as one message without waiting. Throws for errors other than the two named.
[[nodiscard]] Sent send_frames(zmq::socket_t& socket, std::initializer_list<ByteView> parts);

/// A client socket and the socket of its monitor.
class MonitoredSocket {
 public:
  /// `events` of monitor_event. Throws.
  MonitoredSocket(NetContext& context, zmq::socket_type type, int events);
  ~MonitoredSocket();
  MonitoredSocket(const MonitoredSocket&) = delete;
  MonitoredSocket& operator=(const MonitoredSocket&) = delete;

  [[nodiscard]] zmq::socket_t& socket() { return socket_; }
  [[nodiscard]] zmq::socket_t& monitor() { return monitor_; }
  /// The next event that the monitor tells, without waiting. Throws.
  [[nodiscard]] std::optional<int> next_event();

 private:
  zmq::socket_t socket_;
  zmq::socket_t monitor_;
};

}  // namespace sealkeep::net

// SPDX-License-Identifier: Apache-2.0
#include "common/net/zmq_socket.hpp"

#include <cerrno>
#include <cstring>

namespace sealkeep::net {

Error zmq_error(ErrorKind kind, std::string code, std::string what, const zmq::error_t& error) {
  return Error{kind, std::move(code), std::move(what), error.what(), {}};
}

void set_limits(zmq::socket_t& socket, const SocketLimits& limits) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(limits.max_message_bytes));
  socket.set(zmq::sockopt::rcvhwm, limits.receive_queue_messages);
  socket.set(zmq::sockopt::sndhwm, limits.send_queue_messages);
}

void set_heartbeat(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::handshake_ivl, 5'000);
  socket.set(zmq::sockopt::heartbeat_ivl, 10'000);
  socket.set(zmq::sockopt::heartbeat_timeout, 30'000);
  socket.set(zmq::sockopt::heartbeat_ttl, 30'000);
}

void set_curve_client(zmq::socket_t& socket, const BoxKey& key, const BoxPublicKey& server_key) {
  socket.set(zmq::sockopt::curve_serverkey, buffer(server_key.bytes));
  socket.set(zmq::sockopt::curve_publickey, buffer(key.public_key().bytes));
  socket.set(zmq::sockopt::curve_secretkey, buffer(key.private_bytes()));
}

namespace {

// zmq::socket_t::recv throws for EINTR; a signal handler that ran is no reason to give up.
bool receive_frame(zmq::socket_t& socket, zmq::message_t& frame) {
  for (;;) {
    if (zmq_msg_recv(frame.handle(), socket.handle(), ZMQ_DONTWAIT) >= 0) return true;
    if (errno == EAGAIN) return false;
    if (errno != EINTR) throw zmq::error_t();
  }
}

Sent send_frame(zmq::socket_t& socket, ByteView part, int flags) {
  for (;;) {
    if (zmq_send(socket.handle(), part.data(), part.size(), flags | ZMQ_DONTWAIT) >= 0) return Sent::Yes;
    if (errno == EAGAIN) return Sent::QueueFull;
    if (errno == EHOSTUNREACH) return Sent::NoSuchPeer;
    if (errno != EINTR) throw zmq::error_t();
  }
}

}  // namespace

std::optional<Frames> receive_frames(zmq::socket_t& socket, std::size_t max_frames) {
  Frames message;
  for (bool first = true;; first = false) {
    zmq::message_t frame;
    if (!receive_frame(socket, frame)) {
      if (first) return std::nullopt;
      // libzmq hands over whole messages, so the next frame was there.
      throw zmq::error_t();
    }
    const bool more = frame.more();
    if (message.frames.size() < max_frames) {
      message.frames.push_back(std::move(frame));
    } else {
      message.complete = false;
    }
    if (!more) return message;
  }
}

ByteView view(const zmq::message_t& frame) {
  return {frame.data<std::uint8_t>(), frame.size()};
}

zmq::const_buffer buffer(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

std::string frame_property(const zmq::message_t& frame, const char* name) {
  const char* text = zmq_msg_gets(frame.handle(), name);
  return text == nullptr ? std::string() : std::string(text);
}

Sent send_frames(zmq::socket_t& socket, std::initializer_list<ByteView> parts) {
  std::size_t left = parts.size();
  bool first = true;
  for (ByteView part : parts) {
    const int flags = --left > 0 ? ZMQ_SNDMORE : 0;
    Sent sent = send_frame(socket, part, flags);
    if (sent == Sent::QueueFull && first) {
      // A connection or room that the I/O thread has just reported is seen only when the socket looks at its
      // mailbox, which sending does at most once a millisecond and asking for the events does always.
      (void)socket.get(zmq::sockopt::events);
      sent = send_frame(socket, part, flags);
    }
    if (sent != Sent::Yes) return sent;
    first = false;
  }
  return Sent::Yes;
}

MonitoredSocket::MonitoredSocket(NetContext& context, zmq::socket_type type, int events)
    : socket_(context.impl().context, type), monitor_(context.impl().context, zmq::socket_type::pair) {
  socket_.set(zmq::sockopt::linger, 0);
  monitor_.set(zmq::sockopt::linger, 0);
  const std::string address = "inproc://sealkeep.monitor." + std::to_string(context.impl().next_monitor++);
  if (zmq_socket_monitor(socket_.handle(), address.c_str(), events) != 0) throw zmq::error_t();
  monitor_.connect(address);
}

MonitoredSocket::~MonitoredSocket() {
  zmq_socket_monitor(socket_.handle(), nullptr, 0);
}

std::optional<int> MonitoredSocket::next_event() {
  std::optional<Frames> message = receive_frames(monitor_, 1);
  if (!message) return std::nullopt;
  std::uint16_t number = 0;
  if (message->frames[0].size() < sizeof number) return 0;
  std::memcpy(&number, message->frames[0].data(), sizeof number);
  return number;
}

}  // namespace sealkeep::net

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "common/base/limits.hpp"
#include "common/base/random.hpp"
#include "common/crypto/envelope.hpp"
#include "common/net/context.hpp"
#include "common/net/poller.hpp"

namespace sealkeep::net {

struct PipeClientConfig {
  std::string endpoint;     ///< "tcp://hub.example.com:7441", "tcp://[2001:db8::1]:7441"
  BoxPublicKey server_key;  ///< pinned: a server without its private key is never spoken to
  std::size_t max_message_bytes = limits::kMessageBytes;
  int send_queue_messages = 4;  ///< then send() says Busy; the backlog stays in the database
  std::int64_t reconnect_ms =
      1'000;  ///< first wait of libzmq after a lost or failed TCP connection, doubling ...
  std::int64_t reconnect_max_ms = 60'000;  ///< ... up to this
  std::int64_t rebuild_ms = 1'000;         ///< first wait after a refused handshake, doubling ...
  std::int64_t rebuild_max_ms = 30'000;    ///< ... up to this, so that an approval is noticed within a minute
};

enum class PipeEvent {
  Connected,        ///< the handshake succeeded: CURVE both ways and the hub's gatekeeper agreed
  Disconnected,     ///< a connection that was up is gone; messages in flight may be lost
  Refused,          ///< the hub's gatekeeper does not know this key (yet)
  HandshakeFailed,  ///< any other failure: the wrong server key, not ZeroMQ, a time-out
};

/// The agent's end of the pipe: a DEALER socket that speaks CURVE. libzmq reconnects by itself after a lost
/// connection, but never after a refused handshake, so this class watches the socket's monitor and then
/// builds the socket anew after a pause (with jitter, so that sites do not come back all at once). Nothing is
/// queued while there is no connection. One message is one frame. Never blocks. One thread owns it.
class PipeClient final : public Pollable {
 public:
  /// Starts to connect in the background. `key` and `random` must outlive the client. BadInput `net.config`
  /// for an endpoint that libzmq cannot read, a limit of zero or a server key of zeros.
  [[nodiscard]] static Result<std::unique_ptr<PipeClient>> open(NetContext& context,
                                                                const PipeClientConfig& config,
                                                                const BoxKey& key, Random& random);
  ~PipeClient() override;

  /// Reads the monitor and rebuilds the socket when its pause is over. Call it whenever the poller says so
  /// and not later than the time it returned (same clock as `now_mono_ms`; at most 60 s ahead).
  std::int64_t step(std::int64_t now_mono_ms);

  /// Between Connected and Disconnected, as of the last step().
  [[nodiscard]] bool connected() const;
  /// What happened since the last call, oldest first.
  [[nodiscard]] std::vector<PipeEvent> take_events();

  /// Hands the message to the I/O thread; that is no promise that it arrives. Disconnected
  /// `net.no_connection`; Busy `net.queue_full`; BadInput `net.message_size` above max_message_bytes or
  /// empty.
  [[nodiscard]] Result<> send(ByteView payload);
  /// The next message, or nothing if there is none now. Messages of several frames are thrown away.
  [[nodiscard]] std::optional<Bytes> receive();

  void add_handles(std::vector<PollHandle>& out) const override;

 private:
  struct Impl;
  explicit PipeClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::net

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "common/base/limits.hpp"
#include "common/crypto/envelope.hpp"
#include "common/net/gatekeeper.hpp"
#include "common/net/peer.hpp"
#include "common/net/poller.hpp"

namespace sealkeep::net {

struct PipeServerConfig {
  std::string address =
      "127.0.0.1";              ///< an IPv4 or IPv6 address without brackets, or "*" for all of both families
  std::uint16_t port = 0;       ///< 0: any free port, see PipeServer::port()
  std::string zap_domain = {};  ///< must not be empty: an empty one would let every client in
  std::size_t max_message_bytes = limits::kMessageBytes;  ///< kEnrolMessageBytes at the enrolment port
  int receive_queue_messages = 8;                         ///< for each connection, then TCP pushes back
  int send_queue_messages = 64;                           ///< for each connection, then send() says Busy
};

/// One message of a client that the gatekeeper let in.
struct Incoming {
  PeerId peer;             ///< where an answer goes
  BoxPublicKey curve_key;  ///< who sent it: proved by CURVE for this connection. Check for each message that
                           ///< the key is *still* allowed; a connection outlives the removal of its key.
  std::string peer_address;  ///< IP address of the other end, for logs only
  Bytes payload;
};

/// The hub's end of the pipe: a ROUTER socket on TCP that speaks CURVE only (log-and-sync.md section 5). One
/// message is one frame. Never blocks. One thread owns it.
class PipeServer final : public Pollable {
 public:
  /// Messages that were thrown away, by reason.
  struct Dropped {
    std::uint64_t multi_part = 0;         ///< not exactly one frame
    std::uint64_t no_identity = 0;        ///< without a User-Id that is a key
    std::uint64_t chosen_routing_id = 0;  ///< the client named its connection itself
    std::uint64_t failed = 0;             ///< libzmq reported an error while receiving
  };

  /// Binds. The key's bytes are copied by libzmq, into memory that is not locked. Refused
  /// `net.zap_not_enforced` if the library does not take the option that refuses clients when no gatekeeper
  /// answers; BadInput `net.config` for an empty domain or zero limits; Busy `net.address_in_use`; Refused
  /// `net.bind` for other reasons.
  [[nodiscard]] static Result<std::unique_ptr<PipeServer>> open(NetContext& context,
                                                                const Gatekeeper& gatekeeper,
                                                                const PipeServerConfig& config,
                                                                const BoxKey& key);
  ~PipeServer() override;

  /// As a client writes it: "tcp://127.0.0.1:40123".
  [[nodiscard]] const std::string& endpoint() const;
  [[nodiscard]] std::uint16_t port() const;

  /// The next message, or nothing if there is none now (or only refused ones: after 64 of them in a row it
  /// returns).
  [[nodiscard]] std::optional<Incoming> receive();

  /// Hands the message to the I/O thread; that is no promise that it arrives. Disconnected `net.peer_gone`;
  /// Busy `net.peer_slow` if that peer's queue is full; BadInput `net.message_size` above max_message_bytes
  /// or empty.
  [[nodiscard]] Result<> send(const PeerId& peer, ByteView payload);

  [[nodiscard]] const Dropped& dropped() const;
  void add_handles(std::vector<PollHandle>& out) const override;

 private:
  struct Impl;
  explicit PipeServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::net

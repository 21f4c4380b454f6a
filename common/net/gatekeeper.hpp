// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <string_view>

#include "common/base/error.hpp"
#include "common/crypto/envelope.hpp"
#include "common/net/context.hpp"

namespace sealkeep::net {

/// Who may open a connection in one ZAP domain.
enum class GatePolicy {
  Nobody,       ///< also the policy of every domain that nobody has set
  AllowList,    ///< the keys of set_allowed()
  AnyCurveKey,  ///< whoever completes the CURVE handshake; the enrolment port
};

/// Answers libzmq's question "may this key connect?" (ZAP, RFC 27) on a thread of its own, so that a busy
/// owner never stalls handshakes. Says 200 with the key in hex as User-Id, or 400; never 300, which leaves a
/// client stuck. Refuses every mechanism but CURVE and every malformed question.
///
/// It guards the door only: a key that is taken off the list keeps the connection it has, so who may *do*
/// something is checked for each message (Incoming::curve_key). Start it before any PipeServer, end it after
/// the last. The setters and getters may be called from any thread.
class Gatekeeper {
 public:
  struct Counters {
    std::uint64_t allowed = 0;
    std::uint64_t denied = 0;     ///< CURVE, well-formed, and not allowed
    std::uint64_t malformed = 0;  ///< another mechanism, or not a ZAP question
  };

  /// Busy `net.zap_taken` if the context has a gatekeeper already.
  [[nodiscard]] static Result<std::unique_ptr<Gatekeeper>> start(NetContext& context);
  ~Gatekeeper();  ///< as stop()

  /// Replaces the whole list of a domain at once and makes its policy AllowList.
  void set_allowed(std::string_view domain, std::set<BoxPublicKey> keys);
  void allow_any_curve_key(std::string_view domain);
  void allow_nobody(std::string_view domain);

  /// Milliseconds since the thread last went round; it does so at least every second while it lives. Huge
  /// once it has ended.
  [[nodiscard]] std::int64_t heartbeat_age_ms() const;
  /// For the owner's watchdog: when false, stop telling systemd that all is well.
  [[nodiscard]] bool alive() const { return heartbeat_age_ms() < 5'000; }
  [[nodiscard]] Counters counters() const;

  /// Proves on a server socket of its own on 127.0.0.1, opened as PipeServer opens them, that in this domain
  /// the known key gets through and carries its User-Id, that a client without CURVE is refused and, for
  /// AllowList, that an unknown key is refused with ZMQ_EVENT_HANDSHAKE_FAILED_AUTH. Refused
  /// `net.zap_not_enforced` otherwise: the program then must not start. Takes milliseconds when all is well
  /// and up to 6 seconds when not. The keys of the test exist during the call only; the domain's own list is
  /// as it was.
  [[nodiscard]] Result<> self_test(std::string_view domain, GatePolicy expected, Random& random);

  /// Ends the thread; from then on every new connection is refused. May be called twice.
  void stop();

 private:
  struct Impl;
  explicit Gatekeeper(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::net

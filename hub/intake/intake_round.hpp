// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/intake/intake.hpp"

namespace sealkeep::hub {

/// What one call of on_frames gathers until its commit.
struct Intake::Round {
  Now now;
  std::vector<PeerReply> replies;
  std::map<std::pair<Bytes, LogId>, Ack> acks;
  std::set<RegisterId> dirty;  ///< sites of which the row is to be written
};

/// What the sender of a frame did wrong: told to it; anything else fails the call.
[[nodiscard]] inline bool is_peers_fault(const Error& error) {
  return (error.kind == ErrorKind::BadInput || error.kind == ErrorKind::Refused) &&
         !error.code.starts_with("store.");
}

[[nodiscard]] inline Bytes refused_frame(std::string_view code, std::optional<sync::WireLogId> log,
                                         std::uint64_t retry_after_ms, bool rehello) {
  const sync::Refused refused{std::string(code.substr(0, limits::kTextBytes)), log, retry_after_ms, rehello};
  return sync::make_frame(sync::MessageType::Refused, encode(refused));
}

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#include "common/http/peer_table.hpp"

#include <algorithm>

namespace sealkeep::http {

void PeerTable::fill(Peer& peer, std::int64_t now_ms) const {
  const std::int64_t full = static_cast<std::int64_t>(burst_) * 1000;
  const std::int64_t gained = std::max<std::int64_t>(now_ms - peer.filled_ms, 0);
  // Past the time that fills an empty bucket nothing more is gained; the product cannot overflow.
  const auto rate = std::max<std::int64_t>(static_cast<std::int64_t>(per_second_), 1);
  peer.thousandths = gained > full / rate ? full : std::min(full, peer.thousandths + gained * rate);
  peer.filled_ms = now_ms;
}

void PeerTable::forget(std::int64_t now_ms) {
  if (peers_.size() < forget_above_) return;
  std::erase_if(peers_, [&](const auto& entry) {
    Peer peer = entry.second;
    fill(peer, now_ms);
    return peer.connections == 0 && peer.thousandths == static_cast<std::int64_t>(burst_) * 1000;
  });
  forget_above_ = std::max<std::size_t>(1024, peers_.size() * 2);
}

bool PeerTable::connect(const std::string& peer, std::int64_t now_ms) {
  forget(now_ms);
  const auto [at, is_new] = peers_.try_emplace(peer);
  if (is_new) at->second = {0, static_cast<std::int64_t>(burst_) * 1000, now_ms};
  if (at->second.connections >= connections_) return false;
  ++at->second.connections;
  return true;
}

void PeerTable::disconnect(const std::string& peer) {
  const auto at = peers_.find(peer);
  if (at != peers_.end() && at->second.connections > 0) --at->second.connections;
}

bool PeerTable::request(const std::string& peer, std::int64_t now_ms) {
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return false;
  fill(at->second, now_ms);
  if (at->second.thousandths < 1000) return false;
  at->second.thousandths -= 1000;
  return true;
}

}  // namespace sealkeep::http

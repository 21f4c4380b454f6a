// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace sealkeep::http {

/// What one peer may take of the server: connections at a time, and requests by a bucket that holds `burst`
/// and gains `per_second`. Pure; the size is bounded by the connections that are open and by the peers of the
/// last moments, which are forgotten once their bucket is full again.
class PeerTable {
 public:
  PeerTable(std::size_t connections, std::size_t per_second, std::size_t burst)
      : connections_(connections), per_second_(per_second), burst_(burst) {}

  /// One connection more; false if the peer has all that it may have.
  [[nodiscard]] bool connect(const std::string& peer, std::int64_t now_ms);
  void disconnect(const std::string& peer);
  /// One request more; false if it comes too soon. The peer has a connection.
  [[nodiscard]] bool request(const std::string& peer, std::int64_t now_ms);

  [[nodiscard]] std::size_t size() const { return peers_.size(); }

 private:
  struct Peer {
    std::size_t connections = 0;
    std::int64_t thousandths = 0;  ///< of a request
    std::int64_t filled_ms = 0;
  };
  void fill(Peer& peer, std::int64_t now_ms) const;
  void forget(std::int64_t now_ms);

  std::size_t connections_;
  std::size_t per_second_;
  std::size_t burst_;
  std::size_t forget_above_ = 1024;
  std::map<std::string, Peer> peers_;
};

}  // namespace sealkeep::http

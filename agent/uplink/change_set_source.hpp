// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>

#include "common/store/log_store.hpp"
#include "common/sync/change_set.hpp"
#include "common/sync/sender.hpp"

namespace sealkeep::agent {

/// A head of ours that a change set carried.
struct SentHead {
  Checkpoint checkpoint;
  Signature signature;
};

/// Makes change sets of one written log from the store, one after the other, and remembers the heads that
/// were signed for them until they are cosigned. Memory: one change set and sync::kSetsInFlight heads.
class ChangeSetSource {
 public:
  ChangeSetSource(LogStore& logs, LogId log, sync::LogIdentity identity, const SigningKey& key)
      : logs_(&logs), log_(log), identity_(std::move(identity)), key_(&key) {}

  struct Made {
    Bytes clear;
    std::uint64_t end = 0;
    std::size_t raw_bytes = 0;
  };
  /// Reads and signs what the order names. The log has an entry at order.start (asserted).
  [[nodiscard]] Result<Made> make(const sync::MirrorSender::Order& order);

  /// Our signed head at a size: one that was sent, or made again. BadInput `log.range` past the log's size.
  [[nodiscard]] Result<SentHead> head_at(std::uint64_t size);
  /// Heads below `size` will not be asked for again.
  void forget_below(std::uint64_t size);

  [[nodiscard]] const sync::LogIdentity& identity() const { return identity_; }
  [[nodiscard]] LogId log() const { return log_; }

 private:
  LogStore* logs_;
  LogId log_;
  sync::LogIdentity identity_;
  const SigningKey* key_;
  Frontier at_;                 // of the entries up to what was sent last
  std::deque<SentHead> heads_;  // ascending sizes
};

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/detail_store.hpp"
#include "common/sync/messages.hpp"

namespace sealkeep::agent {

/// Answers one WantDetails, a message after the other, in bounded memory.
class DetailSource {
 public:
  /// `want` is cut to the log's `size` and must then not be empty (asserted).
  DetailSource(LogStore& logs, DetailStore& details, LogId log, const sync::WantDetails& want,
               std::uint64_t size);

  /// The next part; `to` says how far it goes. An entry whose details need two messages is in both. Only
  /// while !done(). An entry of ours that cannot be decoded has no details.
  [[nodiscard]] Result<sync::Details> next();
  /// The last part went out.
  void advance() { at_ = part_end_; }
  [[nodiscard]] bool done() const { return at_.index >= to_; }

 private:
  LogStore* logs_;
  DetailStore* details_;
  LogId log_;
  sync::WireLogId wire_;
  std::uint64_t to_;
  sync::DetailRef at_;        // the first detail that was not sent
  sync::DetailRef part_end_;  // the first one after the last part
};

}  // namespace sealkeep::agent

// SPDX-License-Identifier: Apache-2.0
#include "agent/uplink/change_set_source.hpp"

#include <algorithm>

namespace sealkeep::agent {

Result<ChangeSetSource::Made> ChangeSetSource::make(const sync::MirrorSender::Order& order) {
  if (at_.size() != order.start) {
    SEALKEEP_LET(frontier, logs_->frontier_at(log_, order.start));
    at_ = std::move(frontier);
  }
  sync::ChangeSetBuilder builder(order.start, order.max_entries, order.max_bytes);
  Frontier after = at_;
  bool full = false;
  // Bundle form is never smaller than the entries, so that this reads at most what fits.
  SEALKEEP_LET(visited, logs_->read_entries(log_, order.start, order.max_entries, order.max_bytes,
                                            [&](std::uint64_t, ByteView entry) -> Result<> {
                                              if (full || !builder.add(entry)) {
                                                full = true;
                                                return {};
                                              }
                                              after.append(hash_leaf(entry));
                                              return {};
                                            }));
  static_cast<void>(visited);
  SEALKEEP_ASSERT(builder.count() > 0);
  SentHead head{{identity_.origin, after.size(), after.root()}, {}};
  SEALKEEP_LET(newest, logs_->newest_signed_head(log_));
  head.signature = newest && newest->checkpoint == head.checkpoint ? newest->signature
                                                                   : sign_checkpoint(head.checkpoint, *key_);
  Made made{builder.finish(identity_, head.checkpoint, head.signature), builder.end(), builder.raw_bytes()};
  at_ = std::move(after);
  while (!heads_.empty() && heads_.back().checkpoint.size >= head.checkpoint.size) heads_.pop_back();
  heads_.push_back(std::move(head));
  if (heads_.size() > sync::kSetsInFlight) heads_.pop_front();
  return made;
}

Result<SentHead> ChangeSetSource::head_at(std::uint64_t size) {
  for (const SentHead& head : heads_)
    if (head.checkpoint.size == size) return head;
  SEALKEEP_LET(root, logs_->root_at(log_, size));
  SentHead head{{identity_.origin, size, root}, {}};
  head.signature = sign_checkpoint(head.checkpoint, *key_);
  return head;
}

void ChangeSetSource::forget_below(std::uint64_t size) {
  while (!heads_.empty() && heads_.front().checkpoint.size < size) heads_.pop_front();
}

}  // namespace sealkeep::agent

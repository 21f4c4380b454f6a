// SPDX-License-Identifier: Apache-2.0
#include "common/store/wal_keeper.hpp"

#include <utility>

namespace sealkeep {

Result<> WalKeeper::after_commit() {
  return db_->wal_bytes() > most_bytes_ ? move() : Result<>{};
}

Result<> WalKeeper::idle(std::int64_t mono_ms) {
  if (!std::exchange(reserved_, true)) SEALKEEP_TRY(db_->reserve_wal(most_bytes_));
  if (const std::uint64_t transactions = db_->transactions(); transactions != seen_transactions_) {
    seen_transactions_ = transactions;
    resting_since_ms_ = mono_ms;
  }
  const bool rested = mono_ms - resting_since_ms_ >= kRestMs;
  return rested && db_->wal_bytes() > 0 ? move() : after_commit();
}

Result<> WalKeeper::move() {
  Result<> moved = db_->checkpoint_wal(WalCheckpoint::Passive);
  if (!moved && (moved.error().kind == ErrorKind::Busy || moved.error().kind == ErrorKind::Full)) return {};
  return moved;
}

}  // namespace sealkeep

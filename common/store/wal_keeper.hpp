// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/store/db.hpp"

namespace sealkeep {

/// Decides when the WAL is moved into the database: never while facts come one after another, since a move
/// costs two more syncs of the same disk that the next fact waits for. Not thread-safe; `db` outlives it.
class WalKeeper {
 public:
  static constexpr std::int64_t kRestMs = 1'000;
  /// Where the WAL is moved at the latest. A site's is long, so that of facts back to back fewer than one in
  /// a hundred waits for a move; a hub's is short, since a backlog's pages are read again from the database
  /// sooner (docs/performance.md).
  static constexpr std::int64_t kSiteBytes = 32 * 1024 * 1024, kHubBytes = 8 * 1024 * 1024;

  WalKeeper(Db& db, std::int64_t most_bytes) : db_(&db), most_bytes_(most_bytes) {}

  /// After a commit: moves the WAL when it is larger than that. A move that is not possible just
  /// now (a reader, a full disk) is left to the next call.
  [[nodiscard]] Result<> after_commit();
  /// When nothing waits: gives the WAL its blocks at the first call; moves the WAL when nothing was committed
  /// for kRestMs. To be called at least that often.
  [[nodiscard]] Result<> idle(std::int64_t mono_ms);

 private:
  [[nodiscard]] Result<> move();

  Db* db_;
  std::int64_t most_bytes_;
  bool reserved_ = false;
  std::uint64_t seen_transactions_ = 0;
  std::int64_t resting_since_ms_ = 0;
};

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/detail.hpp"
#include "common/store/log_store.hpp"

namespace sealkeep {

enum class DetailState : std::uint8_t {
  Wanted = 1,   ///< an entry commits to it; its bytes are not here yet
  Held = 2,     ///< bytes and salt are here
  Thinned = 3,  ///< the other side holds it; given up here to save room
  Erased = 4,   ///< erased by order, for good: bytes that arrive later are refused
};

/// What an entry says about one of its details.
struct DetailRef {
  std::uint64_t index = 0;  ///< of the entry
  std::uint8_t n = 0;       ///< which detail of the entry, from 0
  ses::DetailKind kind = ses::DetailKind::Narrative;
  std::uint64_t length = 0;  ///< bytes
  Hash commitment;
  friend bool operator==(const DetailRef&, const DetailRef&) = default;
};

struct Detail {
  DetailRef ref;
  DetailState state = DetailState::Wanted;
  ses::Salt salt{};  ///< zeros unless Held
  Bytes bytes;       ///< empty unless Held
};

/// The erasable bytes that entries commit to, by (log, entry index, n). Over one Db that outlives it, same
/// thread; its tables are in LogStore::schema(). Functions that write need the caller's transaction. Bytes
/// that are erased or thinned are overwritten in the database (secure_delete); the owner then truncates the
/// WAL with checkpoint_wal.
class DetailStore {
 public:
  [[nodiscard]] static Result<DetailStore> open(Db& db);

  /// Remembers that an entry commits to a detail whose bytes are not here. The same again is harmless;
  /// Refused `detail.differs` if (log, index, n) is there with another commitment.
  [[nodiscard]] Result<> want(LogId log, const DetailRef& ref);
  /// Stores the bytes of a detail, which want() need not have announced. They must have the length and the
  /// commitment (Refused `detail.wrong`). The same again is harmless. Refused `detail.erased` after an
  /// erasure; BadInput `detail.size` past limits::kDetailBytes.
  [[nodiscard]] Result<> put(LogId log, const DetailRef& ref, const ses::Salt& salt, ByteView bytes);
  [[nodiscard]] Result<std::optional<Detail>> get(LogId log, std::uint64_t index, std::uint8_t n);

  /// Details of entries first..end-1 that are Wanted, in order, at most `max_count`.
  [[nodiscard]] Result<std::vector<DetailRef>> wanted(LogId log, std::uint64_t first, std::uint64_t end,
                                                      std::size_t max_count);
  /// Gives up the bytes of Held details of entries before `through`, except those in `keep`; returns how
  /// many. At most `max_count` a call, so that a commit stays small.
  [[nodiscard]] Result<std::uint64_t> thin(LogId log, std::uint64_t through,
                                           const std::set<std::pair<std::uint64_t, std::uint8_t>>& keep,
                                           std::size_t max_count);
  /// Erases bytes and salt for good, also of a detail that has not arrived. NotFound `detail.unknown`.
  [[nodiscard]] Result<> erase(LogId log, std::uint64_t index, std::uint8_t n);
  /// The same for every detail of an entry that this store knows; returns how many were not erased before.
  [[nodiscard]] Result<std::size_t> erase_all(LogId log, std::uint64_t index);

 private:
  struct Statements;
  explicit DetailStore(std::shared_ptr<Statements> statements);
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep

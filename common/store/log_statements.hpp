// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/log_store.hpp"

/// What LogStore's sources share. Included by this folder's sources only.
namespace sealkeep {

struct LogStore::Statements {
  Statement add_log, add_signed_head, find_log, get_log, list_logs, freeze;
  Statement add_entry, get_entry, written_size, mirrored_size;
  Statement add_run, runs_after;
  Statement add_tile, get_tile;
  Statement put_signed_head, get_signed_head;
  Statement add_head, drop_head, newest_head, covering_head, mark_head;
  Statement add_evidence, get_evidence;
  Statement data_version;
  std::vector<Statement> entries_from, runs_from;  ///< those that no visitor uses now
};

namespace store_detail {

inline constexpr std::size_t kMarkBytes = 8;
inline constexpr std::int64_t kHourS = 3600;

/// What is kept beside an entry, so that verify can name the one that changed: the leaf hash's first bytes.
[[nodiscard]] inline ByteView leaf_mark(const Hash& leaf) {
  return leaf.view().first(kMarkBytes);
}

/// The key of an entry of a written log, and the largest that the log can have.
inline constexpr int kIndexBits = 40;
inline constexpr std::uint64_t kMostEntries = std::uint64_t{1} << kIndexBits;
[[nodiscard]] inline std::int64_t entry_key(LogId log, std::uint64_t index) {
  SEALKEEP_ASSERT(log > 0 && log < (1 << 22) && index < kMostEntries);
  return log * (std::int64_t{1} << kIndexBits) + static_cast<std::int64_t>(index);
}
[[nodiscard]] inline std::int64_t last_entry_key(LogId log) {
  return entry_key(log, kMostEntries - 1);
}

[[nodiscard]] inline tl::unexpected<Error> log_damaged(const std::string& what) {
  return fail(ErrorKind::Corrupt, "log.damaged", what, "rows of the database contradict each other",
              "Run verify: it names the entry; then restore from a backup or from the other side's mirror");
}
[[nodiscard]] inline tl::unexpected<Error> unknown_log() {
  return fail(ErrorKind::NotFound, "log.unknown", "there is no such log in this database");
}

/// A statement for one visitor, prepared only when all of its kind are in use: a visitor may read too.
class BorrowedStatement {
 public:
  [[nodiscard]] static Result<BorrowedStatement> take(Db& db, std::vector<Statement>& idle,
                                                      std::string_view sql) {
    if (idle.empty()) {
      SEALKEEP_LET(prepared, db.prepare(sql));
      idle.push_back(std::move(prepared));
    }
    BorrowedStatement borrowed(idle, std::move(idle.back()));
    idle.pop_back();
    return borrowed;
  }
  BorrowedStatement(BorrowedStatement&& other) noexcept
      : idle_(std::exchange(other.idle_, nullptr)), statement_(std::move(other.statement_)) {}
  BorrowedStatement& operator=(BorrowedStatement&&) = delete;
  ~BorrowedStatement() {
    if (idle_ != nullptr) idle_->push_back(std::move(statement_));
  }
  Statement& operator*() { return statement_; }

 private:
  BorrowedStatement(std::vector<Statement>& idle, Statement statement)
      : idle_(&idle), statement_(std::move(statement)) {}
  std::vector<Statement>* idle_;
  Statement statement_;
};

/// The rows' columns from `from` on: role, direction, public_key, state, origin, log_id.
[[nodiscard]] Result<LogInfo> read_log_info(const Rows& rows);
/// Columns size, root, signature, cosigned_s, cosignature, used.
[[nodiscard]] Result<CosignedHead> read_cosigned_head(const Rows& rows, const std::string& origin);

inline constexpr const char* kRunsFrom =
    "SELECT first, count, bytes FROM run WHERE log_id = ?1 AND first >= "
    "(SELECT max(first) FROM run WHERE log_id = ?1 AND first <= ?2) ORDER BY first";
inline constexpr const char* kEntriesFrom =
    "SELECT idx, bytes FROM entry WHERE entry_key >= ?1 AND entry_key <= ?2 ORDER BY entry_key";

}  // namespace store_detail
}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sqlite3.h>

#include "common/store/db.hpp"

/// What Db, Statement and Rows share. Included by this folder's sources only.
namespace sealkeep::store_detail {

/// Where an SQLite call stood when it failed: the same code means different things.
enum class Moment { Open, Statement, Commit, Checkpoint };

struct Connection {
  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Corrupt `store.failed` after a failure, else success.
  [[nodiscard]] Result<> usable() const;
  /// The Error for an SQLite result code; fails the connection where the class comment of Db says so.
  [[nodiscard]] tl::unexpected<Error> error(int code, Moment moment);
  /// Runs a prepared statement of this struct to its end.
  [[nodiscard]] int step_once(sqlite3_stmt* statement) const;
  [[nodiscard]] Result<> execute(const char* sql, Moment moment = Moment::Statement);
  [[nodiscard]] Result<std::int64_t> number(const char* sql);
  /// If SQLite has rolled back by itself, marks every open scope so that none can succeed.
  void notice_lost_transaction(const Error& cause);

  sqlite3* handle = nullptr;
  sqlite3_stmt* begin = nullptr;
  sqlite3_stmt* commit = nullptr;
  sqlite3_stmt* savepoint = nullptr;
  sqlite3_stmt* release = nullptr;
  std::vector<std::optional<Error>> scopes;  // transaction, then savepoints; an Error dooms its scope
  std::uint64_t rollbacks = 0;
  std::uint64_t transactions = 0;
  std::int64_t page_bytes = 0;
  int wal_frames = 0;  // in the WAL and not moved into the database yet; 0 when all are moved
  bool failed = false;
  bool read_only = false;
  bool full_at_commit_fails = true;
};

}  // namespace sealkeep::store_detail

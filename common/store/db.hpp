// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sealkeep {

/// The step from one schema version to the next: SQL scripts that are run in order in one transaction.
struct Migration {
  std::vector<std::string_view> scripts;
};

struct OpenOptions {
  /// Marks the file as ours (PRAGMA application_id). Never 0.
  std::int32_t application_id = 0;
  /// migrations[i] leads from version i to i + 1; the newest version (PRAGMA user_version) is their number.
  std::vector<Migration> migrations;
  /// Makes a missing or empty file into a new database. Without it such a file is an error, so that a lost
  /// database is never taken for a new one: only `init` and `enrol` set it.
  bool create = false;
  /// A second connection that only reads (query_only, never checkpoints). The schema must be at the newest
  /// version.
  bool read_only = false;
  std::int64_t cache_kib = 2048;  ///< page cache: agent 2 MiB, hub 64 MiB
  std::string vfs;                ///< name of a registered SQLite VFS; empty = the system's
  /// A COMMIT that finds the disk full fails the connection like any I/O error at COMMIT. If false, such a
  /// COMMIT is rolled back, reported as `store.disk_full` and the connection goes on (SQLite reports "full"
  /// for a write that was not done, never for a failed sync, so nothing is left in doubt).
  bool full_at_commit_fails = true;
};

/// A value to bind. Views: the bytes must live until run() returns (query() copies them).
class SqlValue {
 public:
  enum class Type { Null, Int, Text, Blob };
  SqlValue(std::nullptr_t) {}  // NOLINT: implicit, so that run(a, b, nullptr) reads well
  template <std::integral T>
  SqlValue(T number) : type_(Type::Int), number_(static_cast<std::int64_t>(number)) {}
  SqlValue(std::string_view text) : type_(Type::Text), bytes_(as_bytes(text)) {}
  SqlValue(const std::string& text) : SqlValue(std::string_view(text)) {}
  SqlValue(const char* text) : SqlValue(std::string_view(text)) {}
  SqlValue(ByteView blob) : type_(Type::Blob), bytes_(blob) {}
  SqlValue(const Bytes& blob) : SqlValue(ByteView(blob)) {}
  template <std::size_t N>
  SqlValue(const std::array<std::uint8_t, N>& blob) : SqlValue(ByteView(blob)) {}
  template <class T>
  SqlValue(const std::optional<T>& maybe) {
    if (maybe) *this = SqlValue(*maybe);
  }
  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] std::int64_t number() const { return number_; }
  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  Type type_ = Type::Null;
  std::int64_t number_ = 0;
  ByteView bytes_;
};

namespace store_detail {
struct Connection;
}

/// The rows of one execution of a Statement; resets the statement when it goes away. At most one per
/// Statement at a time (asserted): finish with it before running the statement again.
class Rows {
 public:
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  /// Steps: true = on a row, false = no more rows. Errors as Db says.
  [[nodiscard]] Result<bool> next();

  /// Columns of the current row, from 0. Views live until the next call of next() or the end of this object.
  [[nodiscard]] std::int64_t int64(int column) const;
  [[nodiscard]] std::uint64_t uint64(int column) const { return static_cast<std::uint64_t>(int64(column)); }
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] ByteView blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  /// The column as N bytes; Corrupt `store.row_malformed` if it has another length.
  template <std::size_t N>
  [[nodiscard]] Result<std::array<std::uint8_t, N>> array(int column) const {
    ByteView bytes = blob(column);
    if (bytes.size() != N) return malformed(column);
    std::array<std::uint8_t, N> out{};
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }

 private:
  friend class Statement;
  Rows(std::shared_ptr<store_detail::Connection> connection, sqlite3_stmt* statement);
  [[nodiscard]] tl::unexpected<Error> malformed(int column) const;
  std::shared_ptr<store_detail::Connection> connection_;
  sqlite3_stmt* statement_;
};

/// A statement, prepared once, run many times. Keeps its connection open. Same thread as the Db.
class Statement {
 public:
  Statement() = default;  ///< empty: may only be assigned to
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  /// Binds by position, runs to the end, ignores rows. A statement that writes needs a transaction (Bug
  /// `store.no_transaction` otherwise).
  template <class... Args>
  [[nodiscard]] Result<> run(const Args&... args) {
    return run_values({SqlValue(args)...});
  }
  /// Binds by position and returns the rows to iterate.
  template <class... Args>
  [[nodiscard]] Result<Rows> query(const Args&... args) {
    return query_values({SqlValue(args)...});
  }
  /// How many rows the last run() inserted, changed or deleted (triggers not counted).
  [[nodiscard]] std::int64_t changes() const;

 private:
  friend class Db;
  Statement(std::shared_ptr<store_detail::Connection> connection, sqlite3_stmt* statement);
  [[nodiscard]] Result<> run_values(std::initializer_list<SqlValue> values);
  [[nodiscard]] Result<Rows> query_values(std::initializer_list<SqlValue> values);
  std::shared_ptr<store_detail::Connection> connection_;
  sqlite3_stmt* statement_ = nullptr;
};

enum class WalCheckpoint {
  Passive,   ///< as far as readers allow, waits for nobody
  Truncate,  ///< all of it, and the WAL file becomes empty; Busy `store.readers` if a reader holds an old
             ///< snapshot
};

/// One SQLite connection: WAL, synchronous=FULL, foreign keys, DEFENSIVE, trusted_schema off, no mmap, no
/// automatic checkpoint, no extensions, secure_delete, cell_size_check. One thread at a time. Of all
/// connections of all processes to one file only one may be opened without read_only (WAL-reset bug of
/// SQLite 3.7.0 to 3.51.2): hold a FolderLock.
///
/// Errors of every call that touches the file:
///  - Full `store.disk_full`: the statement or transaction was undone; reading and later writing go on;
///  - Busy `store.busy`: another connection has the file locked;
///  - Refused `store.constraint`: a constraint or trigger of the schema said no; the statement was undone;
///  - Corrupt `store.damaged`, Corrupt `store.io`: the file is damaged, or reading, writing, syncing or
///  COMMIT failed.
///    The connection has *failed*: every later call returns Corrupt `store.failed`; the process must end and
///    start again, which re-reads what is really on the disk. Nothing is retried on this connection.
class Db {
 public:
  /// Opens, checks that the file is ours and not newer than this program, migrates, and moves a WAL that an
  /// earlier process left into the database. A new file gets mode 0600. NotFound `store.missing` (no file,
  /// and not `create`), Refused `store.foreign_file`, Refused `store.newer_file`, Refused `store.older_file`
  /// (read_only), Corrupt `store.damaged` (the file is left as it is).
  [[nodiscard]] static Result<Db> open(const std::filesystem::path& path, const OpenOptions& options);

  Db(Db&&) noexcept;
  Db& operator=(Db&&) noexcept;
  ~Db();

  /// Bug `store.sql` if the text is not one statement of this schema.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);

  /// The only way to write. BEGIN IMMEDIATE, the lambda (returns Result<T>), COMMIT; rolls back if the lambda
  /// returns an error or doomed the transaction. When it returns a value, everything written is durable
  /// (synced), unless set_durable(false). Transactions do not nest (asserted): use savepoint() inside.
  template <class F>
  [[nodiscard]] auto transaction(F&& body) -> std::invoke_result_t<F&> {
    if (auto begun = begin(); !begun) return tl::unexpected<Error>(std::move(begun).error());
    auto result = body();
    if (!result) {
      roll_back();
      return result;
    }
    if (auto done = commit(); !done) return tl::unexpected<Error>(std::move(done).error());
    return result;
  }

  /// Inside a transaction: what the lambda wrote is undone if it returns an error, and the transaction goes
  /// on.
  template <class F>
  [[nodiscard]] auto savepoint(F&& body) -> std::invoke_result_t<F&> {
    if (auto begun = begin_savepoint(); !begun) return tl::unexpected<Error>(std::move(begun).error());
    auto result = body();
    if (!result) {
      roll_back_savepoint();
      return result;
    }
    if (auto done = release_savepoint(); !done) return tl::unexpected<Error>(std::move(done).error());
    return result;
  }

  /// The innermost open transaction or savepoint can only be rolled back from now on; its lambda's success
  /// becomes this error. For code that wrote half of something and must not trust its caller to hand the
  /// error up.
  void doom(const Error& error);

  /// Grows with every transaction or savepoint rolled back. What is cached from rows is valid while this is
  /// unchanged.
  [[nodiscard]] std::uint64_t rollbacks() const;
  /// Number of transactions begun so far.
  [[nodiscard]] std::uint64_t transactions() const;
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] bool read_only() const;
  /// True once the connection has failed (see the class).
  [[nodiscard]] bool failed() const;

  /// false: COMMIT does not sync (rows that can be rebuilt); the next durable COMMIT syncs them too. Between
  /// transactions (asserted).
  [[nodiscard]] Result<> set_durable(bool durable);

  /// Moves the WAL into the database. Between transactions (asserted). A WalKeeper decides when. Passive
  /// keeps the file: the next commits need no new blocks.
  [[nodiscard]] Result<> checkpoint_wal(WalCheckpoint how);
  /// Gives the WAL's file real blocks up to that size, so that commits overwrite and no sync has to write the
  /// file system's own records too. Between transactions (asserted). A full disk is no error: it grows later.
  [[nodiscard]] Result<> reserve_wal(std::int64_t bytes);
  [[nodiscard]] std::int64_t wal_bytes() const;  ///< of the WAL, what is not moved into the database yet
  [[nodiscard]] std::int64_t db_bytes() const;   ///< size of the database file

  /// Runs several statements (schema of a projection). In a transaction, like every write.
  [[nodiscard]] Result<> execute_script(std::string_view sql);

  /// PRAGMA integrity_check; Corrupt `store.damaged` with the first finding. Reads the whole file.
  [[nodiscard]] Result<> integrity_check();

  /// A copy of the database as of now in a new file (mode 0600, synced), read through this connection.
  /// Refused `store.exists` if the file is there.
  [[nodiscard]] Result<> copy_to(const std::filesystem::path& path);

 private:
  explicit Db(std::shared_ptr<store_detail::Connection> connection);
  [[nodiscard]] Result<> begin();
  [[nodiscard]] Result<> commit();
  void roll_back();
  [[nodiscard]] Result<> begin_savepoint();
  [[nodiscard]] Result<> release_savepoint();
  void roll_back_savepoint();
  std::shared_ptr<store_detail::Connection> connection_;
};

}  // namespace sealkeep

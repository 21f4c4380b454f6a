// SPDX-License-Identifier: Apache-2.0
#include "common/store/db.hpp"

#include "common/store/connection.hpp"
#include "common/store/files.hpp"

namespace sealkeep {

using store_detail::Connection;
using store_detail::Moment;

Db::Db(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
Db::Db(Db&&) noexcept = default;
Db& Db::operator=(Db&&) noexcept = default;
Db::~Db() = default;

Result<Statement> Db::prepare(std::string_view sql) {
  SEALKEEP_TRY(connection_->usable());
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (code != SQLITE_OK) return connection_->error(code, Moment::Statement);
  const auto rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (statement == nullptr || rest.find_first_not_of(" \n\t;") != std::string_view::npos) {
    sqlite3_finalize(statement);
    return fail(ErrorKind::Bug, "store.sql", "exactly one SQL statement was expected");
  }
  return Statement(connection_, statement);
}

Result<> Db::begin() {
  SEALKEEP_TRY(connection_->usable());
  SEALKEEP_ASSERT(connection_->scopes.empty());
  if (connection_->read_only) {
    return fail(ErrorKind::Bug, "store.read_only", "this connection may only read");
  }
  if (const int code = connection_->step_once(connection_->begin); code != SQLITE_OK) {
    return connection_->error(code, Moment::Statement);
  }
  connection_->scopes.emplace_back();
  ++connection_->transactions;
  return {};
}

Result<> Db::commit() {
  SEALKEEP_ASSERT(connection_->scopes.size() == 1);
  if (connection_->scopes.front()) {
    Error why = std::move(*connection_->scopes.front());
    roll_back();
    return tl::unexpected<Error>(std::move(why));
  }
  if (auto usable = connection_->usable(); !usable) {
    roll_back();
    return usable;
  }
  if (const int code = connection_->step_once(connection_->commit); code != SQLITE_OK) {
    auto problem = connection_->error(code, Moment::Commit);
    roll_back();
    return problem;
  }
  connection_->scopes.clear();
  return {};
}

void Db::roll_back() {
  ++connection_->rollbacks;
  connection_->scopes.clear();
  // Rolling back in WAL mode writes nothing; should it fail all the same, the connection is not to be
  // trusted.
  if (sqlite3_get_autocommit(connection_->handle) == 0 &&
      sqlite3_exec(connection_->handle, "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) {
    connection_->failed = true;
  }
}

Result<> Db::begin_savepoint() {
  SEALKEEP_TRY(connection_->usable());
  SEALKEEP_ASSERT(!connection_->scopes.empty());
  if (connection_->scopes.back()) return tl::unexpected<Error>(*connection_->scopes.back());
  if (const int code = connection_->step_once(connection_->savepoint); code != SQLITE_OK) {
    return connection_->error(code, Moment::Statement);
  }
  connection_->scopes.emplace_back();
  return {};
}

Result<> Db::release_savepoint() {
  SEALKEEP_ASSERT(connection_->scopes.size() > 1);
  if (connection_->scopes.back()) {
    Error why = std::move(*connection_->scopes.back());
    roll_back_savepoint();
    return tl::unexpected<Error>(std::move(why));
  }
  if (auto usable = connection_->usable(); !usable) {
    roll_back_savepoint();
    return usable;
  }
  if (const int code = connection_->step_once(connection_->release); code != SQLITE_OK) {
    auto problem = connection_->error(code, Moment::Statement);
    roll_back_savepoint();
    return problem;
  }
  connection_->scopes.pop_back();
  return {};
}

void Db::roll_back_savepoint() {
  ++connection_->rollbacks;
  connection_->scopes.pop_back();
  if (sqlite3_get_autocommit(connection_->handle) == 0 &&
      sqlite3_exec(connection_->handle, "ROLLBACK TO fact; RELEASE fact", nullptr, nullptr, nullptr) !=
          SQLITE_OK) {
    connection_->failed = true;
  }
}

void Db::doom(const Error& error) {
  SEALKEEP_ASSERT(!connection_->scopes.empty());
  if (!connection_->scopes.back()) connection_->scopes.back() = error;
}

std::uint64_t Db::rollbacks() const {
  return connection_->rollbacks;
}
std::uint64_t Db::transactions() const {
  return connection_->transactions;
}
bool Db::in_transaction() const {
  return !connection_->scopes.empty();
}
bool Db::read_only() const {
  return connection_->read_only;
}
bool Db::failed() const {
  return connection_->failed;
}

Result<> Db::set_durable(bool durable) {
  SEALKEEP_ASSERT(connection_->scopes.empty());
  return connection_->execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

Result<> Db::checkpoint_wal(WalCheckpoint how) {
  SEALKEEP_TRY(connection_->usable());
  SEALKEEP_ASSERT(connection_->scopes.empty() && !connection_->read_only);
  const int mode = how == WalCheckpoint::Truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int in_wal = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle, nullptr, mode, &in_wal, &moved);
  if (code != SQLITE_OK) return connection_->error(code, Moment::Checkpoint);
  // All moved: the next commit begins at the WAL's front again, over blocks that the file has already.
  connection_->wal_frames = in_wal == moved ? 0 : in_wal;
  return {};
}

// Zeros behind the last frame are no frame: their salts are not those of the WAL's header.
Result<> Db::reserve_wal(std::int64_t bytes) {
  SEALKEEP_TRY(connection_->usable());
  SEALKEEP_ASSERT(connection_->scopes.empty() && !connection_->read_only);
  sqlite3_file* wal = nullptr;
  sqlite3_int64 size = 0;
  if (sqlite3_file_control(connection_->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) != SQLITE_OK ||
      wal == nullptr || wal->pMethods == nullptr || wal->pMethods->xFileSize(wal, &size) != SQLITE_OK)
    return {};
  constexpr int kBlockBytes = 64 * 1024;
  const std::vector<std::uint8_t> zeros(kBlockBytes);
  int code = SQLITE_OK;
  for (; size < bytes && code == SQLITE_OK; size += kBlockBytes)
    code = wal->pMethods->xWrite(wal, zeros.data(), kBlockBytes, size);
  if (code == SQLITE_OK) code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
  if (code == SQLITE_OK || (code & 0xFF) == SQLITE_FULL) return {};
  return connection_->error(code, Moment::Checkpoint);
}

namespace {
std::int64_t file_size(sqlite3* handle, int which) {
  sqlite3_file* file = nullptr;
  sqlite3_int64 size = 0;
  if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK || file == nullptr ||
      file->pMethods == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) {
    return 0;
  }
  return size;
}
}  // namespace

std::int64_t Db::wal_bytes() const {
  constexpr std::int64_t kFrameHeaderBytes = 24;
  return connection_->wal_frames * (connection_->page_bytes + kFrameHeaderBytes);
}
std::int64_t Db::db_bytes() const {
  return file_size(connection_->handle, SQLITE_FCNTL_FILE_POINTER);
}

Result<> Db::execute_script(std::string_view sql) {
  SEALKEEP_TRY(connection_->usable());
  if (!in_transaction()) {
    return fail(ErrorKind::Bug, "store.no_transaction", "a script was run outside of a transaction");
  }
  return connection_->execute(std::string(sql).c_str());
}

Result<> Db::integrity_check() {
  SEALKEEP_LET(check, prepare("PRAGMA integrity_check(1)"));
  SEALKEEP_LET(rows, check.query());
  SEALKEEP_LET(found, rows.next());
  if (found && rows.text(0) == "ok") return {};
  return fail(ErrorKind::Corrupt, "store.damaged", "the database file is damaged",
              found ? printable(rows.text(0)) : "no answer from SQLite's check",
              "Keep the file as it is and restore from a backup or from the other side's mirror");
}

Result<> Db::copy_to(const std::filesystem::path& path) {
  SEALKEEP_TRY(connection_->usable());
  SEALKEEP_TRY(store_detail::create_private_file(path, "store.exists"));
  Connection copy;
  int code =
      sqlite3_open_v2(path.c_str(), &copy.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) return copy.error(code, Moment::Open);
  SEALKEEP_TRY(copy.execute("PRAGMA synchronous=FULL", Moment::Open));
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle, "main", connection_->handle, "main");
  if (backup == nullptr) return copy.error(sqlite3_extended_errcode(copy.handle), Moment::Open);
  code = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return copy.error(code, Moment::Open);
  if (finished != SQLITE_OK) return copy.error(finished, Moment::Open);
  return store_detail::sync_folder_of(path);
}

}  // namespace sealkeep

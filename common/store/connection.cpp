// SPDX-License-Identifier: Apache-2.0
#include "common/store/connection.hpp"

namespace sealkeep::store_detail {

Connection::~Connection() {
  for (sqlite3_stmt* statement : {begin, commit, savepoint, release}) sqlite3_finalize(statement);
  // A failed connection must not checkpoint what it does not know to be on the disk.
  if (handle != nullptr && failed) {
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  sqlite3_close_v2(handle);
}

Result<> Connection::usable() const {
  if (!failed) return {};
  return fail(ErrorKind::Corrupt, "store.failed", "the database connection has failed before",
              "an earlier read, write or sync did not succeed",
              "The program has to end and start again; the first error says what to repair");
}

tl::unexpected<Error> Connection::error(int code, Moment moment) {
  const std::string cause =
      printable(handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code), 200) + ", SQLite code " +
      std::to_string(code);
  switch (code & 0xff) {
    case SQLITE_FULL:
      if (moment == Moment::Commit && full_at_commit_fails) failed = true;
      return fail(ErrorKind::Full, "store.disk_full", "the disk is full, so nothing was stored", cause,
                  "Make room on the disk of the data folder, then try again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      if (moment == Moment::Checkpoint) {
        return fail(ErrorKind::Busy, "store.readers", "a reader still uses an old state of the database",
                    cause, "Try again when it has finished");
      }
      return fail(ErrorKind::Busy, "store.busy", "another connection has the database locked", cause,
                  "Try again; end the other program if it stays so");
    case SQLITE_CONSTRAINT:
      return fail(ErrorKind::Refused, "store.constraint", "the database does not allow this change", cause);
    case SQLITE_READONLY:
      return fail(ErrorKind::Refused, "store.read_only", "this connection may only read", cause);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      failed = true;
      return fail(ErrorKind::Corrupt, "store.damaged", "the database file is damaged", cause,
                  "Keep the file as it is and restore from a backup or from the other side's mirror");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      failed = true;
      return fail(ErrorKind::Corrupt, "store.io",
                  moment == Moment::Commit ? "the change could not be made durable"
                                           : "the database file could not be read or written",
                  cause, "Check the disk and the permissions, then start the program again");
    default:
      if (moment == Moment::Commit) failed = true;
      return fail(ErrorKind::Bug, "store.sql", "SQLite did not accept a statement", cause);
  }
}

int Connection::step_once(sqlite3_stmt* statement) const {
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

Result<> Connection::execute(const char* sql, Moment moment) {
  SEALKEEP_TRY(usable());
  if (const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr); code != SQLITE_OK) {
    auto problem = error(code, moment);
    notice_lost_transaction(problem.value());
    return problem;
  }
  return {};
}

Result<std::int64_t> Connection::number(const char* sql) {
  SEALKEEP_TRY(usable());
  sqlite3_stmt* statement = nullptr;
  if (const int code = sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr); code != SQLITE_OK) {
    return error(code, Moment::Statement);
  }
  const int code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    auto problem = error(code, Moment::Statement);
    sqlite3_finalize(statement);
    return problem;
  }
  const std::int64_t value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

void Connection::notice_lost_transaction(const Error& cause) {
  if (scopes.empty() || sqlite3_get_autocommit(handle) == 0) return;
  for (auto& scope : scopes) {
    if (!scope) scope = cause;
  }
}

}  // namespace sealkeep::store_detail

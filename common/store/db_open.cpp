// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include "common/store/connection.hpp"
#include "common/store/files.hpp"

namespace sealkeep {
namespace {

using store_detail::Connection;
using store_detail::Moment;

constexpr int kLargestValueBytes = 64 * 1024 * 1024;
constexpr int kOpenWaitMs = 1000;  // another connection may be recovering the WAL just now

struct stat file_state(const std::filesystem::path& path) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) state.st_nlink = 0;
  return state;
}

/// Before SQLite sees the path: a missing or empty file is only ever made into a database where that was
/// asked for.
Result<> check_file(const std::filesystem::path& path, const OpenOptions& options) {
  const auto state = file_state(path);
  if (state.st_nlink == 0) {
    if (!options.create) {
      return fail(ErrorKind::NotFound, "store.missing", "there is no database " + path.filename().string(),
                  {}, "Give the right data folder, set the system up, or restore a backup");
    }
    SEALKEEP_TRY(store_detail::create_private_file(path, "store.exists"));
    return store_detail::sync_folder_of(path);
  }
  if (state.st_size == 0 && !options.create) {
    return fail(ErrorKind::Corrupt, "store.damaged", "the database " + path.filename().string() + " is empty",
                {}, "Keep the file as it is and restore from a backup or from the other side's mirror");
  }
  if ((state.st_mode & 077) != 0 && ::chmod(path.c_str(), 0600) != 0) {
    return fail(ErrorKind::Refused, "store.folder", "others may read the database and this cannot be changed",
                {}, "Run the program as the owner of the data folder");
  }
  return {};
}

Result<> harden(Connection& connection, const OpenOptions& options) {
  sqlite3* handle = connection.handle;
  sqlite3_busy_timeout(handle, kOpenWaitMs);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kLargestValueBytes);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  const std::pair<int, int> switches[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                          {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                          {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                          {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                                          {SQLITE_DBCONFIG_DQS_DML, 0},
                                          {SQLITE_DBCONFIG_DQS_DDL, 0},
                                          {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, options.read_only ? 1 : 0}};
  for (const auto& [which, value] : switches) {
    int now = -1;
    if (sqlite3_db_config(handle, which, value, &now) != SQLITE_OK || now != value) {
      return fail(ErrorKind::Bug, "store.sqlite", "this SQLite does not have a safety switch that we need");
    }
  }
  const std::string pragmas =
      "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA recursive_triggers=ON;"
      "PRAGMA secure_delete=ON; PRAGMA synchronous=FULL; PRAGMA cache_size=-" +
      std::to_string(options.cache_kib) + ";PRAGMA query_only=" + (options.read_only ? "ON" : "OFF");
  SEALKEEP_TRY(connection.execute(pragmas.c_str(), Moment::Open));
  sqlite3_wal_autocheckpoint(handle, 0);
  sqlite3_wal_hook(
      handle,
      [](void* context, sqlite3*, const char*, int frames) {
        static_cast<Connection*>(context)->wal_frames = frames;
        return SQLITE_OK;
      },
      &connection);
  SEALKEEP_LET(page_bytes, connection.number("PRAGMA page_size"));
  connection.page_bytes = page_bytes;
  return {};
}

/// The version of the file's schema; 0 for a new database. Refuses what is not ours.
Result<std::size_t> check_version(Connection& connection, const OpenOptions& options) {
  SEALKEEP_LET(application, connection.number("PRAGMA application_id"));
  SEALKEEP_LET(version, connection.number("PRAGMA user_version"));
  SEALKEEP_LET(tables, connection.number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) {
    if (options.create) return std::size_t{0};
    return fail(ErrorKind::Corrupt, "store.damaged", "the database is empty", {},
                "Keep the file as it is and restore from a backup or from the other side's mirror");
  }
  if (application != options.application_id) {
    return fail(ErrorKind::Refused, "store.foreign_file", "the file is a database of another program",
                "application id " + std::to_string(application), "Give the right data folder");
  }
  if (version < 1 || static_cast<std::uint64_t>(version) > options.migrations.size()) {
    return fail(ErrorKind::Refused, "store.newer_file",
                "the database was written by a newer version of this program",
                "schema version " + std::to_string(version) + ", known up to " +
                    std::to_string(options.migrations.size()),
                "Install that version again; nothing was changed");
  }
  if (options.read_only && static_cast<std::size_t>(version) < options.migrations.size()) {
    return fail(ErrorKind::Refused, "store.older_file", "the database has an older schema", {},
                "Start the daemon once: it brings the database up to date");
  }
  return static_cast<std::size_t>(version);
}

Result<> one_step(Db& db, Connection& connection, std::size_t from, const OpenOptions& options) {
  for (std::string_view script : options.migrations[from].scripts) SEALKEEP_TRY(db.execute_script(script));
  const std::string marks = "PRAGMA application_id=" + std::to_string(options.application_id) +
                            "; PRAGMA user_version=" + std::to_string(from + 1);
  return connection.execute(marks.c_str());
}

Result<> migrate(Db& db, Connection& connection, std::size_t from, const OpenOptions& options) {
  for (std::size_t version = from; version < options.migrations.size(); ++version) {
    SEALKEEP_TRY(db.transaction([&] { return one_step(db, connection, version, options); }));
  }
  return {};
}

Result<> prepare_own(Connection& connection) {
  const std::pair<sqlite3_stmt**, const char*> own[] = {{&connection.begin, "BEGIN IMMEDIATE"},
                                                        {&connection.commit, "COMMIT"},
                                                        {&connection.savepoint, "SAVEPOINT fact"},
                                                        {&connection.release, "RELEASE fact"}};
  for (const auto& [statement, sql] : own) {
    const int code =
        sqlite3_prepare_v3(connection.handle, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, nullptr);
    if (code != SQLITE_OK) return connection.error(code, Moment::Open);
  }
  return {};
}

// SQLite counts its memory under one lock, which each allocation takes; nobody asks for the count. Has to
// come before its first use in this process.
void leave_memory_uncounted() {
  [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

Result<Db> Db::open(const std::filesystem::path& path, const OpenOptions& options) {
  SEALKEEP_ASSERT(options.application_id != 0 && !options.migrations.empty());
  leave_memory_uncounted();
  if (options.vfs.empty()) SEALKEEP_TRY(check_file(path, options));
  auto connection = std::make_shared<Connection>();
  connection->read_only = options.read_only;
  connection->full_at_commit_fails = options.full_at_commit_fails;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (options.create ? SQLITE_OPEN_CREATE : 0);
  if (const int code = sqlite3_open_v2(path.c_str(), &connection->handle, flags,
                                       options.vfs.empty() ? nullptr : options.vfs.c_str());
      code != SQLITE_OK) {
    return connection->error(code, Moment::Open);
  }
  SEALKEEP_TRY(harden(*connection, options));
  SEALKEEP_LET(version, check_version(*connection, options));
  SEALKEEP_TRY(prepare_own(*connection));
  Db db(connection);
  if (!options.read_only) {
    SEALKEEP_TRY(connection->execute("PRAGMA journal_mode=WAL", Moment::Open));
    // Recovered frames may come from the page cache only, if a sync failed before: written again, they get
    // synced.
    SEALKEEP_TRY(db.checkpoint_wal(WalCheckpoint::Passive));
    SEALKEEP_TRY(migrate(db, *connection, version, options));
    sqlite3_busy_timeout(connection->handle, 0);
  }
  return db;
}

}  // namespace sealkeep

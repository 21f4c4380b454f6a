// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <fstream>

#include "common/store/folder_lock.hpp"
#include "tests/store/store_fixture.hpp"
#include "tests/support/fault_vfs.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {
OpenOptions plain(std::vector<Migration> migrations = {
                      {{"CREATE TABLE t (a INTEGER UNIQUE, b TEXT, c BLOB) STRICT"}}}) {
  OpenOptions options;
  options.application_id = kTestApplication;
  options.migrations = std::move(migrations);
  options.create = true;
  return options;
}
std::int64_t count(Db& db, const char* sql = "SELECT count(*) FROM t") {
  auto statement = must(db.prepare(sql));
  auto rows = must(statement.query());
  REQUIRE(must(rows.next()));
  return rows.int64(0);
}
Result<> insert(Db& db, int number) {
  SEALKEEP_LET(statement, db.prepare("INSERT INTO t (a) VALUES (?)"));
  return statement.run(number);
}
}  // namespace

TEST_CASE("values of every type come back as they were bound") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  const Bytes blob{0, 1, 255};
  const std::vector<std::optional<std::int64_t>> none(1);
  must(db.transaction([&]() -> Result<> {
    SEALKEEP_LET(insert_row, db.prepare("INSERT INTO t VALUES (?, ?, ?)"));
    if (auto first = insert_row.run(INT64_MIN, "tēnā", blob); !first) return first;
    if (auto empty = insert_row.run(2, "", Bytes()); !empty) return empty;
    return insert_row.run(none.front(), nullptr, nullptr);
  }));
  auto statement = must(db.prepare("SELECT a, b, c FROM t ORDER BY rowid"));
  auto rows = must(statement.query());
  REQUIRE(must(rows.next()));
  CHECK(rows.int64(0) == INT64_MIN);
  CHECK(rows.text(1) == "tēnā");
  CHECK(to_bytes(rows.blob(2)) == blob);
  CHECK(rows.array<3>(2).has_value());
  CHECK(code_of(rows.array<4>(2)) == "store.row_malformed");
  REQUIRE(must(rows.next()));
  CHECK_FALSE(rows.is_null(1));
  CHECK_FALSE(rows.is_null(2));
  CHECK(rows.blob(2).empty());
  REQUIRE(must(rows.next()));
  CHECK((rows.is_null(0) && rows.is_null(1) && rows.is_null(2)));
  CHECK_FALSE(must(rows.next()));
}

TEST_CASE("a write outside of a transaction is our bug and writes nothing") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  CHECK(code_of(insert(db, 1)) == "store.no_transaction");
  CHECK(code_of(db.execute_script("DELETE FROM t")) == "store.no_transaction");
  CHECK(count(db) == 0);
}

TEST_CASE("a transaction whose body fails leaves nothing, a savepoint undoes its own part only") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  const auto refused = [] { return Result<>(fail(ErrorKind::Refused, "test.no", "no")); };
  CHECK(code_of(db.transaction([&]() -> Result<> {
          must(insert(db, 1));
          return refused();
        })) == "test.no");
  CHECK(count(db) == 0);
  CHECK(db.rollbacks() == 1);
  must(db.transaction([&]() -> Result<> {
    must(insert(db, 1));
    CHECK(code_of(db.savepoint([&]() -> Result<> {
            must(insert(db, 2));
            return refused();
          })) == "test.no");
    return db.savepoint([&] { return insert(db, 3); });
  }));
  CHECK(count(db, "SELECT sum(a) FROM t") == 4);
}

TEST_CASE("a doomed scope cannot succeed") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  const Error why{ErrorKind::Full, "test.half", "half written", {}, {}};
  must(db.transaction([&]() -> Result<> {
    CHECK(code_of(db.savepoint([&]() -> Result<> {
            must(insert(db, 1));
            db.doom(why);
            return {};
          })) == "test.half");
    return insert(db, 2);
  }));
  CHECK(count(db, "SELECT sum(a) FROM t") == 2);
  CHECK(code_of(db.transaction([&]() -> Result<> {
          db.doom(why);
          return insert(db, 3);
        })) == "test.half");
  CHECK(count(db) == 1);
}

TEST_CASE("a constraint refuses one statement and the transaction goes on") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  must(db.transaction([&]() -> Result<> {
    must(insert(db, 1));
    CHECK(code_of(insert(db, 1)) == "store.constraint");
    return insert(db, 2);
  }));
  CHECK(count(db) == 2);
  CHECK_FALSE(db.failed());
}

TEST_CASE("a new database is private to its owner") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  must(db.transaction([&] { return insert(db, 1); }));
  for (const char* name : {"test.db", "test.db-wal", "test.db-shm"}) {
    struct stat state {};
    REQUIRE(::stat((folder / name).c_str(), &state) == 0);
    CHECK((state.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a missing or empty file is a new database only where that was asked for") {
  TestFolder folder;
  auto options = plain();
  options.create = false;
  CHECK(code_of(Db::open(folder / "test.db", options)) == "store.missing");
  CHECK_FALSE(std::filesystem::exists(folder / "test.db"));
  std::ofstream(folder / "test.db").flush();
  CHECK(code_of(Db::open(folder / "test.db", options)) == "store.damaged");
  CHECK(std::filesystem::file_size(folder / "test.db") == 0);
}

TEST_CASE("foreign, newer and damaged files are refused and left as they are") {
  TestFolder folder;
  { auto db = must(Db::open(folder / "test.db", plain())); }
  auto foreign = plain();
  foreign.application_id = 77;
  CHECK(code_of(Db::open(folder / "test.db", foreign)) == "store.foreign_file");
  auto older_reader = plain({{{"CREATE TABLE t (a) STRICT"}}, {{"CREATE TABLE u (a INTEGER) STRICT"}}});
  older_reader.read_only = true;
  CHECK(code_of(Db::open(folder / "test.db", older_reader)) == "store.older_file");
  older_reader.read_only = false;
  { auto db = must(Db::open(folder / "test.db", older_reader)); }
  CHECK(code_of(Db::open(folder / "test.db", plain())) == "store.newer_file");

  const std::string garbage(8192, 'x');
  std::ofstream(folder / "garbage.db") << garbage;
  auto result = Db::open(folder / "garbage.db", plain());
  CHECK(code_of(result) == "store.damaged");
  CHECK(result.error().kind == ErrorKind::Corrupt);
  std::ifstream again(folder / "garbage.db");
  CHECK(std::string(std::istreambuf_iterator<char>(again), {}) == garbage);
}

TEST_CASE("migrations run once each, in order, and keep the rows") {
  TestFolder folder;
  {
    auto db = must(Db::open(folder / "test.db", plain()));
    must(db.transaction([&] { return insert(db, 5); }));
  }
  auto newer = plain();
  newer.migrations.push_back({{"ALTER TABLE t ADD COLUMN d INTEGER DEFAULT 7", "UPDATE t SET d = d + 1"}});
  {
    auto db = must(Db::open(folder / "test.db", newer));
    CHECK(count(db, "SELECT d FROM t") == 8);
  }
  auto db = must(Db::open(folder / "test.db", newer));
  CHECK(count(db, "SELECT d FROM t") == 8);
  CHECK(count(db, "PRAGMA user_version") == 2);
}

TEST_CASE("a migration that fails changes nothing") {
  TestFolder folder;
  { auto db = must(Db::open(folder / "test.db", plain())); }
  auto broken = plain();
  broken.migrations.push_back({{"CREATE TABLE u (a INTEGER) STRICT", "CREATE TABLE t (a INTEGER) STRICT"}});
  CHECK(code_of(Db::open(folder / "test.db", broken)) == "store.sql");
  auto db = must(Db::open(folder / "test.db", plain()));
  CHECK(count(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'u'") == 0);
}

TEST_CASE("the connection is hardened") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  CHECK(count(db, "PRAGMA synchronous") == 2);
  CHECK(count(db, "PRAGMA foreign_keys") == 1);
  CHECK(count(db, "PRAGMA trusted_schema") == 0);
  CHECK(count(db, "PRAGMA mmap_size") == 0);
  CHECK(count(db, "PRAGMA wal_autocheckpoint") == 0);
  CHECK(count(db, "PRAGMA secure_delete") == 1);
  CHECK(count(db, "PRAGMA cell_size_check") == 1);
  CHECK(count(db, "PRAGMA cache_size") == -2048);
  for (const char* sql : {"SELECT load_extension('x')", "ATTACH 'other.db' AS o"}) {
    auto refused = must(db.prepare(sql));
    CHECK(code_of(refused.run()) == "store.sql");
  }
  CHECK(code_of(db.transaction([&] { return db.execute_script("DELETE FROM sqlite_schema"); })) != "success");
}

TEST_CASE("a reader sees committed rows and cannot write") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  auto options = plain();
  options.create = false;
  options.read_only = true;
  auto reader = must(Db::open(folder / "test.db", options));
  must(db.transaction([&] { return insert(db, 1); }));
  CHECK(count(reader) == 1);
  CHECK(code_of(reader.transaction([&] { return insert(reader, 2); })) == "store.read_only");
}

TEST_CASE("the WAL grows until the owner moves it") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  for (int i = 0; i < 50; ++i) must(db.transaction([&] { return insert(db, i); }));
  const auto before = db.wal_bytes();
  CHECK(before > 50 * 4096);
  must(db.checkpoint_wal(WalCheckpoint::Truncate));
  CHECK(db.wal_bytes() == 0);
  CHECK(db.db_bytes() >= 2 * 4096);
  CHECK(count(db) == 50);
}

TEST_CASE("the WAL is not emptied under a reader, and the answer says so") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  must(db.transaction([&] { return insert(db, 1); }));
  auto options = plain();
  options.read_only = true;
  auto reader = must(Db::open(folder / "test.db", options));
  auto statement = must(reader.prepare("SELECT a FROM t"));
  {
    auto rows = must(statement.query());
    REQUIRE(must(rows.next()));
    must(db.transaction([&] { return insert(db, 2); }));
    CHECK(code_of(db.checkpoint_wal(WalCheckpoint::Truncate)) == "store.readers");
    CHECK_FALSE(db.failed());
  }
  must(db.checkpoint_wal(WalCheckpoint::Truncate));
}

TEST_CASE("a copy is a whole database of the same rows and overwrites nothing") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", plain()));
  must(db.transaction([&] { return insert(db, 9); }));
  must(db.copy_to(folder / "copy.db"));
  CHECK(code_of(db.copy_to(folder / "copy.db")) == "store.exists");
  auto options = plain();
  options.create = false;
  auto copy = must(Db::open(folder / "copy.db", options));
  CHECK(count(copy, "SELECT a FROM t") == 9);
  must(copy.integrity_check());
}

TEST_CASE("damage inside the file is found by the integrity check") {
  TestFolder folder;
  {
    auto db = must(Db::open(folder / "test.db", plain()));
    must(db.transaction([&]() -> Result<> {
      for (int i = 0; i < 2000; ++i) must(insert(db, i));
      return {};
    }));
  }
  std::fstream file(folder / "test.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3 * 4096 + 2);
  file.write("\xff\xff\xff\xff\xff\xff", 6);
  file.close();
  auto db = must(Db::open(folder / "test.db", plain()));
  CHECK(code_of(db.integrity_check()) == "store.damaged");
}

TEST_CASE("a full disk inside a statement undoes the transaction and the connection goes on") {
  FaultVfs vfs;
  auto options = plain();
  options.vfs = vfs.name();
  options.cache_kib = 16;  // so small that pages spill into the WAL before COMMIT
  auto db = must(Db::open("t.db", options));
  must(db.transaction([&] { return insert(db, -1); }));
  vfs.strike_at(1, Fault::NoSpace);
  auto statement = must(db.prepare("INSERT INTO t (a, c) VALUES (?, zeroblob(20000))"));
  int done = 0;
  auto result = db.transaction([&]() -> Result<> {
    for (; done < 100; ++done) {
      if (auto inserted = statement.run(done); !inserted) return inserted;
    }
    return {};
  });
  CHECK(code_of(result) == "store.disk_full");
  CHECK(result.error().kind == ErrorKind::Full);
  CHECK(done < 100);
  CHECK_FALSE(db.failed());
  CHECK(count(db) == 1);
  vfs.heal();
  must(db.transaction([&] { return insert(db, -2); }));
  CHECK(count(db) == 2);
}

TEST_CASE("a full disk at COMMIT fails the connection, unless its owner chose to go on") {
  const bool fails = GENERATE(true, false);
  FaultVfs vfs;
  auto options = plain();
  options.vfs = vfs.name();
  options.full_at_commit_fails = fails;
  {
    auto db = must(Db::open("t.db", options));
    must(db.transaction([&] { return insert(db, 1); }));
    vfs.strike_at(1, Fault::NoSpace);
    CHECK(code_of(db.transaction([&] { return insert(db, 2); })) == "store.disk_full");
    CHECK(db.failed() == fails);
    vfs.heal();
    if (fails) {
      CHECK(code_of(db.transaction([&] { return insert(db, 3); })) == "store.failed");
      CHECK(code_of(db.prepare("SELECT 1")) == "store.failed");
    } else {
      must(db.transaction([&] { return insert(db, 3); }));
    }
  }
  auto db = must(Db::open("t.db", options));
  CHECK(count(db, "SELECT sum(a) FROM t") == (fails ? 1 : 4));
}

TEST_CASE("one process at a time has the data folder") {
  TestFolder folder;
  const auto data = folder.path() / "data";
  {
    auto lock = must(FolderLock::take(data));
    struct stat state {};
    REQUIRE(::stat(data.c_str(), &state) == 0);
    CHECK((state.st_mode & 0777) == 0700);
    auto second = FolderLock::take(data);
    CHECK(code_of(second) == "store.locked");
    CHECK_FALSE(second.error().next.empty());
    FolderLock moved = std::move(lock);
    CHECK(code_of(FolderLock::take(data)) == "store.locked");
  }
  CHECK(FolderLock::take(data).has_value());
  CHECK(code_of(FolderLock::take(folder.path() / "a" / "b")) == "store.folder");
}

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sqlite3.h>

#include <fstream>

#include "common/store/log_verify.hpp"
#include "tests/store/store_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

constexpr std::uint64_t kFacts = 600;  // two full tiles and 88 entries at the right edge

Signers far_signers() {
  return {SigningKey(Bytes(32, 1)), SigningKey(Bytes(32, 2)), "hub.example.nz/directive/akl-01/e1"};
}

/// A closed database with a written log (1) and its mirror's copy (2), both cosigned at 100 and 600.
struct Stored {
  TestFolder folder;
  Signers signers;
  Stored() {
    static const Bytes kImage = make_image();  // made once: every section starts from the same file
    std::ofstream file(folder / "test.db", std::ios::binary);
    file << as_text(kImage);
  }

  static Bytes make_image() {
    TestFolder made;
    const Signers writer;
    const Signers other = far_signers();
    {
      auto db = must(Db::open(made / "test.db", log_options()));
      auto store = must(LogStore::open(db));
      must(db.transaction([&]() -> Result<> {
        const LogId written = must(store.add_log(writer.info()));
        const LogId mirrored = must(store.add_log(other.info(LogDirection::Mirrored)));
        must(append_facts(store, written, writer, 100));
        must(cosign(store, written, writer, 3600));
        must(append_facts(store, written, writer, kFacts - 100));
        must(cosign(store, written, writer, 7200));
        must(mirror_run(store, mirrored, other, make_run(0, 100), 3600));
        must(mirror_run(store, mirrored, other, make_run(100, kFacts - 100), 7200));
        return {};
      }));
    }
    std::ifstream file(made / "test.db", std::ios::binary);
    return to_bytes(as_bytes(std::string(std::istreambuf_iterator<char>(file), {})));
  }

  /// What somebody with the file and a shell can do.
  void tamper(const std::string& sql) const {
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open((folder / "test.db").c_str(), &handle) == SQLITE_OK);
    std::string drop = "PRAGMA synchronous = OFF;";
    sqlite3_exec(
        handle, "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        [](void* out, int, char** values, char**) {
          *static_cast<std::string*>(out) += std::string("DROP TRIGGER ") + values[0] + ";";
          return 0;
        },
        &drop, nullptr);
    const int code = sqlite3_exec(handle, (drop + sql).c_str(), nullptr, nullptr, nullptr);
    INFO(sql << ": " << sqlite3_errmsg(handle));
    CHECK(code == SQLITE_OK);
    CHECK(sqlite3_changes(handle) >= 1);
    sqlite3_close(handle);
  }

  [[nodiscard]] VerifyReport verify(LogId log) const {
    auto options = log_options();
    options.create = false;
    auto db = must(Db::open(folder / "test.db", options));
    return must(verify_log(db, log, {{}, {signers.mirror.public_key()}}));
  }

  void expect(LogId log, VerifyFault fault, std::uint64_t index) const {
    const auto report = verify(log);
    REQUIRE(report.findings.size() == 1);
    INFO(report.findings[0].text);
    CHECK(report.findings[0].fault == fault);
    CHECK(report.findings[0].index == index);
  }
};

/// SQL for a blob column with its byte `offset` (from 0) changed.
std::string flip(const std::string& column, std::size_t offset) {
  const std::string at = std::to_string(offset);
  return "CAST(substr(" + column + ", 1, " + at + ") || CASE WHEN substr(" + column + ", " + at +
         " + 1, 1) = x'ff' THEN x'fe' ELSE x'ff' END || substr(" + column + ", " + at + " + 2) AS BLOB)";
}

}  // namespace

TEST_CASE("an untouched database verifies, and the report counts what was looked at") {
  Stored stored;
  for (LogId log : {1, 2}) {
    const auto report = stored.verify(log);
    for (const auto& finding : report.findings) UNSCOPED_INFO(finding.text);
    CHECK(report.ok());
    CHECK(report.entries == kFacts);
    CHECK(report.tiles == 2);
    CHECK(report.heads == 3);
    CHECK(report.cosignatures_checked == 2);
    CHECK(report.computed.root == head_after("x", kFacts).root);
  }
}

TEST_CASE("verify names the index of a changed entry, in a tile and at the right edge") {
  for (std::uint64_t index : {0U, 99U, 100U, 255U, 256U, 511U, 512U, 599U}) {
    Stored stored;
    stored.tamper("UPDATE entry SET bytes = " + flip("bytes", 2) +
                  " WHERE log_id = 1 AND idx = " + std::to_string(index));
    stored.expect(1, VerifyFault::Entry, index);
  }
}

TEST_CASE("verify names the index of a changed entry inside a run, also when its length changed") {
  const std::size_t offset_of_300 = make_run(100, 200).bytes.size();
  for (std::size_t byte : {0U, 1U, 2U, 5U}) {
    Stored stored;
    stored.tamper("UPDATE run SET bytes = " + flip("bytes", offset_of_300 + byte) + " WHERE first = 100");
    const auto report = stored.verify(2);
    REQUIRE_FALSE(report.ok());
    CHECK(report.findings[0].fault == VerifyFault::Entry);
    CHECK(report.findings[0].index == 300);
  }
}

TEST_CASE("verify tells a changed mark and a changed tile from a changed entry") {
  for (std::uint64_t index : {0U, 255U, 300U, 512U, 599U}) {
    Stored stored;
    stored.tamper("UPDATE entry SET leaf_mark = " + flip("leaf_mark", 7) +
                  " WHERE log_id = 1 AND idx = " + std::to_string(index));
    stored.expect(1, VerifyFault::LeafMark, index);
  }
  for (std::uint64_t index : {0U, 255U, 256U, 300U, 511U}) {
    for (std::size_t byte : {0U, 31U}) {
      Stored stored;
      stored.tamper("UPDATE tile SET hashes = " + flip("hashes", index % 256 * 32 + byte) +
                    " WHERE log_id = 2 AND n = " + std::to_string(index / 256));
      stored.expect(2, VerifyFault::Tile, index);
    }
  }
}

TEST_CASE("verify names the entry when its mark and even its tile were changed along") {
  Stored stored;
  const std::string leaf = "x'" + std::string(64, 'a') + "'";
  stored.tamper("UPDATE entry SET bytes = x'01', leaf_mark = substr(" + leaf +
                ", 1, 8) WHERE log_id = 1 AND idx = 300");
  stored.expect(1, VerifyFault::Entry, 300);

  Stored forged;
  const Hash hash = hash_leaf(as_bytes("\x01"));
  std::string hex;
  for (auto byte : hash.bytes) hex += fmt::format("{:02x}", byte);
  forged.tamper(
      "UPDATE entry SET bytes = x'01', leaf_mark = x'" + hex.substr(0, 16) +
      "' WHERE log_id = 1 AND idx = 300; UPDATE tile SET hashes = CAST(substr(hashes, 1, 44 * 32) || x'" +
      hex + "' || substr(hashes, 45 * 32 + 1) AS BLOB) WHERE log_id = 1 AND n = 1");
  const auto report = forged.verify(1);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].fault == VerifyFault::Root);
  CHECK(report.findings[0].index == kFacts);
  CHECK(report.findings[0].text.find("from 100 on") != std::string::npos);
}

TEST_CASE("verify names the head whose root, signature or cosignature was changed") {
  for (const char* where : {"head", "signed_head"}) {
    for (const char* column : {"root", "signature"}) {
      Stored stored;
      stored.tamper(std::string("UPDATE ") + where + " SET " + column + " = " + flip(column, 9) +
                    " WHERE log_id = 1 AND size = 600");
      const auto report = stored.verify(1);
      REQUIRE_FALSE(report.ok());
      CHECK(report.findings[0].fault == VerifyFault::Signature);
      CHECK(report.findings[0].index == 600);
      CHECK(std::ranges::any_of(report.findings, [](const auto& f) {
              return f.fault == VerifyFault::Root;
            }) == (std::string(column) == "root"));
    }
  }
  for (const char* change : {"cosigned_s = cosigned_s + 1", "cosignature = zeroblob(64)"}) {
    Stored stored;
    stored.tamper(std::string("UPDATE head SET ") + change + " WHERE log_id = 2 AND size = 100");
    stored.expect(2, VerifyFault::Cosignature, 100);
  }
}

TEST_CASE("verify finds entries that were cut off, taken out or added") {
  {
    Stored stored;
    stored.tamper("DELETE FROM entry WHERE log_id = 1 AND idx >= 590");
    const auto report = stored.verify(1);
    REQUIRE_FALSE(report.ok());
    CHECK(report.findings[0].fault == VerifyFault::Missing);
    CHECK(report.findings[0].index == 590);
  }
  {
    Stored stored;
    stored.tamper("DELETE FROM entry WHERE log_id = 1 AND idx = 42");
    CHECK(stored.verify(1).findings.at(0).index == 42);
  }
  {
    Stored stored;
    stored.tamper("DELETE FROM run WHERE first = 100");
    CHECK(stored.verify(2).findings.at(0).index == 100);
  }
  {
    Stored stored;
    stored.tamper("INSERT INTO entry VALUES ((1 << 40) + 600, zeroblob(8), x'00')");
    CHECK_FALSE(stored.verify(1).ok());
  }
  {
    Stored stored;
    stored.tamper("DELETE FROM tile WHERE log_id = 1 AND n = 1");
    stored.expect(1, VerifyFault::Tile, 256);
  }
}

TEST_CASE("a log whose end was changed is not written on") {
  Stored stored;
  stored.tamper("UPDATE entry SET bytes = x'00' WHERE log_id = 1 AND idx = 599");
  auto db = must(Db::open(stored.folder / "test.db", log_options()));
  auto store = must(LogStore::open(db));
  CHECK(code_of(db.transaction([&] { return store.append(1, ByteView(fact(600))); })) == "log.damaged");
}

TEST_CASE("all logs are verified together, with SQLite's own check, and progress can stop it") {
  Stored stored;
  auto db = must(Db::open(stored.folder / "test.db", log_options()));
  const auto keys = [&](const LogInfo&) { return VerifyKeys{{}, {stored.signers.mirror.public_key()}}; };
  const auto reports = must(verify_all(db, keys));
  CHECK(reports.size() == 3);
  for (const auto& [log, report] : reports) CHECK(report.ok());
}

TEST_CASE("a hundred thousand entries are written, read and verified in little memory") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", log_options()));
  auto store = must(LogStore::open(db));
  Signers signers;
  const LogId log = must(db.transaction([&] { return store.add_log(signers.info()); }));
  constexpr std::uint64_t kMany = 100'000;
  for (std::uint64_t done = 0; done < kMany; done += 10'000) {
    must(db.transaction([&] { return append_facts(store, log, signers, 10'000); }));
    must(db.checkpoint_wal(WalCheckpoint::Truncate));
  }
  sqlite3_memory_highwater(1);
  std::uint64_t read = 0;
  must(store.read_entries(log, 0, kMany, UINT64_MAX, [&](std::uint64_t index, ByteView entry) -> Result<> {
    read += entry.size() == fact(index).size() ? 1 : 0;
    return {};
  }));
  CHECK(read == kMany);
  std::uint64_t calls = 0;
  const auto report = must(verify_log(db, log, {}, [&](std::uint64_t done, std::uint64_t all) -> Result<> {
    ++calls;
    CHECK((done <= all && all == kMany));
    return {};
  }));
  CHECK(report.ok());
  CHECK(report.entries == kMany);
  CHECK(report.tiles == 390 + 1);
  CHECK(calls == kMany / 4096);
  CHECK(sqlite3_memory_highwater(0) < 4 * 1024 * 1024);  // page cache 2 MiB

  must(db.transaction([&] { return db.execute_script("DROP TRIGGER tile_never_changes"); }));
  must(db.transaction([&] {
    return db.execute_script("UPDATE tile SET hashes = " + flip("hashes", 7 * 32) + " WHERE level = 1");
  }));
  const auto again = must(verify_log(db, log));
  REQUIRE(again.findings.size() == 1);
  CHECK(again.findings[0].fault == VerifyFault::Tile);
  CHECK(again.findings[0].index == 7 * 256);
  CHECK(code_of(verify_log(db, log, {}, [](std::uint64_t, std::uint64_t) -> Result<> {
          return fail(ErrorKind::Refused, "test.stop", "stop");
        })) == "test.stop");
}

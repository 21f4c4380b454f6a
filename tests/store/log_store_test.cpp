// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include "common/base/limits.hpp"
#include "tests/store/store_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

/// A store with one written and one mirrored log.
struct Logs {
  TestFolder folder;
  Db db = must(Db::open(folder / "test.db", log_options()));
  LogStore store = must(LogStore::open(db));
  Signers ours;
  Signers theirs{SigningKey(Bytes(32, 3)), SigningKey(Bytes(32, 4)), "hub.example.nz/directive/akl-01/e1"};
  LogId written = 0;
  LogId mirrored = 0;
  Logs() {
    must(db.transaction([&]() -> Result<> {
      written = must(store.add_log(ours.info()));
      mirrored = must(store.add_log(theirs.info(LogDirection::Mirrored)));
      return {};
    }));
  }
  Result<> add_facts(std::uint64_t count) {
    return db.transaction([&] { return append_facts(store, written, ours, count); });
  }
  Result<std::int64_t> mirror(std::uint64_t start, std::size_t count, std::uint64_t time_s = 1000) {
    return db.transaction(
        [&] { return mirror_run(store, mirrored, theirs, make_run(start, count), time_s); });
  }
};

/// An edit by another program: no switches of ours.
int edit(Db& db, const char* sql) {
  return db.transaction([&] { return db.execute_script(sql); }).has_value() ? SQLITE_OK : SQLITE_ERROR;
}

}  // namespace

TEST_CASE("a log is found by its origin and an origin exists once") {
  Logs logs;
  auto info = must(logs.store.find_log(logs.ours.origin));
  REQUIRE(info);
  CHECK(info->id == logs.written);
  CHECK(info->public_key == logs.ours.log.public_key());
  CHECK_FALSE(must(logs.store.find_log("hub.example.nz/other")));
  CHECK(must(logs.store.logs()).size() == 2);
  CHECK(code_of(logs.db.transaction([&] { return logs.store.add_log(logs.ours.info()); })) == "log.exists");
  CHECK(code_of(logs.store.size(99)) == "log.unknown");
}

TEST_CASE("appended entries have the tree's size and root, now and after the store is opened again") {
  Logs logs;
  for (std::uint64_t count : {1U, 2U, 252U, 1U, 1U, 300U, 43U}) {
    must(logs.add_facts(count));
    const auto now = must(logs.store.checkpoint(logs.written));
    CHECK(now == head_after(logs.ours.origin, now.size));
    auto again = must(LogStore::open(logs.db));
    CHECK(must(again.checkpoint(logs.written)) == now);
    CHECK(must(again.frontier(logs.written)) == must(logs.store.frontier(logs.written)));
  }
  CHECK(must(logs.store.size(logs.written)) == 600);
  CHECK(must(logs.store.newest_signed_head(logs.written))->checkpoint.size == 600);
  CHECK(must(logs.store.read_entry(logs.written, 599)) == fact(599));
  CHECK(code_of(logs.store.read_entry(logs.written, 600)) == "log.range");
}

TEST_CASE("the root at every earlier size is known") {
  Logs logs;
  must(logs.add_facts(520));
  for (std::uint64_t size = 0; size <= 520; size += size < 10 || size > 250 ? 1 : 40) {
    CHECK(must(logs.store.root_at(logs.written, size)) == head_after(logs.ours.origin, size).root);
  }
  CHECK(code_of(logs.store.root_at(logs.written, 521)) == "log.range");
}

TEST_CASE("entries are taken up to the limit of their size and not past it") {
  Logs logs;
  const Bytes widest(limits::kLeafBytes, 7);
  const Bytes too_wide(limits::kLeafBytes + 1, 7);
  must(logs.db.transaction([&] { return logs.store.append(logs.written, ByteView(widest)); }));
  CHECK(must(logs.store.read_entry(logs.written, 0)) == widest);
  for (const Bytes& bad : {too_wide, Bytes()}) {
    CHECK(code_of(logs.db.transaction([&]() -> Result<std::uint64_t> {
            const ByteView both[] = {widest, bad};
            return logs.store.append(logs.written, both);
          })) == "log.entry_size");
  }
  CHECK(must(logs.store.size(logs.written)) == 1);
}

TEST_CASE("what is kept in memory follows a rollback of the transaction and of a savepoint") {
  Logs logs;
  must(logs.add_facts(300));
  const auto before = must(logs.store.checkpoint(logs.written));
  const auto refuse = [] { return Result<>(fail(ErrorKind::Refused, "test.no", "no")); };
  CHECK_FALSE(logs.db.transaction([&]() -> Result<> {
    must(append_facts(logs.store, logs.written, logs.ours, 300));
    CHECK(must(logs.store.size(logs.written)) == 600);
    return refuse();
  }));
  CHECK(must(logs.store.checkpoint(logs.written)) == before);
  must(logs.db.transaction([&]() -> Result<> {
    must(append_facts(logs.store, logs.written, logs.ours, 2));
    CHECK_FALSE(logs.db.savepoint([&]() -> Result<> {
      must(append_facts(logs.store, logs.written, logs.ours, 5));
      return refuse();
    }));
    CHECK(must(logs.store.size(logs.written)) == 302);
    return append_facts(logs.store, logs.written, logs.ours, 1);
  }));
  CHECK(must(logs.store.checkpoint(logs.written)) == head_after(logs.ours.origin, 303));
  CHECK(must(must(LogStore::open(logs.db)).checkpoint(logs.written)) == head_after(logs.ours.origin, 303));
}

TEST_CASE("a caller that hides the error of an append cannot commit half of it") {
  Logs logs;
  must(logs.add_facts(255));
  // A tile where the store is about to write its own: the entry goes in, the tile does not.
  must(logs.db.transaction(
      [&] { return logs.db.execute_script("INSERT INTO tile VALUES (1, 0, 0, zeroblob(8192))"); }));
  CHECK(code_of(logs.db.transaction([&]() -> Result<> {
          CHECK_FALSE(logs.store.append(logs.written, ByteView(fact(255))));
          return {};
        })) == "store.constraint");
  CHECK(must(logs.store.size(logs.written)) == 255);
}

TEST_CASE("a small number of right edges in memory serves many logs") {
  TestFolder folder;
  auto db = must(Db::open(folder / "test.db", log_options()));
  auto store = must(LogStore::open(db, 2));
  std::vector<LogId> ids;
  for (int i = 0; i < 5; ++i) {
    Signers signers;
    signers.origin += std::to_string(i);
    ids.push_back(must(db.transaction([&] { return store.add_log(signers.info()); })));
  }
  for (std::uint64_t round = 0; round < 3; ++round) {
    for (LogId id : ids) {
      CHECK(must(db.transaction([&] { return store.append(id, ByteView(fact(round))); })) == round);
    }
  }
  for (LogId id : ids) CHECK(must(store.root(id)) == head_after("x", 3).root);
}

TEST_CASE("a frozen log and a foreign log take no entries") {
  Logs logs;
  CHECK(code_of(logs.db.transaction([&] { return logs.store.append(logs.mirrored, ByteView(fact(0))); })) ==
        "log.not_writer");
  must(logs.db.transaction([&] { return logs.store.freeze(logs.written); }));
  CHECK(code_of(logs.add_facts(1)) == "log.frozen");
  CHECK(must(logs.store.log(logs.written)).state == LogState::Frozen);
}

TEST_CASE("a mirror stores runs, reads them back and serves the same tree") {
  Logs logs;
  const auto first = must(logs.mirror(0, 250));
  const auto second = must(logs.mirror(250, 300));
  CHECK(second > first);
  CHECK(must(logs.store.checkpoint(logs.mirrored)) == head_after(logs.theirs.origin, 550));
  auto again = must(LogStore::open(logs.db));
  CHECK(must(again.checkpoint(logs.mirrored)) == head_after(logs.theirs.origin, 550));
  for (std::uint64_t index : {0U, 249U, 250U, 549U})
    CHECK(must(again.read_entry(logs.mirrored, index)) == fact(index));
  CHECK(must(again.newest_signed_head(logs.mirrored))->checkpoint.size == 550);
  CHECK(must(again.newest_cosigned_head(logs.mirrored))->cosignature.time_s == 1000);
  const auto runs = must(again.runs_after(0, 10));
  CHECK(runs == std::vector<RunInfo>{{first, logs.mirrored, 0, 250}, {second, logs.mirrored, 250, 300}});
  CHECK(must(again.runs_after(first, 10)).size() == 1);
  const auto proof = must(make_inclusion_proof(123, 500, must(again.hash_source(logs.mirrored))));
  CHECK(check_inclusion_proof(hash_leaf(fact(123)), 123, 500, proof, head_after("x", 500).root));
}

TEST_CASE("a mirror refuses a gap, a repeat, a fork and malformed bytes, and stays as it was") {
  Logs logs;
  must(logs.mirror(0, 10));
  CHECK(code_of(logs.mirror(11, 5)) == "log.not_next");
  CHECK(code_of(logs.mirror(0, 10)) == "log.not_next");
  const auto try_run = [&](const MadeRun& made, const Checkpoint& head) {
    return code_of(logs.db.transaction([&] {
      return logs.store.append_run(logs.mirrored, made.run(), head, Signature{}, Cosignature{}, 0);
    }));
  };
  auto made = make_run(10, 5);
  auto head = head_after(logs.theirs.origin, 15);
  auto forked = head;
  forked.root.bytes[0] ^= 1;
  CHECK(try_run(made, forked) == "log.fork");
  auto longer = head;
  longer.size = 16;
  CHECK(try_run(made, longer) == "log.fork");
  auto other = head;
  other.origin = logs.ours.origin;
  CHECK(try_run(made, other) == "log.fork");
  auto cut = made;
  cut.bytes.pop_back();
  CHECK(try_run(cut, head) == "log.run");
  auto extra = made;
  extra.bytes.push_back(0);
  CHECK(try_run(extra, head) == "log.run");
  auto fewer = made;
  fewer.leaves.pop_back();
  CHECK(try_run(fewer, head) == "log.run");
  CHECK(must(logs.store.size(logs.mirrored)) == 10);
  must(logs.mirror(10, 5));
}

TEST_CASE("reading stops at the count, at the bytes and at the visitor's error, for both directions") {
  Logs logs;
  must(logs.add_facts(40));
  must(logs.mirror(0, 15));
  must(logs.mirror(15, 25));
  for (LogId log : {logs.written, logs.mirrored}) {
    std::vector<std::uint64_t> seen;
    const auto keep = [&](std::uint64_t index, ByteView entry) -> Result<> {
      CHECK(to_bytes(entry) == fact(index));
      CHECK(must(logs.store.size(log)) == 40);  // the store may be read meanwhile
      seen.push_back(index);
      return {};
    };
    CHECK(must(logs.store.read_entries(log, 10, 10, UINT64_MAX, keep)) == 10);
    CHECK(seen.front() == 10);
    CHECK(seen.back() == 19);
    CHECK(must(logs.store.read_entries(log, 35, 100, UINT64_MAX, keep)) == 5);
    CHECK(must(logs.store.read_entries(log, 10, 100, 3 * fact(10).size(), keep)) == 3);
    CHECK(must(logs.store.read_entries(log, 10, 100, 1, keep)) == 1);
    CHECK(must(logs.store.read_entries(log, 40, 1, 1, keep)) == 0);
    CHECK(code_of(logs.store.read_entries(log, 41, 1, 1, keep)) == "log.range");
    CHECK(code_of(logs.store.read_entries(log, 0, 9, 999, [](std::uint64_t, ByteView) -> Result<> {
            return fail(ErrorKind::Refused, "test.stop", "stop");
          })) == "test.stop");
  }
}

TEST_CASE("a smaller cosigned head, another root and a head beyond the log are refused") {
  Logs logs;
  must(logs.add_facts(10));
  const auto put = [&](const Checkpoint& head, std::uint64_t time_s) {
    return code_of(logs.db.transaction([&] {
      return logs.store.put_cosignature(logs.written, head, Signature{}, Cosignature{time_s, {}});
    }));
  };
  CHECK(put(head_after(logs.ours.origin, 7), 100) == "success");  // a size between commits
  CHECK(put(head_after(logs.ours.origin, 7), 100) == "success");  // a resend
  CHECK(put(head_after(logs.ours.origin, 6), 101) == "log.smaller_head");
  CHECK(put(head_after(logs.ours.origin, 11), 101) == "log.head_beyond");
  CHECK(put(head_after("hub.example.nz/other", 8), 101) == "log.other_log");
  for (std::uint64_t size : {7U, 8U, 10U}) {
    auto fork = head_after(logs.ours.origin, size);
    fork.root.bytes[31] ^= 0x80;
    CHECK(put(fork, 102) == "log.fork");
  }
  CHECK(must(logs.store.newest_cosigned_head(logs.written))->checkpoint.size == 7);
  CHECK(put(head_after(logs.ours.origin, 10), 103) == "success");
}

TEST_CASE("a signed head must be the state of its log") {
  Logs logs;
  must(logs.add_facts(3));
  for (const auto& wrong : {head_after(logs.ours.origin, 2), head_after("hub.example.nz/x", 3)}) {
    CHECK(code_of(logs.db.transaction([&] {
            return logs.store.put_signed_head(logs.written, wrong, Signature{}, 0);
          })) == "log.head_mismatch");
  }
}

TEST_CASE("cosigned heads are thinned to the last of each hour, and a used one stays") {
  Logs logs;
  const auto sizes_kept = [&] {
    std::vector<std::uint64_t> sizes;
    for (std::uint64_t index = 0;;) {
      auto head = must(logs.store.cosigned_head_covering(logs.written, index));
      if (!head) return sizes;
      sizes.push_back(head->checkpoint.size);
      index = head->checkpoint.size;
    }
  };
  const auto next = [&](std::uint64_t time_s) {
    must(logs.db.transaction([&]() -> Result<> {
      must(append_facts(logs.store, logs.written, logs.ours, 1));
      return cosign(logs.store, logs.written, logs.ours, time_s);
    }));
  };
  next(3600);
  next(3700);
  next(7199);
  CHECK(sizes_kept() == std::vector<std::uint64_t>{3});
  next(7200);
  next(7201);
  must(logs.db.transaction([&] { return logs.store.mark_head_used(logs.written, 5); }));
  next(7202);
  next(7203);
  CHECK(sizes_kept() == std::vector<std::uint64_t>{3, 5, 7});
  CHECK(code_of(logs.db.transaction([&] { return logs.store.mark_head_used(logs.written, 4); })) ==
        "log.no_head");
  CHECK(must(logs.store.cosigned_head_covering(logs.written, 4))->used);
}

TEST_CASE("the database itself forbids to change or delete what was recorded") {
  Logs logs;
  must(logs.add_facts(300));
  must(logs.mirror(0, 10));
  must(logs.db.transaction([&]() -> Result<> {
    must(cosign(logs.store, logs.written, logs.ours, 5000));
    return logs.store.add_evidence({logs.written, "fork", 3, Hash{}, Signature{}, 1, "test"});
  }));
  for (const char* sql :
       {"UPDATE entry SET bytes = x'00' WHERE idx = 3", "DELETE FROM entry WHERE idx = 299",
        "INSERT OR REPLACE INTO entry VALUES (0x10000000003, zeroblob(8), x'00')",
        "UPDATE run SET bytes = x'00'", "DELETE FROM run", "UPDATE tile SET hashes = zeroblob(8192)",
        "DELETE FROM tile", "UPDATE signed_head SET size = size - 1",
        "UPDATE signed_head SET root = zeroblob(32)", "DELETE FROM signed_head", "UPDATE head SET size = 1",
        "UPDATE head SET cosigned_s = 1", "DELETE FROM head", "UPDATE log SET origin = 'x'",
        "UPDATE log SET public_key = zeroblob(32)", "DELETE FROM log", "UPDATE evidence SET note = ''",
        "DELETE FROM evidence"}) {
    CAPTURE(sql);
    CHECK(edit(logs.db, sql) != SQLITE_OK);
  }
  must(logs.db.transaction([&] { return logs.store.freeze(logs.written); }));
  CHECK(edit(logs.db, "UPDATE log SET state = 1 WHERE log_id = 1") != SQLITE_OK);
  CHECK(must(logs.store.evidence(logs.written)).size() == 1);
}

TEST_CASE("a reader's store sees what the writer commits") {
  Logs logs;
  must(logs.add_facts(3));
  auto options = log_options();
  options.create = false;
  options.read_only = true;
  auto reader_db = must(Db::open(logs.folder / "test.db", options));
  auto reader = must(LogStore::open(reader_db));
  CHECK(must(reader.size(logs.written)) == 3);
  must(logs.add_facts(5));
  CHECK(must(reader.checkpoint(logs.written)) == must(logs.store.checkpoint(logs.written)));
}

TEST_CASE("a single fact costs two pages of WAL: its entry and its signed head") {
  constexpr std::int64_t kFrameBytes = 4096 + 24;
  Logs logs;
  must(logs.add_facts(5000));
  std::int64_t frames = 0;
  for (int i = 0; i < 100; ++i) {
    const auto before = logs.db.wal_bytes();
    must(logs.add_facts(1));
    frames += (logs.db.wal_bytes() - before) / kFrameBytes;
  }
  CHECK(frames <= 215);  // a leaf of the tree of entries splits now and then
}

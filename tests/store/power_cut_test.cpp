// SPDX-License-Identifier: Apache-2.0
#include "common/store/log_verify.hpp"
#include "tests/store/store_fixture.hpp"
#include "tests/support/fault_vfs.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

constexpr const char* kFile = "agent.db";
constexpr std::uint64_t kSetUp = 254;  // so that the workload fills a tile
constexpr int kRounds = 4;

/// What the workload was told is stored.
struct Acknowledged {
  std::uint64_t size = 0;
  std::uint64_t cosigned = 0;
  std::string first_error;
};

/// Facts in commits of one and of three, a cosignature, a checkpoint of the WAL: all kinds of writes that an
/// agent does.
Result<> work(Db& db, const Signers& signers, Acknowledged& done) {
  SEALKEEP_LET(store, LogStore::open(db));
  SEALKEEP_LET(info, store.find_log(signers.origin));
  const LogId log = info->id;
  for (int round = 0; round < kRounds; ++round) {
    for (std::uint64_t count : {1U, 3U}) {
      SEALKEEP_TRY(db.transaction([&] { return append_facts(store, log, signers, count); }));
      done.size += count;
    }
    SEALKEEP_TRY(
        db.transaction([&] { return cosign(store, log, signers, 3600U * static_cast<unsigned>(round)); }));
    done.cosigned = done.size;
    if (round % 2 == 1) SEALKEEP_TRY(db.checkpoint_wal(WalCheckpoint::Truncate));
  }
  return {};
}

/// A closed database with kSetUp facts, as the file's bytes.
Bytes prepared(const Signers& signers) {
  FaultVfs vfs;
  {
    auto db = must(Db::open(kFile, log_options(vfs.name())));
    auto store = must(LogStore::open(db));
    must(db.transaction([&]() -> Result<> {
      const LogId log = must(store.add_log(signers.info()));
      return append_facts(store, log, signers, kSetUp);
    }));
  }
  return vfs.content(kFile);
}

OpenOptions existing(const FaultVfs& vfs) {
  auto options = log_options(vfs.name());
  options.create = false;
  return options;
}

/// Opens, works until the end or the first error. The connection is closed when this returns.
Acknowledged run(const FaultVfs& vfs, const Signers& signers) {
  Acknowledged done{kSetUp, 0, {}};
  auto db = Db::open(kFile, existing(vfs));
  if (!db) {
    done.first_error = db.error().code;
    return done;
  }
  if (auto worked = work(*db, signers, done); !worked) {
    done.first_error = worked.error().code;
    // After an I/O error the connection must answer nothing any more; "disk full" may leave it whole.
    if (done.first_error == "store.io") {
      CHECK(db->failed());
      CHECK(code_of(db->transaction([]() -> Result<> { return {}; })) == "store.failed");
    }
  }
  return done;
}

/// Nothing acknowledged is missing, what is there is sound, and recording goes on.
void check_after(const FaultVfs& vfs, const Signers& signers, const Acknowledged& done) {
  auto db = must(Db::open(kFile, existing(vfs)));
  auto store = must(LogStore::open(db));
  const LogId log = must(store.find_log(signers.origin))->id;
  const auto size = must(store.size(log));
  CHECK(size >= done.size);
  CHECK(size <= done.size + 3);
  CHECK(must(store.root(log)) == head_after("x", size).root);
  auto cosigned = must(store.newest_cosigned_head(log));
  CHECK((cosigned ? cosigned->checkpoint.size : 0) >= done.cosigned);
  const auto reports = must(verify_all(db, [&](const LogInfo&) {
    return VerifyKeys{{}, {signers.mirror.public_key()}};
  }));
  for (const auto& [id, report] : reports) {
    for (const auto& finding : report.findings) FAIL_CHECK(finding.text);
  }
  must(db.transaction([&] { return append_facts(store, log, signers, 1); }));
}

std::uint64_t all_changes(const Bytes& start, const Signers& signers) {
  FaultVfs vfs;
  vfs.replace(kFile, start);
  vfs.strike_at(0, Fault::None);
  CHECK(run(vfs, signers).first_error.empty());
  return vfs.changes();
}

}  // namespace

TEST_CASE("a power cut at any write, sync or truncation loses nothing that was acknowledged") {
  const Signers signers;
  const Bytes start = prepared(signers);
  const std::uint64_t changes = all_changes(start, signers);
  REQUIRE(changes > 50);
  for (std::uint64_t n = 1; n <= changes; ++n) {
    for (auto unsynced : {Unsynced::Dropped, Unsynced::Kept, Unsynced::Mixed, Unsynced::Mixed}) {
      CAPTURE(n, static_cast<int>(unsynced));
      FaultVfs vfs;
      vfs.replace(kFile, start);
      vfs.strike_at(n, Fault::PowerCut);
      const auto done = run(vfs, signers);
      CHECK(vfs.struck());
      vfs.reboot(unsynced, n * 7919);
      check_after(vfs, signers, done);
    }
  }
}

TEST_CASE("a second power cut during the recovery from the first loses nothing either") {
  const Signers signers;
  const Bytes start = prepared(signers);
  const std::uint64_t changes = all_changes(start, signers);
  for (std::uint64_t n = 3; n <= changes; n += 5) {
    for (std::uint64_t m = 1; m <= 6; ++m) {
      CAPTURE(n, m);
      FaultVfs vfs;
      vfs.replace(kFile, start);
      vfs.strike_at(n, Fault::PowerCut);
      const auto done = run(vfs, signers);
      vfs.reboot(Unsynced::Mixed, n);
      vfs.strike_at(m, Fault::PowerCut);
      { auto ignored = Db::open(kFile, existing(vfs)); }
      vfs.reboot(Unsynced::Mixed, m);
      check_after(vfs, signers, done);
    }
  }
}

TEST_CASE("an I/O error at any call fails the connection, and a restart finds all acknowledged facts") {
  const Signers signers;
  const Bytes start = prepared(signers);
  const std::uint64_t changes = all_changes(start, signers);
  std::uint64_t told = 0;
  for (std::uint64_t n = 1; n <= changes; ++n) {
    CAPTURE(n);
    FaultVfs vfs;
    vfs.replace(kFile, start);
    vfs.strike_at(n, Fault::Eio);
    const auto done = run(vfs, signers);
    CHECK(vfs.struck());
    told += done.first_error == "store.io" ? 1 : 0;
    check_after(vfs, signers, done);
  }
  // Only calls while closing, and truncations of the WAL that SQLite does not need, go by without a word.
  CHECK(told + 8 >= changes);
}

TEST_CASE("a full disk at any call is an error, damages nothing, and ends when space returns") {
  const Signers signers;
  const Bytes start = prepared(signers);
  const std::uint64_t changes = all_changes(start, signers);
  for (auto fault : {Fault::NoSpace, Fault::ShortWrite}) {
    std::uint64_t told = 0;
    for (std::uint64_t n = 1; n <= changes; ++n) {
      CAPTURE(n, static_cast<int>(fault));
      FaultVfs vfs;
      vfs.replace(kFile, start);
      vfs.strike_at(n, fault);
      const auto done = run(vfs, signers);
      CHECK((done.first_error.empty() || done.first_error == "store.disk_full"));
      told += done.first_error.empty() ? 0 : 1;
      vfs.heal();
      check_after(vfs, signers, done);
    }
    CHECK(told > changes / 3);
  }
}

TEST_CASE("an agent that goes on after a full disk records again on the same connection") {
  const Signers signers;
  const Bytes start = prepared(signers);
  for (std::uint64_t n = 1; n <= 40; ++n) {
    CAPTURE(n);
    FaultVfs vfs;
    vfs.replace(kFile, start);
    auto options = existing(vfs);
    options.full_at_commit_fails = false;
    Acknowledged done{kSetUp, 0, {}};
    {
      auto db = must(Db::open(kFile, options));
      vfs.strike_at(n, Fault::NoSpace);
      while (true) {
        auto worked = work(db, signers, done);
        if (worked) break;
        CHECK(worked.error().code == "store.disk_full");
        CHECK_FALSE(db.failed());
        auto store = must(LogStore::open(db));
        CHECK(must(store.size(1)) == done.size);  // reading goes on, and shows what was acknowledged
        vfs.heal();
      }
    }
    vfs.reboot(Unsynced::Dropped, n);
    check_after(vfs, signers, done);
  }
}

TEST_CASE("one wrong bit in any read is an error or is found by verify, never a wrong entry") {
  const Signers signers;
  const Bytes start = prepared(signers);
  std::uint64_t reads = 0;
  for (std::uint64_t n = 0; n <= reads; ++n) {
    CAPTURE(n);
    FaultVfs vfs;
    vfs.replace(kFile, start);
    vfs.strike_at(n, Fault::BitRot);
    auto db = Db::open(kFile, existing(vfs));
    if (!db) {
      CHECK(n > 0);
      continue;
    }
    const auto reports = verify_all(*db, [](const LogInfo&) { return VerifyKeys{}; });
    if (n == 0) reads = vfs.reads();
    if (!reports) continue;
    bool sound = true;
    for (const auto& [log, report] : *reports) sound = sound && report.ok();
    if (!sound || !reports->contains(1)) continue;
    CHECK(reports->at(1).computed == head_after(signers.origin, kSetUp));
  }
  CHECK(reads > 10);
}

// SPDX-License-Identifier: Apache-2.0
// One fact at the site, durable, beside what one row costs in plain SQLite on the same disk. BENCH_DIR: a
// folder on it.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>

#include "common/base/limits.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/wal_keeper.hpp"
#include "tests/bench/dock_stream.hpp"

namespace sealkeep::bench {
namespace {

namespace fs = std::filesystem;

/// A new folder on the measured disk, removed at the end.
class Folder {
 public:
  Folder() {
    const char* where = std::getenv("BENCH_DIR");
    std::string pattern = (fs::path(where ? where : ".") / "record-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fputs(result.error().text().c_str(), stderr);
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A register over a database of its own, as an agent has it.
struct Register {
  Register() {
    reg = must(db.transaction([&]() -> Result<LogId> {
      return logs.add_log({0, "hub.example.nz/bench/site/1", LogRole::Site, LogDirection::Written,
                           key.public_key(), LogState::Active});
    }));
    site = must(agent::SiteRegister::open({db, logs, details, rows, clock, random},
                                          {1, {{1, reg, UINT64_MAX}}, {}},
                                          {1, reg, "hub.example.nz/bench/site/1"}, key, 1));
    for (auto& one : must(site->record(DockStream::setup(random)))) must(std::move(one));
  }
  static OpenOptions options() {
    OpenOptions options;
    options.application_id = 0x62656e63;
    options.migrations = {{{LogStore::schema(), RegisterRows::schema()}}};
    options.create = true;
    return options;
  }

  Folder folder;
  SystemClock clock;
  SystemRandom random;
  SigningKey key = SigningKey::generate(random);
  Db db = must(Db::open(folder / "agent.db", options()));
  LogStore logs = must(LogStore::open(db));
  DetailStore details = must(DetailStore::open(db));
  RegisterRows rows = must(RegisterRows::open(db));
  LogId reg = 0;
  std::unique_ptr<agent::SiteRegister> site;
  DockStream stream{1, random};
};

void record_facts(benchmark::State& state, bool durable) {
  Register site;
  must(site.db.set_durable(durable));
  const auto batch = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<agent::Fact> facts;
    for (std::size_t i = 0; i < batch; ++i) facts.push_back(site.stream.next(site.clock.now().unix_ms));
    if (site.db.wal_bytes() > WalKeeper::kSiteBytes) must(site.db.checkpoint_wal(WalCheckpoint::Truncate));
    state.ResumeTiming();
    benchmark::DoNotOptimize(must(site.site->record(facts)));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * batch));
}
void BM_record_durable(benchmark::State& state) {
  record_facts(state, true);
}
BENCHMARK(BM_record_durable)->Arg(1)->Arg(16)->UseRealTime();
void BM_record_without_sync(benchmark::State& state) {
  record_facts(state, false);
}
BENCHMARK(BM_record_without_sync)->Arg(1);

void BM_sqlite_one_row_commit(benchmark::State& state) {
  Folder folder;
  sqlite3* db = nullptr;
  sqlite3_open((folder / "plain.db").c_str(), &db);
  sqlite3_exec(
      db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e(n INTEGER PRIMARY KEY, b TEXT)",
      nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO e(b) VALUES(?)", -1, &insert, nullptr);
  const std::string row(300, 'x');
  for (auto _ : state) {
    sqlite3_bind_text(insert, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) state.SkipWithError("insert failed");
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_close(db);
}
BENCHMARK(BM_sqlite_one_row_commit)->UseRealTime();

}  // namespace
}  // namespace sealkeep::bench

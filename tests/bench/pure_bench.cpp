// SPDX-License-Identifier: Apache-2.0
// The hot paths without a disk: hashing, entries, the fold on map rows, change sets.
#include <benchmark/benchmark.h>

#include "common/crypto/envelope.hpp"
#include "common/crypto/system_random.hpp"
#include "common/ses/judge.hpp"
#include "common/sync/change_set.hpp"
#include "tests/bench/dock_stream.hpp"
#include "tests/support/map_register.hpp"

namespace sealkeep::bench {
namespace {

constexpr std::int64_t kStartMs = 1'780'358'400'000;

/// Entries as a site records them, one every half minute.
std::vector<ses::Entry> entries_of_a_dock(std::size_t count) {
  SystemRandom random;
  DockStream stream(1, random);
  std::vector<ses::Entry> entries;
  const auto add = [&](agent::Fact fact) {
    ses::Entry entry;
    const auto at = kStartMs + static_cast<std::int64_t>(entries.size() * 30'000 + random.below(20'000));
    entry.header = {fact.request_id,
                    at,
                    at,
                    780,
                    1,
                    at - kStartMs,
                    ses::ClockState::Trusted,
                    fact.person_no,
                    fact.auth_method,
                    fact.terminal_no,
                    fact.source};
    entry.event = std::move(fact.event);
    for (const agent::DetailInput& detail : fact.details)
      entry.details.push_back(
          {detail.kind, detail.bytes.size(), ses::commit_detail(detail.kind, ses::Salt{}, detail.bytes)});
    entries.push_back(std::move(entry));
  };
  for (agent::Fact& fact : DockStream::setup(random)) add(std::move(fact));
  while (entries.size() < count) add(stream.next(kStartMs));
  return entries;
}

std::vector<Bytes> encoded(const std::vector<ses::Entry>& entries) {
  std::vector<Bytes> all;
  for (const ses::Entry& entry : entries) all.push_back(*ses::encode(entry));
  return all;
}

void BM_hash_leaf_and_append(benchmark::State& state) {
  const std::vector<Bytes> entries = encoded(entries_of_a_dock(1000));
  Frontier tree;
  for (auto _ : state)
    for (const Bytes& entry : entries) tree.append(hash_leaf(entry));
  benchmark::DoNotOptimize(tree.root());
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_hash_leaf_and_append);

void BM_entry_encode(benchmark::State& state) {
  const std::vector<ses::Entry> entries = entries_of_a_dock(1000);
  std::size_t bytes = 0;
  for (auto _ : state)
    for (const ses::Entry& entry : entries) bytes += ses::encode(entry)->size();
  state.SetItemsProcessed(state.iterations() * 1000);
  state.counters["bytes_an_entry"] =
      static_cast<double>(bytes) / static_cast<double>(state.iterations() * 1000);
}
BENCHMARK(BM_entry_encode);

void BM_entry_decode(benchmark::State& state) {
  const std::vector<Bytes> entries = encoded(entries_of_a_dock(1000));
  for (auto _ : state)
    for (const Bytes& entry : entries) benchmark::DoNotOptimize(ses::decode_entry(entry));
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_entry_decode);

void BM_judge_and_fold_on_maps(benchmark::State& state) {
  const std::vector<ses::Entry> entries = entries_of_a_dock(4000);
  for (auto _ : state) {
    ses::MapRegister reg;
    ses::Rows rows = reg.open();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const ses::Ref at{1, i};
      reg.prepare(entries[i].header, entries[i].event, at, rows);
      benchmark::DoNotOptimize(ses::judge(entries[i].header, entries[i].event, rows));
      ses::fold(entries[i], at, rows);
    }
    reg.save(rows);
    benchmark::DoNotOptimize(reg.seals.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries.size()));
}
BENCHMARK(BM_judge_and_fold_on_maps)->Unit(benchmark::kMillisecond);

struct ChangeSet {
  SystemRandom random;
  SigningKey key = SigningKey::generate(random);
  BoxKey hub = BoxKey::generate(random);
  sync::LogIdentity log = sync::identify_log("hub.example.nz/bench/site/1", key.public_key());
  std::vector<Bytes> entries;

  explicit ChangeSet(std::int64_t count)
      : entries(encoded(entries_of_a_dock(static_cast<std::size_t>(count)))) {}
  [[nodiscard]] Bytes sealed() {
    sync::ChangeSetBuilder builder(0);
    Frontier tree;
    for (const Bytes& entry : entries) {
      SEALKEEP_ASSERT(builder.add(entry));
      tree.append(hash_leaf(entry));
    }
    return envelope::seal(builder.finish(log, tree, key), hub.public_key(), random);
  }
};

void BM_change_set_build_and_seal(benchmark::State& state) {
  ChangeSet set(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) bytes = set.sealed().size();
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes_an_entry"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}
BENCHMARK(BM_change_set_build_and_seal)->Arg(1)->Arg(1000)->Arg(4000);

void BM_change_set_open_and_verify(benchmark::State& state) {
  ChangeSet set(state.range(0));
  const Bytes sealed = set.sealed();
  for (auto _ : state) {
    const auto clear = envelope::open(sealed, set.hub);
    const auto run = sync::open_change_set(*clear, set.log, Frontier{});
    if (!run) state.SkipWithError("not verified");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_change_set_open_and_verify)->Arg(1)->Arg(1000)->Arg(4000);

}  // namespace
}  // namespace sealkeep::bench

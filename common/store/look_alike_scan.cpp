// SPDX-License-Identifier: Apache-2.0
#include "common/store/look_alike_scan.hpp"

namespace sealkeep {
namespace {

constexpr std::size_t kSealsPage = 1'000;

bool follows(const LiveRun& run, const SealAt& seal, const ses::SealRange& single) {
  return run.state == seal.row.state && run.place == seal.row.place && run.unit == seal.row.unit &&
         run.seals.prefix == single.prefix && run.seals.width == single.width &&
         run.seals.first + run.seals.count == single.first;
}

LiveRun part_of(std::span<const LiveRun> runs, std::size_t at, const ses::SealRange& seals) {
  LiveRun part = runs[at];
  part.seals = seals;
  return part;
}

}  // namespace

Result<std::vector<LiveRun>> live_runs(RegisterRows& rows, RegisterId id, ses::Family family) {
  std::vector<LiveRun> out;
  std::string after;
  while (true) {
    SEALKEEP_LET(page, rows.seals(id, family, after, kSealsPage));
    for (const SealAt& seal : page) {
      if (!ses::is_live(seal.row.state)) continue;
      ses::SealRange single = ses::SealRange::single(seal.key.number);
      if (!out.empty() && follows(out.back(), seal, single))
        ++out.back().seals.count;
      else
        out.push_back({id, std::move(single), seal.row.state, seal.row.place, seal.row.unit});
    }
    if (page.size() < kSealsPage) return out;
    after = page.back().key.number.text();
  }
}

std::vector<LookAlikePair> look_alike_pairs(std::span<const LiveRun> runs, std::size_t max_count) {
  std::vector<ses::SealRange> batch;
  for (const LiveRun& run : runs) batch.push_back(run.seals);
  std::vector<LookAlikePair> out;
  for (const ses::ConfusableRuns& found : ses::confusable_runs(batch, max_count))
    out.push_back({part_of(runs, found.a_of, found.a), part_of(runs, found.b_of, found.b)});
  return out;
}

}  // namespace sealkeep

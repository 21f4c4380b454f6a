// SPDX-License-Identifier: Apache-2.0
#include "common/ses/confusable.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sealkeep::ses {
namespace {

constexpr std::string_view kLookAlike[] = {"0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV"};

// Calls `take` with every text that a misreading of the first `length` characters makes of `text`.
template <class Take>
void each_misreading(std::string text, std::size_t length, Take&& take) {
  for (std::size_t i = 0; i < length; ++i) {
    const char was = text[i];
    for (std::string_view group : kLookAlike) {
      if (group.find(was) == std::string_view::npos) continue;
      for (char other : group) {
        if (other == was) continue;
        text[i] = other;
        take(text);
      }
    }
    text[i] = was;
    if (i + 1 < length && text[i] != text[i + 1]) {
      std::swap(text[i], text[i + 1]);
      take(text);
      std::swap(text[i], text[i + 1]);
    }
  }
}

}  // namespace

std::vector<SealNumber> look_alikes(const SealNumber& number) {
  std::vector<SealNumber> out;
  each_misreading(number.text(), number.text().size(), [&](const std::string& text) {
    if (auto other = SealNumber::parse_exact(text)) out.push_back(std::move(*other));
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<SealRange> look_alike_runs(const SealRange& run) {
  std::vector<SealRange> out;
  if (!run.valid()) return out;
  const std::string first = run.front().text(), last = run.back().text();
  const auto differ = std::mismatch(first.begin(), first.end(), last.begin()).first;
  const auto shared = static_cast<std::size_t>(differ - first.begin());
  each_misreading(first, shared, [&](const std::string& text) {
    const auto number = SealNumber::parse_exact(text);
    if (!number) return;
    SealRange other = SealRange::single(*number);
    other.count = run.count;
    if (other.valid()) out.push_back(std::move(other));
  });
  return out;
}

std::vector<ConfusableRuns> confusable_runs(std::span<const SealRange> batch, std::size_t max_count) {
  // The runs of one prefix and width by first number; a run that overlaps begins at most the longest one
  // before.
  struct Alike {
    std::vector<std::pair<std::uint64_t, std::size_t>> by_first;
    std::uint64_t longest = 0;
  };
  std::map<std::pair<std::string_view, std::uint8_t>, Alike> index;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!batch[i].valid()) continue;
    Alike& alike = index[{batch[i].prefix, batch[i].width}];
    alike.by_first.emplace_back(batch[i].first, i);
    alike.longest = std::max<std::uint64_t>(alike.longest, batch[i].count);
  }
  for (auto& [form, alike] : index) std::sort(alike.by_first.begin(), alike.by_first.end());

  std::vector<ConfusableRuns> out;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (const SealRange& read_as : look_alike_runs(batch[i])) {
      const auto found = index.find({read_as.prefix, read_as.width});
      if (found == index.end()) continue;
      const auto& [by_first, longest] = found->second;
      const std::uint64_t from = read_as.first - std::min(read_as.first, longest);
      const std::uint64_t until = read_as.first + read_as.count;
      for (auto at = std::lower_bound(by_first.begin(), by_first.end(), std::pair(from, std::size_t{0}));
           at != by_first.end() && at->first < until; ++at) {
        const std::size_t j = at->second;
        const SealRange& other = batch[j];
        const std::uint64_t begin = std::max(other.first, read_as.first);
        const std::uint64_t end = std::min(other.first + other.count, until);
        if (j <= i || begin >= end) continue;  // each pair once
        if (out.size() == max_count) return out;
        const auto count = static_cast<std::uint32_t>(end - begin);
        SealRange mine = batch[i], theirs = other;
        mine.first += begin - read_as.first;
        theirs.first = begin;
        mine.count = theirs.count = count;
        out.push_back({std::move(mine), std::move(theirs), i, j});
      }
    }
  }
  return out;
}

}  // namespace sealkeep::ses

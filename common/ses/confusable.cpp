// SPDX-License-Identifier: Apache-2.0
#include "common/ses/confusable.hpp"

#include <algorithm>
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
  std::vector<ConfusableRuns> out;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    for (const SealRange& read_as : look_alike_runs(batch[i])) {
      for (std::size_t j = i + 1; j < batch.size(); ++j) {
        const SealRange& other = batch[j];
        if (!other.valid() || other.prefix != read_as.prefix || other.width != read_as.width) continue;
        const std::uint64_t begin = std::max(other.first, read_as.first);
        const std::uint64_t end = std::min(other.first + other.count, read_as.first + read_as.count);
        if (begin >= end) continue;
        if (out.size() == max_count) return out;
        const auto count = static_cast<std::uint32_t>(end - begin);
        SealRange mine = batch[i], theirs = other;
        mine.first += begin - read_as.first;
        theirs.first = begin;
        mine.count = theirs.count = count;
        out.push_back({std::move(mine), std::move(theirs)});
      }
    }
  }
  return out;
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include "agent/uplink/detail_source.hpp"

#include <algorithm>

namespace sealkeep::agent {
namespace {

constexpr std::uint64_t kEntriesPerPart = 4096;
constexpr std::size_t kItemBytes = 48;     // most that an item needs beside its bytes
constexpr std::size_t kMissingBytes = 12;  // most that a missing one needs
constexpr std::size_t kMessageBytes = 64;  // the fields around them
static_assert(limits::kDetailBytes + kItemBytes + kMessageBytes < sync::kDetailsBytes, "one always fits");

/// Gathers details into one message until it is full.
class Part {
 public:
  explicit Part(sync::Details& details) : details_(details) {}

  /// False if it does not fit any more.
  bool add(sync::DetailItem item) {
    if (!take(kItemBytes + item.bytes.size())) return false;
    details_.items.push_back(std::move(item));
    return true;
  }
  bool add_missing(sync::DetailRef ref) {
    if (!take(kMissingBytes)) return false;
    details_.missing.push_back(ref);
    return true;
  }

 private:
  bool take(std::size_t bytes) {
    if (bytes_ + bytes > sync::kDetailsBytes || count_ == sync::kDetailsItems) return false;
    bytes_ += bytes;
    ++count_;
    return true;
  }
  sync::Details& details_;
  std::size_t bytes_ = kMessageBytes;
  std::size_t count_ = 0;
};

}  // namespace

DetailSource::DetailSource(LogStore& logs, DetailStore& details, LogId log, const sync::WantDetails& want,
                           std::uint64_t size)
    : logs_(&logs),
      details_(&details),
      log_(log),
      wire_(want.log),
      to_(std::min(want.to, size)),
      at_{want.from, 0},
      part_end_{want.from, 0} {
  SEALKEEP_ASSERT(at_.index < to_);
}

Result<sync::Details> DetailSource::next() {
  SEALKEEP_ASSERT(!done());
  sync::Details made{wire_, at_.index, 0, {}, {}};
  Part part(made);
  bool full = false;
  const auto gather = [&](std::uint64_t index, ByteView bytes) -> Result<> {
    if (full) return {};
    const auto entry = ses::decode_entry(bytes);
    const std::size_t count = entry ? entry->details.size() : 0;
    const std::size_t first = index == at_.index ? at_.n : 0;
    for (std::size_t i = first; i < count; ++i) {
      const auto n = static_cast<std::uint8_t>(i);
      SEALKEEP_LET(detail, details_->get(log_, index, n));
      const bool held = detail && detail->state == DetailState::Held;
      const bool fits = held ? part.add({index, n, static_cast<std::uint8_t>(detail->ref.kind), detail->salt,
                                         std::move(detail->bytes)})
                             : part.add_missing({index, n});
      if (!fits) {
        full = true;
        part_end_ = {index, n};
        return {};
      }
    }
    part_end_ = {index + 1, 0};
    return {};
  };
  SEALKEEP_LET(visited, logs_->read_entries(log_, at_.index, std::min(kEntriesPerPart, to_ - at_.index),
                                            UINT64_MAX, gather));
  SEALKEEP_ASSERT(visited > 0);
  made.to = part_end_.n == 0 ? part_end_.index : part_end_.index + 1;
  return made;
}

}  // namespace sealkeep::agent

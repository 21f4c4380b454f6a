// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_fold.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/ses/restated.hpp"

namespace sealkeep {
namespace {

constexpr std::uint64_t kEntriesPerSlice = 4096;

bool has_earlier_epoch(const RegisterLogs& logs, std::uint32_t epoch) {
  return !logs.site.empty() && logs.site.front().epoch < epoch;
}

}  // namespace

Result<> RegisterFold::adopt(const RegisterLogs& logs, const ses::DirectivesAdopted& adopted, ses::Ref at,
                             std::int64_t adopted_ms, ses::Rows& rows) {
  for (const RegisterLogs::EpochLog& directives : logs.directives) {
    if (directives.epoch != adopted.epoch) continue;
    const std::uint64_t from = rows.self.directive_epoch == adopted.epoch ? rows.self.directive_size : 0;
    SEALKEEP_LET(size, logs_->size(directives.log));
    // The site adopted more than is here: a hub that lost directives, or a site that names what was never
    // issued. The fold takes what there is; the hub raises an alert from the cursor.
    const std::uint64_t until = std::min(adopted.size, size);
    if (until <= from) return {};
    SEALKEEP_LET(visited, logs_->read_entries(
                              directives.log, from, until - from, UINT64_MAX,
                              [&](std::uint64_t, ByteView bytes) -> Result<> {
                                auto directive = ses::decode_directive(bytes);
                                if (!directive)
                                  return {};  // of a newer hub: it changes nothing that this version knows
                                SEALKEEP_TRY(store_->load_for(logs.register_id, *directive, rows));
                                ses::fold(*directive, at, adopted_ms, rows);
                                return {};
                              }));
    SEALKEEP_ASSERT(visited == until - from);
    return {};
  }
  return {};
}

// What stands at `place`; nothing if that does not count, or cannot be read.
Result<std::optional<ses::Stated>> RegisterFold::said_at(const RegisterLogs& logs, ses::Ref place) {
  for (const RegisterLogs::EpochLog& site : logs.site) {
    if (site.epoch != place.epoch) continue;
    SEALKEEP_LET(size, logs_->size(site.log));
    if (place.index >= std::min(size, site.end)) break;
    SEALKEEP_LET(bytes, logs_->read_entry(site.log, place.index));
    auto entry = ses::decode_entry(bytes);
    if (entry) return std::optional(ses::stated(std::move(*entry)));
    break;
  }
  return std::optional<ses::Stated>();
}

// Which of that log's entries before `limit` states once more what was recorded at `first`. Restated entries
// stand together behind the one or two with which a log begins, in the order of their first places.
Result<std::optional<ses::Ref>> RegisterFold::find_restated(const RegisterLogs& logs,
                                                            const RegisterLogs::EpochLog& log, ses::Ref first,
                                                            std::uint64_t limit) {
  constexpr std::uint64_t kBegun = 2;
  SEALKEEP_LET(size, logs_->size(log.log));
  std::uint64_t low = 1, high = std::min({limit, size, log.end});
  bool found = false;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    SEALKEEP_LET(said, said_at(logs, {log.epoch, middle}));
    if (!said) return std::optional<ses::Ref>();
    const std::vector<ses::Ref>& places = said->places;
    const auto same_epoch = std::find_if(places.begin(), places.end(),
                                         [&](const ses::Ref& place) { return place.epoch == first.epoch; });
    if (same_epoch != places.end() ? same_epoch->index < first.index : places.empty() && middle < kBegun) {
      low = middle + 1;
    } else {
      high = middle;
      found = same_epoch != places.end() && *same_epoch == first;
    }
  }
  return found ? std::optional(ses::Ref{log.epoch, low}) : std::nullopt;
}

// Every place in epochs before `until` at which this very fact stands, itself or restated. However often it
// was restated, the place where it was recorded first is always told.
Result<std::vector<ses::Ref>> RegisterFold::places_of(const RegisterLogs& logs, const ses::Stated& said,
                                                      ses::Ref recorded, std::uint32_t until) {
  std::vector<ses::Ref> all;
  for (const RegisterLogs::EpochLog& log : logs.site) {
    if (log.epoch < recorded.epoch || log.epoch >= until) continue;
    std::optional<ses::Ref> there = recorded;
    if (log.epoch != recorded.epoch) {
      SEALKEEP_LET(restated, find_restated(logs, log, recorded, UINT64_MAX));
      there = restated;
    }
    if (!there) continue;
    SEALKEEP_LET(other, said_at(logs, *there));
    if (other && other->fact == said.fact) all.push_back(*there);
  }
  return all;
}

// Where this register folded the fact that a restated entry at `at` states, if that was before: what came
// first was folded.
Result<std::optional<ses::Ref>> RegisterFold::folded_before(const RegisterLogs& logs, const ses::Stated& said,
                                                            ses::Ref at) {
  if (said.places.empty()) return std::optional<ses::Ref>();
  SEALKEEP_LET(places, places_of(logs, said, said.places.back(), at.epoch));
  return places.empty() ? std::nullopt : std::optional(places.front());
}

// The log that this epoch's goes on from, or, if that never came here, the newest before it.
Result<const RegisterLogs::EpochLog*> RegisterFold::log_before(const RegisterLogs& logs,
                                                               std::uint32_t epoch) {
  SEALKEEP_LET(first, said_at(logs, {epoch, 0}));
  const auto* started = first ? std::get_if<ses::EpochStarted>(&first->fact.event) : nullptr;
  const auto from = started ? ses::epoch_of(started->previous_origin) : std::nullopt;
  const RegisterLogs::EpochLog* before = nullptr;
  for (const RegisterLogs::EpochLog& log : logs.site)
    if (log.epoch < epoch && log.epoch <= from.value_or(epoch)) before = &log;
  return before;
}

// Where this register folded the fact that an entry at `at` calls `named`: what its log, or one that it goes
// on from, states once more under that name, else what stands there.
Result<ses::Ref> RegisterFold::place_of(const RegisterLogs& logs, ses::Ref named, ses::Ref at) {
  if (named == ses::Ref{}) return named;
  const RegisterLogs::EpochLog* log = nullptr;
  for (const RegisterLogs::EpochLog& site : logs.site)
    if (site.epoch == at.epoch) log = &site;
  ses::Ref meant = named;
  while (log != nullptr && log->epoch > named.epoch) {
    SEALKEEP_LET(restated, find_restated(logs, *log, named, log->epoch == at.epoch ? at.index : UINT64_MAX));
    if (restated) {
      meant = *restated;
      break;
    }
    SEALKEEP_LET(before, log_before(logs, log->epoch));
    log = before;
  }
  SEALKEEP_LET(said, said_at(logs, meant));
  if (!said) return meant;
  SEALKEEP_LET(before, folded_before(logs, *said, meant));
  return before.value_or(meant);
}

Result<std::vector<ses::Ref>> RegisterFold::places(const RegisterLogs& logs, ses::Ref place) {
  SEALKEEP_LET(said, said_at(logs, place));
  if (!said) return std::vector{place};
  return places_of(logs, *said, said->places.empty() ? place : said->places.back(), UINT32_MAX);
}

Result<std::optional<ses::Ref>> RegisterFold::told_before(const RegisterLogs& logs, ses::Ref at,
                                                          ses::Entry& entry) {
  if (std::holds_alternative<ses::Restated>(entry.event)) {
    ses::Stated said = ses::stated(entry);
    SEALKEEP_LET(before, folded_before(logs, said, at));
    if (before) return before;
    entry = std::move(said.fact);
  }
  if (!has_earlier_epoch(logs, at.epoch)) return std::optional<ses::Ref>();
  for (ses::Ref* named : ses::abouts(entry.event)) {
    SEALKEEP_LET(place, place_of(logs, *named, at));
    *named = place;
  }
  return std::optional<ses::Ref>();
}

Result<> RegisterFold::fold_fact(const RegisterLogs& logs, const ses::Entry& fact, ses::Ref at,
                                 ses::Rows& rows) {
  if (const auto* adopted = std::get_if<ses::DirectivesAdopted>(&fact.event))
    SEALKEEP_TRY(adopt(logs, *adopted, at, fact.header.happened_ms, rows));
  SEALKEEP_TRY(store_->load_for(logs.register_id, fact.header, fact.event, at, rows));
  ses::fold(fact, at, rows);
  return {};
}

Result<> RegisterFold::fold_one(const RegisterLogs& logs, const ses::Entry& entry, ses::Ref at,
                                ses::Rows& rows) {
  if (!has_earlier_epoch(logs, at.epoch) && !std::holds_alternative<ses::Restated>(entry.event))
    return fold_fact(logs, entry, at, rows);
  ses::Entry fact = entry;
  SEALKEEP_LET(before, told_before(logs, at, fact));
  if (!before) return fold_fact(logs, fact, at, rows);
  ses::fold(entry, at, rows);  // the cursor alone
  return {};
}

Result<std::uint64_t> RegisterFold::follow(const RegisterLogs& logs, std::uint64_t max_entries,
                                           ses::Rows& rows, const FoldHooks& hooks) {
  std::uint64_t folded = 0;
  for (const RegisterLogs::EpochLog& site : logs.site) {
    if (site.epoch < rows.self.epoch) continue;
    SEALKEEP_LET(size, logs_->size(site.log));
    const std::uint64_t first = site.epoch == rows.self.epoch ? rows.self.next_index : 0;
    const std::uint64_t end = std::min(size, site.end);
    if (first >= end || folded == max_entries) continue;
    SEALKEEP_LET(visited,
                 logs_->read_entries(site.log, first, std::min(end - first, max_entries - folded), UINT64_MAX,
                                     [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                       const ses::Ref at{site.epoch, index};
                                       auto entry = ses::decode_entry(bytes);
                                       if (!entry) {
                                         rows.self.epoch = at.epoch;
                                         rows.self.next_index = index + 1;
                                         return hooks.on_unreadable ? hooks.on_unreadable(at, entry.error())
                                                                    : Result<>{};
                                       }
                                       SEALKEEP_LET(before, told_before(logs, at, *entry));
                                       if (before) {
                                         ses::fold(*entry, at, rows);
                                         return hooks.on_repeated ? hooks.on_repeated(*entry, at, *before)
                                                                  : Result<>{};
                                       }
                                       SEALKEEP_TRY(fold_fact(logs, *entry, at, rows));
                                       return hooks.on_entry ? hooks.on_entry(*entry, at, rows) : Result<>{};
                                     }));
    folded += visited;
    if (first + visited < end) break;
  }
  return folded;
}

Result<std::vector<std::string>> RegisterFold::verify(
    const RegisterLogs& logs, Db& fresh, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  std::uint64_t total = 0;
  for (const RegisterLogs::EpochLog& site : logs.site) {
    SEALKEEP_LET(size, logs_->size(site.log));
    total += std::min(size, site.end);
  }
  SEALKEEP_LET(rebuilt, RegisterRows::open(fresh));
  RegisterFold again(*logs_, rebuilt);
  std::uint64_t done = 0;
  while (true) {
    std::uint64_t folded = 0;
    SEALKEEP_TRY(fresh.transaction([&]() -> Result<> {
      ses::Rows rows;
      SEALKEEP_TRY(rebuilt.begin(logs.register_id, rows));
      SEALKEEP_LET(count, again.follow(logs, kEntriesPerSlice, rows, {}));
      folded = count;
      return count == 0 ? Result<>{} : rebuilt.save(logs.register_id, rows);
    }));
    if (folded == 0) break;
    done += folded;
    if (progress) progress(done, total);
  }
  return store_->differences(logs.register_id, fresh);
}

}  // namespace sealkeep

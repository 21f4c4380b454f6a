// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_fold.hpp"

#include <algorithm>

#include "common/base/limits.hpp"

namespace sealkeep {
namespace {

constexpr std::uint64_t kEntriesPerSlice = 4096;

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

Result<> RegisterFold::fold_one(const RegisterLogs& logs, const ses::Entry& entry, ses::Ref at,
                                ses::Rows& rows) {
  if (const auto* adopted = std::get_if<ses::DirectivesAdopted>(&entry.event))
    SEALKEEP_TRY(adopt(logs, *adopted, at, entry.header.happened_ms, rows));
  SEALKEEP_TRY(store_->load_for(logs.register_id, entry.header, entry.event, at, rows));
  ses::fold(entry, at, rows);
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
                                       SEALKEEP_TRY(fold_one(logs, *entry, at, rows));
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

// SPDX-License-Identifier: Apache-2.0
#include "agent/uplink/mirror_source.hpp"

#include <algorithm>

namespace sealkeep::agent {

Result<std::optional<Bytes>> mirrored_change_set(LogStore& logs, LogId log, const sync::LogIdentity& identity,
                                                 std::uint64_t from, std::size_t max_bytes) {
  max_bytes = std::min(max_bytes, limits::kChangeSetBytes);
  std::uint64_t reach = from;
  std::size_t bytes = 0;
  SEALKEEP_LET(seen, logs.read_entries(log, from, limits::kChangeSetEntries, UINT64_MAX,
                                       [&](std::uint64_t index, ByteView entry) -> Result<> {
                                         bytes += sync::bundled_bytes(entry.size());
                                         if (bytes <= max_bytes) reach = index + 1;
                                         return {};
                                       }));
  static_cast<void>(seen);
  std::optional<CosignedHead> head;
  for (std::uint64_t index = from; index < reach; index = head->checkpoint.size) {
    SEALKEEP_LET(next, logs.cosigned_head_covering(log, index));
    if (!next || next->checkpoint.size > reach) break;
    head = std::move(next);
  }
  if (!head) return std::optional<Bytes>{};
  sync::ChangeSetBuilder builder(from);
  SEALKEEP_LET(added, logs.read_entries(log, from, head->checkpoint.size - from, UINT64_MAX,
                                        [&](std::uint64_t, ByteView entry) -> Result<> {
                                          SEALKEEP_ASSERT(builder.add(entry));
                                          return {};
                                        }));
  static_cast<void>(added);
  return std::optional(builder.finish(identity, head->checkpoint, head->signature));
}

}  // namespace sealkeep::agent

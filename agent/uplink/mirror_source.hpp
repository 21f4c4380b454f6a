// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/log_store.hpp"
#include "common/sync/change_set.hpp"

namespace sealkeep::agent {

/// A change set of a log that is mirrored here, for its writer that has lost entries: from `from` to the
/// largest head of the writer's that is kept here and that one change set of at most `max_bytes` (bundle
/// form) reaches. Nothing if there is none: heads are kept once an hour at least, so an hour with more than a
/// change set holds would be needed.
[[nodiscard]] Result<std::optional<Bytes>> mirrored_change_set(LogStore& logs, LogId log,
                                                               const sync::LogIdentity& identity,
                                                               std::uint64_t from, std::size_t max_bytes);

}  // namespace sealkeep::agent

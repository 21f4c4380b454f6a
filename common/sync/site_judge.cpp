// SPDX-License-Identifier: Apache-2.0
#include "common/sync/site_judge.hpp"

#include <algorithm>

namespace sealkeep::sync {

HeadVerdict judge_site_head(const Checkpoint& claimed, std::uint64_t cosigned_size,
                            const Checkpoint& mirrored, const std::optional<Hash>& root_at_claimed) {
  SEALKEEP_ASSERT(claimed.origin == mirrored.origin);
  if (claimed.size <= mirrored.size) {
    SEALKEEP_ASSERT(root_at_claimed.has_value());
    if (*root_at_claimed != claimed.root) return HeadVerdict::Fork;
    if (cosigned_size > mirrored.size) return HeadVerdict::MirrorLost;
    return claimed.size < mirrored.size ? HeadVerdict::Behind : HeadVerdict::Consistent;
  }
  return cosigned_size > mirrored.size ? HeadVerdict::MirrorLost : HeadVerdict::Consistent;
}

std::optional<CloneWatch::Clone> CloneWatch::observe(const WireLogId& log, const Seen& seen) {
  std::deque<Seen>& known = logs_[log];
  if (known.empty()) {
    known.push_back(seen);
    return std::nullopt;
  }
  const Seen newest = known.back();
  if (newest.session == seen.session) return std::nullopt;

  std::optional<Clone> clone;
  const auto again =
      std::find_if(known.begin(), known.end(), [&](const Seen& k) { return k.session == seen.session; });
  const auto same_boot =
      std::find_if(known.rbegin(), known.rend(), [&](const Seen& k) { return k.boot_no == seen.boot_no; });
  if (again != known.end()) {
    clone = Clone{Sign::Alternates, newest, seen};
    known.erase(again);
  } else if (same_boot != known.rend()) {
    clone = Clone{Sign::SameBoot, *same_boot, seen};
  } else if (seen.boot_no < newest.boot_no) {
    clone = Clone{Sign::OlderBoot, newest, seen};
  }
  known.push_back(seen);
  if (known.size() > kRemembered) known.pop_front();
  return clone;
}

std::vector<CloneWatch::Seen> CloneWatch::remembered(const WireLogId& log) const {
  const auto found = logs_.find(log);
  if (found == logs_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

void CloneWatch::restore(const WireLogId& log, std::vector<Seen> seen) {
  if (seen.size() > kRemembered) seen.erase(seen.begin(), seen.end() - kRemembered);
  logs_[log].assign(seen.begin(), seen.end());
}

}  // namespace sealkeep::sync

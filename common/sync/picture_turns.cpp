// SPDX-License-Identifier: Apache-2.0
#include "common/sync/picture_turns.hpp"

#include <algorithm>

namespace sealkeep::sync {

void PictureTurns::want(SiteNo site) {
  if (asked_.contains(site) || places_.contains(site)) return;
  places_.emplace(site, queue_.insert(queue_.end(), site));
}

void PictureTurns::forget(SiteNo site) {
  asked_.erase(site);
  const auto place = places_.find(site);
  if (place == places_.end()) return;
  queue_.erase(place->second);
  places_.erase(place);
}

std::optional<PictureTurns::SiteNo> PictureTurns::next(std::int64_t now_mono_ms,
                                                       const std::function<bool(SiteNo)>& ready) {
  if (asked_.size() >= most_) return std::nullopt;
  const auto found = std::find_if(queue_.begin(), queue_.end(), ready);
  if (found == queue_.end()) return std::nullopt;
  const SiteNo site = *found;
  places_.erase(site);
  queue_.erase(found);
  asked_.emplace(site, now_mono_ms);
  return site;
}

bool PictureTurns::answered(SiteNo site) {
  return asked_.erase(site) > 0;
}

std::vector<PictureTurns::SiteNo> PictureTurns::expire(std::int64_t now_mono_ms) {
  std::vector<SiteNo> late;
  for (const auto& [site, since_ms] : asked_)
    if (now_mono_ms - since_ms >= kPieceTimeoutMs) late.push_back(site);
  for (const SiteNo site : late) {
    asked_.erase(site);
    want(site);
  }
  return late;
}

}  // namespace sealkeep::sync

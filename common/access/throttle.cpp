// SPDX-License-Identifier: Apache-2.0
#include "common/access/throttle.hpp"

#include <algorithm>

namespace sealkeep::access {

std::int64_t Throttle::wait_ms(const std::string& key, std::int64_t mono_ms) const {
  const std::uint32_t count = failures(key, mono_ms);
  if (count < waits_.free_failures) return 0;
  std::int64_t length = waits_.first_wait_ms;
  for (std::uint32_t i = waits_.free_failures; i < count && length < waits_.most_wait_ms; ++i) length *= 2;
  length = std::min(length, waits_.most_wait_ms);
  return std::max<std::int64_t>(0, known_.at(key).last_ms + length - mono_ms);
}

std::uint32_t Throttle::failures(const std::string& key, std::int64_t mono_ms) const {
  const auto found = known_.find(key);
  if (found == known_.end() || mono_ms - found->second.last_ms >= waits_.forget_ms) return 0;
  return found->second.failures;
}

std::uint32_t Throttle::failed(const std::string& key, std::int64_t mono_ms) {
  const std::uint32_t before = failures(key, mono_ms);
  const std::int64_t before_ms = before > 0 ? known_.at(key).last_ms : mono_ms;
  remember(key, before + 1, mono_ms);
  known_.at(key).before_ms = before_ms;
  return before + 1;
}

void Throttle::remember(const std::string& key, std::uint32_t failures, std::int64_t last_mono_ms) {
  if (!known_.contains(key) && known_.size() >= most_keys_) {
    known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) {
      return a.second.last_ms < b.second.last_ms;
    }));
  }
  known_[key] = {failures, last_mono_ms, last_mono_ms};
}

void Throttle::was_none(const std::string& key) {
  const auto found = known_.find(key);
  if (found == known_.end()) return;
  found->second.last_ms = found->second.before_ms;
  if (--found->second.failures == 0) known_.erase(found);
}

void Throttle::forget(const std::string& key) {
  known_.erase(key);
}

void Throttle::forget_all(const std::string& beginning) {
  const auto first = known_.lower_bound(beginning);
  auto last = first;
  while (last != known_.end() && last->first.starts_with(beginning)) ++last;
  known_.erase(first, last);
}

}  // namespace sealkeep::access

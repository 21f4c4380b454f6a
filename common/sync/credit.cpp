// SPDX-License-Identifier: Apache-2.0
#include "common/sync/credit.hpp"

#include <algorithm>

namespace sealkeep::sync {
namespace {

constexpr std::size_t kExpectedNext = 7;  // sites that may come while the present ones catch up

}  // namespace

void CreditBook::release(Session& session) {
  if (session.kind == Kind::Standing) standing_bytes_ -= session.window_bytes;
  if (session.kind == Kind::Bulk) bulk_bytes_ -= session.window_bytes;
  if (session.place) queue_.erase(*session.place);
  session.place.reset();
  session.kind = Kind::Waiting;
  session.window_bytes = 0;
}

void CreditBook::give_standing(Session& session) {
  release(session);
  session.kind = Kind::Standing;
  const bool fits = standing_bytes_ + kStandingWindowBytes <= settings_.budget_bytes / 2 &&
                    granted_bytes() + kStandingWindowBytes <= settings_.budget_bytes;
  session.window_bytes = fits ? kStandingWindowBytes : 0;
  standing_bytes_ += session.window_bytes;
}

// The session holds nothing and stands in the queue, or is put at its end. Whoever waits longer keeps room
// for the least window, so that nobody is overtaken for ever.
bool CreditBook::give_bulk(SessionNo number, Session& session, std::int64_t now_mono_ms) {
  if (!session.place) session.place = queue_.insert(queue_.end(), number);
  const std::uint64_t available = settings_.budget_bytes - granted_bytes();
  std::uint64_t kept = 0;
  for (auto ahead = queue_.begin(); ahead != *session.place; ++ahead) {
    kept += kLeastWindowBytes;
    if (kept + kLeastWindowBytes > available) return false;
  }
  if (kept + kLeastWindowBytes > available) return false;
  // Some is left for those who come next: they would pause for seconds, and a smaller window slows nobody.
  const std::uint64_t share = std::max(kLeastWindowBytes, available / (queue_.size() + kExpectedNext));
  release(session);
  session.kind = Kind::Bulk;
  session.since_ms = now_mono_ms;
  session.window_bytes = std::min({share, settings_.site_bytes, available - kept});
  bulk_bytes_ += session.window_bytes;
  return true;
}

CreditBook::Grant CreditBook::greet(SessionNo number, bool behind, std::int64_t now_mono_ms, Random& random) {
  Session& session = sessions_[number];
  session.heard_ms = now_mono_ms;
  if (!behind) {
    give_standing(session);
    return {session.window_bytes, 0};
  }
  if (session.kind == Kind::Standing) release(session);
  if (session.kind == Kind::Bulk || give_bulk(number, session, now_mono_ms)) return {session.window_bytes, 0};
  return {0, kBusyRetryMs / 2 + random.below(kBusyRetryMs)};
}

std::uint64_t CreditBook::renew(SessionNo number, bool behind, std::int64_t now_mono_ms) {
  const auto found = sessions_.find(number);
  if (found == sessions_.end()) return 0;
  Session& session = found->second;
  session.heard_ms = now_mono_ms;
  if (!behind) {
    if (session.kind != Kind::Standing || session.window_bytes == 0) give_standing(session);
    return session.window_bytes;
  }
  switch (session.kind) {
    case Kind::Standing:
      // Falls behind while others wait: it keeps what it has, and joins them at its next hello.
      if (queue_.empty()) {
        release(session);
        give_bulk(number, session, now_mono_ms);
      }
      break;
    case Kind::Bulk:
      if (queue_.empty() || now_mono_ms - session.since_ms < kLeaseMs) break;
      release(session);
      give_bulk(number, session, now_mono_ms);
      break;
    case Kind::Waiting:
      give_bulk(number, session, now_mono_ms);
      break;
  }
  return session.window_bytes;
}

void CreditBook::heard(SessionNo number, std::int64_t now_mono_ms) {
  if (const auto found = sessions_.find(number); found != sessions_.end())
    found->second.heard_ms = now_mono_ms;
}

void CreditBook::drop(SessionNo number) {
  const auto found = sessions_.find(number);
  if (found == sessions_.end()) return;
  release(found->second);
  sessions_.erase(found);
}

std::vector<CreditBook::SessionNo> CreditBook::expire(std::int64_t now_mono_ms) {
  std::vector<SessionNo> silent;
  for (const auto& [number, session] : sessions_)
    if (now_mono_ms - session.heard_ms >= kSilentSessionMs) silent.push_back(number);
  for (const SessionNo number : silent) drop(number);
  return silent;
}

}  // namespace sealkeep::sync

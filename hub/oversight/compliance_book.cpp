// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/compliance_book.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kDaysBack = 365;
constexpr std::uint8_t kApprovedState = 3;

}  // namespace

CompliancePeriod ComplianceBook::period(std::int64_t now_ms) {
  const std::int64_t today_ms = now_ms - now_ms % kDayMs;
  return {today_ms - kDaysBack * kDayMs, today_ms + kDayMs, now_ms};
}

ComplianceBook::Kept& ComplianceBook::kept(RegisterId site, std::int64_t now_ms) {
  const std::int64_t day = now_ms / kDayMs;
  const auto found = kept_.find(site);
  if (found != kept_.end() && found->second.day == day) return found->second;
  const CompliancePeriod days = period(now_ms);
  return kept_.insert_or_assign(site, Kept{day, ComplianceScan(days.from_ms, days.until_ms), {}, false})
      .first->second;
}

Result<std::uint64_t> ComplianceBook::follow(Kept& kept, const Site& site, std::uint64_t max_entries) {
  const RegisterLogs logs = SiteBook::logs_of(site);
  SEALKEEP_LET(current, kept.scan.up_to_date(*logs_, *rows_, logs));
  if (current && kept.fresh) return std::uint64_t{0};
  SEALKEEP_LET(read, kept.scan.follow(*logs_, *rows_, logs, max_entries, {}));
  SEALKEEP_LET(done, kept.scan.up_to_date(*logs_, *rows_, logs));
  kept.fresh = done;
  if (done) kept.cells = kept.scan.bases();
  return read;
}

Result<std::uint64_t> ComplianceBook::warm(std::int64_t now_ms, std::uint64_t max_entries) {
  std::uint64_t done = 0;
  auto& all = sites_->all();
  auto at = all.lower_bound(next_);
  for (std::size_t looked = 0; looked < all.size() && done < max_entries; ++looked, ++at) {
    if (at == all.end()) at = all.begin();
    next_ = at->first;
    if (at->second.state != kApprovedState) continue;
    SEALKEEP_LET(read, follow(kept(at->first, now_ms), at->second, max_entries - done));
    done += read;
  }
  return done;
}

Result<const ComplianceBook::Kept*> ComplianceBook::of(RegisterId id, std::int64_t now_ms) {
  const Site* site = sites_->find(id);
  if (site == nullptr) return fail(ErrorKind::NotFound, "site.unknown", "there is no site with this number");
  Kept& one = kept(id, now_ms);
  SEALKEEP_LET(read, follow(one, *site, UINT64_MAX));
  static_cast<void>(read);
  return &one;
}

Result<const ComplianceBook::Kept*> ComplianceBook::if_fresh(RegisterId id, std::int64_t now_ms) {
  const Site* site = sites_->find(id);
  const Kept* none = nullptr;
  if (site == nullptr) return none;
  const Kept& one = kept(id, now_ms);
  if (!one.fresh) return none;
  SEALKEEP_LET(current, one.scan.up_to_date(*logs_, *rows_, SiteBook::logs_of(*site)));
  return current ? &one : none;
}

}  // namespace sealkeep::hub

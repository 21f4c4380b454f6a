// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/register_table.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::interchange {

/// One site's register where it is kept: at the site itself or mirrored at the hub. Over stores that outlive
/// it, same thread.
struct SiteSource {
  LogStore& logs;
  RegisterRows& rows;
  RegisterLogs register_logs;
  std::string site;
  std::map<ses::PersonNo, std::string> people;
};

/// The offset of the site's zone at a moment, as its log says.
class ZoneHistory {
 public:
  void add(std::int64_t recorded_ms, std::int32_t utc_offset_min);
  [[nodiscard]] std::int32_t offset_at(std::int64_t unix_ms) const;
  /// "2026-01-31", empty for 0.
  [[nodiscard]] std::string day(std::int64_t unix_ms) const;

 private:
  std::vector<std::pair<std::int64_t, std::int32_t>> changes_;  // ascending
};

/// Hands out every entry that counts, oldest first, with its log's origin; entries that this program cannot
/// read (of a later version) are passed over and counted in the answer.
using VisitSiteEntry = std::function<Result<>(std::string_view origin, ses::Ref at, const ses::Entry& entry)>;
[[nodiscard]] Result<std::uint64_t> each_entry(SiteSource& source, const VisitSiteEntry& visit);

/// What happened to seals in the period. The answer holds no people.
struct SiteEvents {
  std::vector<SealEvent> events;
  std::vector<UnitSeals> units;
  std::uint64_t unreadable = 0;
};
[[nodiscard]] Result<SiteEvents> read_events(SiteSource& source, Period period);

/// The lines of seals that were received or applied in the period, by number. Seals that never came in (noted
/// only) are left out.
[[nodiscard]] Result<std::vector<RegisterLine>> read_register(SiteSource& source, ses::Family family,
                                                              Period period);

}  // namespace sealkeep::interchange

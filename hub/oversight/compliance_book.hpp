// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/clock.hpp"
#include "common/store/compliance_scan.hpp"
#include "hub/intake/site_book.hpp"

namespace sealkeep::hub {

/// On what each clause stands at every site in the last 365 days and today, kept in memory and moved on by
/// what came in: asking costs what changed since, not what the logs hold. Some 50 KiB a site. The logs are
/// all that it comes from; nothing of it is stored. Everything it was given outlives it; one thread.
class ComplianceBook {
 public:
  ComplianceBook(LogStore& logs, RegisterRows& rows, SiteBook& sites)
      : logs_(&logs), rows_(&rows), sites_(&sites) {}

  /// The whole days, in UTC, that the book speaks of at `now_ms`.
  [[nodiscard]] static CompliancePeriod period(std::int64_t now_ms);

  /// Reads up to `max_entries` entries that it has not read yet; returns how many. Called in idle moments, so
  /// that nobody who asks waits for the whole logs.
  [[nodiscard]] Result<std::uint64_t> warm(std::int64_t now_ms, std::uint64_t max_entries);

  struct Kept {
    std::int64_t day = 0;
    ComplianceScan scan;
    std::vector<ses::Cell> cells;  ///< without duties; of what was read when `fresh`
    bool fresh = false;
  };
  /// The site's, up to date: reads what is missing. NotFound `site.unknown`.
  [[nodiscard]] Result<const Kept*> of(RegisterId site, std::int64_t now_ms);
  /// The site's as it stands now; nullptr if something of it was not read yet.
  [[nodiscard]] Result<const Kept*> if_fresh(RegisterId site, std::int64_t now_ms);

 private:
  [[nodiscard]] Result<std::uint64_t> follow(Kept& kept, const Site& site, std::uint64_t max_entries);
  [[nodiscard]] Kept& kept(RegisterId site, std::int64_t now_ms);
  LogStore* logs_;
  RegisterRows* rows_;
  SiteBook* sites_;
  std::map<RegisterId, Kept> kept_;
  RegisterId next_ = 0;  ///< where warm() goes on
};

}  // namespace sealkeep::hub

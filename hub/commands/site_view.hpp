// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>

#include "hub/alerts/alerts.hpp"
#include "hub/commands/parts.hpp"
#include "hub/site_places.hpp"

namespace sealkeep::hub::commands {

/// Seals that somebody must still account for, each counted once however many alerts speak of it.
class SealsUnder {
 public:
  /// Adds what the alert speaks of: the seals of its container, its delivery, its count, or the seal itself.
  /// Seals of which only the number is known (half a box in somebody's hand) are added as a number; an alert
  /// that names none counts as one.
  [[nodiscard]] Result<> add(Hub& hub, const Alert& alert);
  [[nodiscard]] std::int64_t everywhere() const;
  [[nodiscard]] std::int64_t at(RegisterId site) const;
  /// "NZ300001", "NZ300001..NZ300200 (200)", as the alert added last has it; empty if it names no seal.
  [[nodiscard]] const std::string& named_last() const { return named_last_; }

 private:
  struct Run {
    ses::Family family{};
    ses::SealRange seals;
  };
  [[nodiscard]] Result<bool> add_entry(Hub& hub, const Alert& alert, std::string_view place);
  [[nodiscard]] static std::int64_t distinct(const std::vector<Run>& runs);
  void add(const Alert& alert, ses::Family family, const ses::SealRange& seals);
  std::map<RegisterId, std::vector<Run>> runs_;
  std::map<RegisterId, std::int64_t> unnamed_;
  std::string named_last_;
};

/// What head office shows of a site beside its SiteInfo. From counters that the fold keeps and from rows that
/// are few; never from the seals.
struct SiteView {
  SiteInfo info;
  std::int64_t seals = 0;    ///< that ever came in: the left side of its ledgers
  std::int64_t stock = 0;    ///< in stock or in hand
  std::int64_t on_dock = 0;  ///< containers and packages that are not uplifted
  std::int64_t late = 0;     ///< duties overdue at the watermark
  std::int64_t last_count_ms = 0;
  std::int64_t day_closed = 0;   ///< days since 1970-01-01; 0: none
  std::optional<bool> balances;  ///< nothing: there is no ledger yet
  std::int64_t unaccounted = 0;
  bool silent = false;                 ///< its alert "not heard of" is open
  std::int64_t originals_awaited = 0;  ///< originals of pictures that are still to come
  std::optional<MapPlace> place;
  std::string next;  ///< what a person at head office must do about it; empty: nothing
};
/// The sites of `infos`, by code; for one of them the rows of no other are read. `unaccounted` is counted
/// from `under`.
[[nodiscard]] Result<std::vector<SiteView>> site_views(Hub& hub, std::vector<SiteInfo> infos,
                                                       const SealsUnder& under,
                                                       const std::vector<Alert>& open);
/// Open alerts over all sites, at most what one answer can show.
[[nodiscard]] Result<std::vector<Alert>> open_alerts_of_all(Hub& hub);
/// Adds every open alert of seals that are not accounted for.
[[nodiscard]] Result<SealsUnder> seals_under(Hub& hub, const std::vector<Alert>& open);
/// Sites that need a person first: not accounted for, ledger, late, not heard of; then by code.
void worst_first(std::vector<SiteView>& sites);
/// The members that docs/decisions/0020 calls SITE.
[[nodiscard]] Value site_members(const SiteView& site, const Now& now);

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/site_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/clock.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"
#include "hub/pictures/originals.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kAlertsLookedAt = 10'000;
constexpr std::int64_t kCarryFileAfterMs = 7 * kDayMs;

// One row for each site: `each(site, rows)`; rows of sites that are not shown are passed over. `{}` in `sql`
// asks for the one site alone where only one is shown.
template <class Each>
Result<> for_each_row(Hub& hub, fmt::format_string<const std::string&> sql, const char* site_column,
                      std::map<RegisterId, SiteView*>& by_id, Each&& each) {
  const std::string only =
      by_id.size() == 1 ? fmt::format(" AND {} = {}", site_column, by_id.begin()->first) : std::string();
  SEALKEEP_LET(statement, hub.db().prepare(fmt::format(sql, only)));
  SEALKEEP_LET(rows, statement.query());
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return {};
    const auto found = by_id.find(rows.int64(0));
    if (found != by_id.end()) each(*found->second, rows);
  }
}

// It waits for somebody who compares the fingerprint of its keys.
bool asks(const SiteInfo& info) {
  return info.next_asked || info.pending_epoch != 0 || info.state == SiteState::Pending;
}

std::string next_of(const SiteView& site, std::int64_t now_ms) {
  const SiteInfo& info = site.info;
  if (asks(info)) return "Compare the fingerprint with the person at the site, then approve";
  if (info.state == SiteState::Invited) return "Bring the invitation to the site";
  if (info.state == SiteState::Revoked) return {};
  if (info.frozen) return "Two histories under one key: decide which machine goes on";
  if (info.directives_missing > 0 || info.directives_held_back) return "Wait until the site is heard of";
  if (site.silent)
    return now_ms - info.heard_ms >= kCarryFileAfterMs ? "Ask for a carry file" : "Find out why it is silent";
  if (site.balances && !*site.balances) return "Find the seals that make its ledger differ";
  if (site.unaccounted > 0) return "Find out where the seals are";
  return {};
}

int rank(const SiteView& site) {
  if (site.info.state == SiteState::Revoked) return 9;
  if (site.info.frozen) return 0;
  if (site.unaccounted > 0 || (site.balances && !*site.balances)) return 1;
  if (site.late > 0) return 2;
  if (site.silent) return 3;
  if (!site.next.empty()) return 4;
  return 5;
}

}  // namespace

Result<std::vector<Alert>> open_alerts_of_all(Hub& hub) {
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  return alerts.list(0, true, kAlertsLookedAt);
}

Result<SealsUnder> seals_under(Hub& hub, const std::vector<Alert>& open) {
  SealsUnder under;
  for (const Alert& alert : open)
    if (alert.unaccounted) SEALKEEP_TRY(under.add(hub, alert));
  return under;
}

Result<std::vector<SiteView>> site_views(Hub& hub, std::vector<SiteInfo> infos, const SealsUnder& under,
                                         const std::vector<Alert>& open) {
  std::vector<SiteView> views(infos.size());
  std::map<RegisterId, SiteView*> by_id;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    views[i].info = std::move(infos[i]);
    by_id.emplace(views[i].info.id, &views[i]);
  }
  SEALKEEP_TRY(for_each_row(
      hub,
      "SELECT register, opening + received + transferred_in + found_not_on_record, in_stock + issued, "
      "in_stock + issued + applied + checked + uplifted + removed + damaged + lost + tampered + destroyed + "
      "short + returned + sent_out + past_exits, unbalanced FROM ledger WHERE family IN (1, 2){}",
      "register", by_id, [](SiteView& site, const Rows& rows) {
        if (rows.int64(1) == 0 && rows.int64(3) == 0) return;
        site.seals += rows.int64(1);
        site.stock += rows.int64(2);
        const bool balances = rows.int64(1) == rows.int64(3) && rows.int64(4) == 0;
        site.balances = site.balances.value_or(true) && balances;
      }));
  SEALKEEP_TRY(for_each_row(
      hub,
      "SELECT register, count(*) FROM unit INDEXED BY unit_on_dock WHERE state BETWEEN 1 AND 10 AND "
      "uplifted_ms = 0{} GROUP BY register",
      "register", by_id, [](SiteView& site, const Rows& rows) { site.on_dock = rows.int64(1); }));
  SEALKEEP_TRY(for_each_row(
      hub,
      "SELECT site.id, count(*) FROM site CROSS JOIN duty ON duty.register = site.id AND duty.due_ms > 0 AND "
      "duty.due_ms < site.watermark_ms{} GROUP BY site.id",
      "site.id", by_id, [](SiteView& site, const Rows& rows) { site.late = rows.int64(1); }));
  SEALKEEP_TRY(for_each_row(
      hub, "SELECT register, max(counted_ms) FROM store WHERE known = 1{} GROUP BY register", "register",
      by_id, [](SiteView& site, const Rows& rows) { site.last_count_ms = rows.int64(1); }));
  SEALKEEP_TRY(for_each_row(hub, "SELECT register, day_closed FROM register WHERE true{}", "register", by_id,
                            [](SiteView& site, const Rows& rows) { site.day_closed = rows.int64(1); }));
  for (const Alert& alert : open)
    if (alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite) && by_id.contains(alert.site))
      by_id[alert.site]->silent = true;
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  SEALKEEP_LET(places, SitePlaces(hub.db()).all());
  SEALKEEP_LET(kept, Originals::open(hub.db(), hub.parts().folder));
  SEALKEEP_LET(originals, kept.awaited());
  for (SiteView& site : views) {
    if (const auto place = places.find(site.info.id); place != places.end()) site.place = place->second;
    if (const auto awaited = originals.find(site.info.id); awaited != originals.end())
      site.originals_awaited = awaited->second;
    site.unaccounted = under.at(site.info.id);
    site.next = next_of(site, now_ms);
  }
  std::sort(views.begin(), views.end(),
            [](const SiteView& a, const SiteView& b) { return a.info.code < b.info.code; });
  return views;
}

void worst_first(std::vector<SiteView>& sites) {
  std::stable_sort(sites.begin(), sites.end(), [](const SiteView& a, const SiteView& b) {
    const auto weight = [](const SiteView& site) {
      return std::tuple(rank(site), -site.unaccounted, -site.late, site.silent ? site.info.heard_ms : 0);
    };
    return weight(a) < weight(b);
  });
}

Value site_members(const SiteView& site, const Now& now) {
  const SiteInfo& info = site.info;
  Value value = Value::object({{"site", info.code}, {"state", site_state_name(info.state)}});
  value.set("connected", info.connected);
  const auto time = [&](const char* name, std::int64_t ms) {
    if (ms != 0) value.set(name, ms);
  };
  if (info.watermark_ms != 0) value.set("heard_up_to", clock_words(info.watermark_ms, now));
  time("heard_up_to_ms", info.watermark_ms);
  time("heard_ms", info.heard_ms);
  value.set("drift_ms", info.drift_ms);
  value.set("records", info.mirrored_size);
  value.set("backlog", info.mirrored_size - std::min(info.folded_size, info.mirrored_size));
  value.set("seals", site.seals).set("stock", site.stock).set("on_dock", site.on_dock);
  value.set("late", site.late);
  time("last_count_ms", site.last_count_ms);
  if (site.day_closed != 0) value.set("day_closed", day_text(site.day_closed));
  value.set("balances", site.balances ? Value(*site.balances) : Value());
  value.set("unaccounted", site.unaccounted);
  value.set("silent", site.silent).set("frozen", info.frozen).set("asks", asks(info));
  value.set("originals_awaited", site.originals_awaited);
  value.set("place", place_value(site.place));
  if (!site.next.empty()) value.set("next", site.next);
  return value;
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "hub/commands/alert_value.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::int64_t kNotHeardAfterMs = 24 * 3600 * 1000LL;

std::string count_words(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string when(std::int64_t unix_ms) {
  return unix_ms == 0 ? "never" : iso_time(unix_ms);
}

Result<Value> status(Hub& hub) {
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(open, open_alerts(hub, 0, true));
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  std::uint64_t seals = 0;
  Value site_list = Value::list();
  std::size_t silent = 0;
  for (const SiteInfo& site : sites) {
    if (site.state != SiteState::Approved) continue;
    Value row = Value::object({{"site", site.code}, {"heard_everything_up_to", when(site.watermark_ms)}});
    row.set("connected", site.connected);
    row.set("records", site.mirrored_size);
    if (site.heard_ms == 0 || now_ms - site.heard_ms > kNotHeardAfterMs) ++silent;
    for (ses::Family family : {ses::Family::Ses, ses::Family::Mpi}) {
      SEALKEEP_LET(ledger, hub.rows().ledger(site.id, family));
      if (ledger.left() == 0 && ledger.right() == 0) continue;
      const std::string name = family == ses::Family::Ses ? "ses" : "mpi";
      seals += static_cast<std::uint64_t>(std::max<std::int64_t>(ledger.left(), 0));
      row.set("ledger_" + name, ses::equation_text(ledger));
      row.set("balances_" + name, ledger.balances());
      if (!ledger.balances()) {
        SEALKEEP_LET(wrong, hub.rows().unbalanced(site.id, 20));
        Value numbers = Value::list();
        for (const SealAt& at : wrong) numbers.add(at.key.number.text());
        row.set("unbalanced", numbers);
      }
    }
    site_list.add(std::move(row));
  }
  const std::string sentence =
      open.unaccounted.empty()
          ? fmt::format("Of {} all are accounted for, as far as the sites were heard.",
                        count_words(seals, "seal", "seals"))
          : fmt::format("Of {}, {} not accounted for; {} not heard of.", count_words(seals, "seal", "seals"),
                        count_words(open.unaccounted.size(), "matter is", "matters are"),
                        count_words(silent, "site", "sites"));
  Value value = Value::object({{"now", sentence}});
  SEALKEEP_LET(values, AlertValues::open(hub));
  SEALKEEP_LET(unaccounted, alerts_table(values, open.unaccounted));
  value.set("not_accounted_for", unaccounted);
  SEALKEEP_LET(others, alerts_table(values, open.others));
  value.set("other_alerts", others);
  SEALKEEP_LET(not_heard, alerts_table(values, open.not_heard));
  value.set("not_heard_of", not_heard);
  value.set("sites", std::move(site_list));
  return value;
}

}  // namespace sealkeep::hub::commands

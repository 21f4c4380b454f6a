// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDaysShown = 30, kMostDays = 732;

struct Day {
  std::int64_t received = 0, applied = 0, checked = 0, uplifted = 0, facts = 0, read = 0, typed = 0;
  std::int64_t late_entries = 0, sites_heard = 0, alerts = 0, late = 0;
};

// In whole per cent; nothing of nothing is nothing.
Value share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? Value() : Value((part * 100 + whole / 2) / whole);
}

// Adds a count for each day since then: `sql` takes the zone's offset in ms, the moment, and the site or 0.
Result<> add_counts(Hub& hub, const char* sql, std::int64_t offset_ms, std::int64_t from_ms, RegisterId site,
                    std::map<std::int64_t, Day>& days, std::int64_t Day::*member) {
  SEALKEEP_LET(count, hub.db().prepare(sql));
  SEALKEEP_LET(rows, count.query(offset_ms, from_ms, site));
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return {};
    if (const auto found = days.find(rows.int64(0)); found != days.end())
      found->second.*member = rows.int64(1);
  }
}

}  // namespace

Result<Value> trends(Hub& hub, const Command& command) {
  SEALKEEP_LET(asked, command.number("days", 1, kMostDays));
  RegisterId site = 0;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(named, site_named(hub, *code));
    site = named.id;
  }
  const Now now = hub.parts().clock.now();
  const std::int64_t today = local_day(now.unix_ms, now.utc_offset_min);
  const std::int64_t first = today - asked.value_or(kDaysShown) + 1;
  std::map<std::int64_t, Day> days;
  for (std::int64_t day = first; day <= today; ++day) days[day];
  {
    SEALKEEP_LET(sum, hub.db().prepare(
                          "SELECT day, sum(received), sum(applied), sum(checked), sum(uplifted), sum(facts), "
                          "sum(read), sum(typed), sum(late_entries), count(*) FROM day_count WHERE day "
                          "BETWEEN ?1 AND ?2 AND (?3 = 0 OR register = ?3) GROUP BY day"));
    SEALKEEP_LET(rows, sum.query(first, today, site));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      Day& day = days[rows.int64(0)];
      day = {rows.int64(1),
             rows.int64(2),
             rows.int64(3),
             rows.int64(4),
             rows.int64(5),
             rows.int64(6),
             rows.int64(7),
             rows.int64(8),
             rows.int64(9),
             0,
             0};
    }
  }
  const std::int64_t offset_ms = now.utc_offset_min * kMinuteMs;
  const std::int64_t from_ms = first * kDayMs - offset_ms;
  SEALKEEP_TRY(add_counts(hub,
                          "SELECT (raised_ms + ?1) / 86400000, count(*) FROM alert WHERE raised_ms >= ?2 AND "
                          "(?3 = 0 OR site = ?3) GROUP BY 1",
                          offset_ms, from_ms, site, days, &Day::alerts));
  SEALKEEP_TRY(
      add_counts(hub,
                 "SELECT (discharged_ms + ?1) / 86400000, count(*) FROM late_duty WHERE discharged_ms "
                 ">= ?2 AND (?3 = 0 OR register = ?3) GROUP BY 1",
                 offset_ms, from_ms, site, days, &Day::late));
  Value list = Value::list(), words = Value::list();
  for (const auto& [number, day] : days) {
    list.add(Value::object({{"day", day_text(number)},
                            {"received", day.received},
                            {"applied", day.applied},
                            {"checked", day.checked},
                            {"uplifted", day.uplifted},
                            {"alerts", day.alerts},
                            {"late", day.late},
                            {"typed_share", share(day.typed, day.read)},
                            {"late_entry_share", share(day.late_entries, day.facts)},
                            {"facts", day.facts},
                            {"sites_heard", day.sites_heard}}));
    if (day.facts + day.alerts + day.late == 0) continue;
    words.add(Value::object({{"day", day_text(number)},
                             {"received", grouped(day.received)},
                             {"applied", grouped(day.applied)},
                             {"checked", grouped(day.checked)},
                             {"uplifted", grouped(day.uplifted)},
                             {"alerts", day.alerts},
                             {"late", day.late},
                             {"typed_%", share(day.typed, day.read)},
                             {"late_entries_%", share(day.late_entries, day.facts)},
                             {"sites", day.sites_heard}}));
  }
  Value value = Value::object({{"days", std::move(list)}});
  if (command.caller) return value;
  value.set("in_words",
            words.as_list()->empty() ? Value("Nothing was recorded in these days.") : std::move(words));
  return value;
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/answers.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPage = 100;
constexpr std::uint8_t kConfirmed = 3;    // the duty that a delivery arrives
constexpr std::uint8_t kAsApproved = 42;  // and that it does where it was announced

struct Planned {
  RegisterId site = 0;
  std::string approval;
  ses::DeliveryRow row;
  bool adopted = true;  ///< the site has heard of it
};

// What the sites took over, and what was issued and not heard of yet.
Result<std::vector<Planned>> planned_at(Hub& hub, const std::vector<SiteInfo>& sites) {
  std::vector<Planned> out;
  SEALKEEP_LET(select,
               hub.db().prepare("SELECT approval FROM delivery WHERE register = ? ORDER BY approval"));
  for (const SiteInfo& site : sites) {
    ses::Wanted wanted;
    {
      SEALKEEP_LET(rows, select.query(site.id));
      while (true) {
        SEALKEEP_LET(there, rows.next());
        if (!there) break;
        wanted.deliveries.emplace_back(rows.text(0));
      }
    }
    ses::Rows rows;
    SEALKEEP_TRY(hub.rows().load(site.id, wanted, rows));
    for (const std::string& approval : wanted.deliveries)
      // A receipt makes a row of a delivery that was never announced there; it has no seals.
      if (const ses::DeliveryRow* row = rows.deliveries.find(approval);
          row != nullptr && row->seals.count > 0)
        out.push_back({site.id, approval, *row, true});
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    SEALKEEP_LET(self, hub.rows().self(site.id));
    for (const RegisterLogs::EpochLog& log : logs.directives) {
      SEALKEEP_LET(size, hub.logs().size(log.log));
      const std::uint64_t from = log.epoch == self.directive_epoch ? self.directive_size : 0;
      if (log.epoch < self.directive_epoch || from >= size) continue;
      SEALKEEP_LET(
          read, hub.logs().read_entries(
                    log.log, from, size - from, UINT64_MAX, [&](std::uint64_t, ByteView bytes) -> Result<> {
                      const auto directive = ses::decode_directive(bytes);
                      if (!directive) return {};
                      if (const auto* one = std::get_if<ses::DeliveryApproved>(&directive->body))
                        out.push_back({site.id,
                                       one->approval,
                                       {one->family, one->seal_kind, one->seals, one->expected_ms, 0},
                                       false});
                      return {};
                    }));
      static_cast<void>(read);
    }
  }
  return out;
}

/// What arrived under the number of an approval, anywhere.
struct Arrived {
  std::int64_t first_ms = 0, here = 0, missing = 0, elsewhere = 0;
  std::pair<RegisterId, ses::Ref> wrong{};  ///< the newest receipt elsewhere
};

Result<Arrived> arrived_of(Hub& hub, Statement& receipts, const Planned& planned) {
  Arrived out;
  std::vector<std::pair<RegisterId, ses::Ref>> found;
  {
    SEALKEEP_LET(rows, receipts.query(planned.approval));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      found.push_back({rows.int64(0), {static_cast<std::uint32_t>(rows.int64(1)), rows.uint64(2)}});
    }
  }
  for (const auto& [site, at] : found) {
    ses::Rows rows;
    ses::Wanted wanted;
    wanted.receipts.push_back(at);
    SEALKEEP_TRY(hub.rows().load(site, wanted, rows));
    const ses::ReceiptRow* receipt = rows.receipts.find(at);
    if (receipt == nullptr) continue;
    if (site != planned.site) {
      out.elsewhere += receipt->seals.count;
      out.wrong = {site, at};
      continue;
    }
    out.here += receipt->seals.count - receipt->short_count;
    out.missing += receipt->short_count;
    const std::int64_t arrived_ms = receipt->arrived_ms != 0 ? receipt->arrived_ms : receipt->recorded_ms;
    if (out.first_ms == 0 || arrived_ms < out.first_ms) out.first_ms = arrived_ms;
  }
  return out;
}

std::string state_of(const Planned& planned, const Arrived& arrived, std::int64_t received, bool late) {
  const auto wanted = static_cast<std::int64_t>(planned.row.seals.count);
  if (arrived.elsewhere > 0) return "wrong_site";
  if (arrived.here > wanted) return "over";
  if (arrived.missing > 0) return "short";
  if (received >= wanted) return "received";
  if (late) return "late";
  return received > 0 ? "partly" : "planned";
}

}  // namespace

Result<Value> deliveries(Hub& hub, const Command& command) {
  SEALKEEP_LET(sites, addressed(hub, command));
  SEALKEEP_LET(all, planned_at(hub, sites));
  std::map<RegisterId, const SiteInfo*> by_id;
  for (const SiteInfo& site : sites) by_id.emplace(site.id, &site);
  std::stable_sort(all.begin(), all.end(),
                   [](const Planned& a, const Planned& b) { return a.row.expected_ms > b.row.expected_ms; });
  SEALKEEP_LET(skipped, command.number("cursor", 0, INT64_MAX));
  const auto only = command.one("state");
  SEALKEEP_LET(receipts, hub.db().prepare("SELECT register, epoch, idx FROM receipt WHERE approval = ? AND "
                                          "approval <> ''"));
  SEALKEEP_LET(alert_of,
               hub.db().prepare("SELECT id FROM alert WHERE resolved_ms = 0 AND site = ? AND rule = ? "
                                "AND subject = ?"));
  const Now now = hub.parts().clock.now();
  Value list = Value::list(), words = Value::list();
  std::size_t at = static_cast<std::size_t>(skipped.value_or(0));
  for (; at < all.size() && list.as_list()->size() < kPage; ++at) {
    const Planned& one = all[at];
    const SiteInfo& site = *by_id.at(one.site);
    SEALKEEP_LET(arrived, arrived_of(hub, receipts, one));
    const std::int64_t received = std::max<std::int64_t>(one.row.received, arrived.here);
    const bool late = one.row.expected_ms != 0 && one.row.expected_ms < site.watermark_ms;
    const std::string state = state_of(one, arrived, received, late);
    if (only && *only != state) continue;
    const auto wanted = static_cast<std::int64_t>(one.row.seals.count);
    std::string alert;
    {
      const auto& [wrong_site, receipt] = arrived.wrong;
      SEALKEEP_LET(rows, arrived.elsewhere > 0
                             ? alert_of.query(wrong_site, kAsApproved, "receipt:" + ses::ref_words(receipt))
                             : alert_of.query(one.site, kConfirmed, "delivery:" + one.approval));
      SEALKEEP_LET(there, rows.next());
      if (there) alert = hex(rows.blob(0));
    }
    Value row = Value::object({{"approval", one.approval},
                               {"site", site.code},
                               {"family", one.row.family == ses::Family::Mpi ? "mpi" : "ses"},
                               {"first", one.row.seals.front().text()},
                               {"last", one.row.seals.back().text()},
                               {"planned", wanted},
                               {"received", received},
                               {"short", arrived.missing},
                               {"over", std::max<std::int64_t>(arrived.here - wanted, 0)},
                               {"wrong_site", arrived.elsewhere}});
    if (const auto went = by_id.find(arrived.wrong.first); went != by_id.end())
      row.set("went_to", went->second->code);
    if (one.row.expected_ms != 0) row.set("expected_ms", one.row.expected_ms);
    if (arrived.first_ms != 0) row.set("received_ms", arrived.first_ms);
    row.set("state", state).set("site_has_heard", one.adopted);
    if (!alert.empty()) row.set("alert", alert);
    list.add(std::move(row));
    words.add(Value::object(
        {{"approval", one.approval},
         {"site", site.code},
         {"seals", one.row.seals.text()},
         {"received", grouped(received) + " of " + grouped(wanted)},
         {"expected",
          one.row.expected_ms == 0 ? "-" : day_text(local_day(one.row.expected_ms, now.utc_offset_min))},
         {"state", one.adopted ? state : state + ", the site has not heard of it"}}));
  }
  Value value = Value::object({{"deliveries", std::move(list)}});
  const bool more = at < all.size();
  if (more) value.set("next", std::to_string(at));
  if (command.caller) return value;
  Value shown = Value::object({{"deliveries", std::move(words)}});
  if (more) shown.set("next", "deliveries --cursor " + std::to_string(at));
  value.set("in_words", std::move(shown));
  return value;
}

}  // namespace sealkeep::hub::commands

// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/alerts.hpp"

#include <algorithm>
#include <cctype>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "hub/alerts/alerts_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr const char* kColumns =
    "id, rule, site, subject, severity, since_ms, raised_ms, resolved_ms, reason, clause, unaccounted";

Result<Alert> read_alert(const Rows& rows) {
  Alert alert;
  SEALKEEP_LET(id, rows.array<32>(0));
  alert.id.bytes = id;
  alert.rule = static_cast<std::uint16_t>(rows.int64(1));
  alert.site = rows.int64(2);
  alert.subject = rows.text(3);
  alert.severity = static_cast<ses::Severity>(rows.int64(4));
  alert.since_ms = rows.int64(5);
  alert.raised_ms = rows.int64(6);
  alert.resolved_ms = rows.int64(7);
  alert.reason = rows.text(8);
  alert.clause = rows.text(9);
  alert.unaccounted = rows.int64(10) != 0;
  return alert;
}

Result<std::vector<Alert>> read_all(Result<Rows> rows) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  std::vector<Alert> out;
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    SEALKEEP_LET(alert, read_alert(*rows));
    out.push_back(std::move(alert));
  }
}

}  // namespace

struct Alerts::Statements {
  Statement find, put, resolve, all, all_of, open, open_of, open_of_rule, between;
  std::set<Hash> changed;
};

std::string short_id(const Hash& alert) {
  constexpr std::size_t kShownDigits = 12;
  return hex(alert.view()).substr(0, kShownDigits);
}

Hash alert_id(std::uint16_t rule, std::string_view subject, std::string_view opening_origin,
              std::uint64_t opening_index) {
  PackWriter out;
  out.str("sealkeep/alert/v1").uint(rule).str(subject).str(opening_origin).uint(opening_index);
  return sha256(out.bytes());
}

std::string_view Alerts::schema() {
  return sql::alerts_schema;
}

Result<Alerts> Alerts::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string columns = kColumns;
  const std::pair<Statement*, std::string> texts[] = {
      {&s->find, "SELECT " + columns + " FROM alert WHERE id = ?"},
      {&s->put, "REPLACE INTO alert VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->resolve, "UPDATE alert SET resolved_ms = ? WHERE id = ? AND resolved_ms = 0"},
      {&s->all, "SELECT " + columns + " FROM alert ORDER BY severity DESC, since_ms, id LIMIT ?"},
      {&s->all_of,
       "SELECT " + columns + " FROM alert WHERE site = ? ORDER BY severity DESC, since_ms, id LIMIT ?"},
      {&s->open, "SELECT " + columns +
                     " FROM alert WHERE resolved_ms = 0 ORDER BY severity DESC, since_ms, id LIMIT ?"},
      {&s->open_of,
       "SELECT " + columns +
           " FROM alert WHERE resolved_ms = 0 AND site = ? ORDER BY severity DESC, since_ms, id LIMIT ?"},
      {&s->open_of_rule,
       "SELECT " + columns +
           " FROM alert WHERE resolved_ms = 0 AND site = ? AND rule = ? ORDER BY since_ms, id"},
      {&s->between, "SELECT " + columns + " FROM alert WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return Alerts(std::move(s));
}

Result<std::optional<Alert>> Alerts::find(const Hash& id) {
  SEALKEEP_LET(found, read_all(statements_->find.query(id.bytes)));
  if (found.empty()) return std::optional<Alert>{};
  return std::optional<Alert>(std::move(found.front()));
}

Result<bool> Alerts::raise(const Alert& alert) {
  SEALKEEP_LET(before, find(alert.id));
  const bool opens = !before || before->resolved_ms != 0;
  // An open alert keeps the time of its birth, whatever is learnt about it later.
  const std::int64_t raised_ms = opens ? alert.raised_ms : before->raised_ms;
  SEALKEEP_TRY(statements_->put.run(alert.id.bytes, alert.rule, alert.site, alert.subject,
                                    static_cast<int>(alert.severity), alert.since_ms, raised_ms, 0,
                                    alert.reason, alert.clause, int{alert.unaccounted}));
  if (opens || before->severity != alert.severity) statements_->changed.insert(alert.id);
  return opens;
}

Result<bool> Alerts::resolve(const Hash& id, std::int64_t now_ms) {
  SEALKEEP_TRY(statements_->resolve.run(now_ms, id.bytes));
  if (statements_->resolve.changes() == 0) return false;
  statements_->changed.insert(id);
  return true;
}

Result<std::vector<Alert>> Alerts::list(RegisterId site, bool open_only, std::size_t max_count) {
  if (site == 0) return read_all((open_only ? statements_->open : statements_->all).query(max_count));
  return read_all((open_only ? statements_->open_of : statements_->all_of).query(site, max_count));
}

Result<std::vector<Alert>> Alerts::open_of(std::uint16_t rule, RegisterId site) {
  return read_all(statements_->open_of_rule.query(site, rule));
}

Result<std::vector<Alert>> Alerts::begins_with(std::string_view digits, std::size_t max_count) {
  constexpr std::size_t kLeastDigits = 4, kDigits = 64;
  std::string low(digits);
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
  if (low.size() < kLeastDigits || low.size() > kDigits) return std::vector<Alert>{};
  std::string high = low;
  low.resize(kDigits, '0');
  high.resize(kDigits, 'f');
  const auto from = from_hex(low), to = from_hex(high);
  if (!from || !to) return std::vector<Alert>{};
  return read_all(statements_->between.query(*from, *to, max_count));
}

std::set<Hash> Alerts::take_changed() {
  return std::exchange(statements_->changed, {});
}

}  // namespace sealkeep::hub

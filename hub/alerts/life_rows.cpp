// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/life_rows.hpp"

#include <algorithm>

#include "hub/alerts/alert_life_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

std::optional<std::int64_t> number_of(const std::optional<ses::Severity>& severity) {
  if (!severity) return std::nullopt;
  return static_cast<std::int64_t>(*severity);
}

std::optional<ses::Severity> severity_at(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return static_cast<ses::Severity>(rows.int64(column));
}

Result<AlertLife> read_life(const Rows& rows) {
  AlertLife life;
  life.round = static_cast<std::uint32_t>(rows.int64(0));
  life.cause_open = rows.int64(1) != 0;
  life.severity = static_cast<ses::Severity>(rows.int64(2));
  life.set_severity = severity_at(rows, 3);
  life.owner = rows.text(4);
  life.acknowledged_by = rows.text(5);
  life.resolved_by = rows.text(6);
  life.cause = rows.text(7);
  life.round_ms = rows.int64(8);
  life.acknowledged_ms = rows.int64(9);
  life.snoozed_until_ms = rows.int64(10);
  life.resolved_ms = rows.int64(11);
  life.cause_still_there = rows.int64(12) != 0;
  if (!rows.is_null(13)) {
    SEALKEEP_LET(covering, rows.array<32>(13));
    life.covered_by = Hash{covering};
  }
  life.first_word_ms = rows.int64(14);
  life.ladder_step = static_cast<std::uint32_t>(rows.int64(15));
  life.steps = static_cast<std::uint32_t>(rows.int64(16));
  return life;
}

Result<std::vector<Hash>> read_ids(Result<Rows> rows) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  std::vector<Hash> out;
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    SEALKEEP_LET(id, rows->array<32>(0));
    out.push_back(Hash{id});
  }
}

}  // namespace

struct LifeRows::Statements {
  Statement load, save, add_step, steps, comments, due, of_site, reopened, counts, not_followed;
};

std::string_view LifeRows::schema() {
  return sql::alert_life_schema;
}

Result<LifeRows> LifeRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, const char*> texts[] = {
      {&s->load,
       "SELECT round, cause_open, severity, set_severity, owner, acknowledged_by, resolved_by, cause, "
       "round_ms, acknowledged_ms, snoozed_until_ms, resolved_ms, cause_still_there, covered_by, "
       "first_word_ms, ladder_step, steps FROM alert_life WHERE alert = ?"},
      {&s->save,
       "REPLACE INTO alert_life VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->add_step, "REPLACE INTO alert_step VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->steps,
       "SELECT at_ms, step, by_whom, words, owner, until_ms, severity, spoke, quiet FROM alert_step WHERE "
       "alert = ? ORDER BY no DESC LIMIT ?"},
      {&s->comments, "SELECT count(*) FROM alert_step WHERE alert = ? AND step = 3"},
      {&s->due, "SELECT alert FROM alert_life WHERE next_ms <> 0 AND next_ms <= ? ORDER BY next_ms LIMIT ?"},
      {&s->of_site, "SELECT alert FROM alert_life WHERE site = ? AND resolved_ms = 0"},
      {&s->reopened, "SELECT alert FROM alert_life WHERE resolved_ms = 0 AND cause_open = 0 AND round > 0"},
      {&s->counts,
       "SELECT CASE WHEN resolved_ms <> 0 THEN 5 WHEN covered_by IS NOT NULL THEN 4 WHEN snoozed_until_ms > "
       "?2 "
       "THEN 3 WHEN acknowledged_ms <> 0 THEN 2 ELSE 1 END AS state, count(*) FROM alert_life WHERE ?1 = 0 "
       "OR "
       "site = ?1 GROUP BY state"},
      {&s->not_followed,
       "SELECT id FROM alert LEFT JOIN alert_life ON alert_life.alert = alert.id WHERE (alert.resolved_ms = "
       "0) <> coalesce(cause_open, 0) OR (alert.resolved_ms = 0 AND alert.severity <> alert_life.severity)"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return LifeRows(std::move(s));
}

Result<AlertLife> LifeRows::load(const Hash& alert) {
  SEALKEEP_LET(rows, statements_->load.query(alert.bytes));
  SEALKEEP_LET(there, rows.next());
  if (!there) return AlertLife{};
  return read_life(rows);
}

Result<> LifeRows::save(const Alert& alert, const AlertLife& life, std::int64_t next_ms) {
  std::optional<ByteView> covering;
  if (life.covered_by) covering = life.covered_by->view();
  return statements_->save.run(alert.id.bytes, alert.site, alert.rule, life.round, int{life.cause_open},
                               static_cast<int>(life.severity), number_of(life.set_severity), life.owner,
                               life.acknowledged_by, life.resolved_by, life.cause, life.round_ms,
                               life.acknowledged_ms, life.snoozed_until_ms, life.resolved_ms,
                               int{life.cause_still_there}, covering, life.first_word_ms, life.ladder_step,
                               life.steps, next_ms);
}

Result<> LifeRows::add_step(const Hash& alert, std::uint32_t no, const StepRow& step) {
  const Happening& what = step.what;
  return statements_->add_step.run(alert.bytes, no, step.at_ms, static_cast<int>(what.step), what.by,
                                   what.text, what.owner, what.until_ms, number_of(what.severity), step.spoke,
                                   step.quiet);
}

Result<std::vector<StepRow>> LifeRows::steps(const Hash& alert, std::size_t max_count) {
  SEALKEEP_LET(rows, statements_->steps.query(alert.bytes, max_count));
  std::vector<StepRow> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) break;
    StepRow step;
    step.at_ms = rows.int64(0);
    step.what.step = static_cast<LifeStep>(rows.int64(1));
    step.what.by = rows.text(2);
    step.what.text = rows.text(3);
    step.what.owner = rows.text(4);
    step.what.until_ms = rows.int64(5);
    step.what.severity = severity_at(rows, 6);
    step.spoke = rows.text(7);
    step.quiet = rows.text(8);
    out.push_back(std::move(step));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Result<std::size_t> LifeRows::comments(const Hash& alert) {
  SEALKEEP_LET(rows, statements_->comments.query(alert.bytes));
  SEALKEEP_LET(there, rows.next());
  return there ? static_cast<std::size_t>(rows.int64(0)) : 0;
}

Result<std::vector<Hash>> LifeRows::due(std::int64_t now_ms, std::size_t max_count) {
  return read_ids(statements_->due.query(now_ms, max_count));
}

Result<std::vector<Hash>> LifeRows::of_site(RegisterId site) {
  return read_ids(statements_->of_site.query(site));
}

Result<std::vector<Hash>> LifeRows::reopened() {
  return read_ids(statements_->reopened.query());
}

Result<std::array<std::int64_t, 6>> LifeRows::counts(RegisterId site, std::int64_t now_ms) {
  SEALKEEP_LET(rows, statements_->counts.query(site, now_ms));
  std::array<std::int64_t, 6> out{};
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.at(static_cast<std::size_t>(rows.int64(0))) = rows.int64(1);
  }
}

Result<std::vector<Hash>> LifeRows::not_followed() {
  return read_ids(statements_->not_followed.query());
}

}  // namespace sealkeep::hub

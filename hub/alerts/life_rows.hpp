// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/alerts/alert_life.hpp"

namespace sealkeep::hub {

/// One line of an alert's history.
struct StepRow {
  std::int64_t at_ms = 0;
  Happening what;            ///< without its roles
  std::string spoke, quiet;  ///< sentences of the decision about it, one a line
};

/// The lives of the alerts in the database. Over one Db that outlives it; functions that write need the
/// caller's transaction.
class LifeRows {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<LifeRows> open(Db& db);

  /// One that is not known is a life of round 0.
  [[nodiscard]] Result<AlertLife> load(const Hash& alert);
  /// `next_ms`: when time alone changes it; 0: never.
  [[nodiscard]] Result<> save(const Alert& alert, const AlertLife& life, std::int64_t next_ms);
  [[nodiscard]] Result<> add_step(const Hash& alert, std::uint32_t no, const StepRow& step);
  /// The newest, oldest first.
  [[nodiscard]] Result<std::vector<StepRow>> steps(const Hash& alert, std::size_t max_count);
  [[nodiscard]] Result<std::size_t> comments(const Hash& alert);
  /// Alerts that time has reached, soonest first.
  [[nodiscard]] Result<std::vector<Hash>> due(std::int64_t now_ms, std::size_t max_count);
  /// Alerts of a site that are not resolved.
  [[nodiscard]] Result<std::vector<Hash>> of_site(RegisterId site);
  /// Those that a person reopened although their cause is gone.
  [[nodiscard]] Result<std::vector<Hash>> reopened();
  /// How many are in each state, by AlertState's number; `site` 0: all sites.
  [[nodiscard]] Result<std::array<std::int64_t, 6>> counts(RegisterId site, std::int64_t now_ms);
  /// Alerts that stand otherwise than their life knows: work that a stop cut off. Reads every alert.
  [[nodiscard]] Result<std::vector<Hash>> not_followed();

 private:
  struct Statements;
  explicit LifeRows(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub

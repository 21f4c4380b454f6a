// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/answers.hpp"
#include "hub/commands/customs.hpp"

namespace sealkeep::hub::commands {

/// Alerts as commands and pages show them, for one command: what is read of a site is read once.
class AlertValues {
 public:
  [[nodiscard]] static Result<AlertValues> open(Hub& hub);
  /// The columns that a person reads at the shell.
  [[nodiscard]] Result<Value> words(const Alert& alert);
  /// An alert as programs read it (docs/formats/alerts.md), with the short id.
  [[nodiscard]] Result<Value> full(const Alert& alert);
  [[nodiscard]] Result<AlertLife> life(const Alert& alert);
  /// By when what the alert asks for must be done; 0: there is no limit, or it cannot be judged.
  [[nodiscard]] Result<std::int64_t> due_ms(const Alert& alert);
  /// Where the incident that it is about stands with Customs; nullopt for an alert about anything else.
  [[nodiscard]] Result<std::optional<CustomsStanding>> customs(const Alert& alert);
  [[nodiscard]] std::string site_code(RegisterId id) const;
  [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }

 private:
  AlertValues(Hub& hub, std::vector<SiteInfo> sites, Statement due, CustomsStandings standings,
              std::int64_t now_ms)
      : hub_(&hub),
        sites_(std::move(sites)),
        due_(std::move(due)),
        standings_(std::move(standings)),
        now_ms_(now_ms) {}
  [[nodiscard]] Result<const GivenAnswers*> answers(const Alert& alert);
  [[nodiscard]] Result<bool> site_could_not_know(const Alert& alert);
  [[nodiscard]] Result<std::string> record_that_explains(const Alert& alert);

  Hub* hub_;
  std::vector<SiteInfo> sites_;
  Statement due_;
  CustomsStandings standings_;
  std::int64_t now_ms_;
  std::map<RegisterId, GivenAnswers> answers_;
};

/// The list of alerts in one table of `status` and `alerts list`.
[[nodiscard]] Result<Value> alerts_table(AlertValues& values, const std::vector<Alert>& alerts);

/// Alerts whose cause is there, in the groups of the overview. Silence is kept apart from what is known to be
/// wrong: a site that was not heard of is not "overdue".
struct OpenAlerts {
  std::vector<Alert> unaccounted, not_heard, others;
};
[[nodiscard]] Result<OpenAlerts> open_alerts(Hub& hub, RegisterId site, bool open_only);

}  // namespace sealkeep::hub::commands

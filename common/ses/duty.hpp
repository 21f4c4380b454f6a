// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "common/ses/rows.hpp"

namespace sealkeep::ses {

enum class Severity : std::uint8_t { Digest = 0, List = 1, Warn = 2, High = 3, Critical = 4 };
[[nodiscard]] std::string_view severity_name(Severity severity);

enum class Who : std::uint8_t {
  Supervisor = 1,
  SesManager = 2,
  SupervisorThenSesManager = 3,
  It = 4,
  HeadOffice = 5
};

/// One row of the table of duties (domain-rules section 5): what it is, which clause asks for it, by when,
/// how severe. What opens and discharges it stands in the fold, one place for each event.
struct DutyRule {
  std::uint8_t no = 0;             ///< the row's number in domain-rules section 5
  std::string_view name;           ///< "applied_checked"
  std::string_view clause;         ///< "2.14, 2.15"
  std::string_view words;          ///< what is asked, for people: "Check the seal: door, then paper"
  std::string_view overdue_words;  ///< why the seal is not accounted for: "sealed, and nobody checked it"
  Setting limit{};                 ///< how long; 0: at once
  Severity severity = Severity::Warn;
  std::int64_t escalate_after_ms = 0;  ///< after the due time; 0: never
  Severity escalated = Severity::High;
  Who who = Who::Supervisor;
  /// A seal under this duty is "not accounted for" while the duty speaks.
  bool unaccounted = false;
  /// How severe it is from the moment it opens until it is due: a lost seal is head office's business at
  /// once, and the due time is when Customs must have been told. nullopt: it is silent until then.
  std::optional<Severity> before_due = std::nullopt;
};

/// Every rule that this version knows, ordered by number.
[[nodiscard]] std::span<const DutyRule> duty_rules();
/// nullptr for a number that is not in the table.
[[nodiscard]] const DutyRule* duty_rule(std::uint8_t no);

/// The site's own screens and commands show it: what is about the site's manager is head office's alone.
[[nodiscard]] bool shown_at_site(std::uint8_t no);

/// How severe an open duty is at `at_ms` (a watermark at the hub, the clock at the site); nullopt while it
/// is silent. A duty with due_ms 0 cannot be judged: it is never overdue, and says `before_due` at most.
[[nodiscard]] std::optional<Severity> severity_at(const DutyRule& rule, const DutyRow& duty,
                                                  std::int64_t at_ms);

}  // namespace sealkeep::ses

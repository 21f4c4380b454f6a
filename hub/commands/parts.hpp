// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/commands.hpp"

/// The commands by theme. Included by this folder's sources only.
namespace sealkeep::hub::commands {

using cli::Command;
using cli::OnProgress;
using cli::Value;

/// The site that a command names with --site or its argument "code". NotFound `site.unknown` names the
/// nearest.
[[nodiscard]] Result<SiteInfo> site_named(Hub& hub, std::string_view code);
/// A moment in a command: ISO 8601 date or date and time, UTC unless it says otherwise; 0 if the option was
/// not given.
[[nodiscard]] Result<std::int64_t> moment(const Command& command, std::string_view option);
/// The text of an option, empty if it was not given. BadInput `cli.value` past 300 bytes.
[[nodiscard]] Result<std::string> short_text(const Command& command, std::string_view option);
/// "2026-01-31T01:05:09Z", or "never" for 0.
[[nodiscard]] std::string when(std::int64_t unix_ms);
[[nodiscard]] Result<ses::Family> family_of(const Command& command);
struct Period {
  std::int64_t from_ms = 0, until_ms = 0;
};
/// --from and --to: a day given as --to is inside. The last 365 days up to now if nothing is said.
[[nodiscard]] Result<Period> period_of(Hub& hub, const Command& command);

/// Enrolment and connection of a site, as people read it.
[[nodiscard]] Value site_value(const SiteInfo& site);

/// The sites that a directive goes to: the one named with --site, or all that are approved.
[[nodiscard]] Result<std::vector<SiteInfo>> addressed(Hub& hub, const Command& command);
/// Issues the directives to them, and says what was issued where.
[[nodiscard]] Result<Value> issue_to(Hub& hub, const Command& command,
                                     const std::vector<ses::DirectiveBody>& bodies);
/// Clause 4.3: the version of the plan that --plan-version names, which `what` stands in. Refused
/// `plan.not_approved` unless Customs' approval of it was issued to every site that is addressed.
[[nodiscard]] Result<std::string> approved_plan(Hub& hub, const Command& command, std::string_view what);

[[nodiscard]] Result<Value> site_add(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> site_ask(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> site_approve(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> site_revoke(Hub& hub, const Command& command);

[[nodiscard]] Result<Value> approve_customs(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> approve_delivery(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> approve_operator(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> approve_seal_type(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> approve_plan(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> plan_set(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> plan_clause(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> plan_closed_days(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> plan_replay(Hub& hub, const Command& command, const OnProgress& progress);
[[nodiscard]] Result<Value> withdraw(Hub& hub, const Command& command);
/// What became of each batch that was withdrawn, site by site, with the entries that show it.
[[nodiscard]] Result<Value> withdrawn(Hub& hub, const Command& command);

[[nodiscard]] Result<Value> alerts_list(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> alerts_show(Hub& hub, const Command& command);
/// Answers an alert about a duty: signed, to the site. Refused `answer.no_duty`, `answer.does_not_fit`,
/// `answer.resolved`.
[[nodiscard]] Result<Value> alerts_answer(Hub& hub, const Command& command);
/// Orders the site to erase as soon as the plan's retention period allows it.
[[nodiscard]] Result<Value> erase_person(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> erase_entry(Hub& hub, const Command& command);
/// What was ordered to be erased, and how far it is.
[[nodiscard]] Result<Value> erasures(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> status(Hub& hub);
[[nodiscard]] Result<Value> compliance(Hub& hub, const Command& command, const OnProgress& progress);
/// Which live seals, of one site or of all, are easily read one for the other, and where they lie.
[[nodiscard]] Result<Value> seal_look_alikes(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> seal_show(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> verify(Hub& hub, const OnProgress& progress);

}  // namespace sealkeep::hub::commands

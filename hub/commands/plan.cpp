// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "common/base/clock.hpp"
#include "common/ses/clause.hpp"
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {
namespace {

// What was decided for a site until now, whether it has heard of it or not.
struct Issued {
  ses::Adopted plan;  // versions, and the settings that name one of them
};

Result<Issued> issued_to(Hub& hub, const SiteInfo& site) {
  Issued out;
  SEALKEEP_LET(logs, hub.register_logs(site.id));
  for (const RegisterLogs::EpochLog& epoch : logs.directives) {
    SEALKEEP_LET(size, hub.logs().size(epoch.log));
    const auto visit = [&](std::uint64_t, ByteView bytes) -> Result<> {
      const auto directive = ses::decode_directive(bytes);
      if (!directive) return {};
      if (const auto* plan = std::get_if<ses::PlanApproved>(&directive->body))
        out.plan.plans.push_back(*plan);
      if (const auto* set = std::get_if<ses::PlanSet>(&directive->body); set && !set->plan_version.empty())
        out.plan.settings[set->setting] = set->value;
      return {};
    };
    SEALKEEP_LET(read, hub.logs().read_entries(epoch.log, 0, std::min(size, epoch.end), UINT64_MAX, visit));
    static_cast<void>(read);
  }
  return out;
}

Result<ses::SettingRule> setting_of(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  const ses::SettingRule* rule = is_number ? ses::setting_rule(number) : ses::setting_rule(text);
  if (rule != nullptr) return *rule;
  return bad_input("plan.setting", fmt::format("There is no setting \"{}\"", printable(text)), {},
                   "docs/operations.md lists the settings");
}

Result<std::int64_t> whole_day(const Command& command, std::string_view option) {
  SEALKEEP_LET(at_ms, moment(command, option));
  return at_ms / kDayMs;
}

}  // namespace

Result<std::string> approved_plan(Hub& hub, const Command& command, std::string_view what) {
  const std::string version = command.one("plan-version").value_or("");
  SEALKEEP_LET(sites, addressed(hub, command));
  for (const SiteInfo& site : sites) {
    SEALKEEP_LET(issued, issued_to(hub, site));
    if (issued.plan.plan_approved(version)) continue;
    std::string known;
    for (const ses::PlanApproved& plan : issued.plan.plans)
      known += (known.empty() ? "" : ", ") + printable(plan.plan_version);
    return fail(ErrorKind::Refused, "plan.not_approved",
                version.empty()
                    ? fmt::format("Say with --plan-version in which approved security plan {} stands", what)
                    : fmt::format("No approval by Customs of plan version \"{}\" is on record for {}",
                                  printable(version), site.code),
                known.empty() ? "no version of the plan is recorded as approved there (clause 4.3)"
                              : "approved there: " + known,
                "Record what Customs wrote first: sealkeep-hub approve plan --plan-version 3 --document FILE "
                "--from DAY");
  }
  return version;
}

Result<Value> approve_plan(Hub& hub, const Command& command) {
  ses::PlanApproved body;
  SEALKEEP_LET(version, command.required("plan-version"));
  SEALKEEP_LET(from, moment(command, "from"));
  body.plan_version = version;
  body.from_ms = from;
  if (!command.attachment.empty()) body.document = sha256(command.attachment);
  SEALKEEP_LET(value, issue_to(hub, command, {body}));
  if (command.attachment.empty())
    value.set("note",
              "Without --document this is only declared: it becomes a document on file when the approval is "
              "recorded again with what Customs wrote.");
  return value;
}

Result<Value> plan_set(Hub& hub, const Command& command) {
  SEALKEEP_LET(named, command.required("setting"));
  SEALKEEP_LET(rule, setting_of(named));
  SEALKEEP_LET(value, command.number("value", 0, INT64_MAX));
  if (!value) return bad_input("cli.required", "--value is missing", {}, "See docs/operations.md");
  const auto setting = static_cast<std::uint16_t>(rule.setting);
  if (!ses::valid(setting, *value))
    return bad_input("plan.setting", fmt::format("Setting {} does not take the value {}", rule.name, *value),
                     fmt::format("it goes from {} to {}", rule.min, rule.max),
                     "docs/operations.md lists the settings");
  if (!command.has("house")) {
    SEALKEEP_LET(version, approved_plan(hub, command, "a setting of the plan"));
    return issue_to(hub, command, {ses::PlanSet{setting, *value, version}});
  }
  SEALKEEP_LET(sites, addressed(hub, command));
  for (const SiteInfo& site : sites) {
    SEALKEEP_LET(issued, issued_to(hub, site));
    const std::int64_t plan = issued.plan.setting(rule.setting);
    if (!ses::at_least_as_strict(rule.setting, *value, plan))
      return fail(
          ErrorKind::Refused, "plan.not_stricter",
          fmt::format("The house's own rule may only be stricter than the plan's {} for {}", plan, rule.name),
          "the site is " + site.code,
          "Ask Customs to approve a plan with that value, and name it with --plan-version");
  }
  return issue_to(hub, command, {ses::PlanSet{setting, *value, {}}});
}

Result<Value> plan_clause(Hub& hub, const Command& command) {
  ses::ClauseApplies body;
  SEALKEEP_LET(id, command.required("clause"));
  const ses::Clause* clause = ses::clause(id);
  if (clause == nullptr)
    return bad_input("clause.unknown", fmt::format("The standard has no clause {}", printable(id)), {},
                     "docs/standards.md lists the clauses, 1.1 to 7.1");
  const std::string how = command.one("how").value_or("applies");
  body.clause = clause->id;
  body.reason = command.one("reason").value_or("");
  body.plan_version = command.one("plan-version").value_or("");
  body.how = how == "assured"        ? ses::Applicability::Assured
             : how == "not-relevant" ? ses::Applicability::NotRelevant
                                     : ses::Applicability::Applies;
  if (body.how != ses::Applicability::Applies && body.reason.empty())
    return bad_input("cli.required", "--reason is missing", {},
                     body.how == ses::Applicability::Assured
                         ? "Say how you know: the visit, the agreement or the review of the register"
                         : "Say why the clause is not relevant to this site");
  if (body.how == ses::Applicability::NotRelevant)
    SEALKEEP_TRY(approved_plan(hub, command, "that a clause is not relevant"));
  return issue_to(hub, command, {body});
}

Result<Value> plan_closed_days(Hub& hub, const Command& command) {
  ses::ClosedDays body;
  SEALKEEP_LET(first, whole_day(command, "first"));
  SEALKEEP_LET(last, command.one("last") ? whole_day(command, "last") : Result<std::int64_t>(first));
  if (last < first || last - first >= std::int64_t{ses::kMostClosedDays})
    return bad_input("plan.closed_days", "These are not days that a site can be closed",
                     last < first ? "the last one comes before the first" : "they are more than a year",
                     "Give --first and --last, at most 366 days");
  body.from_day = static_cast<std::uint32_t>(first);
  body.until_day = static_cast<std::uint32_t>(last);
  body.closed = !command.has("open");
  return issue_to(hub, command, {body});
}

}  // namespace sealkeep::hub::commands

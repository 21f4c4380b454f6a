// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "hub/commands/answers.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

/// One version of the security plan, as it was told to sites; what the house asks beyond it has no version.
struct Version {
  std::string name;
  std::int64_t from_ms = 0, approved_ms = 0;  ///< it holds from then; the approval was recorded then
  Hash document;
  std::size_t sites = 0;
  std::map<std::uint16_t, std::int64_t> settings;  ///< that name this version
};
struct Plan {
  std::vector<Version> versions;  ///< in the order in which they hold
  std::map<std::uint16_t, std::int64_t> house;
};

Version& version_named(Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.versions.begin(), plan.versions.end(),
                                  [&](const Version& one) { return one.name == name; });
  if (found != plan.versions.end()) return *found;
  plan.versions.push_back({name, 0, 0, {}, 0, {}});
  return plan.versions.back();
}

Result<Plan> plan_of(Hub& hub, const std::vector<SiteInfo>& sites) {
  Plan plan;
  for (const SiteInfo& site : sites) {
    std::set<std::string> here;
    SEALKEEP_TRY(each_directive(hub, site.id, [&](const ses::Directive& directive, std::uint64_t, bool) {
      if (const auto* approved = std::get_if<ses::PlanApproved>(&directive.body)) {
        Version& version = version_named(plan, approved->plan_version);
        version.from_ms = approved->from_ms;
        version.approved_ms = directive.issued_ms;
        if (!(approved->document == Hash{})) version.document = approved->document;
        if (here.insert(version.name).second) ++version.sites;
      }
      if (const auto* set = std::get_if<ses::PlanSet>(&directive.body)) {
        if (set->plan_version.empty())
          plan.house[set->setting] = set->value;
        else
          version_named(plan, set->plan_version).settings[set->setting] = set->value;
      }
    }));
  }
  std::stable_sort(plan.versions.begin(), plan.versions.end(),
                   [](const Version& a, const Version& b) { return a.from_ms < b.from_ms; });
  return plan;
}

using Settings = std::map<std::uint16_t, std::int64_t>;

std::int64_t value_in(const Settings& settings, std::uint16_t setting) {
  const auto found = settings.find(setting);
  return found != settings.end() ? found->second : ses::default_value(static_cast<ses::Setting>(setting));
}

std::string name_of(std::uint16_t setting) {
  const ses::SettingRule* rule = ses::setting_rule(setting);
  return rule == nullptr ? "setting " + std::to_string(setting) : std::string(rule->name);
}

// Everything that holds under a version: what it says, above what those before it said.
Result<Settings> settings_of(const Plan& plan, const std::string& name) {
  Settings out;
  if (name == "default") return out;
  for (const Version& version : plan.versions) {
    for (const auto& [setting, value] : version.settings) out[setting] = value;
    if (version.name == name) return out;
  }
  return fail(ErrorKind::NotFound, "plan.unknown",
              "No version \"" + printable(name) + "\" of the plan is on record", {},
              "sealkeep-hub plan show names them; \"default\" is the product's own");
}

}  // namespace

Result<Value> plan_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(sites, addressed(hub, command));
  SEALKEEP_LET(plan, plan_of(hub, sites));
  const Now now = hub.parts().clock.now();
  Value versions = Value::list(), words = Value::list();
  Settings before;
  const auto add_setting = [&](Value& list, std::uint16_t setting, std::int64_t value, const char* source) {
    list.add(Value::object({{"name", name_of(setting)},
                            {"value", value},
                            {"was", value_in(before, setting)},
                            {"source", source}}));
  };
  for (const Version& version : plan.versions) {
    Value settings = Value::list();
    std::string changed;
    for (const auto& [setting, value] : version.settings) {
      add_setting(settings, setting, value, "plan");
      changed += (changed.empty() ? "" : ", ") + name_of(setting) + " " + std::to_string(value);
      before[setting] = value;
    }
    Value row = Value::object({{"version", version.name}, {"approved", version.approved_ms != 0}});
    if (version.from_ms != 0)
      row.set("from_ms", version.from_ms).set("from", day_text(local_day(version.from_ms, 0)));
    if (version.approved_ms != 0) row.set("approved_ms", version.approved_ms);
    const bool on_file = !(version.document == Hash{});
    if (on_file) row.set("document", hex(version.document.view()));
    row.set("sites", version.sites).set("settings", std::move(settings));
    versions.add(std::move(row));
    words.add(Value::object(
        {{"version", version.name},
         {"from", version.from_ms == 0 ? "-" : day_text(local_day(version.from_ms, 0))},
         {"approval_recorded", version.approved_ms == 0 ? "no" : clock_words(version.approved_ms, now)},
         {"document", on_file ? hex(version.document.view()).substr(0, 12) : "none"},
         {"sites", version.sites},
         {"settings", changed.empty() ? "-" : changed}}));
  }
  Value house = Value::list();
  for (const auto& [setting, value] : plan.house) add_setting(house, setting, value, "house");
  Value value = Value::object({{"versions", std::move(versions)}, {"house", house}});
  if (command.caller) return value;
  Value shown = Value::object({{"versions", std::move(words)}});
  if (!house.as_list()->empty()) shown.set("house_rules", std::move(house));
  shown.set("everything_else", "the product's own values: docs/operations.md lists them");
  value.set("in_words", std::move(shown));
  return value;
}

Result<Value> plan_diff(Hub& hub, const Command& command) {
  SEALKEEP_LET(from, command.required("from"));
  SEALKEEP_LET(to, command.required("to"));
  SEALKEEP_LET(sites, addressed(hub, command));
  SEALKEEP_LET(plan, plan_of(hub, sites));
  SEALKEEP_LET(before, settings_of(plan, from));
  SEALKEEP_LET(after, settings_of(plan, to));
  Value list = Value::list();
  for (const ses::SettingRule& rule : ses::setting_rules()) {
    const auto setting = static_cast<std::uint16_t>(rule.setting);
    const std::int64_t was = value_in(before, setting), is = value_in(after, setting);
    if (was == is) continue;
    const bool stricter = ses::at_least_as_strict(rule.setting, is, was);
    list.add(Value::object({{"name", rule.name},
                            {"was", was},
                            {"value", is},
                            {"default", rule.value},
                            {"stricter", rule.stricter == ses::Stricter::Free ? Value() : Value(stricter)}}));
  }
  return Value::object({{"from", from}, {"to", to}, {"settings", std::move(list)}});
}

}  // namespace sealkeep::hub::commands

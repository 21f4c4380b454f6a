// SPDX-License-Identifier: Apache-2.0
#include "hub/api/own_sites.hpp"

#include <algorithm>

#include "hub/commands/answers.hpp"
#include "hub/reports/report_desk.hpp"

namespace sealkeep::hub::api {
namespace {

using cli::Value;

tl::unexpected<Error> not_theirs() {
  return fail(ErrorKind::Refused, "access.site", "This is not about one of your sites", {},
              "Ask an SES manager");
}

// Neither a count nor a sentence over all sites.
constexpr std::string_view kHarmless[] = {"as_of_ms", "seal", "number"};

const std::string* site_of(const Value& item) {
  for (const char* name : {"site", "code"})
    if (const Value* site = item.find(name); site != nullptr && site->as_text() != nullptr)
      return site->as_text();
  return nullptr;
}

Value cut_list(const SiteCodes& own, const Value::List& list) {
  Value out = Value::list();
  for (const Value& item : list)
    if (const std::string* site = site_of(item); site != nullptr && own.contains(*site)) out.add(item);
  return out;
}

Result<> alerts_are_theirs(const SiteCodes& own, Hub& hub, const cli::Command& command) {
  SEALKEEP_LET(sites, hub.sites());
  for (const std::string& id : command.all("id")) {
    const auto alert = commands::alert_named(hub, id);
    if (!alert && alert.error().kind != ErrorKind::NotFound) return tl::unexpected<Error>(alert.error());
    const bool theirs = alert && std::any_of(sites.begin(), sites.end(), [&](const SiteInfo& site) {
                          return site.id == alert->site && own.contains(site.code);
                        });
    if (!theirs) return not_theirs();
  }
  return {};
}

// One answer for reports of other sites and those that are not there.
Result<> report_is_theirs(const SiteCodes& own, Hub& hub, const cli::Command& command) {
  const auto report = hub.reports().find(command.one("id").value_or(""));
  if (!report && report.error().kind != ErrorKind::NotFound) return tl::unexpected<Error>(report.error());
  const bool theirs = report && !report->ask.sites.empty() &&
                      std::all_of(report->ask.sites.begin(), report->ask.sites.end(),
                                  [&](const std::string& code) { return own.contains(code); });
  return theirs ? Result<>{} : not_theirs();
}

}  // namespace

Result<Limited> limited_to(const SiteCodes& own, Hub& hub, const Operation& operation,
                           const cli::CommandSpec& spec, cli::Command command) {
  Limited out{std::move(command), false};
  const auto are_theirs = [&](std::string_view option) {
    const std::vector<std::string> named = out.command.all(option);
    return std::all_of(named.begin(), named.end(), [&](const auto& code) { return own.contains(code); });
  };
  switch (about(operation, spec)) {
    case About::NoSite:
      return out;
    case About::SiteCode:
      if (!are_theirs("code")) return not_theirs();
      return out;
    case About::SiteInId: {
      const std::string id = out.command.one("id").value_or("");
      if (!own.contains(id.substr(0, id.find('/')))) return not_theirs();
      return out;
    }
    case About::Reports:
      SEALKEEP_TRY(report_is_theirs(own, hub, out.command));
      return out;
    case About::Alerts:
      SEALKEEP_TRY(alerts_are_theirs(own, hub, out.command));
      return out;
    case About::Cut:
      out.cut = true;
      return out;
    case About::AllSites:
      return fail(ErrorKind::Refused, "access.all_sites", "This is about all sites together",
                  "you answer for some of them", "Ask an SES manager");
    case About::SitesNamed:
      break;
  }
  if (!out.command.has("site")) {
    if (own.size() == 1) {
      out.command.options["site"] = {*own.begin()};
    } else if (operation.does == Does::Reads && !own.empty()) {
      out.cut = true;
    } else {
      return fail(ErrorKind::Refused, "access.name_site", "It is not said for which of your sites", {},
                  "Name one with site");
    }
  }
  if (!are_theirs("site")) return not_theirs();
  return out;
}

Value only_of(const SiteCodes& own, const Value& answer) {
  if (const Value::List* list = answer.as_list()) return cut_list(own, *list);
  Value out = Value::object();
  if (answer.as_object() == nullptr) return out;
  for (const Value::Member& member : *answer.as_object()) {
    if (const Value::List* list = member.value.as_list()) {
      out.set(member.name, cut_list(own, *list));
    } else if (std::find(std::begin(kHarmless), std::end(kHarmless), member.name) != std::end(kHarmless)) {
      out.set(member.name, member.value);
    }
  }
  return out;
}

}  // namespace sealkeep::hub::api

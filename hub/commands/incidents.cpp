// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/ses/words.hpp"
#include "hub/commands/customs.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"
#include "hub/oversight/chronicle.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/incident_book.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPage = 50;

Value value_of(const Incident& incident, std::int64_t now_ms) {
  Value value = Value::object({{"id", incident.id()},
                               {"kind", incident_sort_name(incident.sort)},
                               {"site", incident.code},
                               {"what", incident.what},
                               {"discovered_ms", incident.discovered_ms}});
  if (incident.due_ms != 0) value.set("due_ms", incident.due_ms);
  const CustomsStanding& customs = incident.customs;
  value.set("decision", customs.decision);
  if (customs.decided_ms != 0) value.set("decided_ms", customs.decided_ms);
  if (customs.told_ms != 0)
    value.set("reported_ms", customs.told_ms).set("how", told_how_words(customs.told_how));
  if (customs.written_ms != 0) value.set("written_ms", customs.written_ms);
  if (!incident.reference.empty()) value.set("reference", incident.reference);
  if (customs.replied_ms != 0) value.set("replied_ms", customs.replied_ms).set("reply", customs.reply);
  value.set("state", incident.state_at(now_ms));
  const std::string_view step = incident.open || customs.told_ms != 0 ? next_step(customs) : "";
  if (!step.empty()) value.set("next_step", step).set("next", next_step_words(step));
  if (!customs.steps.empty()) value.set("steps", steps_value(customs.steps));
  return value;
}

Result<IncidentBook::After> after_of(const Command& command) {
  IncidentBook::After after;
  const auto text = command.one("cursor");
  if (!text) return after;
  if (std::sscanf(text->c_str(), "%ld/%ld/%u/%ld", &after.discovered_ms, &after.site, &after.epoch,
                  &after.index) == 4)
    return after;
  return bad_input("cli.value", "--cursor is not one that an answer gave", {},
                   "Give it as the answer says it");
}

}  // namespace

Result<Value> incidents_list(Hub& hub, const Command& command) {
  SEALKEEP_LET(after, after_of(command));
  RegisterId only = 0;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    only = site.id;
  }
  SEALKEEP_LET(book, IncidentBook::open(hub));
  SEALKEEP_LET(found, book.newest(after, only, kPage + 1));
  const bool more = found.size() > kPage;
  if (more) found.pop_back();
  const Now now = hub.parts().clock.now();
  Value list = Value::list(), words = Value::list();
  for (const Incident& one : found) {
    words.add(
        Value::object({{"incident", one.id()},
                       {"what", one.what},
                       {"discovered", clock_words(one.discovered_ms, now)},
                       {"state", one.state_at(now.unix_ms)},
                       {"by", one.due_ms == 0 ? std::string("-") : clock_words(one.due_ms, now)},
                       {"Customs", one.customs.told_ms != 0 ? "told " + clock_words(one.customs.told_ms, now)
                                                            : std::string(one.customs.decision)}}));
    list.add(value_of(one, now.unix_ms));
  }
  Value value = Value::object({{"incidents", std::move(list)}});
  std::string next;
  if (more) {
    const Incident& last = found.back();
    next = fmt::format("{}/{}/{}/{}", last.discovered_ms, last.site, last.at.epoch, last.at.index);
    value.set("next", next);
  }
  if (command.caller) return value;
  Value shown = Value::object({{"incidents", std::move(words)}});
  if (more) shown.set("next", "incidents list --cursor " + next);
  value.set("in_words", std::move(shown));
  return value;
}

Result<Value> incidents_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  const std::size_t slash = id.find('/');
  const auto at =
      slash == std::string::npos ? std::nullopt : ses::ref_of(std::string_view(id).substr(slash + 1));
  if (!at) return unknown_incident(id);
  SEALKEEP_LET(site, site_named(hub, id.substr(0, slash)));
  SEALKEEP_LET(book, IncidentBook::open(hub));
  SEALKEEP_LET(found, book.find(site.id, *at));
  if (!found) return unknown_incident(id);
  SEALKEEP_LET(story, book.story(*found));
  SEALKEEP_LET(reason, book.reason(*found));
  Value value = value_of(*found, hub.parts().clock.now().unix_ms);
  value.set("entry", ses::ref_words(*at)).set("story", story.empty() ? Value() : Value(std::move(story)));
  if (!reason.empty()) value.set("reason", reason);
  value.set("discovered", when(found->discovered_ms));
  if (found->due_ms != 0) value.set("due", when(found->due_ms));
  if (found->customs.told_ms != 0) value.set("reported", when(found->customs.told_ms));
  value.set("form", "print incident FILE.pdf --site " + site.code + " --entry " + ses::ref_words(*at));
  return value;
}

}  // namespace sealkeep::hub::commands

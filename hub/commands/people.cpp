// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/people.hpp"

#include <algorithm>

#include "common/ses/record.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPeopleShown = 500;

std::string until_words(std::int64_t until_ms) {
  return until_ms == 0 ? std::string("no end named") : "until " + iso_time(until_ms).substr(0, 10);
}

}  // namespace

Value person_value(const PersonView& person) {
  Value competences = Value::list();
  for (const PersonView::Competence& competence : person.competences) {
    Value one = Value::object({{"what", ses::record_rule(competence.what).name}});
    if (!competence.label.empty()) one.set("label", competence.label);
    if (competence.until_ms != 0) one.set("until_ms", competence.until_ms);
    competences.add(std::move(one));
  }
  Value value = Value::object({{"no", person.no}, {"name", person.name}});
  if (!person.role.empty()) value.set("role", person.role);
  value.set("competences", std::move(competences)).set("key_position", person.key_position);
  value.set("in_hand", person.in_hand);
  const auto time = [&](const char* name, std::int64_t ms) {
    if (ms != 0) value.set(name, ms);
  };
  time("training_until_ms", person.training_until_ms);
  time("review_until_ms", person.review_until_ms);
  time("left_ms", person.left_ms);
  return value;
}

Result<Value> people(Hub& hub, const Command& command) {
  SEALKEEP_LET(sites, addressed(hub, command));
  std::sort(sites.begin(), sites.end(), [](const SiteInfo& a, const SiteInfo& b) { return a.code < b.code; });
  const std::string after = command.one("cursor").value_or("");
  Value list = Value::list(), words = Value::list();
  std::string next;
  for (const SiteInfo& site : sites) {
    if (site.code <= after) continue;
    if (list.as_list()->size() >= kPeopleShown) break;
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    SEALKEEP_LET(names, SiteNames::read(hub, logs));
    SEALKEEP_LET(there, people_at(hub, site.id, names));
    for (const PersonView& person : there) {
      Value row = person_value(person);
      row.set("site", site.code);
      list.add(std::move(row));
      std::string trained;
      for (const PersonView::Competence& one : person.competences)
        trained += (trained.empty() ? "" : "; ") + std::string(ses::record_rule(one.what).words) +
                   (one.label.empty() ? "" : ": " + one.label) + " " + until_words(one.until_ms);
      words.add(Value::object({{"name", person.name},
                               {"site", site.code},
                               {"role", person.role.empty() ? "-" : person.role},
                               {"key_position", person.key_position},
                               {"left", person.left_ms == 0 ? "-" : iso_time(person.left_ms).substr(0, 10)},
                               {"trained", trained.empty() ? "nothing on record" : trained}}));
    }
    next = site.code;
  }
  const bool more = !sites.empty() && next < sites.back().code && !next.empty();
  Value value = Value::object({{"people", std::move(list)}});
  if (more) value.set("next", next);
  if (command.caller) return value;
  Value shown = Value::object({{"people", std::move(words)}});
  if (more) shown.set("next", "people --cursor " + next);
  value.set("in_words", std::move(shown));
  return value;
}

}  // namespace sealkeep::hub::commands

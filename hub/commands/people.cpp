// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/people.hpp"

#include <algorithm>

#include "common/ses/record.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kRecords = 20'000;  // of one site
constexpr std::size_t kPeopleShown = 500;

std::string until_words(std::int64_t until_ms) {
  return until_ms == 0 ? std::string("no end named") : "until " + iso_time(until_ms).substr(0, 10);
}

void add_record(PersonView& person, const RecordAt& record) {
  if (record.row.outcome != ses::Outcome::Done) return;
  switch (record.key.what) {
    case ses::RecordKind::KeyPosition:
      person.key_position = true;
      break;
    case ses::RecordKind::IntegrityReview:
      person.review_until_ms = record.row.until_ms;
      break;
    case ses::RecordKind::Responsible:
      person.role = record.key.label == ses::kManager ? "SES manager" : record.key.label;
      break;
    case ses::RecordKind::AccountHeld:
      if (person.role.empty()) person.role = record.key.label;
      break;
    case ses::RecordKind::TrainingSeals:
      person.training_until_ms = record.row.until_ms;
      [[fallthrough]];
    case ses::RecordKind::TrainingDocuments:
    case ses::RecordKind::TrainingSecurity:
    case ses::RecordKind::TrainingReporting:
    case ses::RecordKind::Competence: {
      const std::string label = record.key.label.empty() ? "" : ": " + record.key.label;
      person.competences.emplace_back(std::string(ses::record_rule(record.key.what).words) + label,
                                      record.row.until_ms);
      break;
    }
    default:
      break;
  }
}

}  // namespace

Result<std::vector<PersonView>> people_at(Hub& hub, RegisterId site, const SiteNames& names) {
  std::map<ses::PersonNo, PersonView> people;
  SEALKEEP_LET(known, hub.db().prepare("SELECT person_no, left_ms, until_ms, in_hand FROM person WHERE "
                                       "register = ? AND known = 1"));
  SEALKEEP_LET(rows, known.query(site));
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) break;
    const auto no = static_cast<ses::PersonNo>(rows.int64(0));
    PersonView& person = people[no];
    person.no = no;
    person.name = printable(names.person_words(no));
    person.left_ms = rows.int64(1) != 0 ? rows.int64(1) : rows.int64(2);
    person.in_hand = static_cast<std::uint32_t>(rows.int64(3));
  }
  SEALKEEP_LET(records, hub.rows().records(site, kRecords));
  for (const RecordAt& record : records)
    if (const auto found = people.find(record.key.person_no); found != people.end())
      add_record(found->second, record);
  std::vector<PersonView> out;
  for (auto& [no, person] : people) out.push_back(std::move(person));
  std::stable_sort(out.begin(), out.end(),
                   [](const PersonView& a, const PersonView& b) { return a.name < b.name; });
  return out;
}

Value person_value(const PersonView& person) {
  Value competences = Value::list();
  for (const auto& [what, until_ms] : person.competences) {
    Value one = Value::object({{"what", what}});
    if (until_ms != 0) one.set("until_ms", until_ms);
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
      for (const auto& [what, until_ms] : person.competences)
        trained += (trained.empty() ? "" : "; ") + what + " " + until_words(until_ms);
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

// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/people_view.hpp"

#include <algorithm>

#include "common/ses/record.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kRecords = 20'000;  // of one site

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
    case ses::RecordKind::Competence:
      person.competences.push_back({record.key.what, record.key.label, record.row.until_ms});
      break;
    default:
      break;
  }
}

}  // namespace

Result<std::vector<PersonView>> people_at(HubRecords& hub, RegisterId site, const SiteNames& names) {
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

}  // namespace sealkeep::hub

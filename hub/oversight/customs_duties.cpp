// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/words.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub {
namespace {

// Duties of an incident that end when Customs was told, or need not be.
constexpr std::uint8_t kRules[] = {13, 18, 19, 20, 34};
constexpr std::size_t kOpenIncidents = 10'000;  // of one site and rule

std::string incident_subject(ses::Ref incident) {
  return "incident:" + ses::ref_words(incident);
}

}  // namespace

bool Oversight::is_settled(const Watched& site, const ses::DutyKey& key) {
  return std::find(std::begin(kRules), std::end(kRules), key.rule) != std::end(kRules) &&
         site.settled.contains(key.subject);
}

Result<> Oversight::close_settled(Watched& site) {
  for (const std::string& subject : std::exchange(site.settling, {}))
    for (const std::uint8_t rule : kRules) SEALKEEP_TRY(close_duty(site, {rule, subject}));
  return {};
}

Result<> Oversight::customs_settled(RegisterId id, ses::Ref incident,
                                    const std::optional<CustomsStep>& told) {
  const auto found = watched_.find(id);
  if (found == watched_.end()) return {};
  const std::string subject = incident_subject(incident);
  found->second.settled.insert(subject);
  found->second.settling.push_back(subject);
  if (told) orders_.push_back({id, told_directive(incident, *told)});
  changed_.insert(id);
  return tick();
}

// After a start: what head office said, and the site may not have heard.
Result<> Oversight::follow_customs(RegisterId id, Watched& site) {
  SEALKEEP_LET(settled, customs_->settled(id));
  if (settled.empty()) return {};
  std::set<std::string> open;
  for (const std::uint8_t rule : kRules) {
    SEALKEEP_LET(duties, rows_->duties_of(id, rule, kOpenIncidents));
    for (const DutyAt& duty : duties) open.insert(duty.key.subject);
  }
  for (const CustomsBook::Settled& one : settled) {
    const std::string subject = incident_subject(one.incident);
    if (one.told && open.contains(subject)) orders_.push_back({id, told_directive(one.incident, *one.told)});
    if (open.contains(subject)) site.settling.push_back(subject);
    site.settled.insert(subject);
  }
  return {};
}

}  // namespace sealkeep::hub

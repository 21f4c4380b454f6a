// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <tuple>

#include "common/ses/words.hpp"
#include "hub/commands/site_view.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kUnbalancedCounted = 1'000;

/// Which seals a receipt says were not there.
Result<std::vector<ses::SealNumber>> missing_of(Hub& hub, RegisterId site, ses::Ref receipt) {
  SEALKEEP_LET(logs, hub.register_logs(site));
  SEALKEEP_LET(entry, entry_at(hub, logs, receipt));
  const auto* received = entry ? std::get_if<ses::SealsReceived>(&entry->event) : nullptr;
  return received == nullptr ? std::vector<ses::SealNumber>() : received->missing;
}

}  // namespace

void SealsUnder::add(const Alert& alert, ses::Family family, const ses::SealRange& seals) {
  runs_[alert.site].push_back({family, seals});
  named_last_ = named_last_.empty() ? seals.text() : named_last_ + ", " + seals.text();
}

// What the entry that opened it names: lost, tampered, counted, sent, taken.
Result<bool> SealsUnder::add_entry(Hub& hub, const Alert& alert, std::string_view place) {
  const auto at = ses::ref_of(place);
  if (!at) return false;
  SEALKEEP_LET(logs, hub.register_logs(alert.site));
  SEALKEEP_LET(entry, entry_at(hub, logs, *at));
  if (!entry) return false;
  const auto one = [&](ses::Family family, const ses::SealNumber& seal) {
    if (!seal.empty()) add(alert, family, ses::SealRange::single(seal));
    return !seal.empty();
  };
  const auto many = [&](ses::Family family, const std::vector<ses::SealNumber>& seals) {
    for (const ses::SealNumber& seal : seals) one(family, seal);
    return !seals.empty();
  };
  if (const auto* lost = std::get_if<ses::SealLost>(&entry->event))
    return add(alert, lost->family, lost->seals), true;
  if (const auto* sent = std::get_if<ses::TransferredOut>(&entry->event))
    return add(alert, sent->family, sent->seals), true;
  if (const auto* found = std::get_if<ses::SealFound>(&entry->event)) return one(found->family, found->seal);
  if (const auto* damaged = std::get_if<ses::SealDamaged>(&entry->event))
    return one(damaged->family, damaged->seal);
  if (const auto* replaced = std::get_if<ses::SealReplaced>(&entry->event))
    return one(replaced->family, replaced->old_seal);
  if (const auto* tampered = std::get_if<ses::SealTampered>(&entry->event))
    return one(tampered->family, tampered->seal);
  if (const auto* taken = std::get_if<ses::Uplifted>(&entry->event)) return many(taken->family, taken->seals);
  if (const auto* told = std::get_if<ses::IncidentReported>(&entry->event))
    return many(told->family, told->seals);
  if (const auto* counted = std::get_if<ses::StockCounted>(&entry->event)) {
    const bool missing = many(counted->family, counted->missing);
    return many(counted->family, counted->extra) || missing;
  }
  return false;
}

Result<> SealsUnder::add(Hub& hub, const Alert& alert) {
  named_last_.clear();
  const std::size_t colon = alert.subject.find(':');
  const std::string_view kind = std::string_view(alert.subject).substr(0, colon);
  const std::string_view rest =
      colon == std::string::npos ? std::string_view() : std::string_view(alert.subject).substr(colon + 1);
  bool named = false;
  std::int64_t number = 1;
  if (const auto key = seal_of_subject(alert.subject)) {
    add(alert, key->family, ses::SealRange::single(key->number));
    named = true;
  } else if (kind == "unit") {
    for (const ses::UnitKind unit_kind : {ses::UnitKind::SeaContainer, ses::UnitKind::AirPackage}) {
      SEALKEEP_LET(unit, hub.rows().unit(alert.site, {unit_kind, std::string(rest)}));
      if (!unit) continue;
      for (const ses::SealKey& on_it : unit->seals) {
        if (on_it.family == ses::Family::Other) continue;
        add(alert, on_it.family, ses::SealRange::single(on_it.number));
        named = true;
      }
    }
  } else if (kind == "receipt") {
    if (const auto at = ses::ref_of(rest)) {
      ses::Rows rows;
      ses::Wanted wanted;
      wanted.receipts.push_back(*at);
      SEALKEEP_TRY(hub.rows().load(alert.site, wanted, rows));
      if (const ses::ReceiptRow* receipt = rows.receipts.find(*at)) {
        const std::uint32_t open = alert.rule == 2 ? receipt->unstored : receipt->short_count;
        named = open == receipt->seals.count;
        if (named) {
          add(alert, receipt->family, receipt->seals);
        } else if (alert.rule != 2) {
          SEALKEEP_LET(missing, missing_of(hub, alert.site, *at));
          named = missing.size() == open;
          if (named)
            for (const ses::SealNumber& seal : missing)
              add(alert, receipt->family, ses::SealRange::single(seal));
        }
        number = std::max<std::int64_t>(open, 1);
      }
    }
  } else if (kind == "person") {
    ses::PersonNo no = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), no);
    SEALKEEP_LET(person, hub.rows().person(alert.site, no));
    if (person) number = std::max<std::int64_t>(person->in_hand, 1);
  } else if (kind == "ledger") {
    SEALKEEP_LET(seals, hub.rows().unbalanced(alert.site, kUnbalancedCounted));
    for (const SealAt& at : seals) {
      if (std::to_string(static_cast<int>(at.key.family)) != rest) continue;
      add(alert, at.key.family, ses::SealRange::single(at.key.number));
      named = true;
    }
  } else {
    SEALKEEP_LET(found, add_entry(hub, alert, rest));
    named = found;
  }
  if (!named) unnamed_[alert.site] += number;
  return {};
}

std::int64_t SealsUnder::distinct(const std::vector<Run>& runs) {
  using Shape = std::tuple<ses::Family, std::string, std::uint8_t>;
  std::map<Shape, std::vector<std::pair<std::uint64_t, std::uint64_t>>> spans;
  for (const Run& run : runs)
    spans[{run.family, run.seals.prefix, run.seals.width}].emplace_back(run.seals.first,
                                                                        run.seals.first + run.seals.count);
  std::int64_t count = 0;
  for (auto& [shape, list] : spans) {
    std::sort(list.begin(), list.end());
    std::uint64_t covered = 0;
    for (const auto& [first, end] : list) {
      if (end > covered) count += static_cast<std::int64_t>(end - std::max(first, covered));
      covered = std::max(covered, end);
    }
  }
  return count;
}

// A seal that two sites miss is one seal.
std::int64_t SealsUnder::everywhere() const {
  std::vector<Run> all;
  for (const auto& [site, runs] : runs_) all.insert(all.end(), runs.begin(), runs.end());
  std::int64_t count = distinct(all);
  for (const auto& [site, number] : unnamed_) count += number;
  return count;
}

std::int64_t SealsUnder::at(RegisterId site) const {
  const auto runs = runs_.find(site);
  const auto unnamed = unnamed_.find(site);
  return (runs == runs_.end() ? 0 : distinct(runs->second)) +
         (unnamed == unnamed_.end() ? 0 : unnamed->second);
}

}  // namespace sealkeep::hub::commands

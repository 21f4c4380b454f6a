// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sstream>

#include "common/ses/map_register.hpp"

namespace sealkeep::ses {

[[nodiscard]] inline bool rows_equal(const MapRegister& a, const MapRegister& b) {
  return a.seals == b.seals && a.units == b.units && a.receipts == b.receipts && a.boxes == b.boxes &&
         a.rolls == b.rolls && a.stores == b.stores && a.people == b.people && a.deliveries == b.deliveries &&
         a.records == b.records && a.duties == b.duties && a.ledgers == b.ledgers && a.self == b.self &&
         a.adopted.encode() == b.adopted.encode() && a.late == b.late;
}

/// Every row in one canonical text, a line each: equal texts mean equal registers.
[[nodiscard]] inline std::string dump(const MapRegister& reg) {
  std::ostringstream out;
  const auto ref = [](Ref at) { return std::to_string(at.epoch) + "/" + std::to_string(at.index); };
  const auto n = [](auto value) { return static_cast<std::int64_t>(value); };
  const auto history = [&](const std::vector<Ref>& refs) {
    out << " history";
    for (Ref at : refs) out << ' ' << ref(at);
    out << '\n';
  };
  const auto seal = [&](const SealKey& key) {
    return std::to_string(n(key.family)) + ":" + key.number.text();
  };
  for (const auto& [key, row] : reg.seals) {
    out << "seal " << seal(key) << ' ' << state_name(row.state) << " kind " << n(row.kind) << " place "
        << n(row.place.kind) << '/' << row.place.no << " unit " << row.unit.text << " came_in " << row.came_in
        << " past_exits " << row.past_exits << " receipt " << ref(row.receipt) << " times " << row.received_ms
        << ' ' << row.applied_ms << ' ' << row.checked_ms << ' ' << row.uplifted_ms << ' ' << row.lost_ms
        << " by " << row.applied_by << ' ' << row.checked_by;
    history(row.history);
  }
  for (const auto& [key, row] : reg.units) {
    out << "unit " << n(key.kind) << ':' << key.text << " state " << n(row.state) << " seals";
    for (const SealKey& on : row.seals) out << ' ' << seal(on);
    out << (row.held ? " held" : "") << (row.differs ? " differs" : "") << " times " << row.closed_ms << ' '
        << row.secured_until_ms << ' ' << row.sealed_ms << ' ' << row.checked_ms << ' ' << row.uplifted_ms
        << " operator " << row.operator_no;
    history(row.history);
  }
  for (const auto& [key, row] : reg.receipts)
    out << "receipt " << ref(key) << ' ' << n(row.family) << ' ' << row.seals.text() << ' ' << row.arrived_ms
        << ' ' << row.recorded_ms << " [" << row.approval << "][" << row.delivery << "][" << row.box
        << "] short " << row.short_count << " unstored " << row.unstored << '\n';
  for (const auto& [key, row] : reg.boxes)
    out << "box " << n(key.first) << ':' << key.second << ' '
        << (row.seals.count == 0 ? "?" : row.seals.text()) << ' ' << ref(row.receipt)
        << (row.opened ? " opened" : "") << '\n';
  for (const auto& [key, row] : reg.rolls)
    out << "roll " << n(key.first) << ':' << key.second << ' ' << n(row.kind) << ' ' << row.received << ' '
        << row.found << ' ' << row.left << ' ' << row.applied << ' ' << row.damaged << ' ' << row.lost << ' '
        << row.destroyed << ' ' << row.sent_out << '\n';
  for (const auto& [key, row] : reg.stores)
    out << "store " << key << ' ' << n(row.kind) << (row.known ? " known " : " ") << row.opened_ms << ' '
        << row.counted_ms << '\n';
  for (const auto& [key, row] : reg.people)
    out << "person " << key << (row.known ? " known " : " ") << row.left_ms << ' ' << row.until_ms
        << " in_hand " << row.in_hand << " keys " << row.keys << '\n';
  for (const auto& [key, row] : reg.records)
    out << "record " << n(key.what) << ' ' << key.person_no << ' ' << key.label << ' ' << n(row.outcome)
        << ' ' << row.done_ms << ' ' << row.until_ms << ' ' << ref(row.at) << " count " << row.count << '\n';
  for (const auto& [key, row] : reg.deliveries)
    out << "delivery " << key << ' ' << n(row.family) << ' ' << n(row.kind) << ' '
        << (row.seals.count == 0 ? "?" : row.seals.text()) << ' ' << row.expected_ms << " received "
        << row.received << '\n';
  for (const auto& [key, row] : reg.duties)
    out << "duty " << n(key.rule) << ' ' << key.subject << " opened " << ref(row.opened) << ' '
        << row.opened_ms << " due " << row.due_ms << '\n';
  for (std::size_t family = 1; family < reg.ledgers.size(); ++family)
    out << "ledger " << family << ' ' << equation_text(reg.ledgers[family]) << '\n';
  out << "self " << reg.self.epoch << ' ' << reg.self.next_index << ' ' << reg.self.directive_epoch << ' '
      << reg.self.directive_size << ' ' << reg.self.day_closed << ' ' << reg.self.internet_down_until_ms
      << " checks " << reg.self.check_week << ' ' << reg.self.checks << ' ' << reg.self.own_checks;
  for (const auto& [rule, counts] : reg.self.duties)
    out << " rule " << n(rule) << ' ' << counts.first << '/' << counts.second;
  out << '\n';
  for (const LateDuty& one : reg.late)
    out << "late " << n(one.key.rule) << ' ' << one.key.subject << " due " << one.duty.due_ms << " done "
        << one.discharged_ms << " by " << ref(one.discharged) << '\n';
  return out.str();
}

}  // namespace sealkeep::ses

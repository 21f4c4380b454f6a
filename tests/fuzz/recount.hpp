// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "tests/support/map_register.hpp"

namespace sealkeep::ses {

/// Asserts that every counter of the register is what a recount of its rows gives.
inline void assert_recount(const MapRegister& reg) {
  std::array<LedgerRow, 4> recount{};
  std::map<PersonNo, std::uint32_t> in_hand;
  std::map<Ref, std::uint32_t> loose, absent;
  for (const auto& [key, row] : reg.seals) {
    LedgerRow& ledger = recount[static_cast<std::size_t>(key.family)];
    if (row.state != SealState::None) ++ledger.by_state[static_cast<std::size_t>(row.state)];
    ledger.past_exits += row.past_exits;
    ledger.unbalanced += row.balanced() ? 0 : 1;
    if (row.state == SealState::Issued) ++in_hand[row.place.no];
    if (row.state == SealState::InStock && row.place.kind == PlaceKind::NotSaid) ++loose[row.receipt];
    if (row.state == SealState::Short) ++absent[row.receipt];
  }
  for (std::size_t family = 1; family < recount.size(); ++family) {
    const LedgerRow& ledger = reg.ledgers[family];
    SEALKEEP_ASSERT(ledger.by_state == recount[family].by_state);
    SEALKEEP_ASSERT(ledger.past_exits == recount[family].past_exits);
    SEALKEEP_ASSERT(ledger.unbalanced == recount[family].unbalanced);
    SEALKEEP_ASSERT(ledger.balances() == (ledger.unbalanced == 0));
  }
  for (const auto& [no, row] : reg.people) SEALKEEP_ASSERT(no == 0 || row.in_hand == in_hand[no]);
  for (const auto& [ref, row] : reg.receipts) {
    SEALKEEP_ASSERT(row.unstored == loose[ref]);
    SEALKEEP_ASSERT(row.short_count == absent[ref]);
  }
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/store/register_columns.hpp"
#include "common/store/register_statements.hpp"

namespace sealkeep {

using namespace store_detail;

Result<ses::RegisterRow> RegisterRows::self(RegisterId id) {
  Maybe<ses::RegisterRow> row =
      one<ses::RegisterRow>(statements_->self.query(id), [](const Rows& r) -> Result<ses::RegisterRow> {
        ses::RegisterRow out;
        out.epoch = as<std::uint32_t>(r, 0);
        out.next_index = r.uint64(1);
        out.directive_epoch = as<std::uint32_t>(r, 2);
        out.directive_size = r.uint64(3);
        out.day_closed = as<std::uint32_t>(r, 4);
        out.internet_down_until_ms = r.int64(5);
        SEALKEEP_LET(duties, unpack_duty_counts(r.blob(6)));
        out.duties = std::move(duties);
        out.check_week = r.int64(7);
        out.checks = as<std::uint32_t>(r, 8);
        out.own_checks = as<std::uint32_t>(r, 9);
        return out;
      });
  if (!row) return tl::unexpected<Error>(std::move(row).error());
  return row->value_or(ses::RegisterRow{});
}

Result<ses::LedgerRow> RegisterRows::ledger(RegisterId id, ses::Family family) {
  SEALKEEP_LET(rows, statements_->ledgers.query(id));
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return ses::LedgerRow{};
    if (as<ses::Family>(rows, 0) != family) continue;
    ses::LedgerRow out;
    out.opening = rows.int64(1);
    out.received = rows.int64(2);
    out.transferred_in = rows.int64(3);
    out.found_not_on_record = rows.int64(4);
    for (std::size_t i = 0; i < ses::kSealStates; ++i) out.by_state[i] = rows.int64(static_cast<int>(5 + i));
    out.past_exits = rows.int64(19);
    out.unbalanced = rows.int64(20);
    return out;
  }
}

Result<std::vector<SealAt>> RegisterRows::seal(const ses::SealKey& key) {
  return all<SealAt>(statements_->seal_anywhere.query(static_cast<int>(key.family), key.number.text()),
                     read_seal);
}

Result<std::optional<ses::UnitRow>> RegisterRows::unit(RegisterId id, const ses::UnitId& unit) {
  return one<ses::UnitRow>(statements_->unit.query(static_cast<int>(unit.kind), unit.text, id), read_unit);
}

Result<std::optional<ses::PersonRow>> RegisterRows::person(RegisterId id, ses::PersonNo person_no) {
  return one<ses::PersonRow>(statements_->person.query(id, person_no),
                             [](const Rows& r) -> Result<ses::PersonRow> { return read_person(r); });
}

Result<std::vector<RecordAt>> RegisterRows::records(RegisterId id, std::size_t max_count) {
  return all<RecordAt>(statements_->records.query(id, max_count), [](const Rows& r) -> Result<RecordAt> {
    SEALKEEP_LET(row, read_record(r, 3));
    return RecordAt{{as<ses::RecordKind>(r, 0), as<std::uint32_t>(r, 1), std::string(r.text(2))},
                    std::move(row)};
  });
}

Result<std::optional<RegisterRows::Announced>> RegisterRows::announced_elsewhere(
    RegisterId id, const ses::ReceiptRow& receipt) {
  std::optional<Announced> found;
  SEALKEEP_LET(rows, statements_->deliveries_elsewhere.query(static_cast<int>(receipt.family), id));
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return found;
    SEALKEEP_LET(seals, unpack_range(rows.blob(2)));
    if (seals.count == 0) continue;
    const bool named = !receipt.approval.empty() && rows.text(1) == receipt.approval;
    if (!named && (found || !seals.contains(receipt.seals.front()) || !seals.contains(receipt.seals.back())))
      continue;
    found = Announced{rows.int64(0), std::string(rows.text(1))};
    if (named) return found;
  }
}

Result<std::vector<SealAt>> RegisterRows::unbalanced(RegisterId id, std::size_t max_count) {
  return all<SealAt>(statements_->unbalanced.query(id, max_count), read_seal);
}

Result<std::vector<DutyAt>> RegisterRows::duties_due(RegisterId id, std::int64_t until_ms,
                                                     std::size_t max_count) {
  return all<DutyAt>(statements_->duties_due.query(id, until_ms, max_count),
                     [](const Rows& r) -> Result<DutyAt> { return read_duty(r); });
}

Result<std::vector<DutyAt>> RegisterRows::duties_of(RegisterId id, std::uint8_t rule, std::size_t max_count) {
  return all<DutyAt>(statements_->duties_of.query(id, rule, max_count),
                     [](const Rows& r) -> Result<DutyAt> { return read_duty(r); });
}

Result<std::vector<DutyAt>> RegisterRows::duties(RegisterId id, std::size_t max_count) {
  return all<DutyAt>(statements_->duties.query(id, max_count),
                     [](const Rows& r) -> Result<DutyAt> { return read_duty(r); });
}

Result<std::vector<ses::LateDuty>> RegisterRows::late_duties(RegisterId id, std::size_t max_count) {
  return all<ses::LateDuty>(
      statements_->late_duties.query(id, max_count), [](const Rows& r) -> Result<ses::LateDuty> {
        return ses::LateDuty{{as<std::uint8_t>(r, 0), std::string(r.text(1))},
                             {{as<std::uint32_t>(r, 2), r.uint64(3)}, r.int64(4), r.int64(5)},
                             {as<std::uint32_t>(r, 6), r.uint64(7)},
                             r.int64(8)};
      });
}

Result<std::vector<SealAt>> RegisterRows::seals(RegisterId id, ses::Family family, const std::string& after,
                                                std::size_t max_count) {
  return all<SealAt>(statements_->seals.query(static_cast<int>(family), after, id, max_count), read_seal);
}

Result<std::vector<std::string>> RegisterRows::recount_ledger(RegisterId id) {
  std::array<ses::LedgerRow, 4> counted{};
  {
    SEALKEEP_LET(rows, statements_->recount.query(id));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      const auto family = static_cast<std::size_t>(rows.int64(0));
      const auto state = static_cast<std::size_t>(rows.int64(1));
      if (family >= counted.size() || state >= ses::kSealStates) return damaged("family or state of a seal");
      // The counters know no seals that were only named: they are no term.
      if (state != static_cast<std::size_t>(ses::SealState::None))
        counted[family].by_state[state] += rows.int64(2);
      counted[family].past_exits += rows.int64(3);
      counted[family].unbalanced += rows.int64(4);
    }
  }
  std::vector<std::string> found;
  for (std::size_t family = 1; family < counted.size(); ++family) {
    SEALKEEP_LET(kept, ledger(id, static_cast<ses::Family>(family)));
    if (kept.by_state != counted[family].by_state || kept.past_exits != counted[family].past_exits ||
        kept.unbalanced != counted[family].unbalanced)
      found.push_back(fmt::format("ledger of family {}: the counters say [{}], the seals say [{}]", family,
                                  ses::equation_text(kept), ses::equation_text(counted[family])));
  }
  return found;
}

}  // namespace sealkeep

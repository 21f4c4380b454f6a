// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/register_rows.hpp"

/// How a row of the register stands in its table's columns. Included by this folder's sources only.
namespace sealkeep::store_detail {

/// Corrupt `register.damaged`.
[[nodiscard]] tl::unexpected<Error> damaged(std::string_view what);

[[nodiscard]] Bytes pack_refs(const std::vector<ses::Ref>& refs);
[[nodiscard]] Result<std::vector<ses::Ref>> unpack_refs(ByteView bytes);
/// A range without seals too, which is no range of an entry.
[[nodiscard]] Bytes pack_range(const ses::SealRange& range);
[[nodiscard]] Result<ses::SealRange> unpack_range(ByteView bytes);
[[nodiscard]] Bytes pack_keys(const std::vector<ses::SealKey>& keys);
/// By rule: how many were met in time, and how many late.
using DutyCounts = std::map<std::uint8_t, std::pair<std::uint64_t, std::uint64_t>>;
[[nodiscard]] Bytes pack_duty_counts(const DutyCounts& counts);
[[nodiscard]] Result<DutyCounts> unpack_duty_counts(ByteView bytes);

template <class T>
[[nodiscard]] T as(const Rows& rows, int column) {
  return static_cast<T>(rows.int64(column));
}

inline constexpr const char* kSealColumns =
    "family, number, register, state, kind, place_kind, place_no, unit_kind, unit, came_in, past_exits, "
    "receipt_epoch, "
    "receipt_index, received_ms, applied_ms, checked_ms, uplifted_ms, lost_ms, applied_by, checked_by, "
    "history";
[[nodiscard]] Result<SealAt> read_seal(const Rows& rows);
[[nodiscard]] Result<ses::UnitRow> read_unit(const Rows& rows);
[[nodiscard]] ses::PersonRow read_person(const Rows& rows);
/// From column `from` on: outcome, done_ms, until_ms, document, epoch, idx, count.
[[nodiscard]] Result<ses::RecordRow> read_record(const Rows& rows, int from);
inline constexpr const char* kDutyColumns =
    "register, rule, subject, opened_epoch, opened_index, opened_ms, due_ms";
[[nodiscard]] DutyAt read_duty(const Rows& rows);

}  // namespace sealkeep::store_detail

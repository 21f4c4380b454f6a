// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_columns.hpp"

#include <fmt/format.h>

#include "common/base/limits.hpp"
#include "common/base/pack.hpp"

namespace sealkeep::store_detail {

using ses::Ref;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorKind::Corrupt, "register.damaged",
              fmt::format("A row of the register is not readable ({})", what),
              "the database was changed from outside or is damaged",
              "Run verify; then rebuild the register from the log");
}

namespace {

Result<ses::SealNumber> number_of(std::string_view text) {
  if (text.empty()) return ses::SealNumber{};
  auto number = ses::SealNumber::parse_exact(text);
  if (!number) return damaged("seal number");
  return *number;
}

Result<std::vector<ses::SealKey>> unpack_keys(ByteView bytes) {
  PackReader in(bytes);
  std::vector<ses::SealKey> keys;
  while (in.ok() && !in.at_end()) {
    ses::SealKey key;
    key.family = static_cast<ses::Family>(in.uint(255));
    SEALKEEP_LET(number, number_of(in.str(limits::kSealNumberBytes)));
    key.number = std::move(number);
    keys.push_back(std::move(key));
  }
  if (!in.finish()) return damaged("seals of a unit");
  return keys;
}

}  // namespace

Bytes pack_refs(const std::vector<Ref>& refs) {
  PackWriter out;
  for (const Ref& ref : refs) out.uint(ref.epoch).uint(ref.index);
  return out.take();
}

Result<std::vector<Ref>> unpack_refs(ByteView bytes) {
  PackReader in(bytes);
  std::vector<Ref> refs;
  while (in.ok() && !in.at_end()) {
    Ref ref;
    ref.epoch = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
    ref.index = in.uint();
    refs.push_back(ref);
  }
  if (!in.finish()) return damaged("history");
  return refs;
}

Bytes pack_range(const ses::SealRange& range) {
  PackWriter out;
  out.str(range.prefix).uint(range.first).uint(range.width).uint(range.count);
  return out.take();
}

Result<ses::SealRange> unpack_range(ByteView bytes) {
  PackReader in(bytes);
  ses::SealRange range;
  range.prefix = in.str(limits::kSealNumberBytes);
  range.first = in.uint();
  range.width = static_cast<std::uint8_t>(in.uint(18));
  range.count = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
  if (!in.finish()) return damaged("range");
  return range;
}

Bytes pack_keys(const std::vector<ses::SealKey>& keys) {
  PackWriter out;
  for (const ses::SealKey& key : keys)
    out.uint(static_cast<std::uint64_t>(key.family)).str(key.number.text());
  return out.take();
}

Bytes pack_duty_counts(const DutyCounts& counts) {
  PackWriter out;
  for (const auto& [rule, count] : counts) out.uint(rule).uint(count.first).uint(count.second);
  return out.take();
}

Result<DutyCounts> unpack_duty_counts(ByteView bytes) {
  PackReader in(bytes);
  DutyCounts counts;
  while (in.ok() && !in.at_end()) {
    const auto rule = static_cast<std::uint8_t>(in.uint(255));
    const std::uint64_t met = in.uint();
    counts[rule] = {met, in.uint()};
  }
  if (!in.finish()) return damaged("counts of duties");
  return counts;
}

Result<SealAt> read_seal(const Rows& rows) {
  SealAt at;
  at.key.family = as<ses::Family>(rows, 0);
  SEALKEEP_LET(number, number_of(rows.text(1)));
  at.key.number = std::move(number);
  at.register_id = rows.int64(2);
  ses::SealRow& row = at.row;
  row.state = as<ses::SealState>(rows, 3);
  row.kind = as<ses::SealKind>(rows, 4);
  row.place = {as<ses::PlaceKind>(rows, 5), as<std::uint32_t>(rows, 6)};
  row.unit = {as<ses::UnitKind>(rows, 7), std::string(rows.text(8))};
  row.came_in = as<std::uint32_t>(rows, 9);
  row.past_exits = as<std::uint32_t>(rows, 10);
  row.receipt = {as<std::uint32_t>(rows, 11), rows.uint64(12)};
  row.received_ms = rows.int64(13);
  row.applied_ms = rows.int64(14);
  row.checked_ms = rows.int64(15);
  row.uplifted_ms = rows.int64(16);
  row.lost_ms = rows.int64(17);
  row.applied_by = as<std::uint32_t>(rows, 18);
  row.checked_by = as<std::uint32_t>(rows, 19);
  SEALKEEP_LET(history, unpack_refs(rows.blob(20)));
  row.history = std::move(history);
  if (static_cast<std::size_t>(row.state) >= ses::kSealStates) return damaged("state of a seal");
  return at;
}

Result<ses::UnitRow> read_unit(const Rows& rows) {
  ses::UnitRow row;
  row.state = as<ses::UnitState>(rows, 0);
  SEALKEEP_LET(seals, unpack_keys(rows.blob(1)));
  row.seals = std::move(seals);
  row.held = rows.int64(2) != 0;
  row.differs = rows.int64(3) != 0;
  row.closed_ms = rows.int64(4);
  row.secured_until_ms = rows.int64(5);
  row.sealed_ms = rows.int64(6);
  row.checked_ms = rows.int64(7);
  row.uplifted_ms = rows.int64(8);
  row.operator_no = as<std::uint32_t>(rows, 9);
  SEALKEEP_LET(history, unpack_refs(rows.blob(10)));
  row.history = std::move(history);
  return row;
}

ses::PersonRow read_person(const Rows& rows) {
  return {rows.int64(0) != 0, rows.int64(1), rows.int64(2), as<std::uint32_t>(rows, 3),
          as<std::uint32_t>(rows, 4)};
}

Result<ses::RecordRow> read_record(const Rows& rows, int from) {
  ses::RecordRow row;
  row.outcome = as<ses::Outcome>(rows, from);
  row.done_ms = rows.int64(from + 1);
  row.until_ms = rows.int64(from + 2);
  SEALKEEP_LET(document, rows.array<32>(from + 3));
  row.document.bytes = document;
  row.at = {as<std::uint32_t>(rows, from + 4), rows.uint64(from + 5)};
  row.count = as<std::uint32_t>(rows, from + 6);
  return row;
}

DutyAt read_duty(const Rows& rows) {
  DutyAt at;
  at.register_id = rows.int64(0);
  at.key = {as<std::uint8_t>(rows, 1), std::string(rows.text(2))};
  at.row = {{as<std::uint32_t>(rows, 3), rows.uint64(4)}, rows.int64(5), rows.int64(6)};
  return at;
}

}  // namespace sealkeep::store_detail

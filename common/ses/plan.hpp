// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/ses/directive.hpp"

namespace sealkeep::ses {

/// What the plan or the house may set (domain-rules section 5). Stored in PlanSet directives; never reuse a
/// number. Lengths are milliseconds.
enum class Setting : std::uint16_t {
  ReceiptRecordedMs = 1,      ///< clause 2.7, default 1 h after arrival
  StoredMs = 2,               ///< 2.2, 2.8, default 1 h
  DeliveryConfirmedDays = 3,  ///< 2.4, working days, default 5
  InHandMs = 5,               ///< 2.8, default 12 h
  StoreClosedMs = 6,          ///< 2.8, default 30 min
  SealedMs = 7,               ///< 2.13, closed to sealed, default 15 min
  SecuredMs = 8,              ///< 2.13, secured by padlock, default at most 12 h
  CheckedMs = 9,              ///< 2.14, default 30 min
  PackageSealedMs = 14,       ///< 2.18, default 15 min
  NewSealMs = 15,             ///< 2.10, default 15 min
  StoreCountDays = 16,        ///< 2.11, default 30 days
  ExplainedDays = 17,         ///< 2.11, working days, default 1
  CustomsToldMs = 18,         ///< 2.12, 6.3, default 24 h
  PapersCorrectedDays = 22,   ///< 4.2, working days, default 2
  PersonLeftDays = 26,        ///< 1.1, 2.8, working days, default 1
  LateEntryMs = 100,          ///< irregularity LateEntry beyond this, default 1 h
  SecondPerson = 101,         ///< 2.14: 0 not asked, 1 unless alone, 2 always; default 1
  ClosedBeforeSealed = 102,   ///< 1: a seal without "doors closed" is marked NotClosed; default 0
};

/// The product's own value for a setting; 0 for one that does not exist.
[[nodiscard]] std::int64_t default_value(Setting setting);
/// A setting that this program knows, with a value in its range.
[[nodiscard]] bool valid(std::uint16_t setting, std::int64_t value);

/// What the adopted directives of a site add up to, but for deliveries (which have rows of their own). One
/// small row.
struct Adopted {
  std::vector<SiteApproved> approvals;
  std::vector<SealTypeApproved> seal_types;
  std::vector<OperatorApproved> operators;  ///< newest decision for each operator_no
  std::vector<SealsWithdrawn> withdrawn;
  std::map<std::uint16_t, std::int64_t> settings;

  [[nodiscard]] std::int64_t setting(Setting which) const;
  /// Clause 2.5: an approval for that scope covers that moment.
  [[nodiscard]] bool site_approved(Scope scope, std::int64_t at_ms) const;
  [[nodiscard]] bool operator_approved(OperatorNo operator_no, Scope scope, std::int64_t at_ms) const;
  /// True too while head office named no type of that family at all: nothing is known, so nothing is wrong.
  [[nodiscard]] bool seal_type_approved(Family family, const SealNumber& number, std::int64_t at_ms) const;
  [[nodiscard]] bool withdrawn_seal(Family family, const SealNumber& number) const;

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Adopted> decode(ByteView bytes);
};

/// The moment `days` working days (Monday to Friday in the site's zone) after `from_ms`, at the same time of
/// day.
[[nodiscard]] std::int64_t add_working_days(std::int64_t from_ms, std::int64_t days,
                                            std::int32_t utc_offset_min);

}  // namespace sealkeep::ses

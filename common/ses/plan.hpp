// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <span>

#include "common/ses/directive.hpp"

namespace sealkeep::ses {

/// What the plan or the house may set (domain-rules section 5). Stored in PlanSet directives; never reuse a
/// number. Lengths are milliseconds.
enum class Setting : std::uint16_t {
  ReceiptRecordedMs = 1,       ///< clause 2.7, default 1 h after arrival
  StoredMs = 2,                ///< 2.2, 2.8, default 1 h
  DeliveryConfirmedDays = 3,   ///< 2.4, working days, default 5
  InHandMs = 5,                ///< 2.8, default 12 h
  StoreClosedMs = 6,           ///< 2.8, default 30 min
  SealedMs = 7,                ///< 2.13, closed to sealed, default 15 min
  SecuredMs = 8,               ///< 2.13, secured by padlock, default at most 12 h
  CheckedMs = 9,               ///< 2.14, default 30 min
  PackageSealedMs = 14,        ///< 2.18, default 15 min
  NewSealMs = 15,              ///< 2.10, default 15 min
  StoreCountDays = 16,         ///< 2.11, default 30 days
  ExplainedDays = 17,          ///< 2.11, working days, default 1
  CustomsToldMs = 18,          ///< 2.12, 6.3, default 24 h
  PapersCorrectedDays = 22,    ///< 4.2, working days, default 2
  ConcernReadDays = 21,        ///< 6.2, working days, default 1
  DocumentsSampledDays = 23,   ///< 4.2, default 31
  TrainingSealsDays = 24,      ///< 2.9, 6.2, default 730
  KeyChecksMs = 25,            ///< 1.1, checks of a key position, default 0: before the duties begin
  PersonLeftDays = 26,         ///< 1.1, 2.8, working days, default 1
  QaCheckDays = 27,            ///< 4.1, default 365
  AccreditationDays = 28,      ///< 7.1, of one without an end date, default 365
  PasswordDays = 29,           ///< 5.2, default 180
  DayClosedDays = 30,          ///< 2.6, 2.11, working days after the day closed before, default 1
  IncidentDecidedDays = 19,    ///< 6.3, working days, default 1
  IntegrityReviewDays = 35,    ///< 1.2, default 730
  TrainingDocumentsDays = 36,  ///< 1.3, default 730
  QaActionDays = 37,           ///< 4.1, default 30
  ProcedureReviewDays = 38,    ///< 2.3, 3.1, 5.1, 5.4, 6.3, default 365
  HeldUnitMs = 39,             ///< 3.1, default 24 h
  TrainingSecurityDays = 40,   ///< 1.4, default 365
  ChangeToldDays = 48,         ///< 6.1, 7.1, working days, default 5
  ManagerNamedDays = 49,       ///< 6.1, working days after a vacancy until it is high, default 5
  BackupDays = 50,             ///< 5.3, default 1
  RestoreTestDays = 51,        ///< 5.3, default 90
  OwnCheckPercent = 11,        ///< 2.14, share of checks by the applier that a week may have, default 10
  LateEntryMs = 100,           ///< irregularity LateEntry beyond this, default 1 h
  SecondPerson = 101,          ///< 2.14: 0 not asked, 1 unless alone, 2 always; default 1
  ClosedBeforeSealed = 102,    ///< 1: a seal without "doors closed" is marked NotClosed; default 0
  TrainingAsked = 103,         ///< 1: a seal task of a person without valid training is marked; default 0
  KeysAsked = 104,        ///< 1: a store opened by a person without its key on record is marked; default 0
  ConfusableAsked = 105,  ///< 1: a typed number with a live look-alike at the site is marked; default 0
  RetentionDays = 106,  ///< 1.1, 2.6, 2.14: names stay at least so long after their last record, default 2557
  DayCloseAtMin = 107,  ///< minute of the day at which the agent closes the day itself; 0, the default: never
  BadgeSignIn = 108,    ///< 5.2, 1: a badge alone signs in at a named terminal; default 0
  PinSignIn = 109,      ///< 5.2, 1: a PIN does, with a name or a badge; default 0
  OpenFromMin = 110,    ///< opening hours: minute of the day, default 0
  OpenUntilMin = 111,   ///< minute of the day, later than OpenFromMin, default 1440
  OpenWeekdays = 112,   ///< bit 0 Monday ... bit 6 Sunday; default 127, every day
  SignInNames = 113,    ///< 5.2, who has an account is shown at a named terminal before anybody is signed in:
                        ///< 0, the default: no; 1: first names; 2: names
};

/// Which way a setting can be stricter than the plan asks (domain-rules section 5: the house may only be
/// stricter).
enum class Stricter : std::uint8_t { Smaller = 1, Larger = 2, Free = 3 };  ///< Free: when the site works

/// One row of the table of settings.
struct SettingRule {
  Setting setting{};
  std::string_view name;  ///< "checked_ms": in commands, JSON, docs
  std::int64_t value = 0, min = 0, max = 0;
  Stricter stricter = Stricter::Smaller;
};
[[nodiscard]] std::span<const SettingRule> setting_rules();
/// nullptr for one that this program does not know.
[[nodiscard]] const SettingRule* setting_rule(std::uint16_t setting);
[[nodiscard]] const SettingRule* setting_rule(std::string_view name);
[[nodiscard]] bool at_least_as_strict(Setting setting, std::int64_t value, std::int64_t than);

/// The product's own value for a setting; 0 for one that does not exist.
[[nodiscard]] std::int64_t default_value(Setting setting);
/// A setting that this program knows, with a value in its range.
[[nodiscard]] bool valid(std::uint16_t setting, std::int64_t value);

/// Days on which the site is closed, both ends included; since 1970-01-01 in the site's zone.
struct DayRange {
  std::uint32_t from = 0, until = 0;
  friend bool operator==(const DayRange&, const DayRange&) = default;
};
/// Ascending, without overlaps, and with at least one open day between two of them.
using Closings = std::vector<DayRange>;

/// When a site works (domain-rules section 5). Minutes of the day and weekdays in the site's zone.
struct OpeningHours {
  std::int32_t from_min = 0, until_min = 1440;
  std::uint8_t weekdays = 127;
  std::span<const DayRange> closed{};  ///< Closings of the plan that it was taken from
  [[nodiscard]] bool always() const {
    return from_min == 0 && until_min == 1440 && weekdays == 127 && closed.empty();
  }
};
/// What the adopted directives of a site add up to, but for deliveries (which have rows of their own). One
/// small row.
struct Adopted {
  std::vector<SiteApproved> approvals;
  std::vector<SealTypeApproved> seal_types;
  std::vector<OperatorApproved> operators;  ///< newest decision for each operator_no
  std::vector<SealsWithdrawn> withdrawn;
  std::map<std::uint16_t, std::int64_t> settings;
  std::vector<ClauseApplies> clauses;  ///< newest decision for each clause
  Closings closed;
  std::vector<PlanApproved> plans;  ///< newest decision for each version, in the order of their first one

  /// Closes or opens these days. Nothing happens if they are none, or more than kMostClosedDays.
  void close(const ClosedDays& days);
  [[nodiscard]] std::int64_t setting(Setting which) const;
  /// Points into this value.
  [[nodiscard]] OpeningHours opening_hours() const;
  /// Clause 4.3: Customs approved that version. An empty one names none.
  [[nodiscard]] bool plan_approved(std::string_view version) const;
  /// Clause 2.5: an approval for that scope covers that moment.
  [[nodiscard]] bool site_approved(Scope scope, std::int64_t at_ms) const;
  [[nodiscard]] bool operator_approved(OperatorNo operator_no, Scope scope, std::int64_t at_ms) const;
  /// True too while head office named no type of that family at all: nothing is known, so nothing is wrong.
  [[nodiscard]] bool seal_type_approved(Family family, const SealNumber& number, std::int64_t at_ms) const;
  [[nodiscard]] bool withdrawn_seal(Family family, const SealNumber& number) const;

  [[nodiscard]] Bytes encode() const;
  [[nodiscard]] static Result<Adopted> decode(ByteView bytes);
};

/// A planned closing of more days is a mistake.
inline constexpr std::uint32_t kMostClosedDays = 366;

/// The moment when `length_ms` of opening hours have passed since `from_ms`; hours that make no sense (none
/// open) count as always open.
[[nodiscard]] std::int64_t add_opening_ms(std::int64_t from_ms, std::int64_t length_ms,
                                          const OpeningHours& hours, std::int32_t utc_offset_min);

/// The moment `days` working days (Monday to Friday in the site's zone, but for closed days) after `from_ms`,
/// at the same time of day.
[[nodiscard]] std::int64_t add_working_days(std::int64_t from_ms, std::int64_t days,
                                            std::int32_t utc_offset_min,
                                            std::span<const DayRange> closed = {});

}  // namespace sealkeep::ses

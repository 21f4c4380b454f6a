// SPDX-License-Identifier: Apache-2.0
#include "common/ses/plan.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/base/limits.hpp"
#include "common/base/pack.hpp"

namespace sealkeep::ses {
namespace {

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute;
/// Times beyond this (about the year 287000) are clamped before calendar arithmetic, so that nothing
/// overflows.
constexpr std::int64_t kFarMs = 9'000'000'000'000'000;
constexpr std::size_t kMostDecisions = 100'000;

constexpr SettingRule kSettings[] = {
    {Setting::ReceiptRecordedMs, "receipt_recorded_ms", kHour, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::StoredMs, "stored_ms", kHour, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::DeliveryConfirmedDays, "delivery_confirmed_days", 5, 0, 366, Stricter::Smaller},
    {Setting::InHandMs, "in_hand_ms", 12 * kHour, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::StoreClosedMs, "store_closed_ms", 30 * kMinute, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::SealedMs, "sealed_ms", 15 * kMinute, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::SecuredMs, "secured_ms", 12 * kHour, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::CheckedMs, "checked_ms", 30 * kMinute, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::PackageSealedMs, "package_sealed_ms", 15 * kMinute, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::NewSealMs, "new_seal_ms", 15 * kMinute, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::StoreCountDays, "store_count_days", 30, 1, 366, Stricter::Smaller},
    {Setting::ExplainedDays, "explained_days", 1, 0, 366, Stricter::Smaller},
    {Setting::CustomsToldMs, "customs_told_ms", 24 * kHour, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::PapersCorrectedDays, "papers_corrected_days", 2, 0, 366, Stricter::Smaller},
    {Setting::PersonLeftDays, "person_left_days", 1, 0, 366, Stricter::Smaller},
    {Setting::OwnCheckPercent, "own_check_percent", 10, 0, 100, Stricter::Smaller},
    {Setting::IncidentDecidedDays, "incident_decided_days", 1, 0, 366, Stricter::Smaller},
    {Setting::ConcernReadDays, "concern_read_days", 1, 0, 366, Stricter::Smaller},
    {Setting::DocumentsSampledDays, "documents_sampled_days", 31, 1, 366, Stricter::Smaller},
    {Setting::TrainingSealsDays, "training_seals_days", 730, 1, 3660, Stricter::Smaller},
    {Setting::KeyChecksMs, "key_checks_ms", 0, 0, 366 * kDayMs, Stricter::Smaller},
    {Setting::QaCheckDays, "qa_check_days", 365, 1, 3660, Stricter::Smaller},
    {Setting::AccreditationDays, "accreditation_days", 365, 1, 3660, Stricter::Smaller},
    {Setting::PasswordDays, "password_days", 180, 1, 3660, Stricter::Smaller},
    {Setting::DayClosedDays, "day_closed_days", 1, 1, 366, Stricter::Smaller},
    {Setting::IntegrityReviewDays, "integrity_review_days", 730, 1, 3660, Stricter::Smaller},
    {Setting::TrainingDocumentsDays, "training_documents_days", 730, 1, 3660, Stricter::Smaller},
    {Setting::QaActionDays, "qa_action_days", 30, 1, 3660, Stricter::Smaller},
    {Setting::ProcedureReviewDays, "procedure_review_days", 365, 1, 3660, Stricter::Smaller},
    {Setting::HeldUnitMs, "held_unit_ms", kDayMs, 0, 30 * kDayMs, Stricter::Smaller},
    {Setting::TrainingSecurityDays, "training_security_days", 365, 1, 3660, Stricter::Smaller},
    {Setting::ChangeToldDays, "change_told_days", 5, 0, 366, Stricter::Smaller},
    {Setting::ManagerNamedDays, "manager_named_days", 5, 0, 366, Stricter::Smaller},
    {Setting::BackupDays, "backup_days", 1, 1, 366, Stricter::Smaller},
    {Setting::RestoreTestDays, "restore_test_days", 90, 1, 3660, Stricter::Smaller},
    {Setting::TrainingAsked, "training_asked", 0, 0, 1, Stricter::Larger},
    {Setting::KeysAsked, "keys_asked", 0, 0, 1, Stricter::Larger},
    {Setting::ConfusableAsked, "confusable_asked", 0, 0, 1, Stricter::Larger},
    {Setting::DayCloseAtMin, "day_close_at_min", 0, 0, 1439, Stricter::Free},
    {Setting::RetentionDays, "retention_days", 2557, 1, 36'600, Stricter::Larger},
    {Setting::BadgeSignIn, "badge_sign_in", 0, 0, 1, Stricter::Smaller},
    {Setting::PinSignIn, "pin_sign_in", 0, 0, 1, Stricter::Smaller},
    {Setting::SignInNames, "sign_in_names", 0, 0, 2, Stricter::Smaller},
    {Setting::OpenFromMin, "open_from_min", 0, 0, 1439, Stricter::Free},
    {Setting::OpenUntilMin, "open_until_min", 1440, 1, 1440, Stricter::Free},
    {Setting::OpenWeekdays, "open_weekdays", 127, 1, 127, Stricter::Free},
    {Setting::LateEntryMs, "late_entry_ms", kHour, 0, 366 * kDayMs, Stricter::Smaller},
    {Setting::SecondPerson, "second_person", 1, 0, 2, Stricter::Larger},
    {Setting::ClosedBeforeSealed, "closed_before_sealed", 0, 0, 1, Stricter::Larger},
};

bool covers(std::int64_t from_ms, std::int64_t until_ms, std::int64_t at_ms) {
  return from_ms <= at_ms && (until_ms == 0 || at_ms < until_ms);
}
bool covers(Scope given, Scope asked) {
  return given == asked || given == Scope::Both;
}

bool has_shape(const SealNumber& number, std::string_view prefix, std::uint8_t width) {
  const std::string& text = number.text();
  return text.size() == prefix.size() + width && text.starts_with(prefix) &&
         text.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

void pack(PackWriter& out, const SealRange& range) {
  out.array(4).str(range.prefix).uint(range.first).uint(range.width).uint(range.count);
}
SealRange unpack_range(PackReader& in) {
  in.array(4);
  SealRange range;
  range.prefix = in.str(limits::kSealNumberBytes);
  range.first = in.uint();
  range.width = static_cast<std::uint8_t>(in.uint(UINT8_MAX));
  range.count = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
  if (in.ok() && !range.valid()) in.reject("not a range of seal numbers");
  return range;
}
template <class Enum>
Enum unpack_enum(PackReader& in, Enum last) {
  const auto value = static_cast<Enum>(in.uint(static_cast<std::uint64_t>(last)));
  if (in.ok() && static_cast<std::uint64_t>(value) == 0) in.reject("an enumeration's value is out of range");
  return value;
}
template <class Enum>
std::uint64_t number(Enum value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

std::span<const SettingRule> setting_rules() {
  return kSettings;
}

const SettingRule* setting_rule(std::uint16_t setting) {
  for (const SettingRule& rule : kSettings)
    if (static_cast<std::uint16_t>(rule.setting) == setting) return &rule;
  return nullptr;
}

const SettingRule* setting_rule(std::string_view name) {
  for (const SettingRule& rule : kSettings)
    if (rule.name == name) return &rule;
  return nullptr;
}

bool at_least_as_strict(Setting setting, std::int64_t value, std::int64_t than) {
  const SettingRule* rule = setting_rule(static_cast<std::uint16_t>(setting));
  if (rule == nullptr) return false;
  return rule->stricter == Stricter::Free || value == than ||
         (value < than) == (rule->stricter == Stricter::Smaller);
}

std::int64_t default_value(Setting setting) {
  const SettingRule* rule = setting_rule(static_cast<std::uint16_t>(setting));
  return rule ? rule->value : 0;
}

bool valid(std::uint16_t setting, std::int64_t value) {
  const SettingRule* rule = setting_rule(setting);
  return rule && rule->min <= value && value <= rule->max;
}

std::int64_t Adopted::setting(Setting which) const {
  auto it = settings.find(static_cast<std::uint16_t>(which));
  return it == settings.end() ? default_value(which) : it->second;
}

OpeningHours Adopted::opening_hours() const {
  return {static_cast<std::int32_t>(setting(Setting::OpenFromMin)),
          static_cast<std::int32_t>(setting(Setting::OpenUntilMin)),
          static_cast<std::uint8_t>(setting(Setting::OpenWeekdays)), closed};
}

bool Adopted::plan_approved(std::string_view version) const {
  return !version.empty() && std::any_of(plans.begin(), plans.end(), [&](const PlanApproved& plan) {
    return plan.plan_version == version;
  });
}

void Adopted::close(const ClosedDays& days) {
  if (days.until_day < days.from_day || days.until_day - days.from_day >= kMostClosedDays) return;
  DayRange added{days.from_day, days.until_day};
  Closings kept;
  for (const DayRange& one : closed) {
    // 64 bits: the day after the last one that a number holds.
    const bool apart = one.until + std::uint64_t{1} < added.from || added.until + std::uint64_t{1} < one.from;
    if (apart) {
      kept.push_back(one);
    } else if (days.closed) {
      added = {std::min(one.from, added.from), std::max(one.until, added.until)};
    } else {
      if (one.from < added.from) kept.push_back({one.from, std::min(one.until, added.from - 1)});
      if (one.until > added.until) kept.push_back({std::max(one.from, added.until + 1), one.until});
    }
  }
  if (days.closed) kept.push_back(added);
  std::sort(kept.begin(), kept.end(), [](const DayRange& a, const DayRange& b) { return a.from < b.from; });
  closed = std::move(kept);
}

bool Adopted::site_approved(Scope scope, std::int64_t at_ms) const {
  return std::any_of(approvals.begin(), approvals.end(), [&](const SiteApproved& approval) {
    return covers(approval.scope, scope) && covers(approval.from_ms, approval.until_ms, at_ms);
  });
}

bool Adopted::operator_approved(OperatorNo operator_no, Scope scope, std::int64_t at_ms) const {
  return std::any_of(operators.begin(), operators.end(), [&](const OperatorApproved& named) {
    return named.operator_no == operator_no && covers(named.scope, scope) &&
           covers(named.from_ms, named.until_ms, at_ms);
  });
}

bool Adopted::seal_type_approved(Family family, const SealNumber& number, std::int64_t at_ms) const {
  bool named = false;
  for (const SealTypeApproved& type : seal_types) {
    if (type.family != family) continue;
    named = true;
    if (has_shape(number, type.prefix, type.width) && covers(type.from_ms, type.until_ms, at_ms)) return true;
  }
  return !named;
}

bool Adopted::withdrawn_seal(Family family, const SealNumber& number) const {
  return std::any_of(withdrawn.begin(), withdrawn.end(), [&](const SealsWithdrawn& one) {
    return one.family == family && one.seals.contains(number);
  });
}

Bytes Adopted::encode() const {
  PackWriter out;
  out.array(9).uint(1);
  out.array(approvals.size());
  for (const SiteApproved& one : approvals)
    out.array(4).sint(one.from_ms).sint(one.until_ms).uint(number(one.scope)).str(one.plan_version);
  out.array(seal_types.size());
  for (const SealTypeApproved& one : seal_types) {
    out.array(7).uint(number(one.family)).uint(number(one.seal_kind)).str(one.prefix).uint(one.width);
    out.sint(one.from_ms).sint(one.until_ms).str(one.plan_version);
  }
  out.array(operators.size());
  for (const OperatorApproved& one : operators) {
    out.array(6).uint(one.operator_no).str(one.name).uint(number(one.scope));
    out.sint(one.from_ms).sint(one.until_ms).str(one.plan_version);
  }
  out.array(withdrawn.size());
  for (const SealsWithdrawn& one : withdrawn) {
    out.array(2).uint(number(one.family));
    pack(out, one.seals);
  }
  out.array(settings.size());
  for (const auto& [setting, value] : settings) out.array(2).uint(setting).sint(value);
  out.array(clauses.size());
  for (const ClauseApplies& one : clauses)
    out.array(4).str(one.clause).uint(number(one.how)).str(one.reason).str(one.plan_version);
  out.array(closed.size());
  for (const DayRange& one : closed) out.array(2).uint(one.from).uint(one.until);
  out.array(plans.size());
  for (const PlanApproved& one : plans)
    out.array(3).str(one.plan_version).bin(one.document.bytes).sint(one.from_ms);
  return out.take();
}

namespace {
// What a row of an earlier release does not have.
void unpack_rest(PackReader& in, Adopted& adopted) {
  const auto text = [&in] { return std::string(in.str(limits::kEntryBytes)); };
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(4);
    ClauseApplies one;
    one.clause = text();
    one.how = unpack_enum(in, Applicability::NotRelevant);
    one.reason = text();
    one.plan_version = text();
    adopted.clauses.push_back(std::move(one));
  }
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(2);
    DayRange one;
    one.from = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
    one.until = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
    if (one.until < one.from) in.reject("closed days end before they begin");
    if (!adopted.closed.empty() && one.from <= adopted.closed.back().until)
      in.reject("closed days overlap or are not in order");
    adopted.closed.push_back(one);
  }
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(3);
    PlanApproved one;
    one.plan_version = text();
    one.document.bytes = in.fixed<32>();
    one.from_ms = in.sint();
    adopted.plans.push_back(std::move(one));
  }
}
}  // namespace

Result<Adopted> Adopted::decode(ByteView bytes) {
  PackReader in(bytes);
  Adopted adopted;
  const std::size_t elements = in.array(6, 9);
  if (in.uint() != 1) in.reject("a version that this program does not know");
  const auto text = [&in] { return std::string(in.str(limits::kEntryBytes)); };
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(4);
    SiteApproved one;
    one.from_ms = in.sint();
    one.until_ms = in.sint();
    one.scope = unpack_enum(in, Scope::Both);
    one.plan_version = text();
    adopted.approvals.push_back(std::move(one));
  }
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(7);
    SealTypeApproved one;
    one.family = unpack_enum(in, Family::Other);
    one.seal_kind = unpack_enum(in, SealKind::Substance);
    one.prefix = text();
    one.width = static_cast<std::uint8_t>(in.uint(UINT8_MAX));
    one.from_ms = in.sint();
    one.until_ms = in.sint();
    one.plan_version = text();
    adopted.seal_types.push_back(std::move(one));
  }
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(6);
    OperatorApproved one;
    one.operator_no = static_cast<OperatorNo>(in.uint(UINT32_MAX));
    one.name = text();
    one.scope = unpack_enum(in, Scope::Both);
    one.from_ms = in.sint();
    one.until_ms = in.sint();
    one.plan_version = text();
    adopted.operators.push_back(std::move(one));
  }
  for (std::size_t i = in.array(0, kMostDecisions); i > 0 && in.ok(); --i) {
    in.array(2);
    SealsWithdrawn one;
    one.family = unpack_enum(in, Family::Other);
    one.seals = unpack_range(in);
    adopted.withdrawn.push_back(std::move(one));
  }
  for (std::size_t i = in.array(0, std::size(kSettings)); i > 0 && in.ok(); --i) {
    in.array(2);
    const auto setting = static_cast<std::uint16_t>(in.uint(UINT16_MAX));
    const std::int64_t value = in.sint();
    if (!in.ok()) break;
    if (!valid(setting, value)) in.reject("a setting's value is out of range");
    if (!adopted.settings.emplace(setting, value).second) in.reject("a setting stands twice");
  }
  if (elements > 6) unpack_rest(in, adopted);
  if (auto end = in.finish(); !end)
    return bad_input("adopted.malformed", "The decisions of head office as stored cannot be read",
                     end.error().why, "Rebuild the register from the log");
  return adopted;
}

namespace {
// Days since 1970-01-01 and the weekday (0 Monday) of a moment in a zone.
struct LocalDay {
  std::int64_t day, in_day_ms;
  [[nodiscard]] std::int64_t weekday() const { return ((day % 7) + 7 + 3) % 7; }  // 1970-01-01 was a Thursday
};
LocalDay in_zone(std::int64_t at_ms, std::int32_t utc_offset_min) {
  const std::int64_t day = local_day(at_ms, utc_offset_min);
  return {day, at_ms + std::int64_t{utc_offset_min} * kMinute - day * kDayMs};
}
/// The first day from `day` on that is not closed.
std::int64_t next_open(std::int64_t day, std::span<const DayRange> closed) {
  const auto after = std::find_if(closed.begin(), closed.end(),
                                  [&](const DayRange& range) { return day <= std::int64_t{range.until}; });
  return after != closed.end() && std::int64_t{after->from} <= day ? std::int64_t{after->until} + 1 : day;
}
}  // namespace

std::int64_t add_opening_ms(std::int64_t from_ms, std::int64_t length_ms, const OpeningHours& hours,
                            std::int32_t utc_offset_min) {
  const std::int64_t start = std::clamp(from_ms, -kFarMs, kFarMs);
  const std::int64_t opens = hours.from_min * kMinute, closes = hours.until_min * kMinute;
  if (hours.always() || closes <= opens || (hours.weekdays & 127) == 0 || length_ms <= 0)
    return start + std::clamp(length_ms, std::int64_t{0}, kFarMs);
  constexpr std::int64_t kLongest = 3660 * kDayMs;  // of what a setting can ask
  std::int64_t left = std::min(length_ms, kLongest);
  for (LocalDay at = in_zone(start, utc_offset_min);; ++at.day, at.in_day_ms = 0) {
    if (const std::int64_t open = next_open(at.day, hours.closed); open != at.day) at = {open, 0};
    if ((hours.weekdays >> at.weekday() & 1) == 0) continue;
    const std::int64_t begin = std::max(at.in_day_ms, opens);
    if (begin >= closes) continue;
    if (left <= closes - begin)
      return at.day * kDayMs + begin + left - std::int64_t{utc_offset_min} * kMinute;
    left -= closes - begin;
  }
}

std::int64_t add_working_days(std::int64_t from_ms, std::int64_t days, std::int32_t utc_offset_min,
                              std::span<const DayRange> closed) {
  const std::int64_t start = std::clamp(from_ms, -kFarMs, kFarMs);
  LocalDay at = in_zone(start, utc_offset_min);
  const std::int64_t first = at.day;
  for (std::int64_t left = std::min<std::int64_t>(days, 3660); left > 0;) {
    at.day = next_open(at.day + 1, closed);
    if (at.weekday() < 5) --left;
  }
  return start + (at.day - first) * kDayMs;
}

}  // namespace sealkeep::ses

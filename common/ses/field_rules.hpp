// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string_view>
#include <type_traits>

#include "common/base/limits.hpp"
#include "common/ses/directive.hpp"
#include "common/ses/entry.hpp"
#include "common/ses/record.hpp"

/// Which values the fields of a record may have. Writer and reader ask the same rules, so nothing is written
/// that is not read. Private to the codec.
namespace sealkeep::ses::codec {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::int64_t kTimeMs = std::int64_t{1} << 53;  ///< what JSON and JavaScript hold exactly
inline constexpr std::int32_t kUtcOffsetMin = 840;
inline constexpr int kUnknownFieldDepth = 4;  ///< of arrays in a field that a later version appended

/// The closed set of an enum's values: `first`..`last` without holes. An enum without this does not compile
/// as a field.
template <class E>
struct EnumSet;
template <auto First, auto Last>
struct EnumBetween {
  static constexpr auto first = static_cast<std::uint64_t>(First), last = static_cast<std::uint64_t>(Last);
};
// clang-format off
template <> struct EnumSet<Family> : EnumBetween<Family::Ses, Family::Other> {};
template <> struct EnumSet<SealKind> : EnumBetween<SealKind::Bolt, SealKind::Substance> {};
template <> struct EnumSet<UnitKind> : EnumBetween<UnitKind::SeaContainer, UnitKind::AirPackage> {};
template <> struct EnumSet<PlaceKind> : EnumBetween<PlaceKind::NotSaid, PlaceKind::Hand> {};
template <> struct EnumSet<Step> : EnumBetween<Step::NotDone, Step::NotApplicable> {};
template <> struct EnumSet<DamageCause> : EnumBetween<DamageCause::BrokeInClosing, DamageCause::FoundBroken> {};
template <> struct EnumSet<EpochReason> : EnumBetween<EpochReason::First, EpochReason::Doubt> {};
template <> struct EnumSet<Explanation> : EnumBetween<Explanation::Miscounted, Explanation::Other> {};
template <> struct EnumSet<RollUse> : EnumBetween<RollUse::Applied, RollUse::FoundNotOnRecord> {};
template <> struct EnumSet<Securing> : EnumBetween<Securing::Nothing, Securing::LockedBuilding> {};
template <> struct EnumSet<RemovalReason> : EnumBetween<RemovalReason::ForgottenGoods, RemovalReason::Other> {};
template <> struct EnumSet<Party> : EnumBetween<Party::Unknown, Party::Carrier> {};
template <> struct EnumSet<Whereabouts> : EnumBetween<Whereabouts::Unknown, Whereabouts::AtPort> {};
template <> struct EnumSet<ToldHow> : EnumBetween<ToldHow::Email, ToldHow::InPerson> {};
template <> struct EnumSet<Applicability> : EnumBetween<Applicability::Applies, Applicability::NotRelevant> {};
template <> struct EnumSet<Answer> : EnumBetween<Answer::Accept, Answer::AskSite> {};
template <> struct EnumSet<Scope> : EnumBetween<Scope::Sea, Scope::Both> {};
template <> struct EnumSet<ClockState> : EnumBetween<ClockState::Trusted, ClockState::Stepped> {};
template <> struct EnumSet<AuthMethod> : EnumBetween<AuthMethod::None, AuthMethod::Shell> {};
template <> struct EnumSet<Source> : EnumBetween<Source::Scanned, Source::Imported> {};
template <> struct EnumSet<DetailKind> : EnumBetween<DetailKind::Name, DetailKind::Picture> {};
template <> struct EnumSet<IncidentKind> : EnumBetween<IncidentKind::ContainerTampered, IncidentKind::Other> {};
template <> struct EnumSet<RecordKind> : EnumBetween<RecordKind::IdentityCheck, RecordKind::AccountHeld> {};
template <> struct EnumSet<SecurityMatter> : EnumBetween<SecurityMatter::FailedSignIns, SecurityMatter::Locked> {};
template <> struct EnumSet<Outcome> : EnumBetween<Outcome::Done, Outcome::Ended> {};
template <> struct EnumSet<Irregularity> : EnumBetween<Irregularity::UnknownSeal, Irregularity::SignInUnusual> {};
// clang-format on

template <class E>
constexpr bool is_known(std::uint64_t value) {
  return value >= EnumSet<E>::first && value <= EnumSet<E>::last;
}

/// What differs from body to body.
struct FieldRules {
  bool seal_may_be_empty = false;
  bool unit_may_be_empty = false;
  std::size_t text_bytes = limits::kTextBytes;
};
template <class Body>
inline constexpr FieldRules kRules{};
template <>
inline constexpr FieldRules kRules<EpochStarted>{.text_bytes = limits::kOriginBytes};
template <>
inline constexpr FieldRules kRules<DirectiveEpochStarted>{.text_bytes = limits::kOriginBytes};
template <>
inline constexpr FieldRules kRules<OperatorApproved>{.text_bytes = limits::kOriginBytes};
template <>
inline constexpr FieldRules kRules<AlertAnswered>{.text_bytes = limits::kOriginBytes};
template <>
inline constexpr FieldRules kRules<HandedOver>{.seal_may_be_empty = true};
template <>
inline constexpr FieldRules kRules<RollUsed>{.unit_may_be_empty = true};
template <>
inline constexpr FieldRules kRules<IncidentReported>{.unit_may_be_empty = true};
template <>
inline constexpr FieldRules kRules<ExportEntryChecked>{.seal_may_be_empty = true};
template <>
inline constexpr FieldRules kRules<SealDamaged>{.unit_may_be_empty = true};
template <>
inline constexpr FieldRules kRules<SealTampered>{.seal_may_be_empty = true, .unit_may_be_empty = true};

// Each fault() is nullptr when the value may stand in a record, else the reason why not.

inline const char* fault(const SealNumber& seal, const FieldRules& rules) {
  return seal.empty() && !rules.seal_may_be_empty ? "a seal number is missing" : nullptr;
}
inline const char* fault(const UnitId& unit, const FieldRules& rules) {
  if (unit.text.empty())
    return rules.unit_may_be_empty ? nullptr : "a container or package number is missing";
  return unit.well_formed() ? nullptr : "a container or package number is not in its written form";
}
inline const char* fault(const SealRange& range, const FieldRules&) {
  if (range.count > limits::kSealsPerEntry) return "a run has more seals than a record may name";
  return range.valid() ? nullptr : "a run of seals is not well formed";
}
/// One seal twice in a list would be counted twice in the ledger.
inline const char* fault(const std::vector<SealNumber>& seals, const FieldRules&) {
  constexpr const char* kTwice = "a list names a seal twice";
  if (seals.size() <= 8) {
    for (auto a = seals.begin(); a != seals.end(); ++a)
      if (std::find(seals.begin(), a, *a) != a) return kTwice;
    return nullptr;
  }
  std::vector<std::string_view> sorted;
  sorted.reserve(seals.size());
  for (const SealNumber& seal : seals) sorted.push_back(seal.text());
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() ? nullptr : kTwice;
}
inline const char* fault(const std::vector<UnitId>& units, const FieldRules&) {
  if (units.size() > limits::kUnitsPerEntry) return "a list has more units than a record may name";
  for (auto a = units.begin(); a != units.end(); ++a)
    if (std::find(units.begin(), a, *a) != a) return "a list names a unit twice";
  return nullptr;
}
inline const char* fault(const std::vector<DetailRef>&, const FieldRules&) {
  return nullptr;
}

/// Rules between the fields of one body.
template <class Body>
const char* body_fault(const Body&) {
  return nullptr;
}
inline const char* body_fault(const SealTampered& body) {
  return body.seal.empty() && body.unit.text.empty() ? "neither the seal nor the unit is named" : nullptr;
}
/// A record names a person and a label exactly where its kind asks for them.
inline const char* body_fault(const RecordKept& body) {
  if (!is_known<RecordKind>(static_cast<std::uint64_t>(body.what))) return "a value is not one of its kind";
  const RecordSubject subject = record_rule(body.what).subject;
  const bool person = subject == RecordSubject::Person || subject == RecordSubject::PersonLabel;
  const bool label = subject == RecordSubject::Label || subject == RecordSubject::PersonLabel;
  if (person != (body.person_no != 0)) return "a record names a person that its kind has not, or none";
  if (label != !body.label.empty()) return "a record has a label that its kind has not, or none";
  return nullptr;
}
/// Rules between the lists of an entry.
inline const char* lists_fault(const std::vector<NotedIrregularity>& irregularities, std::size_t details) {
  static_assert(EnumSet<Irregularity>::last < 64);
  std::uint64_t seen = 0;
  for (const NotedIrregularity& noted : irregularities) {
    const std::uint64_t bit = std::uint64_t{1} << (static_cast<unsigned>(noted.code) & 63U);
    if ((seen & bit) != 0) return "an irregularity stands twice";
    seen |= bit;
    if (noted.reason && *noted.reason >= details) return "an irregularity's reason is not among the details";
  }
  return nullptr;
}

}  // namespace sealkeep::ses::codec

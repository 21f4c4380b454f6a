// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <variant>

#include "common/ses/event.hpp"

// This file is a table, one directive a paragraph.
// clang-format off
/// The decisions of head office that a directive log can hold (docs/formats/directives.md), one log for each site,
/// written by the hub and mirrored by the site. Coded like events.
namespace sealkeep::ses {

enum class DirectiveKind : std::uint16_t {
  EpochStarted = 1, DetailsHeld = 2, SiteApproved = 3, DeliveryApproved = 4, OperatorApproved = 5, SealTypeApproved = 6,
  PlanSet = 7, SealsWithdrawn = 8, ClauseApplies = 9, ClosedDays = 10, PlanApproved = 11, TransferArrived = 12,
  AlertAnswered = 13, ErasureOrdered = 14, CustomsToldByOffice = 15,
};

/// One detail of an entry, by its place in the entry's list.
struct DetailRef {
  std::uint64_t index = 0; std::uint8_t n = 0;
  template <class A> void fields(A& a) { a(index, n); }
  friend bool operator==(const DetailRef&, const DetailRef&) = default;
};
/// Every detail of entries [0, through) of that epoch is durable at the hub, but for `missing`, which the site could not
/// send. Only then may the site thin its local bytes.
struct DetailsHeld {
  static constexpr DirectiveKind kKind = DirectiveKind::DetailsHeld;
  std::uint32_t epoch = 0; std::uint64_t through = 0; std::vector<DetailRef> missing;
  template <class A> void fields(A& a) { a(epoch, through, missing); }
  friend bool operator==(const DetailsHeld&, const DetailsHeld&) = default;
};
enum class Scope : std::uint8_t { Sea = 1, Air = 2, Both = 3 };
/// Clause 2.5: Customs approved this site. `until_ms` 0: no end named. `plan_version` names the approved plan.
struct SiteApproved {
  static constexpr DirectiveKind kKind = DirectiveKind::SiteApproved;
  std::int64_t from_ms = 0, until_ms = 0; Scope scope = Scope::Sea; std::string plan_version;
  template <class A> void fields(A& a) { a(from_ms, until_ms, scope, plan_version); }
  friend bool operator==(const SiteApproved&, const SiteApproved&) = default;
};
/// Clause 2.4: a purchase approval names this site for these seals.
struct DeliveryApproved {
  static constexpr DirectiveKind kKind = DirectiveKind::DeliveryApproved;
  std::string approval; Family family = Family::Ses; SealKind seal_kind = SealKind::Bolt; SealRange seals; std::int64_t expected_ms = 0;
  template <class A> void fields(A& a) { a(approval, family, seal_kind, seals, expected_ms); }
  friend bool operator==(const DeliveryApproved&, const DeliveryApproved&) = default;
};
/// Clause 2.16. A firm's name is business data, not a person's: it stands here.
struct OperatorApproved {
  static constexpr DirectiveKind kKind = DirectiveKind::OperatorApproved;
  OperatorNo operator_no = 0; std::string name; Scope scope = Scope::Sea; std::int64_t from_ms = 0, until_ms = 0; std::string plan_version;
  template <class A> void fields(A& a) { a(operator_no, name, scope, from_ms, until_ms, plan_version); }
  friend bool operator==(const OperatorApproved&, const OperatorApproved&) = default;
};
/// Clause 2.1. Numbers of this type: `prefix` and `width` digits.
struct SealTypeApproved {
  static constexpr DirectiveKind kKind = DirectiveKind::SealTypeApproved;
  Family family = Family::Ses; SealKind seal_kind = SealKind::Bolt; std::string prefix; std::uint8_t width = 0;
  std::int64_t from_ms = 0, until_ms = 0; std::string plan_version;
  template <class A> void fields(A& a) { a(family, seal_kind, prefix, width, from_ms, until_ms, plan_version); }
  friend bool operator==(const SealTypeApproved&, const SealTypeApproved&) = default;
};
/// One setting of the plan (plan.hpp), in its own unit.
struct PlanSet {
  static constexpr DirectiveKind kKind = DirectiveKind::PlanSet;
  std::uint16_t setting = 0; std::int64_t value = 0; std::string plan_version;
  template <class A> void fields(A& a) { a(setting, value, plan_version); }
  friend bool operator==(const PlanSet&, const PlanSet&) = default;
};
struct SealsWithdrawn {
  static constexpr DirectiveKind kKind = DirectiveKind::SealsWithdrawn;
  Family family = Family::Ses; SealRange seals;
  template <class A> void fields(A& a) { a(family, seals); }
  friend bool operator==(const SealsWithdrawn&, const SealsWithdrawn&) = default;
};
/// How a clause of the standard applies to this site (domain-rules section 6).
enum class Applicability : std::uint8_t {
  Applies = 1,
  Assured = 2,      ///< done by the site, and assured by us: visit, agreement, register review
  NotRelevant = 3,  ///< for a reason that stands in an approved plan
};
/// The newest one for a clause counts. Not relevant without a reason and a plan version counts as applies.
struct ClauseApplies {
  static constexpr DirectiveKind kKind = DirectiveKind::ClauseApplies;
  std::string clause; Applicability how = Applicability::Applies; std::string reason, plan_version;
  template <class A> void fields(A& a) { a(clause, how, reason, plan_version); }
  friend bool operator==(const ClauseApplies&, const ClauseApplies&) = default;
};
/// Holidays and planned closing, `from_day` to `until_day` with both; days since 1970-01-01 in the site's zone. `closed`
/// false: open after all. What was due already stays due when it was.
struct ClosedDays {
  static constexpr DirectiveKind kKind = DirectiveKind::ClosedDays;
  std::uint32_t from_day = 0, until_day = 0; bool closed = true;
  template <class A> void fields(A& a) { a(from_day, until_day, closed); }
  friend bool operator==(const ClosedDays&, const ClosedDays&) = default;
};
/// Clause 4.3: Customs approved this version of the security plan in writing; `document` is the SHA-256 of what was
/// written. The newest one for a version counts.
struct PlanApproved {
  static constexpr DirectiveKind kKind = DirectiveKind::PlanApproved;
  std::string plan_version; Hash document; std::int64_t from_ms = 0;
  template <class A> void fields(A& a) { a(plan_version, document, from_ms); }
  friend bool operator==(const PlanApproved&, const PlanApproved&) = default;
};
/// Every seal that the site sent with its entry `sent` (transferred_out) was received elsewhere, came back or ended; the
/// last one at `received_ms`, by the word of the site that received it. The sending site cannot know it otherwise.
struct TransferArrived {
  static constexpr DirectiveKind kKind = DirectiveKind::TransferArrived;
  Ref sent; std::int64_t received_ms = 0;
  template <class A> void fields(A& a) { a(sent, received_ms); }
  friend bool operator==(const TransferArrived&, const TransferArrived&) = default;
};
/// What head office answers to an alert about a duty of the site.
enum class Answer : std::uint8_t {
  Accept = 1,         ///< accepted as explained, for the reason given
  NotReportable = 2,  ///< Customs need not be told (clause 6.3)
  Report = 3,         ///< Customs must be told
  AskSite = 4,        ///< the site is asked for what the reason says
};
/// Answers the duty `rule` about `subject` that the entry `opened` opened, and no later one of that name. `reason` names
/// no person: it cannot be erased.
struct AlertAnswered {
  static constexpr DirectiveKind kKind = DirectiveKind::AlertAnswered;
  std::uint8_t rule = 0; std::string subject; Ref opened; Answer decision = Answer::AskSite; std::string reason;
  template <class A> void fields(A& a) { a(rule, subject, opened, decision, reason); }
  friend bool operator==(const AlertAnswered&, const AlertAnswered&) = default;
};
/// What an answer does to a duty.
enum class AnswerEffect : std::uint8_t {
  None = 0,  ///< it does not fit: words do not close doors or check seals
  Keeps = 1, Ends = 2,
  EndsReporting = 3,    ///< as customs_decided: nothing of it is to be told
  BeginsReporting = 4,  ///< decided; now the clock for telling Customs runs
};
[[nodiscard]] AnswerEffect effect_of(std::uint8_t rule, Answer decision);
/// The name of a person (`person_no` not 0), or else the details of entry `about`, are to be erased as soon as the plan's
/// retention period allows it.
struct ErasureOrdered {
  static constexpr DirectiveKind kKind = DirectiveKind::ErasureOrdered;
  PersonNo person_no = 0; Ref about;
  template <class A> void fields(A& a) { a(person_no, about); }
  friend bool operator==(const ErasureOrdered&, const ErasureOrdered&) = default;
};
/// Clause 2.12, 6.3: head office itself told Customs of what entry `about` recorded; the site need not. What was said and
/// what Customs answered stand in the hub's journal.
struct CustomsToldByOffice {
  static constexpr DirectiveKind kKind = DirectiveKind::CustomsToldByOffice;
  Ref about; ToldHow how = ToldHow::Email; std::int64_t told_ms = 0;
  template <class A> void fields(A& a) { a(about, how, told_ms); }
  friend bool operator==(const CustomsToldByOffice&, const CustomsToldByOffice&) = default;
};
/// Entry 0 of an epoch of a directive log.
struct DirectiveEpochStarted {
  static constexpr DirectiveKind kKind = DirectiveKind::EpochStarted;
  std::string previous_origin; std::uint64_t previous_size = 0; Hash previous_root; std::uint64_t cosigned_size = 0; EpochReason reason = EpochReason::First;
  template <class A> void fields(A& a) { a(previous_origin, previous_size, previous_root, cosigned_size, reason); }
  friend bool operator==(const DirectiveEpochStarted&, const DirectiveEpochStarted&) = default;
};

using DirectiveBody = std::variant<DirectiveEpochStarted, DetailsHeld, SiteApproved, DeliveryApproved, OperatorApproved,
                                   SealTypeApproved, PlanSet, SealsWithdrawn, ClauseApplies, ClosedDays, PlanApproved,
                                   TransferArrived, AlertAnswered, ErasureOrdered, CustomsToldByOffice>;

/// One entry of a directive log: [version, kind, request_id, issued_ms, body].
struct Directive {
  std::array<std::uint8_t, 8> request_id{};
  std::int64_t issued_ms = 0;
  DirectiveBody body;
  friend bool operator==(const Directive&, const Directive&) = default;
};

[[nodiscard]] DirectiveKind kind_of(const DirectiveBody& body);
[[nodiscard]] std::string_view kind_name(DirectiveKind kind);
/// True for what changes the register once adopted; DetailsHeld and EpochStarted do not.
[[nodiscard]] bool changes_register(DirectiveKind kind);
/// As encode(Entry): codes `directive.too_large`, `directive.malformed`.
[[nodiscard]] Result<Bytes> encode(const Directive& directive);
/// As decode_entry(): codes `directive.version`, `directive.kind`, `directive.malformed`.
[[nodiscard]] Result<Directive> decode_directive(ByteView bytes);

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include "common/ses/directive.hpp"

#include <algorithm>

#include "common/ses/codec.hpp"

namespace sealkeep::ses {
namespace {

using codec::FieldReader;
using codec::FieldWriter;

constexpr std::size_t kElements = 5;
constexpr std::size_t kElementsOfAnyVersion = 64;

tl::unexpected<Error> malformed(std::string why) {
  return bad_input("directive.malformed", "A record is not an entry of a directive log", std::move(why),
                   "Fetch it again from the hub; if it stays so, that program is at fault");
}

}  // namespace

DirectiveKind kind_of(const DirectiveBody& body) {
  return std::visit([]<class B>(const B&) { return B::kKind; }, body);
}

std::string_view kind_name(DirectiveKind kind) {
  switch (kind) {
    case DirectiveKind::EpochStarted:
      return "epoch_started";
    case DirectiveKind::DetailsHeld:
      return "details_held";
    case DirectiveKind::SiteApproved:
      return "site_approved";
    case DirectiveKind::DeliveryApproved:
      return "delivery_approved";
    case DirectiveKind::OperatorApproved:
      return "operator_approved";
    case DirectiveKind::SealTypeApproved:
      return "seal_type_approved";
    case DirectiveKind::PlanSet:
      return "plan_set";
    case DirectiveKind::SealsWithdrawn:
      return "seals_withdrawn";
    case DirectiveKind::ClauseApplies:
      return "clause_applies";
    case DirectiveKind::ClosedDays:
      return "closed_days";
    case DirectiveKind::PlanApproved:
      return "plan_approved";
    case DirectiveKind::TransferArrived:
      return "transfer_arrived";
    case DirectiveKind::AlertAnswered:
      return "alert_answered";
    case DirectiveKind::ErasureOrdered:
      return "erasure_ordered";
    case DirectiveKind::CustomsToldByOffice:
      return "customs_told_by_office";
  }
  return "unknown";
}

// Words end what asks for words. What must be done with hands stays to be done.
AnswerEffect effect_of(std::uint8_t rule, Answer decision) {
  constexpr std::uint8_t kExplained[] = {3, 4, 11, 12, 13, 17, 21, 34, 36, 40, 42};
  constexpr std::uint8_t kAboutCustoms[] = {4, 13, 18, 19, 20, 34};
  const auto is_one = [rule](const auto& rules) {
    return std::find(std::begin(rules), std::end(rules), rule) != std::end(rules);
  };
  switch (decision) {
    case Answer::Accept:
      return is_one(kExplained) ? AnswerEffect::Ends : AnswerEffect::None;
    case Answer::NotReportable:
      return is_one(kAboutCustoms) ? AnswerEffect::EndsReporting : AnswerEffect::None;
    case Answer::Report:
      return rule == 19 ? AnswerEffect::BeginsReporting : AnswerEffect::None;
    case Answer::AskSite:
      return AnswerEffect::Keeps;
  }
  return AnswerEffect::None;
}

bool changes_register(DirectiveKind kind) {
  return kind != DirectiveKind::DetailsHeld && kind != DirectiveKind::EpochStarted;
}

Result<Bytes> encode(const Directive& directive) {
  PackWriter out;
  out.array(kElements).uint(codec::kVersion).uint(static_cast<std::uint64_t>(kind_of(directive.body)));
  out.bin(directive.request_id);
  FieldWriter fields(out);
  fields.number(directive.issued_ms, 0, codec::kTimeMs);
  const char* body_fault = nullptr;
  bool too_large = false;
  codec::Bodies<DirectiveBody>::write(out, directive.body, body_fault, too_large);
  if (too_large || out.bytes().size() > limits::kEntryBytes)
    return bad_input("directive.too_large", "A decision is too large for one directive",
                     "a directive has at most " + std::to_string(limits::kEntryBytes) +
                         " bytes, and at most " + std::to_string(limits::kSealsPerEntry) +
                         " seals or details",
                     "Split it into several directives");
  fields.check(body_fault);
  if (fields.fault() != nullptr)
    return bad_input("directive.malformed", "A decision cannot be written as a directive", fields.fault(),
                     "Correct the value and issue it again");
  return out.take();
}

Result<Directive> decode_directive(ByteView bytes) {
  if (bytes.size() > limits::kEntryBytes)
    return malformed("it is longer than " + std::to_string(limits::kEntryBytes) + " bytes");
  PackReader in(bytes);
  const std::size_t elements = in.array(2, kElementsOfAnyVersion);
  const std::uint64_t version = in.uint();
  if (in.ok() && version != codec::kVersion)
    return bad_input("directive.version", "A directive has version " + std::to_string(version),
                     "this program knows version 1 only", "Install the present release of Sealkeep here");
  const std::uint64_t kind = in.uint();
  const auto read_body = codec::Bodies<DirectiveBody>::reader_of(kind);
  if (in.ok() && read_body == nullptr)
    return bad_input("directive.kind", "A directive has the unknown kind " + std::to_string(kind),
                     "it was written by a later release, or it is damaged",
                     "Install the present release of Sealkeep here");
  if (elements != kElements) in.reject("a directive has 5 elements");
  Result<Directive> result;
  if (in.ok()) {
    result->request_id = in.fixed<8>();
    result->issued_ms = in.sint(0, codec::kTimeMs);
    read_body(in, result->body);
  }
  if (Result<> whole = in.finish(); !whole) return malformed(whole.error().why);
  return result;
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

void adopt(const DirectiveEpochStarted&, Folding&) {}
void adopt(const DetailsHeld&, Folding&) {}

void adopt(const SiteApproved& one, Folding& f) {
  f.rows.adopted.approvals.push_back(one);
  f.rows.adopted_dirty = true;
}

/// Its seals that stand here already. What head office had decided when they were written down was right from
/// the beginning: the site only had not heard it.
void announced_after(Folding& f, const DeliveryRow& row) {
  if (!keeps_stock(row.family)) return;
  Ref last;
  for (std::uint32_t i = 0; i < row.seals.count; ++i) {
    const SealRow* seal = f.rows.seals.find({row.family, row.seals.at(i)});
    if (seal == nullptr || seal->receipt == last || seal->receipt == Ref{}) continue;
    last = seal->receipt;
    const ReceiptRow* receipt = f.rows.receipts.find(last);
    if (receipt == nullptr || !announces(row, receipt->family, receipt->seals)) continue;
    const DutyKey key = Subject::receipt(last).rule(42);
    if (f.recorded_ms <= receipt->recorded_ms)
      f.cancel(key);
    else
      f.discharge(key, f.recorded_ms);
  }
}

/// A number that arrived before its announcement was adopted is counted already (the row was made by the
/// receipt).
void adopt(const DeliveryApproved& one, Folding& f) {
  const bool named_before = f.rows.deliveries.find(one.approval) != nullptr;
  DeliveryRow& row = f.rows.deliveries.edit(one.approval);
  row.family = one.family;
  row.kind = one.seal_kind;
  row.seals = one.seals;
  row.expected_ms = one.expected_ms;
  // The zone of the site is not known to a directive: working days are counted in UTC, half a day off at
  // most.
  const std::int64_t due_ms = add_working_days(
      one.expected_ms, f.rows.adopted.setting(Setting::DeliveryConfirmedDays), 0, f.rows.adopted.closed);
  Subject subject = Subject::delivery(one.approval);
  if (row.received >= row.seals.count) {
    f.discharge(subject.rule(3));
  } else {
    f.cancel(subject.rule(3));  // announced anew: the newest date counts
    if (one.expected_ms != 0) f.open_now(subject.rule(3), due_ms);
  }
  if (named_before) announced_after(f, row);
}

/// In the place of the decision about the same thing, or behind all.
template <class Decision, class Same>
void newest(std::vector<Decision>& list, const Decision& one, Same&& same) {
  const auto it = std::find_if(list.begin(), list.end(), same);
  if (it == list.end())
    list.push_back(one);
  else
    *it = one;
}

void adopt(const OperatorApproved& one, Folding& f) {
  newest(f.rows.adopted.operators, one,
         [&](const OperatorApproved& other) { return other.operator_no == one.operator_no; });
  f.rows.adopted_dirty = true;
}

void adopt(const SealTypeApproved& one, Folding& f) {
  newest(f.rows.adopted.seal_types, one, [&](const SealTypeApproved& other) {
    return other.family == one.family && other.seal_kind == one.seal_kind && other.prefix == one.prefix &&
           other.width == one.width;
  });
  f.rows.adopted_dirty = true;
}

void adopt(const PlanSet& one, Folding& f) {
  if (!valid(one.setting, one.value)) return;
  f.rows.adopted.settings[one.setting] = one.value;
  f.rows.adopted_dirty = true;
}

void adopt(const SealsWithdrawn& one, Folding& f) {
  f.rows.adopted.withdrawn.push_back(one);
  f.rows.adopted_dirty = true;
}

void adopt(const ClauseApplies& one, Folding& f) {
  newest(f.rows.adopted.clauses, one, [&](const ClauseApplies& other) { return other.clause == one.clause; });
  f.rows.adopted_dirty = true;
}

void adopt(const ClosedDays& one, Folding& f) {
  f.rows.adopted.close(one);
  f.rows.adopted_dirty = true;
}

void adopt(const PlanApproved& one, Folding& f) {
  newest(f.rows.adopted.plans, one,
         [&](const PlanApproved& other) { return other.plan_version == one.plan_version; });
  f.rows.adopted_dirty = true;
}

void adopt(const TransferArrived& one, Folding& f) {
  f.discharge(Subject::transfer(one.sent).rule(36), one.received_ms);
}

void adopt(const AlertAnswered& one, Folding& f) {
  const DutyKey key{one.rule, one.subject};
  const DutyRow* duty = f.rows.duties.find(key);
  if (!duty || duty->opened != one.opened) return;
  const AnswerEffect effect = effect_of(one.rule, one.decision);
  const std::int64_t decided_ms = f.recorded_ms;
  if (effect == AnswerEffect::Ends) f.discharge(key, decided_ms);
  if (effect == AnswerEffect::None || effect == AnswerEffect::Keeps || effect == AnswerEffect::Ends) return;
  constexpr std::uint8_t kAboutCustoms[] = {4, 13, 18, 20, 34};
  Subject subject(one.subject);
  f.discharge(subject.rule(19), decided_ms);
  if (effect == AnswerEffect::BeginsReporting)
    f.open(subject.rule(18), decided_ms, f.after(decided_ms, Setting::CustomsToldMs));
  else
    for (const std::uint8_t rule : kAboutCustoms) f.discharge(subject.rule(rule), decided_ms);
}

void adopt(const CustomsToldByOffice& one, Folding& f) {
  f.customs_told(one.about, one.told_ms != 0 ? one.told_ms : f.recorded_ms);
}

void adopt(const ErasureOrdered& one, Folding& f) {
  f.open_now(Subject::erasure(one.person_no, one.about).rule(41), f.erased_by(f.happened_ms));
}

}  // namespace

void fold(const Directive& directive, Ref adopted_by, std::int64_t adopted_ms, Rows& rows) {
  EntryHeader header;
  header.happened_ms = adopted_ms;
  header.recorded_ms = directive.issued_ms;  // when head office decided it
  Folding folding(header, adopted_by, rows);
  std::visit([&folding](const auto& body) { adopt(body, folding); }, directive.body);
}

}  // namespace sealkeep::ses

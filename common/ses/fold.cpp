// SPDX-License-Identifier: Apache-2.0
#include "common/ses/folding.hpp"

namespace sealkeep::ses {
namespace {

void apply(Folding&, const EpochStarted&) {}
void apply(Folding&, const AgentStarted&) {}
void apply(Folding&, const TerminalAdded&) {}
void apply(Folding&, const TerminalRemoved&) {}
void apply(Folding&, const SiteMoved&) {}
void apply(Folding&, const SpaceRefused&) {}
void apply(Folding&, const Avoided&) {}
void apply(Folding&, const DetailsErased&) {}
void apply(Folding&, const SecurityNoted&) {}
void apply(Folding&, const Restated&) {}
void apply(Folding&, const DataExported&) {}

// A site that was put back has adopted less than it had, and a machine that took a lost one's place adopts
// from the first directive again: what was folded stays folded.
void apply(Folding& f, const DirectivesAdopted& event) {
  const bool known = f.rows.self.directive_epoch == event.epoch;
  f.rows.self.directive_size = known ? std::max(f.rows.self.directive_size, event.size) : event.size;
  f.rows.self.directive_epoch = event.epoch;
}

void apply(Folding& f, const PersonAdded& event) {
  PersonRow& row = f.rows.people.edit(event.person_no);
  row.known = true;
  row.left_ms = 0;
  row.until_ms = event.until_ms;
  f.cancel(Subject::person(event.person_no).rule(26));
}

void apply(Folding& f, const PersonLeft& event) {
  PersonRow& row = f.rows.people.edit(event.person_no);
  row.left_ms = f.happened_ms;
  forget_duties_of_person(f, event.person_no);
  if (row.in_hand > 0 || row.keys > 0)
    f.open_now(Subject::person(event.person_no).rule(26), f.after_days(Setting::PersonLeftDays));
}

void apply(Folding& f, const StoreAdded& event) {
  StoreRow& row = f.rows.stores.edit(event.store_no);
  row.known = true;
  row.kind = event.kind;
  f.open_now(Subject::store(event.store_no).rule(16),
             saturating_add(f.happened_ms, f.rows.adopted.setting(Setting::StoreCountDays) * kDayMs));
}

void apply(Folding& f, const StoreOpened& event) {
  f.rows.stores.edit(event.store_no).opened_ms = f.happened_ms;
  f.open_now(Subject::store(event.store_no).rule(6), f.after(Setting::StoreClosedMs));
}

void apply(Folding& f, const StoreClosed& event) {
  f.rows.stores.edit(event.store_no).opened_ms = 0;
  f.discharge(Subject::store(event.store_no).rule(6));
}

void apply(Folding& f, const InternetDown& event) {
  f.rows.self.internet_down_until_ms = event.until_ms;
}

void apply(Folding& f, const CustomsTold& event) {
  f.customs_told(event.about, event.told_ms != 0 ? event.told_ms : f.happened_ms);
}

/// "It must be reported" is the end of deciding, and the beginning of reporting where that is not a duty
/// already.
void apply(Folding& f, const CustomsDecided& event) {
  Subject incident = Subject::incident(event.about);
  const bool was_undecided = f.rows.duties.find(incident.rule(19)) != nullptr;
  f.discharge(incident.rule(19));
  if (event.reportable) {
    if (was_undecided) f.open_now(incident.rule(18), f.after(Setting::CustomsToldMs));
    return;
  }
  for (const std::uint8_t rule : kEndWithCustoms) f.discharge(incident.rule(rule));
  f.discharge(Subject::receipt(event.about).rule(4));
}

}  // namespace

void fold(const Entry& entry, Ref at, Rows& rows) {
  RegisterRow& self = rows.self;
  SEALKEEP_ASSERT((at.epoch == self.epoch && at.index == self.next_index) ||
                  (at.epoch > self.epoch && at.index == 0));
  self.epoch = at.epoch;
  self.next_index = at.index + 1;
  Folding folding(entry.header, at, rows);
  std::visit([&folding](const auto& event) { apply(folding, event); }, entry.event);
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#include "common/ses/event.hpp"

namespace sealkeep::ses {

Event::Event() = default;
Event::Event(const Event& other) = default;
Event::Event(Event&& other) noexcept = default;
Event& Event::operator=(const Event& other) = default;
Event& Event::operator=(Event&& other) noexcept = default;
Event::~Event() = default;

Kind kind_of(const Event& event) {
  return std::visit([]<class E>(const E&) { return E::kKind; }, event);
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::EpochStarted:
      return "epoch_started";
    case Kind::AgentStarted:
      return "agent_started";
    case Kind::DirectivesAdopted:
      return "directives_adopted";
    case Kind::TerminalAdded:
      return "terminal_added";
    case Kind::TerminalRemoved:
      return "terminal_removed";
    case Kind::PersonAdded:
      return "person_added";
    case Kind::PersonLeft:
      return "person_left";
    case Kind::StoreAdded:
      return "store_added";
    case Kind::SiteMoved:
      return "site_moved";
    case Kind::SpaceRefused:
      return "space_refused";
    case Kind::DayClosed:
      return "day_closed";
    case Kind::InternetDown:
      return "internet_down";
    case Kind::Avoided:
      return "avoided";
    case Kind::Restated:
      return "restated";
    case Kind::StockOpened:
      return "stock_opened";
    case Kind::SealsReceived:
      return "seals_received";
    case Kind::BoxOpened:
      return "box_opened";
    case Kind::SealsStored:
      return "seals_stored";
    case Kind::SealsIssued:
      return "seals_issued";
    case Kind::HandedOver:
      return "handed_over";
    case Kind::SealsReturned:
      return "seals_returned";
    case Kind::TransferredOut:
      return "transferred_out";
    case Kind::TransferredIn:
      return "transferred_in";
    case Kind::ReturnedToSupplier:
      return "returned_to_supplier";
    case Kind::SealsDestroyed:
      return "seals_destroyed";
    case Kind::StockCounted:
      return "stock_counted";
    case Kind::DifferenceExplained:
      return "difference_explained";
    case Kind::StoreOpened:
      return "store_opened";
    case Kind::StoreClosed:
      return "store_closed";
    case Kind::RollReceived:
      return "roll_received";
    case Kind::RollUsed:
      return "roll_used";
    case Kind::UnitCheckedEmpty:
      return "unit_checked_empty";
    case Kind::LoadStarted:
      return "load_started";
    case Kind::LoadPaused:
      return "load_paused";
    case Kind::LoadEnded:
      return "load_ended";
    case Kind::UnitClosed:
      return "unit_closed";
    case Kind::DoorsSecured:
      return "doors_secured";
    case Kind::SealApplied:
      return "seal_applied";
    case Kind::SealChecked:
      return "seal_checked";
    case Kind::Uplifted:
      return "uplifted";
    case Kind::SealDamaged:
      return "seal_damaged";
    case Kind::SealReplaced:
      return "seal_replaced";
    case Kind::SealLost:
      return "seal_lost";
    case Kind::SealTampered:
      return "seal_tampered";
    case Kind::SealFound:
      return "seal_found";
    case Kind::SealRemoved:
      return "seal_removed";
    case Kind::UnitOpened:
      return "unit_opened";
    case Kind::ResealedElsewhere:
      return "resealed_elsewhere";
    case Kind::OtherSealNoted:
      return "other_seal_noted";
    case Kind::ContentsLookedAt:
      return "contents_looked_at";
    case Kind::PapersCorrected:
      return "papers_corrected";
    case Kind::SealCorrected:
      return "seal_corrected";
    case Kind::UnitCorrected:
      return "unit_corrected";
    case Kind::LoadCancelled:
      return "load_cancelled";
    case Kind::ConcernRaised:
      return "concern_raised";
    case Kind::CustomsTold:
      return "customs_told";
    case Kind::CustomsDecided:
      return "customs_decided";
    case Kind::ConcernRead:
      return "concern_read";
    case Kind::IncidentReported:
      return "incident_reported";
    case Kind::RecordKept:
      return "record_kept";
    case Kind::ContingencyStarted:
      return "contingency_started";
    case Kind::ContingencyEnded:
      return "contingency_ended";
    case Kind::HeldUnitLookedAt:
      return "held_unit_looked_at";
    case Kind::ExportEntryChecked:
      return "export_entry_checked";
    case Kind::SecurityNoted:
      return "security_noted";
    case Kind::DetailsErased:
      return "details_erased";
    case Kind::ErasureAnswered:
      return "erasure_answered";
    case Kind::DataExported:
      return "data_exported";
  }
  return "unknown";
}

}  // namespace sealkeep::ses

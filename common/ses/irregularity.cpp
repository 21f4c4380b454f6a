// SPDX-License-Identifier: Apache-2.0
#include "common/ses/irregularity.hpp"

namespace sealkeep::ses {

std::string_view irregularity_name(Irregularity code) {
  switch (code) {
    case Irregularity::UnknownSeal:
      return "unknown_seal";
    case Irregularity::BadCheckDigit:
      return "bad_check_digit";
    case Irregularity::SamePerson:
      return "same_person";
    case Irregularity::SealInUse:
      return "seal_in_use";
    case Irregularity::SealSpent:
      return "seal_spent";
    case Irregularity::AlreadyReceived:
      return "already_received";
    case Irregularity::OperatorNotApproved:
      return "operator_not_approved";
    case Irregularity::SiteNotApproved:
      return "site_not_approved";
    case Irregularity::DeliveryNotApproved:
      return "delivery_not_approved";
    case Irregularity::LateEntry:
      return "late_entry";
    case Irregularity::HappenedInFuture:
      return "happened_in_future";
    case Irregularity::SealTypeNotApproved:
      return "seal_type_not_approved";
    case Irregularity::SealWithdrawn:
      return "seal_withdrawn";
    case Irregularity::DoorDiffers:
      return "door_differs";
    case Irregularity::PaperDiffers:
      return "paper_differs";
    case Irregularity::VvttFailed:
      return "vvtt_failed";
    case Irregularity::VvttIncomplete:
      return "vvtt_incomplete";
    case Irregularity::NotChecked:
      return "not_checked";
    case Irregularity::NotSealed:
      return "not_sealed";
    case Irregularity::UnitAlreadySealed:
      return "unit_already_sealed";
    case Irregularity::UnitHeld:
      return "unit_held";
    case Irregularity::PersonUnknown:
      return "person_unknown";
    case Irregularity::PersonLeft:
      return "person_left";
    case Irregularity::CountDiffers:
      return "count_differs";
    case Irregularity::ShortDelivery:
      return "short_delivery";
    case Irregularity::UnknownUnit:
      return "unknown_unit";
    case Irregularity::UnknownBox:
      return "unknown_box";
    case Irregularity::UnknownPlace:
      return "unknown_place";
    case Irregularity::ClockUnsure:
      return "clock_unsure";
    case Irregularity::DriverNotSigned:
      return "driver_not_signed";
    case Irregularity::NotClosed:
      return "not_closed";
    case Irregularity::UnknownReference:
      return "unknown_reference";
    case Irregularity::NotTrained:
      return "not_trained";
    case Irregularity::EntryDiffers:
      return "entry_differs";
    case Irregularity::KeyNotListed:
      return "key_not_listed";
    case Irregularity::ConfusableTyped:
      return "confusable_typed";
    case Irregularity::SignInUnusual:
      return "sign_in_unusual";
  }
  return "unknown";
}

std::string_view irregularity_sentence(Irregularity code) {
  switch (code) {
    case Irregularity::UnknownSeal:
      return "The register never had this seal";
    case Irregularity::BadCheckDigit:
      return "The container number's last digit does not fit the others";
    case Irregularity::SamePerson:
      return "The same person applied the seal and checked it";
    case Irregularity::SealInUse:
      return "The seal is on another container or package already";
    case Irregularity::SealSpent:
      return "The seal was used up before: damaged, lost, tampered with, destroyed, removed, sent out or "
             "returned";
    case Irregularity::AlreadyReceived:
      return "The seal was received at this site before";
    case Irregularity::OperatorNotApproved:
      return "The transport operator is not an approved one";
    case Irregularity::SiteNotApproved:
      return "No approval covers this site on that date";
    case Irregularity::DeliveryNotApproved:
      return "No purchase approval names this delivery";
    case Irregularity::LateEntry:
      return "It was recorded long after it happened, without a paper sheet";
    case Irregularity::HappenedInFuture:
      return "The time that was given had not come yet";
    case Irregularity::SealTypeNotApproved:
      return "This type of seal is not an approved one";
    case Irregularity::SealWithdrawn:
      return "Head office has withdrawn this seal from use";
    case Irregularity::DoorDiffers:
      return "What was read at the door is not what the register has";
    case Irregularity::PaperDiffers:
      return "What was read from the load paperwork is not what was read at the door";
    case Irregularity::VvttFailed:
      return "A step of View, Verify, Tug, Twist failed";
    case Irregularity::VvttIncomplete:
      return "A step of View, Verify, Tug, Twist was not done";
    case Irregularity::NotChecked:
      return "It left before the seal was checked against the load paperwork";
    case Irregularity::NotSealed:
      return "It left without a seal on record";
    case Irregularity::UnitAlreadySealed:
      return "Another seal is on this container or package already";
    case Irregularity::UnitHeld:
      return "The contents were not looked at since the seal was tampered with";
    case Irregularity::PersonUnknown:
      return "The register does not know this person";
    case Irregularity::PersonLeft:
      return "The person had left, or their last day had passed";
    case Irregularity::CountDiffers:
      return "The count differs from the register";
    case Irregularity::ShortDelivery:
      return "Seals on the label were not in the delivery";
    case Irregularity::UnknownUnit:
      return "The register does not know this container or package";
    case Irregularity::UnknownBox:
      return "The register does not know this box";
    case Irregularity::UnknownPlace:
      return "The register does not know this place";
    case Irregularity::ClockUnsure:
      return "The clock was not sure when it was recorded";
    case Irregularity::DriverNotSigned:
      return "The driver did not sign";
    case Irregularity::NotClosed:
      return "The doors were not recorded as closed before the seal was applied";
    case Irregularity::NotTrained:
      return "No training or competence for this task is on record";
    case Irregularity::EntryDiffers:
      return "The export entry does not agree with the register";
    case Irregularity::KeyNotListed:
      return "Nobody gave this person a key of the store on record";
    case Irregularity::ConfusableTyped:
      return "It was typed, and a seal with nearly the same number is at this site";
    case Irregularity::SignInUnusual:
      return "Somebody used, or tried to use, this system in an unusual way";
    case Irregularity::UnknownReference:
      return "It points at a record that is not there";
  }
  return "Something was wrong that this program does not know";
}

}  // namespace sealkeep::ses

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace sealkeep::ses {

/// What was wrong with a fact when it was recorded (DESIGN section 2 idea 4). Written into the entry by the
/// agent and never recomputed. Numbers are stored; never reuse one.
enum class Irregularity : std::uint16_t {
  UnknownSeal = 1,          ///< the register never had this seal
  BadCheckDigit = 2,        ///< container number's check digit is not the computed one
  SamePerson = 3,           ///< applied and checked by the same person (plan's second-person rule)
  SealInUse = 4,            ///< on another unit already
  SealSpent = 5,            ///< damaged, lost, tampered, destroyed, removed, sent out or returned
  AlreadyReceived = 6,      ///< received before at this site
  OperatorNotApproved = 7,  ///< clause 2.16
  SiteNotApproved = 8,      ///< clause 2.5: no approval covers this site on that date
  DeliveryNotApproved = 9,  ///< clause 2.4: no purchase approval names this delivery
  LateEntry = 10,           ///< recorded long after it happened, without a paper sheet
  HappenedInFuture = 11,
  SealTypeNotApproved = 12,  ///< clause 2.1
  SealWithdrawn = 13,
  DoorDiffers = 14,        ///< the door's reading is not what the register has
  PaperDiffers = 15,       ///< clause 2.14: paper and door differ
  VvttFailed = 16,         ///< clause 2.15: a step failed
  VvttIncomplete = 17,     ///< a step was not done
  NotChecked = 18,         ///< uplifted without the check of 2.14
  NotSealed = 19,          ///< uplifted without a seal on record
  UnitAlreadySealed = 20,  ///< another seal of this family is on it
  UnitHeld = 21,           ///< contents not looked at since a tamper
  PersonUnknown = 22,
  PersonLeft = 23,    ///< the person had left, or the end date had passed
  CountDiffers = 24,  ///< clause 2.11
  ShortDelivery = 25,
  UnknownUnit = 26,
  UnknownBox = 27,
  UnknownPlace = 28,
  ClockUnsure = 29,
  DriverNotSigned = 30,
  NotClosed = 31,         ///< sealed although the doors were not recorded as closed and the plan asks for it
  UnknownReference = 32,  ///< points at an entry that is not there
  NotTrained = 33,        ///< clause 2.9: no valid training or competence on record, and the plan asks for it
  EntryDiffers = 34,      ///< clause 4.2: the export entry does not agree with the register
  KeyNotListed = 35,      ///< clause 2.8: a store was opened by a person who holds no key of it on record
  ConfusableTyped = 36,   ///< typed, and a seal one swap or look-alike away is at this site too: scan it
  SignInUnusual = 37,     ///< clause 5.1: failed sign-ins, a new terminal, out of hours, an account locked
};

/// "unknown_seal", as in JSON, SQL and docs.
[[nodiscard]] std::string_view irregularity_name(Irregularity code);
/// One sentence for people, without a full stop: "The register never had this seal".
[[nodiscard]] std::string_view irregularity_sentence(Irregularity code);

}  // namespace sealkeep::ses

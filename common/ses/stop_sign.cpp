// SPDX-License-Identifier: Apache-2.0
#include "common/ses/stop_sign.hpp"

#include <algorithm>

namespace sealkeep::ses {
namespace {

constexpr StopSign kSigns[] = {
    {Irregularity::UnitHeld, Severity::Critical, "2.12"},
    {Irregularity::NotSealed, Severity::Critical, "2.13"},
    {Irregularity::OperatorNotApproved, Severity::Critical, "2.16"},
    {Irregularity::SealTypeNotApproved, Severity::High, "2.1"},
    {Irregularity::SealWithdrawn, Severity::High, "2.1"},
    {Irregularity::UnknownSeal, Severity::High, "2.6"},
    {Irregularity::SealInUse, Severity::High, "2.6"},
    {Irregularity::SealSpent, Severity::High, "2.6"},
    {Irregularity::UnitAlreadySealed, Severity::High, "2.6"},
    {Irregularity::DoorDiffers, Severity::High, "2.14"},
    {Irregularity::PaperDiffers, Severity::High, "2.14"},
    {Irregularity::NotChecked, Severity::High, "2.14"},
    {Irregularity::VvttFailed, Severity::High, "2.15"},
    {Irregularity::BadCheckDigit, Severity::Warn, "2.6"},
    {Irregularity::KeyNotListed, Severity::Warn, "2.8"},
    {Irregularity::NotTrained, Severity::Warn, "2.9"},
    {Irregularity::VvttIncomplete, Severity::Warn, "2.15"},
    {Irregularity::DriverNotSigned, Severity::Warn, "2.17"},
    {Irregularity::ConfusableTyped, Severity::List, "2.6"},
    {Irregularity::SamePerson, Severity::List, "2.14"},
};

std::ptrdiff_t place_of(Irregularity code) {
  return std::find_if(std::begin(kSigns), std::end(kSigns),
                      [code](const StopSign& sign) { return sign.code == code; }) -
         std::begin(kSigns);
}

}  // namespace

std::span<const StopSign> stop_signs() {
  return kSigns;
}

bool is_stop_sign(Irregularity code) {
  return place_of(code) != std::ssize(kSigns);
}

bool graver(Irregularity one, Irregularity other) {
  return std::pair(place_of(one), one) < std::pair(place_of(other), other);
}

}  // namespace sealkeep::ses

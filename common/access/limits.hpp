// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "common/base/clock.hpp"

namespace sealkeep::access {

inline constexpr std::size_t kAccounts = 2'000;
inline constexpr std::size_t kSessionsPerAccount = 16;  ///< one more ends the one that was used longest ago
/// One more takes the place of the pending one that was seen longest ago and at which nobody is signed in.
inline constexpr std::size_t kPendingTerminals = 64;
inline constexpr std::size_t kTerminals = 1'000;  ///< named ones
inline constexpr std::size_t kLogLines = 50'000;  ///< lines of the log of sign-ins
inline constexpr std::int64_t kTrimEveryLines = 256;
inline constexpr std::uint32_t kPinTries = 10;           ///< wrong PINs in a row, then the password is asked
inline constexpr std::uint32_t kNoteFailures = 5;        ///< SecurityNote at every 5th failure in a row
inline constexpr std::int64_t kCodeMs = 24 * 3'600'000;  ///< a one-time code is valid this long
inline constexpr std::int64_t kLaterMs = 14 * kDayMs;    ///< a password prompt can be put off
inline constexpr std::int64_t kLaterDayMs = kDayMs;      ///< by one "later"
inline constexpr std::int64_t kSeenEveryMs =
    60'000;  ///< how often "seen" of a session or terminal is written
inline constexpr std::int64_t kOneLineMs = 3'600'000;  ///< refusals of one kind within this are one line

}  // namespace sealkeep::access

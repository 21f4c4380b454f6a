// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

/// Every limit of the formats and queues, in one place. Each is tested at the limit and one past it.
namespace sealkeep::limits {

inline constexpr std::size_t kEntryBytes = 8 * 1024;  ///< one entry of a log
inline constexpr std::size_t kLeafBytes = 16 * 1024;  ///< the same with another one inside (ses/restated.hpp)
inline constexpr std::size_t kSealsPerEntry = 1000;   ///< seals that one entry may name
inline constexpr std::size_t kChangeSetEntries = 4096;  ///< entries of one change set
inline constexpr std::size_t kChangeSetBytes =
    512 * 1024;  ///< entries of one change set, uncompressed, with lengths
inline constexpr std::size_t kDetailBytes = 64 * 1024;  ///< one small detail
inline constexpr std::size_t kDetailsPerEntry = 16;
inline constexpr std::size_t kIrregularitiesPerEntry = 16;
inline constexpr std::size_t kRefsPerEntry = 64;
inline constexpr std::size_t kTextBytes = 64;     ///< a code, document number or reading in a record's body
inline constexpr std::size_t kBodyFields = 64;    ///< fields of a body, those of later versions included
inline constexpr std::size_t kOriginBytes = 200;  ///< a log's origin, a cosigner's name
inline constexpr std::size_t kSiteCodeBytes = 32;
inline constexpr std::size_t kSealNumberBytes = 35;          ///< an..35 of UN/EDIFACT SEL, the widest in use
inline constexpr std::size_t kMessageBytes = 1024 * 1024;    ///< one ZeroMQ message, main port
inline constexpr std::size_t kEnrolMessageBytes = 8 * 1024;  ///< one ZeroMQ message, enrolment port
inline constexpr std::size_t kHubCreditBytes = 32 * 1024 * 1024;  ///< granted to all sites together
inline constexpr std::size_t kSiteCreditBytes = 2 * 1024 * 1024;  ///< granted to one site at most
inline constexpr std::size_t kUnitsPerEntry = 256;
inline constexpr std::size_t kNoteBytes = 1'000'000;
inline constexpr std::size_t kNoteLines = 100;
inline constexpr std::size_t kNoteSignatures = 16;
inline constexpr std::size_t kLogsPerHello = 64;
inline constexpr std::size_t kHistoryRefs = 1000;  ///< entries remembered beside one register row
inline constexpr std::uint64_t kTreeSize = (std::uint64_t{1} << 63) - 1;
inline constexpr std::size_t kCommandBytes = 8 * 1024 * 1024;  ///< one request on a daemon's local socket

}  // namespace sealkeep::limits

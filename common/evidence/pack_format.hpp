// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/tlog/tile.hpp"

/// Names, order and numbers of an evidence pack (docs/formats/evidence.md), shared by writer and reader.
namespace sealkeep::evidence {

inline constexpr std::uint64_t kVersion = 1;
inline constexpr std::size_t kTarBlock = 512;
inline constexpr std::uint64_t kMemberBytes = (std::uint64_t{1} << 33) - 1;  ///< what ustar can say
inline constexpr std::size_t kMemberNameBytes = 99;

inline constexpr std::size_t kCoverBytes = 1024 * 1024;
inline constexpr std::size_t kSites = 1'000;
inline constexpr std::size_t kLogs = 4'000;
inline constexpr std::size_t kPicks = 1'000;
inline constexpr std::size_t kRemarks = 1'000;
inline constexpr std::size_t kCoverTextBytes = 300;
inline constexpr std::size_t kCosigners = 16;

inline constexpr std::string_view kReadmeName = "README.txt";
inline constexpr std::string_view kCoverName = "cover";
inline constexpr std::string_view kHashName = "sha256";

/// The first member, always these bytes: a pack is known by them, and says what it is to whoever unpacks it.
inline constexpr std::string_view kReadme =
    "Sealkeep evidence pack, version 1\n"
    "\n"
    "Records of customs seals as their load site wrote them, with what proves that nothing was changed,\n"
    "left out of the middle or put in later. Check it before you believe it:\n"
    "\n"
    "    sealkeep-verify FILE --key \"FINGERPRINT\"\n"
    "\n"
    "FINGERPRINT is that of the exporter's head office or of the site, as printed in the security plan. "
    "Without\n"
    "one the answer can only be \"consistent, keys not confirmed\". No network and no other file is needed.\n"
    "\n"
    "cover            who, which sites, which period, what was left out (canonical MessagePack)\n"
    "logs/N/          one transparency log each, in the layout of C2SP tlog-tiles\n"
    "logs/N/heads/    earlier checkpoints: what was recorded by when\n"
    "logs/N/details/  names, reasons and photos that the entries commit to\n"
    "sha256           of every byte before it, against accidents; proof are the signatures alone\n";

/// Why the bytes of a detail are here or not, one byte in front of each.
enum class DetailPresence : std::uint8_t {
  Here = 1,       ///< 16 bytes of salt and the bytes follow
  LeftOut = 2,    ///< the exporter left it out of this pack
  OtherTime = 3,  ///< it belongs to a record outside the period
  Erased = 4,     ///< it was erased by order, for good
  NotHere = 5,    ///< whoever made the pack does not hold it
};
inline constexpr std::uint8_t kLastPresence = 5;

/// "logs/3/", from 1.
[[nodiscard]] inline std::string log_folder(std::size_t number) {
  return "logs/" + std::to_string(number) + "/";
}
[[nodiscard]] inline std::string details_path(const BundleId& id) {
  return "details" + bundle_path(id).substr(std::string_view("tile/entries").size());
}

}  // namespace sealkeep::evidence

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/evidence/cover.hpp"
#include "common/evidence/pack_format.hpp"
#include "common/evidence/tar.hpp"
#include "common/ses/detail.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/proof.hpp"

namespace sealkeep::evidence {

/// What is known of a detail. Salt and bytes only with Here.
struct PackedDetail {
  DetailPresence presence = DetailPresence::NotHere;
  ses::Salt salt{};
  Bytes bytes;
};

/// Where one log of a pack comes from. The functions are called front to back.
struct PackLog {
  VerifierKey key;                     ///< the log's own, type Ed25519
  std::vector<VerifierKey> cosigners;  ///< of the notes below, type Cosignature, each signed one at least
  std::string checkpoint;              ///< signed note at exactly the size that the cover says
  /// Signed notes at smaller sizes, ascending, all larger than `first`.
  std::vector<std::pair<std::uint64_t, std::string>> heads;
  /// Hands out entries first, first+1, ... as LogStore::read_entries; at least one a call.
  std::function<Result<std::uint64_t>(std::uint64_t first, std::uint64_t max_count,
                                      const std::function<Result<>(std::uint64_t, ByteView)>& visit)>
      read;
  ReadHashes hashes;  ///< only asked if `first` is not 0
  /// Only asked for site logs.
  std::function<Result<PackedDetail>(std::uint64_t index, const ses::Entry& entry, std::uint8_t n)> detail;
};

/// Called now and then with entries written so far, and of all.
using PackProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// Writes a whole pack. `logs` stand in the order of cover.logs (asserted). The same input gives the same
/// bytes. Memory: 256 entries with their details. Returns the SHA-256 of the whole file. BadInput
/// `pack.cover`; Corrupt `pack.source` if a detail is not the one that its entry commits to; errors of the
/// sources and the sink.
[[nodiscard]] Result<Hash> write_pack(const Cover& cover, std::span<const PackLog> logs, const Sink& sink,
                                      const PackProgress& progress = {});

}  // namespace sealkeep::evidence

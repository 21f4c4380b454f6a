// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/log_store.hpp"

namespace sealkeep {

/// Keys that count as right beside the one in the log's own row (a key that was rotated, a pinned key).
struct VerifyKeys {
  std::vector<PublicKey> log_keys;       ///< empty: the key in the log's row
  std::vector<PublicKey> cosigner_keys;  ///< empty: cosignatures are counted, not checked
};

enum class VerifyFault : std::uint8_t {
  Database,     ///< SQLite's own check
  Missing,      ///< an entry that a head or a later entry promises is not there
  Entry,        ///< the bytes of an entry
  LeafMark,     ///< the mark stored beside an entry; the entry itself is right
  Tile,         ///< a stored tile; the entries are right
  Root,         ///< a head's root (or size) is not that of the entries
  Signature,    ///< the log's signature of a head
  Cosignature,  ///< the mirror's cosignature of a head
};

struct VerifyFinding {
  VerifyFault fault = VerifyFault::Database;
  std::uint64_t index =
      0;             ///< of the entry; for heads their size; for a tile the first entry under the wrong hash
  std::string text;  ///< one sentence for an operator
};

/// What a whole re-reading of one log found. `findings` holds the first 100, in the order of the log.
struct VerifyReport {
  std::uint64_t entries = 0;  ///< read and hashed
  std::uint64_t tiles = 0;    ///< compared
  std::uint64_t heads = 0;    ///< compared, signatures checked
  std::uint64_t cosignatures_checked = 0;
  Checkpoint computed;  ///< the log's state as recomputed from its entries
  std::vector<VerifyFinding> findings;
  [[nodiscard]] bool ok() const { return findings.empty(); }
};

/// Called about every 4,096 entries with how many are done; an error ends the work and is returned.
using VerifyProgress = std::function<Result<>(std::uint64_t done, std::uint64_t all)>;

/// Re-reads every entry of a log from the database (nothing from memory), recomputes leaf marks, tiles and
/// roots and compares them with what is stored, checks every kept head. Bounded memory. Reads a consistent
/// state only if nobody writes meanwhile. A returned error means that it could not look; what it found is in
/// the report.
[[nodiscard]] Result<VerifyReport> verify_log(Db& db, LogId log, const VerifyKeys& keys = {},
                                              const VerifyProgress& progress = {});

/// The same for every log of the database, and SQLite's own integrity check once. Findings by log; the
/// check's under LogId 0.
[[nodiscard]] Result<std::map<LogId, VerifyReport>> verify_all(
    Db& db, const std::function<VerifyKeys(const LogInfo&)>& keys_of, const VerifyProgress& progress = {});

}  // namespace sealkeep

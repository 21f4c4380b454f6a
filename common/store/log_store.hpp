// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>

#include "common/store/db.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/proof.hpp"
#include "common/tlog/tile_builder.hpp"

namespace sealkeep {

/// A log's number in this database; never leaves it.
using LogId = std::int64_t;

enum class LogRole : std::uint8_t { Site = 1, Directive = 2, Journal = 3 };
enum class LogDirection : std::uint8_t {
  Written = 1,   ///< this process is its writer
  Mirrored = 2,  ///< somebody else writes it; entries are kept as received
};
enum class LogState : std::uint8_t { Active = 1, Frozen = 2 };

/// What is to be known of a log before its first entry. Only `state` ever changes, and only to Frozen.
struct LogInfo {
  LogId id = 0;  ///< given by add_log
  std::string origin;
  LogRole role = LogRole::Site;
  LogDirection direction = LogDirection::Written;
  PublicKey public_key;
  LogState state = LogState::Active;
  friend bool operator==(const LogInfo&, const LogInfo&) = default;
};

/// The newest state that the log's writer signed.
struct SignedHead {
  Checkpoint checkpoint;
  Signature signature;
  std::int64_t signed_ms = 0;  ///< Unix ms: written logs, when signed; mirrored logs, when stored here
  friend bool operator==(const SignedHead&, const SignedHead&) = default;
};

/// A signed state with its mirror's cosignature: a receipt.
struct CosignedHead {
  Checkpoint checkpoint;
  Signature signature;
  Cosignature cosignature;
  bool used = false;  ///< a receipt shows it: kept for ever
  friend bool operator==(const CosignedHead&, const CosignedHead&) = default;
};

/// A change set that was verified, as it is stored.
struct Run {
  std::uint64_t start = 0;       ///< index of its first entry: the mirrored size before it
  std::size_t count = 0;         ///< 1..limits::kChangeSetEntries
  ByteView bytes;                ///< bundle form: u16 length + entry, repeated
  std::span<const Hash> leaves;  ///< hash_leaf of each entry, as the receiver computed them
};

/// Where a stored run stands in the order of arrival of all mirrored logs: the cursor of whoever follows.
struct RunInfo {
  std::int64_t arrival_seq = 0;  ///< grows, may have gaps
  LogId log = 0;
  std::uint64_t first = 0;
  std::size_t count = 0;
  friend bool operator==(const RunInfo&, const RunInfo&) = default;
};

/// A head that must not be forgotten because it contradicts another.
struct Evidence {
  LogId log = 0;
  std::string kind;  ///< "fork", "smaller_head", "refused_head", ...: the code of the refusal
  std::uint64_t size = 0;
  Hash root;
  Signature signature;
  std::int64_t received_ms = 0;
  std::string note;  ///< for people; printable
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// All logs of one database (docs/formats/store.md): entries, tiles, heads. Over one Db that outlives it,
/// same thread. Every function that writes needs the caller's open transaction. What it keeps in memory (the
/// right edge of logs in use) follows rollbacks of transactions and savepoints by itself. Over a read_only Db
/// it sees the other connection's commits at its next call.
///
/// Errors besides those of Db: NotFound `log.unknown` for a LogId that is not there; Corrupt `log.damaged` if
/// rows contradict each other (run verify).
class LogStore {
 public:
  /// The SQL of the tables, one script of the owner's first migration.
  [[nodiscard]] static std::string_view schema();

  /// Keeps the right edges of at most `cached_logs` logs (about 10 KiB each).
  [[nodiscard]] static Result<LogStore> open(Db& db, std::size_t cached_logs = 2048);

  /// Refused `log.exists` if a log has this origin. BadInput as check_key_name.
  [[nodiscard]] Result<LogId> add_log(const LogInfo& info);
  [[nodiscard]] Result<std::optional<LogInfo>> find_log(std::string_view origin);
  [[nodiscard]] Result<LogInfo> log(LogId log);
  [[nodiscard]] Result<std::vector<LogInfo>> logs();
  /// For ever: a frozen log takes no entries and no heads.
  [[nodiscard]] Result<> freeze(LogId log);

  /// Appends to a written log; returns the index of the first. An entry has 1..limits::kLeafBytes bytes
  /// (BadInput `log.entry_size`; nothing is then written). Refused `log.frozen`; Refused `log.not_writer` for
  /// a mirrored log.
  [[nodiscard]] Result<std::uint64_t> append(LogId log, std::span<const ByteView> entries);
  [[nodiscard]] Result<std::uint64_t> append(LogId log, ByteView entry) {
    return append(log, std::span(&entry, 1));
  }

  /// Size and root with everything that the open transaction appended.
  [[nodiscard]] Result<std::uint64_t> size(LogId log);
  [[nodiscard]] Result<Hash> root(LogId log);
  [[nodiscard]] Result<Checkpoint> checkpoint(LogId log);
  [[nodiscard]] Result<Frontier> frontier(LogId log);
  /// Tree and root of the first `size` entries. BadInput `log.range` past the log's size.
  [[nodiscard]] Result<Frontier> frontier_at(LogId log, std::uint64_t size);
  [[nodiscard]] Result<Hash> root_at(LogId log, std::uint64_t size);

  /// Replaces the signed head of a written log. The checkpoint is checkpoint(log) (Bug `log.head_mismatch` if
  /// not); the signature is the caller's own and not checked here.
  [[nodiscard]] Result<> put_signed_head(LogId log, const Checkpoint& checkpoint, const Signature& signature,
                                         std::int64_t signed_ms);
  [[nodiscard]] Result<std::optional<SignedHead>> newest_signed_head(LogId log);

  /// Stores the mirror's answer for a head that this writer signed, of any size up to size(log). The same
  /// again is harmless. Refused `log.smaller_head` if smaller than the newest cosigned one; Refused
  /// `log.fork` if this log had another root at that size; Refused `log.head_beyond` if it is larger than the
  /// log (a database put back from a copy). Nothing is written then; the caller keeps it with add_evidence in
  /// a transaction that commits.
  [[nodiscard]] Result<> put_cosignature(LogId log, const Checkpoint& checkpoint, const Signature& signature,
                                         const Cosignature& cosignature);
  [[nodiscard]] Result<std::optional<CosignedHead>> newest_cosigned_head(LogId log);
  /// The smallest kept cosigned head that covers entry `index` (its size is > index): the receipt of that
  /// entry. Empty if none does yet.
  [[nodiscard]] Result<std::optional<CosignedHead>> cosigned_head_covering(LogId log, std::uint64_t index);
  /// A receipt shows this head: it is never thinned. NotFound `log.no_head` if it is not kept.
  [[nodiscard]] Result<> mark_head_used(LogId log, std::uint64_t size);

  /// Stores a verified change set of a mirrored log with the head at its end and our cosignature, and returns
  /// its arrival number. Refused `log.not_next` unless run.start == size(log); Refused `log.fork` unless the
  /// head's size and root are those of the log with the run; Refused `log.frozen`, `log.not_mirror`; BadInput
  /// `log.run` if the bytes are not `count` entries or `leaves` has another number. Signatures were checked
  /// by the caller.
  [[nodiscard]] Result<std::int64_t> append_run(LogId log, const Run& run, const Checkpoint& head,
                                                const Signature& signature, const Cosignature& cosignature,
                                                std::int64_t stored_ms);
  /// Runs of all logs that arrived after `arrival_seq`, oldest first, at most `max_count`.
  [[nodiscard]] Result<std::vector<RunInfo>> runs_after(std::int64_t arrival_seq, std::size_t max_count);

  /// The entry's exact bytes. BadInput `log.range` past the log's size.
  [[nodiscard]] Result<Bytes> read_entry(LogId log, std::uint64_t index);
  /// Hands out entries first, first+1, ... until `max_count` entries or the next one would pass `max_bytes`
  /// (the first one always comes) or the log ends; stops at the visitor's error and returns it. Returns how
  /// many were visited. The view lives during the call. Memory: one run (limits::kChangeSetBytes) at most.
  /// The visitor must not append.
  using VisitEntry = std::function<Result<>(std::uint64_t index, ByteView entry)>;
  [[nodiscard]] Result<std::uint64_t> read_entries(LogId log, std::uint64_t first, std::uint64_t max_count,
                                                   std::uint64_t max_bytes, const VisitEntry& visit);

  /// The stored hashes of a full tile; NotFound `log.no_tile`.
  [[nodiscard]] Result<Bytes> read_full_tile(LogId log, unsigned level, std::uint64_t n);
  /// A tile of any width, as the log has them at its present size.
  [[nodiscard]] Result<Bytes> read_tile(LogId log, const TileId& id);
  /// Hashes for make_inclusion_proof and make_consistency_proof at any size up to the log's. Uses this
  /// LogStore: use it before the log changes.
  [[nodiscard]] Result<ReadHashes> hash_source(LogId log);

  [[nodiscard]] Result<> add_evidence(const Evidence& evidence);
  [[nodiscard]] Result<std::vector<Evidence>> evidence(LogId log);

  [[nodiscard]] Db& db() { return *db_; }

 private:
  struct Statements;
  struct Edge {
    LogDirection direction;
    LogState state;
    std::string origin;
    TileBuilder builder;
    std::uint64_t used;  // for eviction: the larger, the later
  };
  LogStore(Db& db, std::size_t cached_logs, std::shared_ptr<Statements> statements);
  [[nodiscard]] Result<> follow_db();
  [[nodiscard]] Result<Edge*> edge(LogId log);
  [[nodiscard]] Result<Edge> load_edge(LogId log);
  [[nodiscard]] Result<std::uint64_t> stored_size(LogId log, LogDirection direction);
  [[nodiscard]] Result<> store_tiles(LogId log, const std::vector<Tile>& tiles);
  [[nodiscard]] Result<> store_cosigned(LogId log, const Checkpoint& head, const Signature& signature,
                                        const Cosignature& cosignature);
  [[nodiscard]] Result<std::uint64_t> visit_written(LogId log, std::uint64_t first, std::uint64_t max_count,
                                                    std::uint64_t max_bytes, const VisitEntry& visit);
  [[nodiscard]] Result<std::uint64_t> visit_mirrored(LogId log, std::uint64_t first, std::uint64_t max_count,
                                                     std::uint64_t max_bytes, const VisitEntry& visit);
  Db* db_;
  std::size_t cached_logs_;
  std::shared_ptr<Statements> statements_;
  std::map<LogId, Edge> edges_;
  std::set<LogId> unsettled_;  // loaded or changed inside the transaction that `seen_transaction_` counts
  std::uint64_t seen_rollbacks_ = 0;
  std::uint64_t seen_transaction_ = 0;
  std::int64_t seen_data_version_ = 0;
  std::uint64_t uses_ = 0;
};

}  // namespace sealkeep

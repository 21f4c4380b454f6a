// SPDX-License-Identifier: Apache-2.0
#include "common/store/log_store.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/store/log_schema_sql.hpp"
#include "common/store/log_statements.hpp"

namespace sealkeep {

using store_detail::entry_key;
using store_detail::last_entry_key;
using store_detail::leaf_mark;
using store_detail::log_damaged;
using store_detail::unknown_log;

std::string_view LogStore::schema() {
  return sql::log_schema;
}

LogStore::LogStore(Db& db, std::size_t cached_logs, std::shared_ptr<Statements> statements)
    : db_(&db), cached_logs_(std::max<std::size_t>(cached_logs, 1)), statements_(std::move(statements)) {}

Result<LogStore> LogStore::open(Db& db, std::size_t cached_logs) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, const char*> all[] = {
      {&s->add_log,
       "INSERT INTO log (origin, role, direction, public_key, state) VALUES (?, ?, ?, ?, ?) RETURNING "
       "log_id"},
      {&s->add_signed_head, "INSERT INTO signed_head VALUES (?, 0, ?, zeroblob(64), 0)"},
      {&s->find_log, "SELECT log_id, origin, role, direction, public_key, state FROM log WHERE origin = ?"},
      {&s->get_log, "SELECT log_id, origin, role, direction, public_key, state FROM log WHERE log_id = ?"},
      {&s->list_logs, "SELECT log_id, origin, role, direction, public_key, state FROM log ORDER BY log_id"},
      {&s->freeze, "UPDATE log SET state = 2 WHERE log_id = ?"},
      {&s->add_entry, "INSERT INTO entry (entry_key, leaf_mark, bytes) VALUES (?, ?, ?)"},
      {&s->get_entry, "SELECT bytes FROM entry WHERE entry_key = ?"},
      {&s->written_size,
       "SELECT idx + 1 FROM entry WHERE entry_key >= ? AND entry_key <= ? ORDER BY entry_key DESC LIMIT 1"},
      {&s->mirrored_size, "SELECT first + count FROM run WHERE log_id = ? ORDER BY first DESC LIMIT 1"},
      {&s->add_run,
       "INSERT INTO run (log_id, first, count, leaf_marks, bytes) VALUES (?, ?, ?, ?, ?) RETURNING "
       "arrival_seq"},
      {&s->runs_after,
       "SELECT arrival_seq, log_id, first, count FROM run WHERE arrival_seq > ? ORDER BY arrival_seq LIMIT "
       "?"},
      {&s->add_tile, "INSERT INTO tile (log_id, level, n, hashes) VALUES (?, ?, ?, ?)"},
      {&s->get_tile, "SELECT hashes FROM tile WHERE log_id = ? AND level = ? AND n = ?"},
      {&s->put_signed_head,
       "UPDATE signed_head SET size = ?2, root = ?3, signature = ?4, signed_ms = ?5 WHERE log_id = ?1"},
      {&s->get_signed_head, "SELECT size, root, signature, signed_ms FROM signed_head WHERE log_id = ?"},
      {&s->add_head,
       "INSERT INTO head (log_id, size, root, signature, cosigned_s, cosignature) VALUES (?, ?, ?, ?, ?, ?)"},
      {&s->drop_head, "DELETE FROM head WHERE log_id = ? AND size = ?"},
      {&s->newest_head,
       "SELECT size, root, signature, cosigned_s, cosignature, used FROM head WHERE log_id = ? "
       "ORDER BY size DESC LIMIT 1"},
      {&s->covering_head,
       "SELECT size, root, signature, cosigned_s, cosignature, used FROM head WHERE log_id = ? AND size > ? "
       "ORDER BY size LIMIT 1"},
      {&s->mark_head, "UPDATE head SET used = 1 WHERE log_id = ? AND size = ?"},
      {&s->add_evidence,
       "INSERT INTO evidence (log_id, kind, size, root, signature, received_ms, note) VALUES (?, ?, ?, ?, ?, "
       "?, ?)"},
      {&s->get_evidence,
       "SELECT kind, size, root, signature, received_ms, note FROM evidence WHERE log_id = ? ORDER BY "
       "evidence_id"},
      {&s->data_version, "PRAGMA data_version"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return LogStore(db, cached_logs, std::move(s));
}

Result<LogInfo> store_detail::read_log_info(const Rows& rows) {
  LogInfo info;
  info.id = rows.int64(0);
  info.origin = rows.text(1);
  info.role = static_cast<LogRole>(rows.int64(2));
  info.direction = static_cast<LogDirection>(rows.int64(3));
  SEALKEEP_LET(key, rows.array<32>(4));
  info.public_key.bytes = key;
  info.state = static_cast<LogState>(rows.int64(5));
  return info;
}

Result<LogId> LogStore::add_log(const LogInfo& info) {
  SEALKEEP_TRY(check_key_name(info.origin));
  SEALKEEP_LET(there, find_log(info.origin));
  if (there) {
    return fail(ErrorKind::Refused, "log.exists", "the log " + info.origin + " is there already");
  }
  LogId id = 0;
  {
    SEALKEEP_LET(rows, statements_->add_log.query(info.origin, static_cast<int>(info.role),
                                                  static_cast<int>(info.direction), info.public_key.bytes,
                                                  static_cast<int>(info.state)));
    SEALKEEP_TRY(rows.next());
    id = rows.int64(0);
    SEALKEEP_TRY(rows.next());
  }
  SEALKEEP_TRY(statements_->add_signed_head.run(id, empty_root().bytes));
  return id;
}

Result<std::optional<LogInfo>> LogStore::find_log(std::string_view origin) {
  SEALKEEP_LET(rows, statements_->find_log.query(origin));
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::optional<LogInfo>();
  SEALKEEP_LET(info, store_detail::read_log_info(rows));
  return std::optional(std::move(info));
}

Result<LogInfo> LogStore::log(LogId log) {
  SEALKEEP_LET(rows, statements_->get_log.query(log));
  SEALKEEP_LET(found, rows.next());
  if (!found) return unknown_log();
  return store_detail::read_log_info(rows);
}

Result<std::vector<LogInfo>> LogStore::logs() {
  std::vector<LogInfo> all;
  SEALKEEP_LET(rows, statements_->list_logs.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return all;
    SEALKEEP_LET(info, store_detail::read_log_info(rows));
    all.push_back(std::move(info));
  }
}

Result<> LogStore::freeze(LogId log) {
  SEALKEEP_LET(known, edge(log));
  if (known->state == LogState::Frozen) return {};
  SEALKEEP_TRY(statements_->freeze.run(log));
  known->state = LogState::Frozen;
  unsettled_.insert(log);
  return {};
}

// --- the right edge in memory ---

Result<> LogStore::follow_db() {
  if (db_->read_only()) {
    SEALKEEP_LET(rows, statements_->data_version.query());
    SEALKEEP_TRY(rows.next());
    if (rows.int64(0) != seen_data_version_) edges_.clear();
    seen_data_version_ = rows.int64(0);
    return {};
  }
  if (db_->rollbacks() != seen_rollbacks_) {
    for (LogId log : unsettled_) edges_.erase(log);
    unsettled_.clear();
    seen_rollbacks_ = db_->rollbacks();
  }
  if (!db_->in_transaction() || db_->transactions() != seen_transaction_) {
    unsettled_.clear();  // that transaction was committed
    seen_transaction_ = db_->transactions();
  }
  return {};
}

Result<LogStore::Edge*> LogStore::edge(LogId log) {
  SEALKEEP_TRY(follow_db());
  auto found = edges_.find(log);
  if (found == edges_.end()) {
    SEALKEEP_LET(loaded, load_edge(log));
    if (edges_.size() >= cached_logs_) {
      edges_.erase(std::min_element(edges_.begin(), edges_.end(), [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
      }));
    }
    found = edges_.emplace(log, std::move(loaded)).first;
    if (db_->in_transaction()) unsettled_.insert(log);
  }
  found->second.used = ++uses_;
  return &found->second;
}

Result<std::uint64_t> LogStore::stored_size(LogId log, LogDirection direction) {
  SEALKEEP_LET(rows, direction == LogDirection::Written
                         ? statements_->written_size.query(entry_key(log, 0), last_entry_key(log))
                         : statements_->mirrored_size.query(log));
  SEALKEEP_LET(found, rows.next());
  return found ? rows.uint64(0) : 0;
}

Result<LogStore::Edge> LogStore::load_edge(LogId log) {
  SEALKEEP_LET(info, this->log(log));
  SEALKEEP_LET(size, stored_size(log, info.direction));
  std::vector<Hash> tail;
  const auto keep = [&](std::uint64_t, ByteView entry) -> Result<> {
    tail.push_back(hash_leaf(entry));
    return {};
  };
  const std::uint64_t in_tail = size % kTileWidth;
  if (in_tail != 0) {
    SEALKEEP_TRY(info.direction == LogDirection::Written
                     ? visit_written(log, size - in_tail, in_tail, UINT64_MAX, keep)
                     : visit_mirrored(log, size - in_tail, in_tail, UINT64_MAX, keep));
  }
  if (tail.size() != in_tail) return log_damaged("entries at the end of the log are missing");
  const ReadTile full = [&](const TileId& id) { return read_full_tile(log, id.level, id.n); };
  SEALKEEP_LET(builder, TileBuilder::restore(size, full, tail));
  SEALKEEP_LET(head, newest_signed_head(log));
  const std::uint64_t signed_size = head ? head->checkpoint.size : 0;
  if (signed_size > size) return log_damaged("the log is shorter than its signed head");
  if (head && signed_size == size && builder.root() != head->checkpoint.root) {
    return log_damaged("the entries of the log do not have the root of its signed head");
  }
  return Edge{info.direction, info.state, std::move(info.origin), std::move(builder), 0};
}

// --- writing ---

Result<> LogStore::store_tiles(LogId log, const std::vector<Tile>& tiles) {
  for (const Tile& tile : tiles) {
    SEALKEEP_TRY(statements_->add_tile.run(log, tile.id.level, tile.id.n, tile.bytes));
  }
  return {};
}

Result<std::uint64_t> LogStore::append(LogId log, std::span<const ByteView> entries) {
  SEALKEEP_LET(known, edge(log));
  if (known->direction != LogDirection::Written) {
    return fail(ErrorKind::Refused, "log.not_writer", "this log is written by the other side");
  }
  if (known->state == LogState::Frozen) {
    return fail(ErrorKind::Refused, "log.frozen", "this log is frozen", "a newer epoch took its place",
                "Record in the newest epoch");
  }
  if (!db_->in_transaction()) {
    return fail(ErrorKind::Bug, "store.no_transaction", "an append outside of a transaction");
  }
  for (ByteView entry : entries) {
    if (entry.empty() || entry.size() > limits::kLeafBytes) {
      return bad_input("log.entry_size", "an entry has " + std::to_string(entry.size()) + " bytes",
                       "the limit is " + std::to_string(limits::kLeafBytes), "Record it in several parts");
    }
  }
  const std::uint64_t first = known->builder.size();
  unsettled_.insert(log);
  const auto add = [&](ByteView entry) -> Result<> {
    const Hash leaf = hash_leaf(entry);
    SEALKEEP_TRY(statements_->add_entry.run(entry_key(log, known->builder.size()), leaf_mark(leaf), entry));
    return store_tiles(log, known->builder.append(leaf));
  };
  for (ByteView entry : entries) {
    if (auto added = add(entry); !added) {
      edges_.erase(log);
      db_->doom(added.error());
      return tl::unexpected<Error>(std::move(added).error());
    }
  }
  return first;
}

namespace {
Result<> check_run(const Run& run) {
  bool sound = run.count >= 1 && run.count <= limits::kChangeSetEntries && run.leaves.size() == run.count &&
               run.bytes.size() <= limits::kChangeSetBytes;
  ByteReader reader(run.bytes);
  for (std::size_t i = 0; sound && i < run.count; ++i) {
    const std::size_t size = reader.u16();
    sound = size >= 1 && size <= limits::kLeafBytes && reader.raw(size).size() == size;
  }
  if (sound && reader.finished()) return {};
  return bad_input("log.run", "the entries of a change set do not have their form");
}
}  // namespace

Result<std::int64_t> LogStore::append_run(LogId log, const Run& run, const Checkpoint& head,
                                          const Signature& signature, const Cosignature& cosignature,
                                          std::int64_t stored_ms) {
  SEALKEEP_LET(known, edge(log));
  if (known->direction != LogDirection::Mirrored) {
    return fail(ErrorKind::Refused, "log.not_mirror",
                "this log is written here and takes nothing from outside");
  }
  if (known->state == LogState::Frozen) {
    return fail(ErrorKind::Refused, "log.frozen", "this log is frozen", "a newer epoch took its place");
  }
  if (run.start != known->builder.size()) {
    return fail(ErrorKind::Refused, "log.not_next",
                "the change set starts at " + std::to_string(run.start) + ", the mirror ends at " +
                    std::to_string(known->builder.size()));
  }
  SEALKEEP_TRY(check_run(run));
  if (!db_->in_transaction()) {
    return fail(ErrorKind::Bug, "store.no_transaction", "an append outside of a transaction");
  }
  TileBuilder grown = known->builder;
  std::vector<Tile> tiles;
  Bytes marks;
  marks.reserve(run.count * store_detail::kMarkBytes);
  for (const Hash& leaf : run.leaves) {
    for (Tile& tile : grown.append(leaf)) tiles.push_back(std::move(tile));
    sealkeep::append(marks, leaf_mark(leaf));
  }
  if (head.origin != known->origin || head.size != grown.size() || head.root != grown.root()) {
    return fail(ErrorKind::Refused, "log.fork",
                "the signed head is not that of the mirror with these entries", {},
                "The head is kept as evidence; a person decides which history is right");
  }
  std::int64_t arrival_seq = 0;
  const auto write = [&]() -> Result<> {
    {
      SEALKEEP_LET(rows, statements_->add_run.query(log, run.start, run.count, marks, run.bytes));
      SEALKEEP_TRY(rows.next());
      arrival_seq = rows.int64(0);
    }
    SEALKEEP_TRY(store_tiles(log, tiles));
    SEALKEEP_TRY(
        statements_->put_signed_head.run(log, head.size, head.root.bytes, signature.bytes, stored_ms));
    return store_cosigned(log, head, signature, cosignature);
  };
  if (auto written = write(); !written) {
    edges_.erase(log);
    db_->doom(written.error());
    return tl::unexpected<Error>(std::move(written).error());
  }
  known->builder = std::move(grown);
  unsettled_.insert(log);
  return arrival_seq;
}

Result<std::uint64_t> LogStore::size(LogId log) {
  SEALKEEP_LET(known, edge(log));
  return known->builder.size();
}

Result<Hash> LogStore::root(LogId log) {
  SEALKEEP_LET(known, edge(log));
  return known->builder.root();
}

Result<Checkpoint> LogStore::checkpoint(LogId log) {
  SEALKEEP_LET(known, edge(log));
  return Checkpoint{known->origin, known->builder.size(), known->builder.root()};
}

Result<Frontier> LogStore::frontier(LogId log) {
  SEALKEEP_LET(known, edge(log));
  return known->builder.frontier();
}

}  // namespace sealkeep

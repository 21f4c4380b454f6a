// SPDX-License-Identifier: Apache-2.0
#include "common/store/log_statements.hpp"

namespace sealkeep {

using store_detail::log_damaged;

namespace {
Error beyond(std::uint64_t index, std::uint64_t size) {
  return Error{ErrorKind::BadInput,
               "log.range",
               "there is no entry " + std::to_string(index),
               "the log has " + std::to_string(size) + " entries",
               {}};
}

Result<Bytes> full_tile(Statement& statement, LogId log, unsigned level, std::uint64_t n) {
  SEALKEEP_LET(rows, statement.query(log, level, n));
  SEALKEEP_LET(found, rows.next());
  if (!found) return fail(ErrorKind::NotFound, "log.no_tile", "the log has no such full tile");
  return to_bytes(rows.blob(0));
}

/// Counts what was handed out and says when to stop.
struct Budget {
  std::uint64_t entries;
  std::uint64_t bytes;
  std::uint64_t visited = 0;
  [[nodiscard]] bool take(std::size_t size) {
    if (visited == entries || (visited > 0 && size > bytes)) return false;
    bytes -= std::min<std::uint64_t>(bytes, size);
    ++visited;
    return true;
  }
};
}  // namespace

Result<std::uint64_t> LogStore::visit_written(LogId log, std::uint64_t first, std::uint64_t max_count,
                                              std::uint64_t max_bytes, const VisitEntry& visit) {
  Budget budget{max_count, max_bytes};
  SEALKEEP_LET(statement, store_detail::BorrowedStatement::take(*db_, statements_->entries_from,
                                                                store_detail::kEntriesFrom));
  SEALKEEP_LET(rows,
               (*statement).query(store_detail::entry_key(log, first), store_detail::last_entry_key(log)));
  while (budget.visited < max_count) {
    SEALKEEP_LET(more, rows.next());
    if (!more) break;
    const std::uint64_t index = first + budget.visited;
    if (rows.uint64(0) != index) return log_damaged("entry " + std::to_string(index) + " is missing");
    if (!budget.take(rows.blob(1).size())) break;
    SEALKEEP_TRY(visit(index, rows.blob(1)));
  }
  return budget.visited;
}

Result<std::uint64_t> LogStore::visit_mirrored(LogId log, std::uint64_t first, std::uint64_t max_count,
                                               std::uint64_t max_bytes, const VisitEntry& visit) {
  Budget budget{max_count, max_bytes};
  SEALKEEP_LET(statement,
               store_detail::BorrowedStatement::take(*db_, statements_->runs_from, store_detail::kRunsFrom));
  SEALKEEP_LET(rows, (*statement).query(log, first));
  while (budget.visited < max_count) {
    SEALKEEP_LET(more, rows.next());
    if (!more) break;
    const std::uint64_t run_first = rows.uint64(0);
    const std::uint64_t run_end = run_first + rows.uint64(1);
    ByteReader reader(rows.blob(2));
    for (std::uint64_t index = run_first; index < run_end; ++index) {
      const ByteView entry = reader.raw(reader.u16());
      if (!reader.ok()) return log_damaged("entry " + std::to_string(index) + " is cut short");
      if (index < first + budget.visited) continue;
      if (index > first + budget.visited) {
        return log_damaged("entry " + std::to_string(first + budget.visited) + " is missing");
      }
      if (!budget.take(entry.size())) return budget.visited;
      SEALKEEP_TRY(visit(index, entry));
    }
  }
  return budget.visited;
}

Result<std::uint64_t> LogStore::read_entries(LogId log, std::uint64_t first, std::uint64_t max_count,
                                             std::uint64_t max_bytes, const VisitEntry& visit) {
  SEALKEEP_LET(known, edge(log));
  const std::uint64_t size = known->builder.size();
  if (first > size) return tl::unexpected<Error>(beyond(first, size));
  const std::uint64_t count = std::min(max_count, size - first);
  return known->direction == LogDirection::Written ? visit_written(log, first, count, max_bytes, visit)
                                                   : visit_mirrored(log, first, count, max_bytes, visit);
}

Result<Bytes> LogStore::read_entry(LogId log, std::uint64_t index) {
  SEALKEEP_LET(known, edge(log));
  if (index >= known->builder.size()) return tl::unexpected<Error>(beyond(index, known->builder.size()));
  if (known->direction == LogDirection::Written) {
    SEALKEEP_LET(rows, statements_->get_entry.query(store_detail::entry_key(log, index)));
    SEALKEEP_LET(found, rows.next());
    if (!found) return log_damaged("entry " + std::to_string(index) + " is missing");
    return to_bytes(rows.blob(0));
  }
  Bytes out;
  SEALKEEP_LET(visited,
               visit_mirrored(log, index, 1, UINT64_MAX, [&](std::uint64_t, ByteView entry) -> Result<> {
                 out = to_bytes(entry);
                 return {};
               }));
  if (visited != 1) return log_damaged("entry " + std::to_string(index) + " is missing");
  return out;
}

Result<std::vector<RunInfo>> LogStore::runs_after(std::int64_t arrival_seq, std::size_t max_count) {
  std::vector<RunInfo> runs;
  SEALKEEP_LET(rows, statements_->runs_after.query(arrival_seq, max_count));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return runs;
    runs.push_back({rows.int64(0), rows.int64(1), rows.uint64(2), static_cast<std::size_t>(rows.int64(3))});
  }
}

Result<Bytes> LogStore::read_full_tile(LogId log, unsigned level, std::uint64_t n) {
  return full_tile(statements_->get_tile, log, level, n);
}

Result<Bytes> LogStore::read_tile(LogId log, const TileId& id) {
  SEALKEEP_LET(known, edge(log));
  if (id.width == kTileWidth) return read_full_tile(log, id.level, id.n);
  const ReadTile none = [](const TileId&) -> Result<Bytes> {
    return fail(ErrorKind::NotFound, "log.no_tile", "the log has no such tile at its present size");
  };
  return with_edge(known->builder, none)(id);
}

Result<ReadHashes> LogStore::hash_source(LogId log) {
  SEALKEEP_LET(known, edge(log));
  const ReadTile full = [statements = statements_, log](const TileId& id) {
    return full_tile(statements->get_tile, log, id.level, id.n);
  };
  return ReadHashes(TileReader(known->builder.size(), with_edge(known->builder, full)));
}

}  // namespace sealkeep

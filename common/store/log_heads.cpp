// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "common/store/log_statements.hpp"

namespace sealkeep {

Result<CosignedHead> store_detail::read_cosigned_head(const Rows& rows, const std::string& origin) {
  CosignedHead head;
  SEALKEEP_LET(root, rows.array<32>(1));
  SEALKEEP_LET(signature, rows.array<64>(2));
  SEALKEEP_LET(cosignature, rows.array<64>(4));
  head.checkpoint = {origin, rows.uint64(0), Hash{root}};
  head.signature.bytes = signature;
  head.cosignature.time_s = rows.uint64(3);
  head.cosignature.signature.bytes = cosignature;
  head.used = rows.int64(5) != 0;
  return head;
}

Result<Frontier> LogStore::frontier_at(LogId log, std::uint64_t size) {
  SEALKEEP_LET(known, edge(log));
  if (size > known->builder.size()) {
    return bad_input("log.range", "the log has " + std::to_string(known->builder.size()) + " entries, not " +
                                      std::to_string(size));
  }
  if (size == known->builder.size()) return known->builder.frontier();
  SEALKEEP_LET(read, hash_source(log));
  std::vector<Hash> roots;
  std::uint64_t covered = 0;
  for (std::uint64_t rest = size; rest != 0;) {
    const std::uint64_t leaves = std::bit_floor(rest);
    const auto level = static_cast<unsigned>(std::countr_zero(leaves));
    SEALKEEP_LET(hash, read(level, covered >> level));
    roots.push_back(hash);
    covered += leaves;
    rest -= leaves;
  }
  return Frontier::restore(size, roots);
}

Result<Hash> LogStore::root_at(LogId log, std::uint64_t size) {
  SEALKEEP_LET(frontier, frontier_at(log, size));
  return frontier.root();
}

Result<> LogStore::put_signed_head(LogId log, const Checkpoint& checkpoint, const Signature& signature,
                                   std::int64_t signed_ms) {
  SEALKEEP_LET(known, edge(log));
  if (known->direction != LogDirection::Written) {
    return fail(ErrorKind::Refused, "log.not_writer", "this log is written by the other side");
  }
  if (known->state == LogState::Frozen) return fail(ErrorKind::Refused, "log.frozen", "this log is frozen");
  if (checkpoint.origin != known->origin || checkpoint.size != known->builder.size() ||
      checkpoint.root != known->builder.root()) {
    return fail(ErrorKind::Bug, "log.head_mismatch", "a signed head is not the state of its log");
  }
  return statements_->put_signed_head.run(log, checkpoint.size, checkpoint.root.bytes, signature.bytes,
                                          signed_ms);
}

Result<std::optional<SignedHead>> LogStore::newest_signed_head(LogId log) {
  SEALKEEP_LET(info, this->log(log));
  SEALKEEP_LET(rows, statements_->get_signed_head.query(log));
  SEALKEEP_LET(found, rows.next());
  if (!found) return store_detail::log_damaged("the log has lost its signed head");
  SEALKEEP_LET(root, rows.array<32>(1));
  SEALKEEP_LET(signature, rows.array<64>(2));
  // A new log's row holds no signature yet, which no key gives.
  if (signature == std::array<std::uint8_t, 64>{}) return std::optional<SignedHead>();
  return std::optional(
      SignedHead{{std::move(info.origin), rows.uint64(0), Hash{root}}, {signature}, rows.int64(3)});
}

Result<> LogStore::store_cosigned(LogId log, const Checkpoint& head, const Signature& signature,
                                  const Cosignature& cosignature) {
  SEALKEEP_LET(before, newest_cosigned_head(log));
  SEALKEEP_TRY(statements_->add_head.run(log, head.size, head.root.bytes, signature.bytes, cosignature.time_s,
                                         cosignature.signature.bytes));
  const auto hour = static_cast<std::uint64_t>(store_detail::kHourS);
  if (before && !before->used && before->cosignature.time_s / hour == cosignature.time_s / hour) {
    return statements_->drop_head.run(log, before->checkpoint.size);
  }
  return {};
}

Result<> LogStore::put_cosignature(LogId log, const Checkpoint& checkpoint, const Signature& signature,
                                   const Cosignature& cosignature) {
  SEALKEEP_LET(known, edge(log));
  if (known->direction != LogDirection::Written) {
    return fail(ErrorKind::Refused, "log.not_writer", "this log is written by the other side");
  }
  if (checkpoint.origin != known->origin) {
    return fail(ErrorKind::Refused, "log.other_log", "the cosignature is for another log");
  }
  if (checkpoint.size > known->builder.size()) {
    return fail(ErrorKind::Refused, "log.head_beyond",
                "a mirror cosigned " + std::to_string(checkpoint.size) + " entries, this log has " +
                    std::to_string(known->builder.size()),
                "the database is older than what was sent", "Start a new epoch; the old one stays as it is");
  }
  SEALKEEP_LET(own_root, root_at(log, checkpoint.size));
  if (own_root != checkpoint.root) {
    return fail(ErrorKind::Refused, "log.fork", "a mirror cosigned another history of this log", {},
                "The head is kept as evidence; a person decides which history is right");
  }
  SEALKEEP_LET(newest, newest_cosigned_head(log));
  if (newest && checkpoint.size < newest->checkpoint.size) {
    return fail(ErrorKind::Refused, "log.smaller_head",
                "a cosigned head of " + std::to_string(checkpoint.size) +
                    " entries is older than the newest of " + std::to_string(newest->checkpoint.size));
  }
  if (newest && checkpoint.size == newest->checkpoint.size) return {};
  return store_cosigned(log, checkpoint, signature, cosignature);
}

Result<std::optional<CosignedHead>> LogStore::newest_cosigned_head(LogId log) {
  SEALKEEP_LET(info, this->log(log));
  SEALKEEP_LET(rows, statements_->newest_head.query(log));
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::optional<CosignedHead>();
  SEALKEEP_LET(head, store_detail::read_cosigned_head(rows, info.origin));
  return std::optional(std::move(head));
}

Result<std::optional<CosignedHead>> LogStore::cosigned_head_covering(LogId log, std::uint64_t index) {
  SEALKEEP_LET(info, this->log(log));
  SEALKEEP_LET(rows, statements_->covering_head.query(log, index));
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::optional<CosignedHead>();
  SEALKEEP_LET(head, store_detail::read_cosigned_head(rows, info.origin));
  return std::optional(std::move(head));
}

Result<> LogStore::mark_head_used(LogId log, std::uint64_t size) {
  SEALKEEP_TRY(statements_->mark_head.run(log, size));
  if (statements_->mark_head.changes() == 1) return {};
  return fail(ErrorKind::NotFound, "log.no_head", "no cosigned head of this size is kept");
}

Result<> LogStore::add_evidence(const Evidence& evidence) {
  return statements_->add_evidence.run(evidence.log, evidence.kind, evidence.size, evidence.root.bytes,
                                       evidence.signature.bytes, evidence.received_ms, evidence.note);
}

Result<std::vector<Evidence>> LogStore::evidence(LogId log) {
  std::vector<Evidence> all;
  SEALKEEP_LET(rows, statements_->get_evidence.query(log));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return all;
    SEALKEEP_LET(root, rows.array<32>(2));
    SEALKEEP_LET(signature, rows.array<64>(3));
    all.push_back({log, std::string(rows.text(0)), rows.uint64(1), Hash{root}, Signature{signature},
                   rows.int64(4), std::string(rows.text(5))});
  }
}

}  // namespace sealkeep

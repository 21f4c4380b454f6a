// SPDX-License-Identifier: Apache-2.0
#include "common/store/detail_store.hpp"

#include "common/base/limits.hpp"

namespace sealkeep {

struct DetailStore::Statements {
  Statement add, get, fill, wanted, held, empty;
};

DetailStore::DetailStore(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}

Result<DetailStore> DetailStore::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, const char*> all[] = {
      {&s->add,
       "INSERT INTO detail (log_id, idx, n, kind, length, commitment, state, salt, bytes) "
       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->get,
       "SELECT kind, length, commitment, state, salt, bytes FROM detail WHERE log_id = ? AND idx = ? AND n = "
       "?"},
      {&s->fill,
       "UPDATE detail SET state = 2, salt = ?4, bytes = ?5 WHERE log_id = ?1 AND idx = ?2 AND n = ?3"},
      {&s->wanted,
       "SELECT idx, n, kind, length, commitment FROM detail INDEXED BY detail_by_state "
       "WHERE log_id = ? AND state = 1 AND idx >= ? AND idx < ? ORDER BY idx, n LIMIT ?"},
      {&s->held,
       "SELECT idx, n FROM detail INDEXED BY detail_by_state WHERE log_id = ? AND state = 2 AND idx < ? "
       "ORDER BY idx, n"},
      {&s->empty,
       "UPDATE detail SET state = ?4, salt = NULL, bytes = NULL WHERE log_id = ?1 AND idx = ?2 AND n = ?3"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return DetailStore(std::move(s));
}

namespace {
tl::unexpected<Error> differs() {
  return fail(ErrorKind::Refused, "detail.differs", "the entry commits to another detail in this place");
}
}  // namespace

Result<> DetailStore::want(LogId log, const DetailRef& ref) {
  SEALKEEP_LET(there, get(log, ref.index, ref.n));
  if (there) {
    if (there->ref == ref) return {};
    return differs();
  }
  return statements_->add.run(log, ref.index, ref.n, static_cast<int>(ref.kind), ref.length,
                              ref.commitment.bytes, static_cast<int>(DetailState::Wanted), nullptr, nullptr);
}

Result<> DetailStore::put(LogId log, const DetailRef& ref, const ses::Salt& salt, ByteView bytes) {
  if (bytes.size() > limits::kDetailBytes) {
    return bad_input("detail.size", "a detail has " + std::to_string(bytes.size()) + " bytes",
                     "the limit is " + std::to_string(limits::kDetailBytes));
  }
  if (bytes.size() != ref.length || ses::commit_detail(ref.kind, salt, bytes) != ref.commitment) {
    return fail(ErrorKind::Refused, "detail.wrong",
                "the bytes of a detail are not those that its entry commits to");
  }
  SEALKEEP_LET(there, get(log, ref.index, ref.n));
  if (!there) {
    return statements_->add.run(log, ref.index, ref.n, static_cast<int>(ref.kind), ref.length,
                                ref.commitment.bytes, static_cast<int>(DetailState::Held), salt, bytes);
  }
  if (there->ref != ref) return differs();
  if (there->state == DetailState::Erased) {
    return fail(ErrorKind::Refused, "detail.erased", "this detail was erased and is not stored again");
  }
  if (there->state == DetailState::Held) return {};
  return statements_->fill.run(log, ref.index, ref.n, salt, bytes);
}

Result<std::optional<Detail>> DetailStore::get(LogId log, std::uint64_t index, std::uint8_t n) {
  SEALKEEP_LET(rows, statements_->get.query(log, index, n));
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::optional<Detail>();
  Detail detail;
  SEALKEEP_LET(commitment, rows.array<32>(2));
  detail.ref = {index, n, static_cast<ses::DetailKind>(rows.int64(0)), rows.uint64(1), Hash{commitment}};
  detail.state = static_cast<DetailState>(rows.int64(3));
  if (detail.state == DetailState::Held) {
    SEALKEEP_LET(salt, rows.array<16>(4));
    detail.salt = salt;
    detail.bytes = to_bytes(rows.blob(5));
  }
  return std::optional(std::move(detail));
}

Result<std::vector<DetailRef>> DetailStore::wanted(LogId log, std::uint64_t first, std::uint64_t end,
                                                   std::size_t max_count) {
  std::vector<DetailRef> all;
  SEALKEEP_LET(rows, statements_->wanted.query(log, first, end, max_count));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return all;
    SEALKEEP_LET(commitment, rows.array<32>(4));
    all.push_back({rows.uint64(0), static_cast<std::uint8_t>(rows.int64(1)),
                   static_cast<ses::DetailKind>(rows.int64(2)), rows.uint64(3), Hash{commitment}});
  }
}

Result<std::uint64_t> DetailStore::thin(LogId log, std::uint64_t through,
                                        const std::set<std::pair<std::uint64_t, std::uint8_t>>& keep,
                                        std::size_t max_count) {
  std::vector<std::pair<std::uint64_t, std::uint8_t>> chosen;
  {
    SEALKEEP_LET(rows, statements_->held.query(log, through));
    while (chosen.size() < max_count) {
      SEALKEEP_LET(more, rows.next());
      if (!more) break;
      const std::pair<std::uint64_t, std::uint8_t> key(rows.uint64(0),
                                                       static_cast<std::uint8_t>(rows.int64(1)));
      if (!keep.contains(key)) chosen.push_back(key);
    }
  }
  for (const auto& [index, n] : chosen) {
    SEALKEEP_TRY(statements_->empty.run(log, index, n, static_cast<int>(DetailState::Thinned)));
  }
  return chosen.size();
}

Result<> DetailStore::erase(LogId log, std::uint64_t index, std::uint8_t n) {
  SEALKEEP_LET(there, get(log, index, n));
  if (!there) return fail(ErrorKind::NotFound, "detail.unknown", "there is no such detail");
  if (there->state == DetailState::Erased) return {};
  return statements_->empty.run(log, index, n, static_cast<int>(DetailState::Erased));
}

Result<std::size_t> DetailStore::erase_all(LogId log, std::uint64_t index) {
  std::size_t erased = 0;
  for (std::size_t n = 0; n < limits::kDetailsPerEntry; ++n) {
    SEALKEEP_LET(there, get(log, index, static_cast<std::uint8_t>(n)));
    if (!there || there->state == DetailState::Erased) continue;
    SEALKEEP_TRY(erase(log, index, static_cast<std::uint8_t>(n)));
    ++erased;
  }
  return erased;
}

}  // namespace sealkeep

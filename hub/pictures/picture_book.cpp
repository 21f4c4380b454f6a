// SPDX-License-Identifier: Apache-2.0
#include "hub/pictures/picture_book.hpp"

#include "hub/pictures/pictures_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

Result<PictureRow> read_row(const Rows& rows) {
  PictureRow row;
  row.place = {rows.int64(0), rows.uint64(1), static_cast<std::uint8_t>(rows.int64(2))};
  row.site = rows.int64(3);
  SEALKEEP_LET(sha256, rows.array<32>(4));
  row.sha256.bytes = sha256;
  row.standing = static_cast<PictureStanding>(rows.int64(5));
  row.named_ms = rows.int64(6);
  row.ask_ms = rows.int64(7);
  row.failures = rows.int64(8);
  return row;
}

Result<std::vector<PictureRow>> read_all(Result<Rows> rows) {
  std::vector<PictureRow> out;
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    SEALKEEP_LET(row, read_row(*rows));
    out.push_back(row);
  }
}

Result<std::optional<PictureRow>> read_one(Result<Rows> rows) {
  SEALKEEP_LET(all, read_all(std::move(rows)));
  return all.empty() ? std::nullopt : std::optional(all.front());
}

}  // namespace

struct PictureBook::Statements {
  Statement add, put, remove, erase, find, next, elsewhere, erased, older, here, sites, wanted;
};

std::string_view PictureBook::schema() {
  return sql::pictures_schema;
}

Result<PictureBook> PictureBook::open(Db& db) {
  const std::string select =
      "SELECT log_id, idx, n, site, sha256, standing, named_ms, ask_ms, failures FROM picture ";
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, std::string> all[] = {
      {&s->add, "INSERT OR IGNORE INTO picture VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->put,
       "UPDATE picture SET standing = ?4, ask_ms = ?5, failures = ?6 WHERE log_id = ?1 AND idx = ?2 AND n = "
       "?3"},
      {&s->remove, "DELETE FROM picture WHERE log_id = ? AND idx = ? AND n = ?"},
      {&s->erase, "UPDATE picture SET standing = 5 WHERE log_id = ? AND idx = ? AND standing <> 5"},
      {&s->find, select + "WHERE log_id = ? AND idx = ? AND n = ?"},
      {&s->next, select + "WHERE site = ? AND standing = 1 ORDER BY ask_ms, log_id, idx, n LIMIT 1"},
      {&s->elsewhere,
       "SELECT count(*) FROM picture WHERE site = ?1 AND sha256 = ?2 AND standing IN (1, 2) AND NOT (log_id "
       "= "
       "?3 AND idx = ?4 AND n = ?5)"},
      {&s->erased, select + "WHERE standing = 5 LIMIT ?"},
      {&s->older,
       select + "WHERE site = ? AND standing IN (1, 2) AND named_ms < ? ORDER BY named_ms LIMIT ?"},
      {&s->here, select + "WHERE standing = 2"},
      {&s->sites, "SELECT DISTINCT site FROM picture WHERE standing IN (1, 2)"},
      {&s->wanted, "SELECT site, count(*) FROM picture WHERE standing = 1 GROUP BY site"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return PictureBook(std::move(s));
}

Result<> PictureBook::add(const PictureRow& row) {
  return statements_->add.run(row.place.log, row.place.index, row.place.n, row.site, row.sha256.bytes,
                              static_cast<int>(row.standing), row.named_ms, row.ask_ms, row.failures);
}

Result<> PictureBook::put(const PictureRow& row) {
  return statements_->put.run(row.place.log, row.place.index, row.place.n, static_cast<int>(row.standing),
                              row.ask_ms, row.failures);
}

Result<> PictureBook::remove(const PicturePlace& place) {
  return statements_->remove.run(place.log, place.index, place.n);
}

Result<std::size_t> PictureBook::erase(LogId log, std::uint64_t index) {
  SEALKEEP_TRY(statements_->erase.run(log, index));
  return static_cast<std::size_t>(statements_->erase.changes());
}

Result<std::optional<PictureRow>> PictureBook::find(const PicturePlace& place) {
  return read_one(statements_->find.query(place.log, place.index, place.n));
}

Result<std::optional<PictureRow>> PictureBook::next_wanted(RegisterId site) {
  return read_one(statements_->next.query(site));
}

Result<bool> PictureBook::named_elsewhere(const PictureRow& row) {
  SEALKEEP_LET(rows, statements_->elsewhere.query(row.site, row.sha256.bytes, row.place.log, row.place.index,
                                                  row.place.n));
  SEALKEEP_LET(there, rows.next());
  return there && rows.int64(0) > 0;
}

Result<std::vector<PictureRow>> PictureBook::erased(std::size_t max_count) {
  return read_all(statements_->erased.query(max_count));
}

Result<std::vector<PictureRow>> PictureBook::older(RegisterId site, std::int64_t named_before_ms,
                                                   std::size_t max_count) {
  return read_all(statements_->older.query(site, named_before_ms, max_count));
}

Result<std::vector<PictureRow>> PictureBook::all_here() {
  return read_all(statements_->here.query());
}

Result<std::vector<RegisterId>> PictureBook::sites() {
  std::vector<RegisterId> out;
  SEALKEEP_LET(rows, statements_->sites.query());
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back(rows.int64(0));
  }
}

Result<std::map<RegisterId, std::int64_t>> PictureBook::wanted() {
  std::map<RegisterId, std::int64_t> out;
  SEALKEEP_LET(rows, statements_->wanted.query());
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.emplace(rows.int64(0), rows.int64(1));
  }
}

}  // namespace sealkeep::hub

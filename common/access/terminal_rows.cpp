// SPDX-License-Identifier: Apache-2.0
#include "common/access/terminal_rows.hpp"

#include "common/access/secret_rules.hpp"

namespace sealkeep::access {
namespace {

constexpr std::string_view kColumns =
    "terminal_no, name, first_peer, last_peer, first_ms, seen_ms, named_ms, noted";

TerminalRow row_at(const Rows& rows) {
  TerminalRow row;
  Terminal& terminal = row.terminal;
  terminal.no = static_cast<TerminalNo>(rows.int64(0));
  terminal.name = rows.text(1);
  terminal.first_peer = rows.text(2);
  terminal.last_peer = rows.text(3);
  terminal.first_ms = rows.int64(4);
  terminal.seen_ms = rows.int64(5);
  terminal.named_ms = rows.int64(6);
  row.noted = rows.int64(7) != 0;
  return row;
}

Result<std::optional<TerminalRow>> first_row(Result<Rows> rows) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  SEALKEEP_LET(found, rows->next());
  if (!found) return std::nullopt;
  return row_at(*rows);
}

Result<std::size_t> number(Statement& statement) {
  SEALKEEP_LET(rows, statement.query());
  SEALKEEP_LET(found, rows.next());
  SEALKEEP_ASSERT(found);
  return static_cast<std::size_t>(rows.int64(0));
}

}  // namespace

struct TerminalRows::Statements {
  Statement add, newest, save, remove, find, by_no, all, pending, named, least_pending, forget_pending;
};

Result<TerminalRows> TerminalRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select = "SELECT " + std::string(kColumns) + " FROM terminal ";
  const std::string idle = "name = '' AND terminal_no NOT IN (SELECT terminal_no FROM session)";
  const std::pair<Statement*, std::string> all[] = {
      {&s->add,
       "INSERT INTO terminal (token, name, first_peer, last_peer, first_ms, seen_ms, named_ms, noted) "
       "VALUES (?, '', ?, ?, ?, ?, 0, 0)"},
      {&s->newest, "SELECT max(terminal_no) FROM terminal"},
      {&s->save,
       "UPDATE terminal SET name = ?2, name_key = ?3, last_peer = ?4, seen_ms = ?5, named_ms = ?6, noted = "
       "?7 "
       "WHERE terminal_no = ?1"},
      {&s->remove, "DELETE FROM terminal WHERE terminal_no = ?"},
      {&s->find, select + "WHERE token = ?"},
      {&s->by_no, select + "WHERE terminal_no = ?"},
      {&s->all, select + "ORDER BY terminal_no"},
      {&s->pending, "SELECT count(*) FROM terminal WHERE name = ''"},
      {&s->named, "SELECT count(*) FROM terminal WHERE name <> ''"},
      {&s->least_pending,
       "SELECT terminal_no FROM terminal WHERE " + idle + " ORDER BY seen_ms, terminal_no LIMIT 1"},
      {&s->forget_pending, "DELETE FROM terminal WHERE " + idle + " AND seen_ms < ?"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return TerminalRows(std::move(s));
}

Result<> TerminalRows::add(const Hash& token, TerminalRow& row) {
  const Terminal& t = row.terminal;
  SEALKEEP_TRY(statements_->add.run(token.bytes, t.first_peer, t.last_peer, t.first_ms, t.seen_ms));
  SEALKEEP_LET(no, number(statements_->newest));
  row.terminal.no = static_cast<TerminalNo>(no);
  return {};
}

Result<> TerminalRows::save(const TerminalRow& row) {
  const Terminal& t = row.terminal;
  std::optional<std::string> key;
  if (!t.pending()) {
    SEALKEEP_LET(made, name_key(t.name));
    key = std::move(made);
  }
  return statements_->save.run(t.no, t.name, key, t.last_peer, t.seen_ms, t.named_ms, row.noted);
}

Result<> TerminalRows::remove(TerminalNo no) {
  return statements_->remove.run(no);
}

Result<std::optional<TerminalRow>> TerminalRows::find(const Hash& token) {
  return first_row(statements_->find.query(token.bytes));
}

Result<std::optional<TerminalRow>> TerminalRows::by_no(TerminalNo no) {
  return first_row(statements_->by_no.query(no));
}

Result<std::vector<TerminalRow>> TerminalRows::all() {
  std::vector<TerminalRow> found;
  SEALKEEP_LET(rows, statements_->all.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    found.push_back(row_at(rows));
  }
}

Result<std::size_t> TerminalRows::pending() {
  return number(statements_->pending);
}

Result<std::size_t> TerminalRows::named() {
  return number(statements_->named);
}

Result<std::optional<TerminalNo>> TerminalRows::least_pending() {
  SEALKEEP_LET(rows, statements_->least_pending.query());
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::nullopt;
  return static_cast<TerminalNo>(rows.int64(0));
}

Result<> TerminalRows::forget_pending_before(std::int64_t seen_ms) {
  return statements_->forget_pending.run(seen_ms);
}

}  // namespace sealkeep::access

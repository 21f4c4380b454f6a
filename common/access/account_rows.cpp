// SPDX-License-Identifier: Apache-2.0
#include "common/access/account_rows.hpp"

#include "common/access/limits.hpp"

namespace sealkeep::access {
namespace {

constexpr std::string_view kColumns =
    "account_id, person, person_key, role, locked, password, pin, badge, code, code_until_ms, pin_failures, "
    "created_ms, "
    "password_ms, asked_ms, later_ms, last_sign_in_ms";

tl::unexpected<Error> malformed() {
  return fail(ErrorKind::Corrupt, "store.row_malformed", "a row of an account is not readable",
              "the database was changed from outside or is damaged",
              "Keep the file as it is and restore from a backup");
}

std::optional<Bytes> packed(const std::optional<PasswordHash>& hash) {
  if (!hash) return std::nullopt;
  Bytes out;
  ByteWriter(out).u32(hash->cost.passes).u32(hash->cost.memory_kib).raw(hash->salt).raw(hash->bytes);
  return out;
}

Result<std::optional<PasswordHash>> password_hash(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  ByteReader in(rows.blob(column));
  PasswordHash hash;
  hash.cost.passes = in.u32();
  hash.cost.memory_kib = in.u32();
  hash.salt = in.array<16>();
  hash.bytes = in.array<32>();
  const bool fits = hash.cost.passes >= kLeastArgon2Cost.passes &&
                    hash.cost.passes <= kMostArgon2Cost.passes &&
                    hash.cost.memory_kib >= kLeastArgon2Cost.memory_kib &&
                    hash.cost.memory_kib <= kMostArgon2Cost.memory_kib;
  if (!in.finished() || !fits) return malformed();
  return hash;
}

Result<std::optional<Hash>> hash_at(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  SEALKEEP_LET(bytes, rows.array<32>(column));
  return Hash{bytes};
}

SqlValue bound(const std::optional<Hash>& hash) {
  return hash ? SqlValue(hash->bytes) : SqlValue(nullptr);
}

Result<AccountRow> row_at(const Rows& rows) {
  AccountRow row;
  Account& account = row.account;
  account.id = rows.int64(0);
  account.person = rows.text(1);
  row.person_key = rows.text(2);
  account.role = static_cast<Role>(rows.int64(3));
  account.locked = rows.int64(4) != 0;
  SEALKEEP_LET(password, password_hash(rows, 5));
  row.password = password;
  SEALKEEP_LET(pin, password_hash(rows, 6));
  row.pin = pin;
  SEALKEEP_LET(badge, hash_at(rows, 7));
  row.badge = badge;
  SEALKEEP_LET(code, hash_at(rows, 8));
  row.code = code;
  account.code_until_ms = rows.int64(9);
  row.pin_failures = static_cast<std::uint32_t>(rows.int64(10));
  account.created_ms = rows.int64(11);
  account.password_ms = rows.int64(12);
  row.asked_ms = rows.int64(13);
  row.later_ms = rows.int64(14);
  account.last_sign_in_ms = rows.int64(15);
  return row;
}

Result<std::optional<AccountRow>> first_row(Result<Rows> rows) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  SEALKEEP_LET(found, rows->next());
  if (!found) return std::nullopt;
  SEALKEEP_LET(row, row_at(*rows));
  return row;
}

}  // namespace

struct AccountRows::Statements {
  Statement key, make_key, add, newest, save, remove, by_id, by_person, by_badge, all, knows, save_place,
      forgive, forget_place, failing;
};

Account AccountRow::seen() const {
  Account out = account;
  out.has_password = password.has_value();
  out.has_pin = pin.has_value();
  out.has_badge = badge.has_value();
  out.pin_blocked = pin_failures >= kPinTries;
  if (!code) out.code_until_ms = 0;
  return out;
}

Result<AccountRows> AccountRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select = "SELECT " + std::string(kColumns) + " FROM account ";
  const std::pair<Statement*, std::string> all[] = {
      {&s->key, "SELECT badge_key FROM access_key"},
      {&s->make_key, "INSERT INTO access_key (one, badge_key) VALUES (1, ?)"},
      {&s->add,
       "INSERT INTO account (person, person_key, role, locked, password, pin, badge, code, code_until_ms, "
       "pin_failures, created_ms, password_ms, asked_ms, later_ms, last_sign_in_ms) "
       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->newest, "SELECT max(account_id) FROM account"},
      {&s->save,
       "UPDATE account SET role = ?2, locked = ?3, password = ?4, pin = ?5, badge = ?6, code = ?7, "
       "code_until_ms = ?8, "
       "pin_failures = ?9, password_ms = ?10, asked_ms = ?11, later_ms = ?12, last_sign_in_ms = ?13 "
       "WHERE account_id = ?1"},
      {&s->remove, "DELETE FROM account WHERE account_id = ?"},
      {&s->by_id, select + "WHERE account_id = ?"},
      {&s->by_person, select + "WHERE person_key = ?"},
      {&s->by_badge, select + "WHERE badge = ?"},
      {&s->all, select + "ORDER BY person_key"},
      {&s->knows, "SELECT 1 FROM account_place WHERE account_id = ? AND terminal_no = ?"},
      {&s->save_place,
       "INSERT INTO account_place (account_id, terminal_no, failures, failed_ms) VALUES (?, ?, ?, ?) "
       "ON CONFLICT DO UPDATE SET failures = excluded.failures, failed_ms = excluded.failed_ms"},
      {&s->forgive, "UPDATE account_place SET failures = 0 WHERE account_id = ?"},
      {&s->forget_place, "DELETE FROM account_place WHERE terminal_no = ?"},
      {&s->failing,
       "SELECT account_id, terminal_no, failures, failed_ms FROM account_place WHERE failures > 0"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return AccountRows(std::move(s));
}

Result<std::optional<Secret>> AccountRows::key() {
  SEALKEEP_LET(rows, statements_->key.query());
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::nullopt;
  if (rows.blob(0).size() != 32) return malformed();
  return std::optional<Secret>(Secret(rows.blob(0)));
}

Result<> AccountRows::make_key(ByteView key) {
  return statements_->make_key.run(key);
}

Result<> AccountRows::add(AccountRow& row) {
  const Account& a = row.account;
  SEALKEEP_TRY(statements_->add.run(a.person, row.person_key, a.role, a.locked, packed(row.password),
                                    packed(row.pin), bound(row.badge), bound(row.code), a.code_until_ms,
                                    row.pin_failures, a.created_ms, a.password_ms, row.asked_ms, row.later_ms,
                                    a.last_sign_in_ms));
  SEALKEEP_LET(rows, statements_->newest.query());
  SEALKEEP_LET(found, rows.next());
  SEALKEEP_ASSERT(found);
  row.account.id = rows.int64(0);
  return {};
}

Result<> AccountRows::save(const AccountRow& row) {
  const Account& a = row.account;
  return statements_->save.run(a.id, a.role, a.locked, packed(row.password), packed(row.pin),
                               bound(row.badge), bound(row.code), a.code_until_ms, row.pin_failures,
                               a.password_ms, row.asked_ms, row.later_ms, a.last_sign_in_ms);
}

Result<> AccountRows::remove(AccountId id) {
  return statements_->remove.run(id);
}

Result<std::optional<AccountRow>> AccountRows::by_id(AccountId id) {
  return first_row(statements_->by_id.query(id));
}

Result<std::optional<AccountRow>> AccountRows::by_person(std::string_view person_key) {
  return first_row(statements_->by_person.query(person_key));
}

Result<std::optional<AccountRow>> AccountRows::by_badge(const Hash& badge) {
  return first_row(statements_->by_badge.query(badge.bytes));
}

Result<std::vector<AccountRow>> AccountRows::all() {
  std::vector<AccountRow> found;
  SEALKEEP_LET(rows, statements_->all.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    SEALKEEP_LET(row, row_at(rows));
    found.push_back(std::move(row));
  }
}

Result<bool> AccountRows::knows(AccountId id, TerminalNo terminal_no) {
  if (terminal_no == 0) return false;
  SEALKEEP_LET(rows, statements_->knows.query(id, terminal_no));
  return rows.next();
}

Result<> AccountRows::save(const AccountPlace& place) {
  return statements_->save_place.run(place.account, place.terminal_no, place.failures, place.failed_ms);
}

Result<> AccountRows::forgive(AccountId id) {
  return statements_->forgive.run(id);
}

Result<> AccountRows::forget_place(TerminalNo terminal_no) {
  return statements_->forget_place.run(terminal_no);
}

Result<std::vector<AccountPlace>> AccountRows::failing() {
  std::vector<AccountPlace> found;
  SEALKEEP_LET(rows, statements_->failing.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    found.push_back({rows.int64(0), static_cast<TerminalNo>(rows.int64(1)),
                     static_cast<std::uint32_t>(rows.int64(2)), rows.int64(3)});
  }
}

}  // namespace sealkeep::access

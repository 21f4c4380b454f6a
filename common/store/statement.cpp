// SPDX-License-Identifier: Apache-2.0
#include "common/store/connection.hpp"

namespace sealkeep {
namespace {

using store_detail::Connection;
using store_detail::Moment;

/// A statement that writes outside of a transaction would be durable by itself and escape every rule of
/// transaction().
Result<> may_run(const Connection& connection, sqlite3_stmt* statement) {
  SEALKEEP_TRY(connection.usable());
  SEALKEEP_ASSERT(statement != nullptr && sqlite3_stmt_busy(statement) == 0);
  if (sqlite3_stmt_readonly(statement) != 0 || sqlite3_get_autocommit(connection.handle) == 0) return {};
  if (!connection.scopes.empty() && connection.scopes.front()) {
    return tl::unexpected<Error>(*connection.scopes.front());
  }
  return fail(ErrorKind::Bug, "store.no_transaction",
              "a statement that writes was run outside of a transaction");
}

int bind_one(sqlite3_stmt* statement, int position, const SqlValue& value, sqlite3_destructor_type lifetime) {
  const ByteView bytes = value.bytes();
  switch (value.type()) {
    case SqlValue::Type::Null:
      return sqlite3_bind_null(statement, position);
    case SqlValue::Type::Int:
      return sqlite3_bind_int64(statement, position, value.number());
    case SqlValue::Type::Text:
      // A null pointer would bind NULL instead of the empty text.
      return sqlite3_bind_text64(statement, position, bytes.empty() ? "" : as_text(bytes).data(),
                                 bytes.size(), lifetime, SQLITE_UTF8);
    case SqlValue::Type::Blob:
      if (bytes.empty()) return sqlite3_bind_zeroblob(statement, position, 0);
      return sqlite3_bind_blob64(statement, position, bytes.data(), bytes.size(), lifetime);
  }
  return SQLITE_MISUSE;
}

Result<> bind_all(Connection& connection, sqlite3_stmt* statement, std::initializer_list<SqlValue> values,
                  sqlite3_destructor_type lifetime) {
  SEALKEEP_ASSERT(sqlite3_bind_parameter_count(statement) == static_cast<int>(values.size()));
  int position = 1;
  for (const SqlValue& value : values) {
    if (const int code = bind_one(statement, position++, value, lifetime); code != SQLITE_OK) {
      return connection.error(code, Moment::Statement);
    }
  }
  return {};
}

}  // namespace

Statement::Statement(std::shared_ptr<Connection> connection, sqlite3_stmt* statement)
    : connection_(std::move(connection)), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(std::move(other.connection_)), statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(statement_, other.statement_);
  return *this;
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Result<> Statement::run_values(std::initializer_list<SqlValue> values) {
  SEALKEEP_TRY(may_run(*connection_, statement_));
  SEALKEEP_TRY(bind_all(*connection_, statement_, values, SQLITE_STATIC));
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement_);
  Result<> result;
  if (code != SQLITE_DONE) {
    result = connection_->error(code, Moment::Statement);
    connection_->notice_lost_transaction(result.error());
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  return result;
}

Result<Rows> Statement::query_values(std::initializer_list<SqlValue> values) {
  SEALKEEP_TRY(may_run(*connection_, statement_));
  SEALKEEP_TRY(bind_all(*connection_, statement_, values, SQLITE_TRANSIENT));
  return Rows(connection_, statement_);
}

std::int64_t Statement::changes() const {
  return sqlite3_changes64(connection_->handle);
}

Rows::Rows(std::shared_ptr<Connection> connection, sqlite3_stmt* statement)
    : connection_(std::move(connection)), statement_(statement) {}

Rows::Rows(Rows&& other) noexcept
    : connection_(std::move(other.connection_)), statement_(std::exchange(other.statement_, nullptr)) {}

Rows::~Rows() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

Result<bool> Rows::next() {
  SEALKEEP_TRY(connection_->usable());
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_);  // a read transaction must not outlive its rows
    return false;
  }
  auto problem = connection_->error(code, Moment::Statement);
  connection_->notice_lost_transaction(problem.value());
  sqlite3_reset(statement_);
  return problem;
}

std::int64_t Rows::int64(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Rows::text(int column) const {
  return as_text(blob(column));
}

ByteView Rows::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

tl::unexpected<Error> Rows::malformed(int column) const {
  return fail(ErrorKind::Corrupt, "store.row_malformed", "a row of the database does not have its form",
              std::string("column ") + sqlite3_column_name(statement_, column),
              "Run verify; restore from a backup or from the other side's mirror");
}

}  // namespace sealkeep

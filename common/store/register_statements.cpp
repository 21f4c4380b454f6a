// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_statements.hpp"

#include "common/store/register_columns.hpp"
#include "common/store/register_schema_sql.hpp"

namespace sealkeep {

RegisterRows::RegisterRows(Db& db, std::shared_ptr<Statements> statements)
    : db_(&db), statements_(std::move(statements)) {}

std::string_view RegisterRows::schema() {
  return sql::register_schema;
}

Result<RegisterRows> RegisterRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string seal_columns = store_detail::kSealColumns;
  const std::string duty_columns = store_detail::kDutyColumns;
  const std::pair<Statement*, std::string> texts[] = {
      {&s->self,
       "SELECT epoch, next_index, directive_epoch, directive_size, day_closed, internet_down_until_ms, "
       "duties, check_week, checks, own_checks FROM register "
       "WHERE register = ?"},
      {&s->put_self, "REPLACE INTO register VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->adopted, "SELECT bytes FROM adopted WHERE register = ?"},
      {&s->put_adopted, "REPLACE INTO adopted VALUES(?, ?)"},
      {&s->ledgers,
       "SELECT family, opening, received, transferred_in, found_not_on_record, none, in_stock, issued, "
       "applied, checked, "
       "uplifted, removed, damaged, lost, tampered, destroyed, short, returned, sent_out, past_exits, "
       "unbalanced FROM ledger "
       "WHERE register = ?"},
      {&s->put_ledger,
       "REPLACE INTO ledger VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->seal, "SELECT " + seal_columns + " FROM seal WHERE family = ? AND number = ? AND register = ?"},
      {&s->put_seal,
       "REPLACE INTO seal VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_seal, "DELETE FROM seal WHERE family = ? AND number = ? AND register = ?"},
      {&s->unit,
       "SELECT state, seals, held, differs, closed_ms, secured_until_ms, sealed_ms, checked_ms, uplifted_ms, "
       "operator_no, "
       "history FROM unit WHERE kind = ? AND number = ? AND register = ?"},
      {&s->put_unit, "REPLACE INTO unit VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_unit, "DELETE FROM unit WHERE kind = ? AND number = ? AND register = ?"},
      {&s->receipt,
       "SELECT family, seals, arrived_ms, recorded_ms, approval, delivery, box, short_count, unstored FROM "
       "receipt WHERE "
       "register = ? AND epoch = ? AND idx = ?"},
      {&s->put_receipt, "REPLACE INTO receipt VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_receipt, "DELETE FROM receipt WHERE register = ? AND epoch = ? AND idx = ?"},
      {&s->box,
       "SELECT seals, receipt_epoch, receipt_index, opened FROM box WHERE register = ? AND family = ? AND "
       "label = ?"},
      {&s->put_box, "REPLACE INTO box VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_box, "DELETE FROM box WHERE register = ? AND family = ? AND label = ?"},
      {&s->store, "SELECT kind, known, opened_ms, counted_ms FROM store WHERE register = ? AND store_no = ?"},
      {&s->put_store, "REPLACE INTO store VALUES(?, ?, ?, ?, ?, ?)"},
      {&s->del_store, "DELETE FROM store WHERE register = ? AND store_no = ?"},
      {&s->person,
       "SELECT known, left_ms, until_ms, in_hand, keys FROM person WHERE register = ? AND person_no = ?"},
      {&s->put_person, "REPLACE INTO person VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_person, "DELETE FROM person WHERE register = ? AND person_no = ?"},
      {&s->roll,
       "SELECT kind, received, found, \"left\", applied, damaged, lost, destroyed, sent_out FROM roll WHERE "
       "register = ? AND "
       "family = ? AND batch = ?"},
      {&s->put_roll, "REPLACE INTO roll VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_roll, "DELETE FROM roll WHERE register = ? AND family = ? AND batch = ?"},
      {&s->delivery,
       "SELECT family, kind, seals, expected_ms, received FROM delivery WHERE register = ? AND approval = ?"},
      {&s->deliveries_elsewhere,
       "SELECT register, approval, seals FROM delivery WHERE family = ? AND register <> ?"},
      {&s->put_delivery, "REPLACE INTO delivery VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_delivery, "DELETE FROM delivery WHERE register = ? AND approval = ?"},
      {&s->record,
       "SELECT outcome, done_ms, until_ms, document, epoch, idx, count FROM record WHERE register = ? AND "
       "what = ? AND person_no = ? AND label = ?"},
      {&s->put_record, "REPLACE INTO record VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_record, "DELETE FROM record WHERE register = ? AND what = ? AND person_no = ? AND label = ?"},
      {&s->records,
       "SELECT what, person_no, label, outcome, done_ms, until_ms, document, epoch, idx, count FROM record "
       "WHERE register = ? ORDER BY what, person_no, label LIMIT ?"},
      {&s->duty, "SELECT " + duty_columns + " FROM duty WHERE register = ? AND rule = ? AND subject = ?"},
      {&s->put_duty, "REPLACE INTO duty VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&s->del_duty, "DELETE FROM duty WHERE register = ? AND rule = ? AND subject = ?"},
      {&s->put_late, "REPLACE INTO late_duty VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->seal_anywhere,
       "SELECT " + seal_columns + " FROM seal WHERE family = ? AND number = ? ORDER BY register"},
      {&s->unbalanced,
       "SELECT " + seal_columns +
           " FROM seal WHERE register = ? AND came_in <> past_exits + (state <> 0) ORDER BY family, number "
           "LIMIT ?"},
      {&s->duties_due, "SELECT " + duty_columns +
                           " FROM duty WHERE register = ? AND due_ms > 0 AND due_ms <= ? ORDER BY due_ms, "
                           "rule, subject LIMIT ?"},
      {&s->duties_of,
       "SELECT " + duty_columns + " FROM duty WHERE register = ? AND rule = ? ORDER BY subject LIMIT ?"},
      {&s->duties,
       "SELECT " + duty_columns + " FROM duty WHERE register = ? ORDER BY due_ms, rule, subject LIMIT ?"},
      {&s->late_duties,
       "SELECT rule, subject, opened_epoch, opened_index, opened_ms, due_ms, discharged_epoch, "
       "discharged_index, "
       "discharged_ms FROM late_duty WHERE register = ? ORDER BY discharged_epoch, discharged_index, rule, "
       "subject LIMIT ?"},
      {&s->seals, "SELECT " + seal_columns +
                      " FROM seal WHERE family = ? AND number > ? AND register = ? ORDER BY number LIMIT ?"},
      {&s->recount,
       "SELECT family, state, count(*), sum(past_exits), sum(came_in <> past_exits + (state <> 0)) FROM seal "
       "WHERE register = "
       "? GROUP BY family, state ORDER BY family, state"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return RegisterRows(db, std::move(s));
}

}  // namespace sealkeep

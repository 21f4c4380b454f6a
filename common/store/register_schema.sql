-- SPDX-License-Identifier: Apache-2.0
-- The register of each site (agent: of each exporter) as rows. A projection: dropped and rebuilt from the log when it changes.
-- `register` is the owner's number for one register. Times are Unix ms, 0 = not (yet). Rows and columns as in
-- common/ses/rows.hpp.
CREATE TABLE register(
  register INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, next_index INTEGER NOT NULL, directive_epoch INTEGER NOT NULL,
  directive_size INTEGER NOT NULL, day_closed INTEGER NOT NULL, internet_down_until_ms INTEGER NOT NULL, duties BLOB NOT NULL,
  check_week INTEGER NOT NULL, checks INTEGER NOT NULL, own_checks INTEGER NOT NULL
) STRICT;
CREATE TABLE adopted(register INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE ledger(
  register INTEGER NOT NULL, family INTEGER NOT NULL,
  opening INTEGER NOT NULL, received INTEGER NOT NULL, transferred_in INTEGER NOT NULL, found_not_on_record INTEGER NOT NULL,
  none INTEGER NOT NULL, in_stock INTEGER NOT NULL, issued INTEGER NOT NULL, applied INTEGER NOT NULL, checked INTEGER NOT NULL,
  uplifted INTEGER NOT NULL, removed INTEGER NOT NULL, damaged INTEGER NOT NULL, lost INTEGER NOT NULL, tampered INTEGER NOT NULL,
  destroyed INTEGER NOT NULL, short INTEGER NOT NULL, returned INTEGER NOT NULL, sent_out INTEGER NOT NULL,
  past_exits INTEGER NOT NULL, unbalanced INTEGER NOT NULL,
  PRIMARY KEY(register, family)
) STRICT, WITHOUT ROWID;
-- Number before register: the same seal at two sites stands side by side.
CREATE TABLE seal(
  family INTEGER NOT NULL, number TEXT NOT NULL, register INTEGER NOT NULL,
  state INTEGER NOT NULL, kind INTEGER NOT NULL, place_kind INTEGER NOT NULL, place_no INTEGER NOT NULL,
  unit_kind INTEGER NOT NULL, unit TEXT NOT NULL, came_in INTEGER NOT NULL, past_exits INTEGER NOT NULL,
  receipt_epoch INTEGER NOT NULL, receipt_index INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, applied_ms INTEGER NOT NULL, checked_ms INTEGER NOT NULL, uplifted_ms INTEGER NOT NULL,
  lost_ms INTEGER NOT NULL, applied_by INTEGER NOT NULL, checked_by INTEGER NOT NULL, history BLOB NOT NULL,
  PRIMARY KEY(family, number, register)
) STRICT, WITHOUT ROWID;
CREATE INDEX seal_unbalanced ON seal(register) WHERE came_in <> past_exits + (state <> 0);
-- What a dock works from is few seals: the first screen counts them and names the next.
CREATE INDEX seal_in_dock_box ON seal(register, place_no, family, number) WHERE place_kind = 2 AND state = 1;
CREATE TABLE unit(
  kind INTEGER NOT NULL, number TEXT NOT NULL, register INTEGER NOT NULL,
  state INTEGER NOT NULL, seals BLOB NOT NULL, held INTEGER NOT NULL, differs INTEGER NOT NULL, closed_ms INTEGER NOT NULL,
  secured_until_ms INTEGER NOT NULL, sealed_ms INTEGER NOT NULL, checked_ms INTEGER NOT NULL, uplifted_ms INTEGER NOT NULL,
  operator_no INTEGER NOT NULL, history BLOB NOT NULL,
  PRIMARY KEY(kind, number, register)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_on_dock ON unit(register) WHERE state BETWEEN 1 AND 10 AND uplifted_ms = 0;
CREATE TABLE receipt(
  register INTEGER NOT NULL, epoch INTEGER NOT NULL, idx INTEGER NOT NULL, family INTEGER NOT NULL, seals BLOB NOT NULL,
  arrived_ms INTEGER NOT NULL, recorded_ms INTEGER NOT NULL, approval TEXT NOT NULL, delivery TEXT NOT NULL, box TEXT NOT NULL,
  short_count INTEGER NOT NULL, unstored INTEGER NOT NULL,
  PRIMARY KEY(register, epoch, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE box(
  register INTEGER NOT NULL, family INTEGER NOT NULL, label TEXT NOT NULL, seals BLOB NOT NULL, receipt_epoch INTEGER NOT NULL,
  receipt_index INTEGER NOT NULL, opened INTEGER NOT NULL, PRIMARY KEY(register, family, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE store(
  register INTEGER NOT NULL, store_no INTEGER NOT NULL, kind INTEGER NOT NULL, known INTEGER NOT NULL, opened_ms INTEGER NOT NULL,
  counted_ms INTEGER NOT NULL, PRIMARY KEY(register, store_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE person(
  register INTEGER NOT NULL, person_no INTEGER NOT NULL, known INTEGER NOT NULL, left_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,
  in_hand INTEGER NOT NULL, keys INTEGER NOT NULL, PRIMARY KEY(register, person_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE record(
  register INTEGER NOT NULL, what INTEGER NOT NULL, person_no INTEGER NOT NULL, label TEXT NOT NULL, outcome INTEGER NOT NULL,
  done_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, document BLOB NOT NULL, epoch INTEGER NOT NULL, idx INTEGER NOT NULL,
  count INTEGER NOT NULL, PRIMARY KEY(register, what, person_no, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE roll(
  register INTEGER NOT NULL, family INTEGER NOT NULL, batch TEXT NOT NULL, kind INTEGER NOT NULL, received INTEGER NOT NULL,
  found INTEGER NOT NULL, "left" INTEGER NOT NULL, applied INTEGER NOT NULL, damaged INTEGER NOT NULL, lost INTEGER NOT NULL,
  destroyed INTEGER NOT NULL, sent_out INTEGER NOT NULL, PRIMARY KEY(register, family, batch)
) STRICT, WITHOUT ROWID;
CREATE TABLE delivery(
  register INTEGER NOT NULL, approval TEXT NOT NULL, family INTEGER NOT NULL, kind INTEGER NOT NULL, seals BLOB NOT NULL,
  expected_ms INTEGER NOT NULL, received INTEGER NOT NULL, PRIMARY KEY(register, approval)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty(
  register INTEGER NOT NULL, rule INTEGER NOT NULL, subject TEXT NOT NULL, opened_epoch INTEGER NOT NULL, opened_index INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, PRIMARY KEY(register, rule, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_due ON duty(register, due_ms);
CREATE TABLE late_duty(
  register INTEGER NOT NULL, rule INTEGER NOT NULL, subject TEXT NOT NULL, opened_epoch INTEGER NOT NULL, opened_index INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, discharged_epoch INTEGER NOT NULL, discharged_index INTEGER NOT NULL,
  discharged_ms INTEGER NOT NULL,
  PRIMARY KEY(register, discharged_epoch, discharged_index, rule, subject)
) STRICT, WITHOUT ROWID;

-- SPDX-License-Identifier: Apache-2.0
-- What head office counts and lists of all sites beside their registers: a projection of the logs like them, written in
-- the same transactions and rebuilt from the logs. Rows and columns as in hub/oversight/chronicle.hpp. Times are Unix ms, 0 = not (yet).
CREATE TABLE chronicle(
  register INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, next_index INTEGER NOT NULL
) STRICT;
CREATE TABLE day_count(
  day INTEGER NOT NULL, register INTEGER NOT NULL, facts INTEGER NOT NULL, received INTEGER NOT NULL, applied INTEGER NOT NULL,
  checked INTEGER NOT NULL, uplifted INTEGER NOT NULL, read INTEGER NOT NULL, typed INTEGER NOT NULL, late_entries INTEGER NOT NULL,
  PRIMARY KEY(day, register)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident(
  register INTEGER NOT NULL, epoch INTEGER NOT NULL, idx INTEGER NOT NULL, kind INTEGER NOT NULL, discovered_ms INTEGER NOT NULL,
  told_epoch INTEGER NOT NULL, told_index INTEGER NOT NULL, told_ms INTEGER NOT NULL, told_how INTEGER NOT NULL,
  decided_epoch INTEGER NOT NULL, decided_index INTEGER NOT NULL, decided_ms INTEGER NOT NULL, reportable INTEGER NOT NULL,
  PRIMARY KEY(register, epoch, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_by_time ON incident(discovered_ms);
CREATE TABLE named(
  register INTEGER NOT NULL, kind INTEGER NOT NULL, no INTEGER NOT NULL, epoch INTEGER NOT NULL, idx INTEGER NOT NULL,
  PRIMARY KEY(register, kind, no, epoch, idx)
) STRICT, WITHOUT ROWID;

-- SPDX-License-Identifier: Apache-2.0
-- Reports that were asked for and what became of them, and those that are made by themselves. Kinds, formats and states are
-- numbers of hub/reports; sites are codes between commas, empty = all. Times are Unix ms, 0 = not (yet). The files are in the
-- folder `reports`; the hub's journal holds who took which one out.
CREATE TABLE report(
  id TEXT PRIMARY KEY, kind INTEGER NOT NULL, format INTEGER NOT NULL, sites TEXT NOT NULL, from_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL, period TEXT NOT NULL, asked_by TEXT NOT NULL, whom TEXT NOT NULL, asked_ms INTEGER NOT NULL,
  state INTEGER NOT NULL, made_ms INTEGER NOT NULL, heard_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, records INTEGER NOT NULL,
  file BLOB NOT NULL, schedule TEXT NOT NULL, remark TEXT NOT NULL, trouble TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX report_newest ON report(asked_ms);
CREATE INDEX report_to_make ON report(asked_ms) WHERE state IN (1, 2);
CREATE TABLE report_schedule(
  id TEXT PRIMARY KEY, kind INTEGER NOT NULL, format INTEGER NOT NULL, sites TEXT NOT NULL, every INTEGER NOT NULL,
  day INTEGER NOT NULL, at_min INTEGER NOT NULL, channel TEXT NOT NULL, receivers TEXT NOT NULL, made_by TEXT NOT NULL,
  made_ms INTEGER NOT NULL, next_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

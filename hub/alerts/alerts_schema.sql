-- SPDX-License-Identifier: Apache-2.0
-- One row for each cause that ever raised an alert; open while resolved_ms is 0.
CREATE TABLE alert(
  id BLOB PRIMARY KEY, rule INTEGER NOT NULL, site INTEGER NOT NULL, subject TEXT NOT NULL, severity INTEGER NOT NULL,
  since_ms INTEGER NOT NULL, raised_ms INTEGER NOT NULL, resolved_ms INTEGER NOT NULL, reason TEXT NOT NULL, clause TEXT NOT NULL,
  unaccounted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_open ON alert(site, rule, severity) WHERE resolved_ms = 0;

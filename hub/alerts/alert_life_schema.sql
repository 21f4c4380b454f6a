-- SPDX-License-Identifier: Apache-2.0
-- What people and time have made of alerts, keyed by the alert's id, which is fixed at its birth: the oversight tables can be
-- rebuilt beside it. site and rule are the alert's own, so that a site that falls silent finds what it covers.
CREATE TABLE alert_life(
  alert BLOB PRIMARY KEY CHECK (length(alert) = 32), site INTEGER NOT NULL, rule INTEGER NOT NULL, round INTEGER NOT NULL,
  cause_open INTEGER NOT NULL, severity INTEGER NOT NULL, set_severity INTEGER, owner TEXT NOT NULL,
  acknowledged_by TEXT NOT NULL, resolved_by TEXT NOT NULL, cause TEXT NOT NULL, round_ms INTEGER NOT NULL,
  acknowledged_ms INTEGER NOT NULL, snoozed_until_ms INTEGER NOT NULL, resolved_ms INTEGER NOT NULL,
  cause_still_there INTEGER NOT NULL, covered_by BLOB, first_word_ms INTEGER NOT NULL, ladder_step INTEGER NOT NULL,
  steps INTEGER NOT NULL, next_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_life_next ON alert_life(next_ms) WHERE next_ms <> 0;
CREATE INDEX alert_life_of_site ON alert_life(site) WHERE resolved_ms = 0;
-- Its history, and what the decision about each step was: sentences, one a line.
CREATE TABLE alert_step(
  alert BLOB NOT NULL, no INTEGER NOT NULL, at_ms INTEGER NOT NULL, step INTEGER NOT NULL, by_whom TEXT NOT NULL,
  words TEXT NOT NULL, owner TEXT NOT NULL, until_ms INTEGER NOT NULL, severity INTEGER, spoke TEXT NOT NULL,
  quiet TEXT NOT NULL, PRIMARY KEY(alert, no)
) STRICT, WITHOUT ROWID;

-- SPDX-License-Identifier: Apache-2.0
-- What a hub is: one row. Private keys are files, not rows.
CREATE TABLE hub_state(
  id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, main_address TEXT NOT NULL, enrol_address TEXT NOT NULL,
  root_key BLOB NOT NULL CHECK (length(root_key) = 32), roles BLOB NOT NULL, journal_log INTEGER NOT NULL REFERENCES log
) STRICT;

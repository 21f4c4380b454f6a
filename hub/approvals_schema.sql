-- SPDX-License-Identifier: Apache-2.0
-- Commands that wait for a second person, and what became of them (hub/approvals.hpp).

CREATE TABLE approval (
  approval_id     INTEGER PRIMARY KEY,
  command         BLOB NOT NULL,                                  -- as the local socket carries it; empty once decided
  name            TEXT NOT NULL,                                  -- of the command
  words           TEXT NOT NULL,                                  -- the command as it would be typed
  state           INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),
  asked_account   INTEGER NOT NULL,                               -- 0: the shell
  asked_by        TEXT NOT NULL,
  asked_ms        INTEGER NOT NULL,
  expires_ms      INTEGER NOT NULL,
  decided_account INTEGER NOT NULL,
  decided_by      TEXT NOT NULL,
  decided_ms      INTEGER NOT NULL,
  reason          TEXT NOT NULL                                   -- of a refusal, or why it failed
) STRICT;
CREATE INDEX approval_waiting ON approval (state);

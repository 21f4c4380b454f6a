-- SPDX-License-Identifier: Apache-2.0
-- What the agent knows of itself and of the exporters that it is enrolled with. The logs, details and register rows are
-- in tables of common/store.

CREATE TABLE agent_state (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  boot_no     INTEGER NOT NULL CHECK (boot_no >= 0),            -- counts the starts
  instance_id BLOB NOT NULL CHECK (length(instance_id) = 8)     -- random, made with the database
) STRICT;

CREATE TABLE enrolment (
  register      INTEGER PRIMARY KEY,
  hub           TEXT NOT NULL UNIQUE,
  site_code     TEXT NOT NULL,
  main_address  TEXT NOT NULL,
  enrol_address TEXT NOT NULL,
  root_key      BLOB NOT NULL CHECK (length(root_key) = 32),    -- pinned
  roles         BLOB NOT NULL,                                  -- the hub's signed bundle
  code          BLOB CHECK (length(code) = 16),                 -- the invitation's; forgotten once it was used
  state         INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4), -- 1 invited, 2 requested, 3 approved, 4 refused
  -- the log of an earlier enrolment that this one follows, as the hub holds it; NULL for a first enrolment
  followed_origin TEXT,
  followed_size   INTEGER CHECK (followed_size >= 0),
  followed_root   BLOB CHECK (length(followed_root) = 32)
) STRICT;

-- The logs of an exporter's register. The newest epoch of role 1 is written now.
CREATE TABLE epoch_log (
  register      INTEGER NOT NULL REFERENCES enrolment,
  role          INTEGER NOT NULL CHECK (role BETWEEN 1 AND 2),  -- 1 site (written here), 2 directive (mirrored)
  epoch         INTEGER NOT NULL CHECK (epoch >= 1),
  log_id        INTEGER NOT NULL UNIQUE REFERENCES log,
  -- role 1, epochs after the first: what entry 0 says of the one before
  reason        INTEGER NOT NULL,
  cosigned_size INTEGER NOT NULL CHECK (cosigned_size >= 0),
  -- role 1: the hub holds all details of entries before this
  details_held  INTEGER NOT NULL DEFAULT 0 CHECK (details_held >= 0),
  PRIMARY KEY (register, role, epoch)
) STRICT, WITHOUT ROWID;

-- Entries that give a person or a place its name (details of kind 1): found without reading all other details.
CREATE INDEX detail_names ON detail (log_id, idx) WHERE kind = 1 AND n = 0;

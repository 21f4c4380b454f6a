-- SPDX-License-Identifier: Apache-2.0
-- Who may use the program, who does so now, from where, and the log of it (common/access). No secret is in clear here:
-- passwords and PINs are Argon2id hashes, badges and one-time codes keyed hashes, cookies SHA-256.

CREATE TABLE access_key (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  badge_key BLOB NOT NULL CHECK (length(badge_key) = 32)          -- random, made with the table
) STRICT;

CREATE TABLE account (
  account_id      INTEGER PRIMARY KEY AUTOINCREMENT,              -- never used again
  person          TEXT NOT NULL CHECK (person <> ''),
  person_key      TEXT NOT NULL UNIQUE,                           -- for comparing: NFKC, lower case
  role            INTEGER NOT NULL CHECK (role BETWEEN 1 AND 255),
  locked          INTEGER NOT NULL CHECK (locked IN (0, 1)),
  password        BLOB CHECK (length(password) = 56),             -- passes u32, KiB u32, salt 16, Argon2id 32
  pin             BLOB CHECK (length(pin) = 56),
  badge           BLOB UNIQUE CHECK (length(badge) = 32),         -- keyed hash
  code            BLOB CHECK (length(code) = 32),                 -- keyed hash of a one-time code that waits
  code_until_ms   INTEGER NOT NULL,
  pin_failures    INTEGER NOT NULL CHECK (pin_failures >= 0),     -- in a row
  created_ms      INTEGER NOT NULL,
  password_ms     INTEGER NOT NULL,
  asked_ms        INTEGER NOT NULL,                               -- since when a new password is asked for; 0: it is not
  later_ms        INTEGER NOT NULL,                               -- when "later" was said; 0: never
  last_sign_in_ms INTEGER NOT NULL
) STRICT;

-- Where a person has signed in: that terminal counts its failures for itself. Terminal 0: all other places together.
CREATE TABLE account_place (
  account_id  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  terminal_no INTEGER NOT NULL CHECK (terminal_no >= 0),
  failures    INTEGER NOT NULL CHECK (failures >= 0),             -- in a row
  failed_ms   INTEGER NOT NULL,
  PRIMARY KEY (account_id, terminal_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE terminal (
  terminal_no INTEGER PRIMARY KEY AUTOINCREMENT CHECK (terminal_no BETWEEN 1 AND 4294967295),
  token       BLOB NOT NULL UNIQUE CHECK (length(token) = 32),    -- SHA-256
  name        TEXT NOT NULL,                                      -- empty: pending
  name_key    TEXT UNIQUE,
  first_peer  TEXT NOT NULL,
  last_peer   TEXT NOT NULL,
  first_ms    INTEGER NOT NULL,
  seen_ms     INTEGER NOT NULL,
  named_ms    INTEGER NOT NULL,
  noted       INTEGER NOT NULL CHECK (noted IN (0, 1))            -- raised as a new terminal
) STRICT;

CREATE TABLE session (
  session_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  token       BLOB NOT NULL UNIQUE CHECK (length(token) = 32),    -- SHA-256
  account_id  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  terminal_no INTEGER NOT NULL,
  method      INTEGER NOT NULL CHECK (method BETWEEN 1 AND 3),
  created_ms  INTEGER NOT NULL,
  seen_ms     INTEGER NOT NULL,
  idle_ms     INTEGER NOT NULL,
  ends_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX session_of_account ON session (account_id, seen_ms);

CREATE TABLE sign_in_log (
  line_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  what        INTEGER NOT NULL,
  at_ms       INTEGER NOT NULL,
  times       INTEGER NOT NULL CHECK (times >= 1),
  account_id  INTEGER NOT NULL,                                   -- 0: none; stays when the account goes
  person      TEXT NOT NULL,
  method      INTEGER NOT NULL,
  terminal_no INTEGER NOT NULL,
  peer        TEXT NOT NULL,
  note        TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_log_same ON sign_in_log (what, account_id, terminal_no, peer);
CREATE INDEX sign_in_log_at ON sign_in_log (at_ms);

-- SPDX-License-Identifier: Apache-2.0
-- Tokens of programs that ask in a person's name (common/access/tokens.hpp).

CREATE TABLE api_token (
  token_id   INTEGER PRIMARY KEY AUTOINCREMENT,                   -- never used again
  token      BLOB NOT NULL UNIQUE CHECK (length(token) = 32),     -- SHA-256
  name       TEXT NOT NULL CHECK (name <> ''),
  account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  role       INTEGER NOT NULL CHECK (role BETWEEN 1 AND 255),
  commands   TEXT NOT NULL,                                       -- one a line; empty: all of the role
  created_ms INTEGER NOT NULL,
  ends_ms    INTEGER NOT NULL,
  used_ms    INTEGER NOT NULL                                     -- 0: never
) STRICT;

-- SPDX-License-Identifier: Apache-2.0
-- What limits an account at head office beside its role (hub/accounts.hpp).

CREATE TABLE account_end (
  account_id INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  ends_ms    INTEGER NOT NULL
) STRICT;

-- The sites that a site manager sees and answers for.
CREATE TABLE account_site (
  account_id INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  site_id    INTEGER NOT NULL,
  PRIMARY KEY (account_id, site_id)
) STRICT, WITHOUT ROWID;

-- SPDX-License-Identifier: Apache-2.0
-- The second factor of those accounts that have one (common/access/second_factor.hpp).

CREATE TABLE second_factor (
  account_id INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  secret     BLOB NOT NULL,                                       -- envelope of [account u64, 20 bytes]
  confirmed  INTEGER NOT NULL CHECK (confirmed IN (0, 1)),        -- a code of it was typed once
  last_step  INTEGER NOT NULL,                                    -- of the newest code that was taken; none twice
  since_ms   INTEGER NOT NULL
) STRICT;

-- SPDX-License-Identifier: Apache-2.0
-- Filters that people keep for their lists (hub/saved_filters.hpp). Account 0 is the shell.
CREATE TABLE saved_filter(
  account INTEGER NOT NULL, page TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, saved_ms INTEGER NOT NULL,
  PRIMARY KEY(account, page, name)
) STRICT, WITHOUT ROWID;

-- SPDX-License-Identifier: Apache-2.0
-- The load sites of a hub and the epochs of their logs. Rows and columns as in hub/intake/site_book.hpp.
CREATE TABLE site(
  id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
  code_hash BLOB NOT NULL CHECK (length(code_hash) IN (0, 32)), code_expires_ms INTEGER NOT NULL,
  -- log, mirror, message, curve, envelope: 32 bytes each; empty until somebody asked
  keys BLOB NOT NULL CHECK (length(keys) IN (0, 160)),
  instance TEXT NOT NULL, approved_ms INTEGER NOT NULL, heard_ms INTEGER NOT NULL,
  watermark_ms INTEGER NOT NULL, watermark_epoch INTEGER NOT NULL, watermark_size INTEGER NOT NULL,
  drift_ms INTEGER NOT NULL, software TEXT NOT NULL, frozen INTEGER NOT NULL CHECK (frozen BETWEEN 0 AND 1),
  directive_log INTEGER REFERENCES log, details_epoch INTEGER NOT NULL, details_through INTEGER NOT NULL,
  sessions BLOB NOT NULL
) STRICT;
CREATE TABLE site_epoch(
  site INTEGER NOT NULL REFERENCES site, epoch INTEGER NOT NULL, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  origin TEXT NOT NULL, public_key BLOB NOT NULL CHECK (length(public_key) = 32), log_id INTEGER REFERENCES log,
  end_size INTEGER NOT NULL,
  PRIMARY KEY(site, epoch)
) STRICT, WITHOUT ROWID;

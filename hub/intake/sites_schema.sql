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
  sessions BLOB NOT NULL,
  -- a machine that takes the place of a lost one: the epoch that its invitation names (0: none), its keys once it asked
  next_epoch INTEGER NOT NULL CHECK (next_epoch >= 0),
  next_keys BLOB NOT NULL CHECK (length(next_keys) IN (0, 160)), next_instance TEXT NOT NULL,
  -- this database was put back from a copy, and the site was not heard of since
  directives_in_doubt INTEGER NOT NULL CHECK (directives_in_doubt BETWEEN 0 AND 1),
  -- our own signature, which the site showed, is over that many directives, more than are here; 0: none is missing
  directives_owed INTEGER NOT NULL CHECK (directives_owed >= 0)
) STRICT;
CREATE TABLE site_epoch(
  site INTEGER NOT NULL REFERENCES site, epoch INTEGER NOT NULL, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
  origin TEXT NOT NULL, public_key BLOB NOT NULL CHECK (length(public_key) = 32), log_id INTEGER REFERENCES log,
  end_size INTEGER NOT NULL,
  -- of the enrolment that the epoch belongs to: verifies what that machine cosigned of the directive log
  mirror_key BLOB NOT NULL CHECK (length(mirror_key) = 32),
  PRIMARY KEY(site, epoch)
) STRICT, WITHOUT ROWID;

-- SPDX-License-Identifier: Apache-2.0
-- Logs, their tiles and heads, details and evidence (docs/formats/store.md). Frozen for ever: a newer program may add
-- tables, never change these. What is written stays as written, and the triggers say so to every other program too.

CREATE TABLE log (
  log_id     INTEGER PRIMARY KEY,
  origin     TEXT NOT NULL UNIQUE,
  role       INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),       -- 1 site, 2 directive, 3 journal
  direction  INTEGER NOT NULL CHECK (direction BETWEEN 1 AND 2),  -- 1 written here, 2 mirrored
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  state      INTEGER NOT NULL CHECK (state BETWEEN 1 AND 2)       -- 1 active, 2 frozen
) STRICT;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'a log is never deleted'); END;
CREATE TRIGGER log_only_freezes BEFORE UPDATE ON log
WHEN NOT (NEW.log_id = OLD.log_id AND NEW.origin = OLD.origin AND NEW.role = OLD.role AND NEW.direction = OLD.direction
          AND NEW.public_key = OLD.public_key AND NEW.state >= OLD.state)
BEGIN SELECT RAISE(ABORT, 'a log can only be frozen'); END;

-- Entries of written logs. One integer key, log_id * 2^40 + idx, because SQLite appends to a table by integer key with
-- far fewer page writes than to one by a pair of columns; the pair is there to read.
CREATE TABLE entry (
  entry_key INTEGER PRIMARY KEY CHECK (entry_key >= 0x10000000000),
  leaf_mark BLOB NOT NULL CHECK (length(leaf_mark) = 8),  -- first 8 bytes of SHA-256(0x00 || bytes)
  bytes     BLOB NOT NULL,
  log_id    INTEGER GENERATED ALWAYS AS (entry_key >> 40) VIRTUAL,
  idx       INTEGER GENERATED ALWAYS AS (entry_key & 0xffffffffff) VIRTUAL
) STRICT;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;

-- Entries of mirrored logs, a verified change set a row, as they came.
CREATE TABLE run (
  arrival_seq INTEGER PRIMARY KEY,
  log_id      INTEGER NOT NULL REFERENCES log,
  first       INTEGER NOT NULL CHECK (first >= 0),
  count       INTEGER NOT NULL CHECK (count BETWEEN 1 AND 4096),
  leaf_marks  BLOB NOT NULL CHECK (length(leaf_marks) = 8 * count),
  bytes       BLOB NOT NULL,                              -- count times: u16 length, entry
  UNIQUE (log_id, first)
) STRICT;
CREATE TRIGGER run_stays BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'a run is never deleted'); END;
CREATE TRIGGER run_never_changes BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'a run is never changed'); END;

-- Full tiles only (C2SP tlog-tiles).
CREATE TABLE tile (
  log_id INTEGER NOT NULL REFERENCES log,
  level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
  n      INTEGER NOT NULL CHECK (n >= 0),
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (log_id, level, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tile_stays BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'a tile is never deleted'); END;
CREATE TRIGGER tile_never_changes BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'a tile is never changed'); END;

-- The newest head that the writer signed: one small row, replaced at each commit.
CREATE TABLE signed_head (
  log_id    INTEGER PRIMARY KEY REFERENCES log,
  size      INTEGER NOT NULL CHECK (size >= 0),
  root      BLOB NOT NULL CHECK (length(root) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  signed_ms INTEGER NOT NULL
) STRICT;
CREATE TRIGGER signed_head_stays BEFORE DELETE ON signed_head
BEGIN SELECT RAISE(ABORT, 'a signed head is never deleted'); END;
CREATE TRIGGER signed_head_only_grows BEFORE UPDATE ON signed_head
WHEN NEW.log_id <> OLD.log_id OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN SELECT RAISE(ABORT, 'a signed head only grows'); END;

-- Cosigned heads: the newest, the last one of each hour, and those that a receipt used.
CREATE TABLE head (
  log_id      INTEGER NOT NULL REFERENCES log,
  size        INTEGER NOT NULL CHECK (size >= 0),
  root        BLOB NOT NULL CHECK (length(root) = 32),
  signature   BLOB NOT NULL CHECK (length(signature) = 64),
  cosigned_s  INTEGER NOT NULL CHECK (cosigned_s >= 0),
  cosignature BLOB NOT NULL CHECK (length(cosignature) = 64),
  used        INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 1),
  PRIMARY KEY (log_id, size)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER head_thinning BEFORE DELETE ON head
WHEN OLD.used = 1 OR NOT EXISTS (SELECT 1 FROM head WHERE log_id = OLD.log_id AND size > OLD.size
                                 AND cosigned_s / 3600 = OLD.cosigned_s / 3600)
BEGIN SELECT RAISE(ABORT, 'this cosigned head is kept for ever'); END;
CREATE TRIGGER head_only_marks BEFORE UPDATE ON head
WHEN NOT (NEW.log_id = OLD.log_id AND NEW.size = OLD.size AND NEW.root = OLD.root AND NEW.signature = OLD.signature
          AND NEW.cosigned_s = OLD.cosigned_s AND NEW.cosignature = OLD.cosignature AND NEW.used >= OLD.used)
BEGIN SELECT RAISE(ABORT, 'a cosigned head is never changed'); END;

-- Heads that contradict what is stored.
CREATE TABLE evidence (
  evidence_id INTEGER PRIMARY KEY,
  log_id      INTEGER NOT NULL REFERENCES log,
  kind        TEXT NOT NULL,
  size        INTEGER NOT NULL,
  root        BLOB NOT NULL CHECK (length(root) = 32),
  signature   BLOB NOT NULL CHECK (length(signature) = 64),
  received_ms INTEGER NOT NULL,
  note        TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_by_log ON evidence (log_id);
CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;
CREATE TRIGGER evidence_never_changes BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;

-- Erasable bytes that entries commit to. Only the state, salt and bytes of a row change; erased is for ever.
CREATE TABLE detail (
  log_id     INTEGER NOT NULL REFERENCES log,
  idx        INTEGER NOT NULL CHECK (idx >= 0),
  n          INTEGER NOT NULL CHECK (n BETWEEN 0 AND 255),
  kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 255),
  length     INTEGER NOT NULL CHECK (length >= 0),
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  state      INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),  -- 1 wanted, 2 held, 3 thinned, 4 erased
  salt       BLOB CHECK (length(salt) = 16),
  bytes      BLOB,
  PRIMARY KEY (log_id, idx, n),
  CHECK ((state = 2) = (salt IS NOT NULL) AND (state = 2) = (bytes IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX detail_by_state ON detail (log_id, state, idx, n);
CREATE TRIGGER detail_stays BEFORE DELETE ON detail BEGIN SELECT RAISE(ABORT, 'a detail is erased, not deleted'); END;
CREATE TRIGGER detail_keeps_commitment BEFORE UPDATE ON detail
WHEN OLD.state = 4 OR NOT (NEW.log_id = OLD.log_id AND NEW.idx = OLD.idx AND NEW.n = OLD.n AND NEW.kind = OLD.kind
                           AND NEW.length = OLD.length AND NEW.commitment = OLD.commitment)
BEGIN SELECT RAISE(ABORT, 'what an entry commits to never changes'); END;

-- SPDX-License-Identifier: Apache-2.0
-- Originals of pictures that head office knows of: one row for each detail with a picture's words that is here. Rows and
-- columns as in hub/pictures/picture_book.hpp; the bytes are files, in a folder for each site.
CREATE TABLE picture(
  log_id INTEGER NOT NULL REFERENCES log, idx INTEGER NOT NULL, n INTEGER NOT NULL,
  site INTEGER NOT NULL REFERENCES site, sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  standing INTEGER NOT NULL CHECK (standing BETWEEN 1 AND 5),
  named_ms INTEGER NOT NULL, ask_ms INTEGER NOT NULL, failures INTEGER NOT NULL,
  PRIMARY KEY(log_id, idx, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_wanted ON picture(site, ask_ms) WHERE standing = 1;
CREATE INDEX picture_by_age ON picture(site, named_ms) WHERE standing IN (1, 2);
CREATE INDEX picture_by_hash ON picture(site, sha256);
CREATE INDEX picture_erased ON picture(site) WHERE standing = 5;
-- Words that came before originals did: the hash is their second field, behind 3 bytes and its own head of 2
-- (docs/formats/detail.md, kind 9). 32 zeros: the site does not keep the picture.
INSERT INTO picture
  SELECT d.log_id, d.idx, d.n, e.site, substr(d.bytes, 5, 32), 1,
         CAST(strftime('%s', 'now') AS INTEGER) * 1000, 0, 0
  FROM detail AS d JOIN site_epoch AS e ON e.log_id = d.log_id
  WHERE d.kind = 9 AND d.state = 2 AND length(substr(d.bytes, 5, 32)) = 32 AND substr(d.bytes, 5, 32) <> zeroblob(32);

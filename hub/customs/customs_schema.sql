-- SPDX-License-Identifier: Apache-2.0
-- What head office decided, said and heard of incidents towards Customs: a person's word, written in the transaction of its
-- entry in the journal. Rows and columns as in hub/customs/customs_book.hpp.
CREATE TABLE customs_step(
  register INTEGER NOT NULL, epoch INTEGER NOT NULL, idx INTEGER NOT NULL, no INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3), at_ms INTEGER NOT NULL, when_ms INTEGER NOT NULL, by_whom TEXT NOT NULL,
  decision INTEGER NOT NULL, how INTEGER NOT NULL, whom TEXT NOT NULL, reference TEXT NOT NULL, words TEXT NOT NULL,
  PRIMARY KEY(register, epoch, idx, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX customs_told ON customs_step(register) WHERE kind = 2 OR decision = 3;

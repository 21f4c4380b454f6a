-- SPDX-License-Identifier: Apache-2.0
-- What is to be said to people, written in the transaction of what caused it and sent afterwards. state: 1 waiting, 2 sent,
-- 3 dead (given up, a person decides), 4 withdrawn (it was over before it was sent), 5 dropped by a person.
CREATE TABLE notice(
  id TEXT PRIMARY KEY, person TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, alert TEXT NOT NULL,
  moment TEXT NOT NULL, interrupts INTEGER NOT NULL, subject TEXT NOT NULL, words TEXT NOT NULL, facts TEXT NOT NULL,
  created_ms INTEGER NOT NULL, next_try_ms INTEGER NOT NULL, state INTEGER NOT NULL, tries INTEGER NOT NULL,
  sent_ms INTEGER NOT NULL, trouble TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_waiting ON notice(next_try_ms) WHERE state = 1;
CREATE INDEX notice_of_alert ON notice(alert, created_ms);
CREATE INDEX notice_of_person ON notice(person, created_ms) WHERE interrupts = 1;
CREATE INDEX notice_newest ON notice(created_ms);
CREATE INDEX notice_of_channel ON notice(channel, state);
-- Lines of digests that have not gone out yet, at most one of an alert for each person.
CREATE TABLE digest_line(
  person TEXT NOT NULL, alert TEXT NOT NULL, due_ms INTEGER NOT NULL, gathered INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  severity INTEGER NOT NULL, words TEXT NOT NULL, PRIMARY KEY(person, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_line_due ON digest_line(due_ms);
CREATE INDEX digest_line_of_alert ON digest_line(alert);

-- SPDX-License-Identifier: Apache-2.0
-- Indexes that only head office needs on the tables of its registers: a site looks for seals of its own, head office for
-- those of one site among all.
CREATE INDEX seal_of_site ON seal(register, family, number);
-- Few seals are in these states, and they are the ones that are looked for: all but in stock and uplifted.
CREATE INDEX seal_by_state ON seal(register, state, family, number) WHERE state NOT IN (1, 5);
CREATE INDEX seal_in_place ON seal(register, place_kind, place_no) WHERE state IN (1, 2);
CREATE INDEX receipt_by_approval ON receipt(approval) WHERE approval <> '';
CREATE INDEX receipt_by_delivery ON receipt(delivery) WHERE delivery <> '';
CREATE INDEX box_by_label ON box(label);
CREATE INDEX late_duty_by_time ON late_duty(discharged_ms);
CREATE INDEX alert_by_birth ON alert(raised_ms);

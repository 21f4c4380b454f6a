-- SPDX-License-Identifier: Apache-2.0
-- A notice may carry a file of the folder `reports`: its name there, and its name for people. Empty: none.
ALTER TABLE notice ADD COLUMN attachment TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN attachment_name TEXT NOT NULL DEFAULT '';
CREATE INDEX notice_attachment ON notice(attachment) WHERE attachment <> '';

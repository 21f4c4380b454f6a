// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/outbox.hpp"

#include "hub/notices/outbox_attachment_sql.hpp"
#include "hub/notices/outbox_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr const char* kColumns =
    "id, person, channel, address, alert, moment, interrupts, subject, words, facts, created_ms, "
    "next_try_ms, "
    "state, tries, sent_ms, trouble, attachment, attachment_name";

Notice read_notice(const Rows& rows) {
  Notice notice;
  notice.id = rows.text(0);
  notice.person = rows.text(1);
  notice.channel = rows.text(2);
  notice.to = rows.text(3);
  notice.alert = rows.text(4);
  notice.moment = rows.text(5);
  notice.interrupts = rows.int64(6) != 0;
  notice.subject = rows.text(7);
  notice.words = rows.text(8);
  notice.facts = rows.text(9);
  notice.created_ms = rows.int64(10);
  notice.next_try_ms = rows.int64(11);
  notice.state = static_cast<NoticeState>(rows.int64(12));
  notice.tries = static_cast<std::uint32_t>(rows.int64(13));
  notice.sent_ms = rows.int64(14);
  notice.trouble = rows.text(15);
  notice.attachment = rows.text(16);
  notice.attachment_name = rows.text(17);
  return notice;
}

template <class T, class F>
Result<std::vector<T>> read_all(Result<Rows> rows, F&& read) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  std::vector<T> out;
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    out.push_back(read(*rows));
  }
}

DigestLine read_line(const Rows& rows) {
  return {std::string(rows.text(0)),
          std::string(rows.text(1)),
          rows.int64(2),
          rows.int64(3) != 0,
          rows.int64(4),
          static_cast<int>(rows.int64(5)),
          std::string(rows.text(6))};
}

}  // namespace

struct Outbox::Statements {
  Statement put, change, find, due, waiting_on, list_all, list_of, of_alert, withdraw, forget_lines, told,
      interruptions, last_ok, attached, counts, put_line, lines, drop_line, hand_out_again, old_ones, remove;
};

std::string_view notice_state_name(NoticeState state) {
  switch (state) {
    case NoticeState::Waiting:
      return "waiting";
    case NoticeState::Sent:
      return "sent";
    case NoticeState::Dead:
      return "dead";
    case NoticeState::Withdrawn:
      return "withdrawn";
    case NoticeState::Dropped:
      return "dropped";
  }
  return "unknown";
}

std::string_view Outbox::schema() {
  return sql::outbox_schema;
}

std::string_view Outbox::attachments() {
  return sql::outbox_attachment;
}

Result<Outbox> Outbox::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select = std::string("SELECT ") + kColumns + " FROM notice ";
  const std::pair<Statement*, std::string> texts[] = {
      {&s->put,
       "INSERT INTO notice VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO "
       "NOTHING"},
      {&s->change,
       "UPDATE notice SET channel = ?, address = ?, next_try_ms = ?, state = ?, tries = ?, sent_ms = ?, "
       "trouble = ? WHERE id = ?"},
      {&s->find, select + "WHERE id = ?"},
      {&s->due,
       select + "WHERE state = 1 AND next_try_ms <= ? ORDER BY interrupts DESC, next_try_ms, id LIMIT ?"},
      {&s->waiting_on, select + "WHERE channel = ? AND state = 1 ORDER BY created_ms, id LIMIT ?"},
      {&s->list_all, select + "ORDER BY created_ms DESC, id LIMIT ?"},
      {&s->list_of, select + "WHERE state = ? ORDER BY created_ms DESC, id LIMIT ?"},
      {&s->of_alert, select + "WHERE alert = ? ORDER BY created_ms, id LIMIT ?"},
      {&s->withdraw, "UPDATE notice SET state = 4 WHERE alert = ? AND state = 1 AND tries = 0"},
      {&s->forget_lines, "DELETE FROM digest_line WHERE alert = ?"},
      {&s->told,
       "SELECT DISTINCT person FROM notice WHERE alert = ? AND created_ms >= ? AND interrupts = 1 AND state "
       "IN (1, 2, 3) ORDER BY person"},
      {&s->interruptions,
       "SELECT count(*), coalesce(max(created_ms), 0) FROM notice WHERE person = ? AND interrupts = 1 AND "
       "created_ms > ? AND state IN (1, 2, 3)"},
      {&s->hand_out_again,
       "UPDATE notice SET next_try_ms = ?1 WHERE state = 1 AND tries > 0 AND next_try_ms > ?1"},
      {&s->old_ones,
       "SELECT id FROM notice WHERE created_ms < ? AND state IN (2, 4, 5) ORDER BY created_ms LIMIT ?"},
      {&s->remove, "DELETE FROM notice WHERE id = ?"},
      {&s->last_ok, "SELECT coalesce(max(sent_ms), 0) FROM notice WHERE channel = ? AND state = 2"},
      {&s->attached, "SELECT 1 FROM notice WHERE attachment = ? AND state IN (1, 3) LIMIT 1"},
      {&s->counts,
       "SELECT coalesce(sum(state = 1), 0), coalesce(sum(state = 3), 0) FROM notice WHERE channel = ? AND "
       "state IN (1, 3)"},
      {&s->put_line,
       "INSERT INTO digest_line VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET due_ms = min(due_ms, "
       "excluded.due_ms), gathered = max(gathered, excluded.gathered), at_ms = excluded.at_ms, severity = "
       "excluded.severity, words = excluded.words"},
      {&s->lines,
       "SELECT person, alert, due_ms, gathered, at_ms, severity, words FROM digest_line WHERE due_ms <= ? "
       "ORDER BY person, severity DESC, at_ms, alert LIMIT ?"},
      {&s->drop_line, "DELETE FROM digest_line WHERE person = ? AND alert = ?"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return Outbox(std::move(s));
}

Result<> Outbox::put(const Notice& n) {
  return statements_->put.run(n.id, n.person, n.channel, n.to, n.alert, n.moment, int{n.interrupts},
                              n.subject, n.words, n.facts, n.created_ms, n.next_try_ms,
                              static_cast<int>(n.state), n.tries, n.sent_ms, n.trouble, n.attachment,
                              n.attachment_name);
}

Result<> Outbox::change(const Notice& n) {
  return statements_->change.run(n.channel, n.to, n.next_try_ms, static_cast<int>(n.state), n.tries,
                                 n.sent_ms, n.trouble, n.id);
}

Result<std::optional<Notice>> Outbox::find(std::string_view id) {
  SEALKEEP_LET(found, read_all<Notice>(statements_->find.query(id), read_notice));
  if (found.empty()) return std::optional<Notice>{};
  return std::optional<Notice>(std::move(found.front()));
}

Result<std::vector<Notice>> Outbox::due(std::int64_t now_ms, std::size_t max_count) {
  return read_all<Notice>(statements_->due.query(now_ms, max_count), read_notice);
}

Result<std::vector<Notice>> Outbox::waiting_on(std::string_view channel, std::size_t max_count) {
  return read_all<Notice>(statements_->waiting_on.query(channel, max_count), read_notice);
}

Result<std::vector<Notice>> Outbox::list(std::optional<NoticeState> state, std::size_t max_count) {
  if (state)
    return read_all<Notice>(statements_->list_of.query(static_cast<int>(*state), max_count), read_notice);
  return read_all<Notice>(statements_->list_all.query(max_count), read_notice);
}

Result<std::vector<Notice>> Outbox::of_alert(std::string_view alert, std::size_t max_count) {
  return read_all<Notice>(statements_->of_alert.query(alert, max_count), read_notice);
}

Result<> Outbox::hand_out_again(std::int64_t now_ms) {
  return statements_->hand_out_again.run(now_ms);
}

Result<std::uint64_t> Outbox::purge(std::int64_t before_ms, std::size_t max_count) {
  SEALKEEP_LET(ids, read_all<std::string>(statements_->old_ones.query(before_ms, max_count),
                                          [](const Rows& rows) { return std::string(rows.text(0)); }));
  for (const std::string& id : ids) SEALKEEP_TRY(statements_->remove.run(id));
  return ids.size();
}

Result<> Outbox::withdraw(std::string_view alert) {
  SEALKEEP_TRY(statements_->withdraw.run(alert));
  return statements_->forget_lines.run(alert);
}

Result<std::vector<std::string>> Outbox::told(std::string_view alert, std::int64_t since_ms) {
  return read_all<std::string>(statements_->told.query(alert, since_ms),
                               [](const Rows& rows) { return std::string(rows.text(0)); });
}

Result<std::pair<std::size_t, std::int64_t>> Outbox::interruptions(std::string_view person,
                                                                   std::int64_t since_ms) {
  SEALKEEP_LET(rows, statements_->interruptions.query(person, since_ms));
  SEALKEEP_LET(there, rows.next());
  if (!there) return std::pair<std::size_t, std::int64_t>{};
  return std::pair(static_cast<std::size_t>(rows.int64(0)), rows.int64(1));
}

Result<bool> Outbox::attached(std::string_view attachment) {
  SEALKEEP_LET(rows, statements_->attached.query(attachment));
  return rows.next();
}

Result<ChannelCounts> Outbox::counts(std::string_view channel) {
  ChannelCounts out;
  {
    SEALKEEP_LET(rows, statements_->last_ok.query(channel));
    SEALKEEP_LET(there, rows.next());
    if (there) out.last_ok_ms = rows.int64(0);
  }
  SEALKEEP_LET(rows, statements_->counts.query(channel));
  SEALKEEP_LET(there, rows.next());
  if (there) {
    out.waiting = rows.uint64(0);
    out.dead = rows.uint64(1);
  }
  return out;
}

Result<> Outbox::put_line(const DigestLine& line) {
  return statements_->put_line.run(line.person, line.alert, line.due_ms, int{line.gathered}, line.at_ms,
                                   line.severity, line.words);
}

Result<std::vector<DigestLine>> Outbox::lines(std::int64_t due_until_ms, std::size_t max_count) {
  return read_all<DigestLine>(statements_->lines.query(due_until_ms, max_count), read_line);
}

Result<> Outbox::drop_line(const DigestLine& line) {
  return statements_->drop_line.run(line.person, line.alert);
}

}  // namespace sealkeep::hub

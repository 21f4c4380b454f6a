// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/report_rows.hpp"

#include "hub/reports/reports_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<ReportRow> read_report(const Rows& rows) {
  ReportRow row;
  row.id = rows.text(0);
  row.ask = {static_cast<ReportKind>(rows.int64(1)),
             static_cast<ReportFormat>(rows.int64(2)),
             split(rows.text(3)),
             rows.int64(4),
             rows.int64(5),
             std::string(rows.text(6))};
  row.by = rows.text(7);
  row.whom = rows.text(8);
  row.asked_ms = rows.int64(9);
  row.state = static_cast<ReportState>(rows.int64(10));
  row.made_ms = rows.int64(11);
  row.heard_ms = rows.int64(12);
  row.bytes = rows.uint64(13);
  row.records = rows.uint64(14);
  SEALKEEP_LET(file, rows.array<32>(15));
  row.file.bytes = file;
  row.schedule = rows.text(16);
  row.remark = rows.text(17);
  row.trouble = rows.text(18);
  return row;
}

Result<std::vector<ReportRow>> read_reports(Result<Rows> rows) {
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  std::vector<ReportRow> out;
  while (true) {
    SEALKEEP_LET(there, rows->next());
    if (!there) return out;
    SEALKEEP_LET(row, read_report(*rows));
    out.push_back(std::move(row));
  }
}

}  // namespace

struct ReportRows::Statements {
  Statement put, find, newest, to_make, made_before, put_schedule, drop_schedule, schedules;
};

std::string_view report_state_name(ReportState state) {
  switch (state) {
    case ReportState::Waiting:
      return "waiting";
    case ReportState::Running:
      return "running";
    case ReportState::Done:
      return "done";
    case ReportState::Failed:
      return "failed";
    case ReportState::Cancelled:
      return "cancelled";
    case ReportState::Gone:
      return "gone";
  }
  return "unknown";
}

std::string_view ReportRows::schema() {
  return sql::reports_schema;
}

Result<ReportRows> ReportRows::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select =
      "SELECT id, kind, format, sites, from_ms, until_ms, period, asked_by, whom, asked_ms, state, made_ms, "
      "heard_ms, bytes, records, file, schedule, remark, trouble FROM report ";
  const std::pair<Statement*, std::string> texts[] = {
      {&s->put,
       "INSERT OR REPLACE INTO report VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->find, select + "WHERE id = ?"},
      {&s->newest, select + "ORDER BY asked_ms DESC, id LIMIT ?"},
      {&s->to_make, select + "WHERE state IN (1, 2) ORDER BY asked_ms, id LIMIT ?"},
      {&s->made_before, select + "WHERE state = 3 AND asked_ms < ?1 AND made_ms < ?1 LIMIT ?2"},
      {&s->put_schedule,
       "INSERT OR REPLACE INTO report_schedule VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->drop_schedule, "DELETE FROM report_schedule WHERE id = ?"},
      {&s->schedules,
       "SELECT id, kind, format, sites, every, day, at_min, channel, receivers, made_by, made_ms, next_ms, "
       "last_ms FROM report_schedule ORDER BY next_ms, id"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  return ReportRows(std::move(s));
}

Result<> ReportRows::put(const ReportRow& r) {
  return statements_->put.run(r.id, static_cast<int>(r.ask.kind), static_cast<int>(r.ask.format),
                              joined(r.ask.sites), r.ask.from_ms, r.ask.until_ms, r.ask.period, r.by, r.whom,
                              r.asked_ms, static_cast<int>(r.state), r.made_ms, r.heard_ms, r.bytes,
                              r.records, r.file.bytes, r.schedule, r.remark, r.trouble);
}

Result<std::optional<ReportRow>> ReportRows::find(std::string_view id) {
  SEALKEEP_LET(found, read_reports(statements_->find.query(id)));
  if (found.empty()) return std::optional<ReportRow>();
  return std::optional(std::move(found.front()));
}

Result<std::vector<ReportRow>> ReportRows::newest(std::size_t max_count) {
  return read_reports(statements_->newest.query(max_count));
}

Result<std::vector<ReportRow>> ReportRows::to_make(std::size_t max_count) {
  return read_reports(statements_->to_make.query(max_count));
}

Result<std::vector<ReportRow>> ReportRows::made_before(std::int64_t unix_ms, std::size_t max_count) {
  return read_reports(statements_->made_before.query(unix_ms, max_count));
}

Result<> ReportRows::put(const ReportSchedule& s) {
  return statements_->put_schedule.run(s.id, static_cast<int>(s.kind), static_cast<int>(s.format),
                                       joined(s.sites), static_cast<int>(s.rhythm.every), s.rhythm.day,
                                       s.rhythm.at_min, s.channel, joined(s.receivers), s.by, s.made_ms,
                                       s.next_ms, s.last_ms);
}

Result<> ReportRows::drop_schedule(std::string_view id) {
  return statements_->drop_schedule.run(id);
}

Result<std::vector<ReportSchedule>> ReportRows::schedules() {
  SEALKEEP_LET(rows, statements_->schedules.query());
  std::vector<ReportSchedule> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    ReportSchedule s;
    s.id = rows.text(0);
    s.kind = static_cast<ReportKind>(rows.int64(1));
    s.format = static_cast<ReportFormat>(rows.int64(2));
    s.sites = split(rows.text(3));
    s.rhythm = {static_cast<Every>(rows.int64(4)), static_cast<int>(rows.int64(5)),
                static_cast<int>(rows.int64(6))};
    s.channel = rows.text(7);
    s.receivers = split(rows.text(8));
    s.by = rows.text(9);
    s.made_ms = rows.int64(10);
    s.next_ms = rows.int64(11);
    s.last_ms = rows.int64(12);
    out.push_back(std::move(s));
  }
}

}  // namespace sealkeep::hub

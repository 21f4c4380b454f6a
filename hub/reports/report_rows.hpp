// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/db.hpp"
#include "hub/reports/job.hpp"

namespace sealkeep::hub {

/// Numbers are stored.
enum class ReportState : std::uint8_t {
  Waiting = 1,
  Running = 2,
  Done = 3,
  Failed = 4,
  Cancelled = 5,
  Gone = 6  ///< it was made, and its file was removed after its time
};
/// "waiting", "running", "done", "failed", "cancelled", "gone".
[[nodiscard]] std::string_view report_state_name(ReportState state);

/// A report that somebody, or a schedule, asked for.
struct ReportRow {
  std::string id;  ///< 8 hex digits
  ReportAsk ask;
  std::string by, whom;  ///< who asked, for whom, as they say
  std::int64_t asked_ms = 0;
  ReportState state = ReportState::Waiting;
  std::int64_t made_ms = 0, heard_ms = 0;  ///< heard_ms: ReportMade's
  std::uint64_t bytes = 0, records = 0;
  Hash file;             ///< its SHA-256
  std::string schedule;  ///< the id of the one that asked; empty: a person did
  std::string remark;    ///< that it was made late, and why
  std::string trouble;   ///< why it was not made
};

/// A report that is made by itself.
struct ReportSchedule {
  std::string id;  ///< 8 hex digits
  ReportKind kind = ReportKind::Register;
  ReportFormat format = ReportFormat::Pdf;
  std::vector<std::string> sites;  ///< empty: all
  Rhythm rhythm;
  std::string channel;                 ///< by which it is sent
  std::vector<std::string> receivers;  ///< addresses on e-mail; empty elsewhere
  std::string by;
  std::int64_t made_ms = 0, next_ms = 0, last_ms = 0;
};

/// Over one Db that outlives it; functions that write need the caller's transaction.
class ReportRows {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<ReportRows> open(Db& db);

  [[nodiscard]] Result<> put(const ReportRow& report);  ///< a new one, or what became of one
  [[nodiscard]] Result<std::optional<ReportRow>> find(std::string_view id);
  [[nodiscard]] Result<std::vector<ReportRow>> newest(std::size_t max_count);
  /// Waiting and running ones, oldest first.
  [[nodiscard]] Result<std::vector<ReportRow>> to_make(std::size_t max_count);
  /// Done ones that were made before then.
  [[nodiscard]] Result<std::vector<ReportRow>> made_before(std::int64_t unix_ms, std::size_t max_count);

  [[nodiscard]] Result<> put(const ReportSchedule& schedule);
  [[nodiscard]] Result<> drop_schedule(std::string_view id);
  /// By their next run.
  [[nodiscard]] Result<std::vector<ReportSchedule>> schedules();

 private:
  struct Statements;
  explicit ReportRows(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "hub/notices/outbox.hpp"
#include "hub/notices/setup.hpp"
#include "hub/reports/report_rows.hpp"
#include "hub/reports/workshop.hpp"

namespace sealkeep::hub {

inline constexpr std::size_t kReportsWaiting = 100;  ///< asked for and not made yet
inline constexpr std::size_t kReportSchedules = 200;
inline constexpr std::size_t kReportReceivers = 20;  ///< of one schedule
inline constexpr std::int64_t kReportKeptMs = 90 * kDayMs;
/// A longer file is not sent: the message says where it lies. Mail servers take some 20 MB, and what is
/// attached grows by a third.
inline constexpr std::uint64_t kReportMailBytes = 12 * 1024 * 1024;

/// What the desk needs of its hub. `taken` and `scheduled` write the journal's entry and carry out the rows
/// in the same transaction.
struct ReportHooks {
  std::function<Result<>(const ReportRow&, const std::function<Result<>()>& rows)> taken;
  std::function<Result<>(const ReportSchedule&, bool begins, const std::string& by,
                         const std::function<Result<>()>& rows)>
      scheduled;
};
struct ReportDeskParts {
  std::string hub;               ///< its name
  std::filesystem::path folder;  ///< of the files
  std::filesystem::path database;
  OpenOptions options;
  Clock& clock;
  Random& random;
  Logger& log;
  Db& db;
  NoticeSetup setup;
  OffsetAt offset_at;
  ReportHooks hooks;
};

/// Reports: asked for, made, sent, kept; those of schedules too. What is asked for is a row before it is
/// begun, and what was begun and not finished when the program stopped is made again; so nothing is lost and
/// nothing is sent twice (a message's id follows from the report's). On the hub's thread; making is a
/// ReportMaker's.
class ReportDesk {
 public:
  /// Everything it was given outlives it.
  [[nodiscard]] static Result<ReportDesk> open(ReportDeskParts parts);

  /// Puts it in the queue. Busy `report.too_many`.
  [[nodiscard]] Result<ReportRow> ask(const ReportAsk& ask, const std::string& by, const std::string& whom);
  /// Makes one that waits, here and now: for a shell beside no daemon. Errors of making it.
  [[nodiscard]] Result<ReportRow> make_now(const std::string& id, const ReportWatch& watch);
  [[nodiscard]] Result<std::vector<ReportRow>> newest(std::size_t max_count) {
    return rows_.newest(max_count);
  }
  /// NotFound `report.unknown`.
  [[nodiscard]] Result<ReportRow> find(const std::string& id);
  /// One that waits never begins; one that is being made ends soon. Refused `report.over`.
  [[nodiscard]] Result<ReportRow> cancel(const std::string& id);
  /// The file of one that was made. Refused `report.not_made`; Corrupt `report.differs` if it is not the one
  /// that was made.
  [[nodiscard]] Result<Bytes> file(const ReportRow& report);
  /// How far the one is that is being made.
  [[nodiscard]] ReportMaker::Progress progress() const { return progress_; }
  /// What a file is called for people: "seal-register-2026-02-01.pdf".
  [[nodiscard]] std::string shown_name(const ReportRow& report) const;

  /// Fills in id, times and, if none is named, the channel: the first for e-mail. BadInput
  /// `report.schedule`, NotFound `channel.unknown`, Busy `report.too_many`.
  [[nodiscard]] Result<ReportSchedule> add_schedule(ReportSchedule schedule);
  [[nodiscard]] Result<std::vector<ReportSchedule>> schedules() { return rows_.schedules(); }
  /// NotFound `schedule.unknown`.
  [[nodiscard]] Result<ReportSchedule> remove_schedule(const std::string& id, const std::string& by);

  /// A maker works for the desk from now on; nullptr: none does, reports are made by make_now(). It outlives
  /// the desk or is taken away again.
  void employ(ReportMaker* maker) { maker_ = maker; }
  [[nodiscard]] bool employs() const { return maker_ != nullptr; }
  /// Asks for what schedules want, hands out what waits, takes in what was made, removes files past their
  /// time. To be called in each turn; looks at the database at most once a second unless something happened.
  [[nodiscard]] Result<> step();
  /// When step() is to be called at the latest, monotonic ms.
  [[nodiscard]] std::int64_t next_step_ms() const { return next_look_ms_; }

 private:
  ReportDesk(ReportDeskParts parts, ReportRows rows, Outbox outbox)
      : parts_(std::move(parts)), rows_(std::move(rows)), outbox_(std::move(outbox)) {}
  [[nodiscard]] Result<> write(const std::function<Result<>()>& body);
  [[nodiscard]] std::string new_id();
  [[nodiscard]] ReportJob job_of(const ReportRow& report, const Now& now) const;
  [[nodiscard]] std::string file_name(const ReportRow& report) const;
  [[nodiscard]] Result<> run_schedules(const Now& now);
  [[nodiscard]] Result<ReportRow> run_of(const ReportSchedule& schedule, const Now& now);
  [[nodiscard]] Result<> hand_out(const Now& now);
  [[nodiscard]] Result<ReportRow> take_in(const ReportMade& made, const Now& now);
  [[nodiscard]] Result<> send(const ReportRow& report, const Now& now);
  [[nodiscard]] Result<> remove_old(const Now& now);

  ReportDeskParts parts_;
  ReportRows rows_;
  Outbox outbox_;
  ReportMaker* maker_ = nullptr;
  ReportMaker::Progress progress_;
  std::optional<ReportMade> kept_;  // made, and not written down yet: the disk is full
  std::int64_t next_look_ms_ = 0, next_removal_ms_ = 0;
};

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/report_desk.hpp"

#include <algorithm>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"
#include "hub/reports/report_words.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kLookEveryMs = 1'000, kFullDiskWaitMs = 10'000, kRemoveEveryMs = 3'600'000;
constexpr std::int64_t kOnTimeMs = 10 * 60'000;  ///< later than planned by more than this is said
constexpr std::size_t kRemovedAtOnce = 50;

tl::unexpected<Error> unknown(const std::string& id) {
  return fail(ErrorKind::NotFound, "report.unknown", "There is no report " + printable(id), {},
              "See: report list");
}

}  // namespace

Result<ReportDesk> ReportDesk::open(ReportDeskParts parts) {
  SEALKEEP_LET(rows, ReportRows::open(parts.db));
  SEALKEEP_LET(outbox, Outbox::open(parts.db));
  return ReportDesk(std::move(parts), std::move(rows), std::move(outbox));
}

Result<> ReportDesk::write(const std::function<Result<>()>& body) {
  return parts_.db.transaction(body);
}

std::string ReportDesk::new_id() {
  std::array<std::uint8_t, 4> bytes{};
  parts_.random.fill(bytes);
  return hex(bytes);
}

// ---- asking
Result<ReportRow> ReportDesk::ask(const ReportAsk& ask, const std::string& by, const std::string& whom) {
  SEALKEEP_LET(waiting, rows_.to_make(kReportsWaiting));
  if (waiting.size() >= kReportsWaiting)
    return fail(ErrorKind::Busy, "report.too_many", "Too many reports wait to be made", {},
                "Cancel some: report list, report cancel");
  ReportRow row;
  row.id = new_id();
  row.ask = ask;
  row.by = by;
  row.whom = whom;
  row.asked_ms = parts_.clock.now().unix_ms;
  SEALKEEP_TRY(write([&] { return rows_.put(row); }));
  next_look_ms_ = 0;
  return row;
}

Result<ReportRow> ReportDesk::find(const std::string& id) {
  SEALKEEP_LET(found, rows_.find(id));
  if (!found) return unknown(id);
  return std::move(*found);
}

Result<ReportRow> ReportDesk::cancel(const std::string& id) {
  SEALKEEP_LET(row, find(id));
  if (row.state != ReportState::Waiting && row.state != ReportState::Running)
    return fail(ErrorKind::Refused, "report.over",
                "This report is " + std::string(report_state_name(row.state)), {}, "Nothing is to be done");
  row.state = ReportState::Cancelled;
  SEALKEEP_TRY(write([&] { return rows_.put(row); }));
  if (maker_ != nullptr && maker_->progress().id == id) maker_->stop();
  return row;
}

// ---- files
std::string ReportDesk::file_name(const ReportRow& report) const {
  return report.id + "." + std::string(report_format_name(report.ask.format));
}

std::string ReportDesk::shown_name(const ReportRow& report) const {
  return shown_file_name(report, parts_.offset_at);
}

Result<Bytes> ReportDesk::file(const ReportRow& report) {
  if (report.state != ReportState::Done)
    return fail(ErrorKind::Refused, "report.not_made",
                "This report is " + std::string(report_state_name(report.state)), {},
                report.state == ReportState::Gone ? "Make it again" : "report list shows how far it is");
  std::ifstream in(parts_.folder / file_name(report), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (sha256(as_bytes(bytes)) != report.file)
    return fail(ErrorKind::Corrupt, "report.differs",
                "The file of report " + report.id + " is not the one that was made",
                "somebody removed or changed it", "Make it again");
  return to_bytes(as_bytes(bytes));
}

// ---- making
ReportJob ReportDesk::job_of(const ReportRow& report, const Now& now) const {
  ReportHead head;
  head.exporter = parts_.hub;
  head.made_ms = now.unix_ms;
  head.utc_offset_min = parts_.offset_at(now.unix_ms);
  head.remark = report.remark;
  return {
      report.id,       report.ask,    std::move(head), parts_.offset_at, parts_.folder / file_name(report),
      parts_.database, parts_.options};
}

Result<ReportRow> ReportDesk::make_now(const std::string& id, const ReportWatch& watch) {
  SEALKEEP_LET(row, find(id));
  if (row.state != ReportState::Waiting && row.state != ReportState::Running)
    return fail(ErrorKind::Refused, "report.over",
                "This report is " + std::string(report_state_name(row.state)), {}, "Nothing is to be done");
  const ReportMade made = make_report(job_of(row, parts_.clock.now()), watch);
  SEALKEEP_LET(done, take_in(made, parts_.clock.now()));
  if (made.trouble) return tl::unexpected<Error>(*made.trouble);
  return done;
}

// What was made is taken out of the register with this: the journal's entry, the row and the messages to
// whoever gets it are one transaction.
Result<ReportRow> ReportDesk::take_in(const ReportMade& made, const Now& now) {
  SEALKEEP_LET(row, find(made.id));
  std::error_code ignored;
  if (row.state != ReportState::Waiting && row.state != ReportState::Running) {
    std::filesystem::remove(parts_.folder / file_name(row), ignored);
    return row;
  }
  if (made.trouble) {
    // Stopped because the program ends: made again when it is back.
    if (made.trouble->code == "report.cancelled") return row;
    row.state = ReportState::Failed;
    row.made_ms = now.unix_ms;
    row.trouble = made.trouble->text();
    parts_.log.warn("report_not_made", {{"report", row.id}, {"code", made.trouble->code}});
    SEALKEEP_TRY(write([&]() -> Result<> {
      SEALKEEP_TRY(rows_.put(row));
      return send(row, now);
    }));
    return row;
  }
  row.state = ReportState::Done;
  row.made_ms = now.unix_ms;
  row.heard_ms = made.heard_ms;
  row.bytes = made.bytes;
  row.records = made.rows;
  row.file = made.file;
  SEALKEEP_TRY(parts_.hooks.taken(row, [&]() -> Result<> {
    SEALKEEP_TRY(rows_.put(row));
    return send(row, now);
  }));
  parts_.log.info("report_made",
                  {{"report", row.id}, {"kind", report_kind(row.ask.kind).name}, {"records", row.records}});
  return row;
}

Result<> ReportDesk::send(const ReportRow& report, const Now& now) {
  if (report.schedule.empty()) return {};
  SEALKEEP_LET(all, rows_.schedules());
  const auto schedule =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == report.schedule; });
  if (schedule == all.end()) return {};  // removed since: nobody waits for it
  const Channel* channel = parts_.setup.channel(schedule->channel);
  const bool by_mail = channel == nullptr || channel->kind == ChannelKind::Smtp;
  std::vector<std::string> receivers = schedule->receivers;
  if (receivers.empty()) receivers.emplace_back();
  for (const std::string& to : receivers) {
    Notice notice;
    notice.id =
        hex(sha256({as_bytes("sealkeep/report/"), as_bytes(report.id + "/" + to)}).view()).substr(0, 32);
    notice.person = "report";
    notice.channel = schedule->channel;
    notice.to = to;
    notice.moment = "report";
    notice.created_ms = notice.next_try_ms = now.unix_ms;
    if (by_mail && report.state == ReportState::Done && report.bytes <= kReportMailBytes) {
      notice.attachment = file_name(report);
      notice.attachment_name = shown_name(report);
    }
    say_report(notice, report, {parts_.hub, parts_.setup.link, parts_.offset_at});
    SEALKEEP_TRY(outbox_.put(notice));
  }
  return {};
}

// ---- schedules
Result<ReportSchedule> ReportDesk::add_schedule(ReportSchedule schedule) {
  SEALKEEP_LET(all, rows_.schedules());
  if (all.size() >= kReportSchedules)
    return fail(ErrorKind::Busy, "report.too_many", "There are as many schedules as can be", {},
                "Remove one: report schedule remove");
  if (schedule.channel.empty())
    for (const Channel& channel : parts_.setup.channels)
      if (schedule.channel.empty() && channel.kind == ChannelKind::Smtp) schedule.channel = channel.name;
  const Channel* channel = parts_.setup.channel(schedule.channel);
  if (channel == nullptr)
    return fail(ErrorKind::NotFound, "channel.unknown",
                schedule.channel.empty() ? std::string("There is no channel for e-mail")
                                         : "There is no channel " + printable(schedule.channel),
                {}, "See: notice channels; the configuration names them");
  const bool mail = channel->kind == ChannelKind::Smtp;
  const auto is_address = [](const std::string& to) {
    return to.find('@') != std::string::npos && to.size() <= 254 &&
           to.find_first_of(" ,<>\r\n\t\"") == std::string::npos;
  };
  if (mail ? schedule.receivers.empty() || schedule.receivers.size() > kReportReceivers ||
                 !std::all_of(schedule.receivers.begin(), schedule.receivers.end(), is_address)
           : !schedule.receivers.empty())
    return bad_input("report.schedule",
                     mail ? "E-mail needs whom it goes to" : "That channel takes no address", {},
                     mail ? "1 to 20 addresses, --to ADDRESS each" : "Leave out --to");
  const Now now = parts_.clock.now();
  schedule.id = new_id();
  schedule.made_ms = now.unix_ms;
  schedule.next_ms = next_run(schedule.rhythm, now.unix_ms, parts_.offset_at);
  SEALKEEP_TRY(parts_.hooks.scheduled(schedule, true, schedule.by, [&] { return rows_.put(schedule); }));
  return schedule;
}

Result<ReportSchedule> ReportDesk::remove_schedule(const std::string& id, const std::string& by) {
  SEALKEEP_LET(all, rows_.schedules());
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
  if (found == all.end())
    return fail(ErrorKind::NotFound, "schedule.unknown", "There is no schedule " + printable(id), {},
                "See: report schedule list");
  SEALKEEP_TRY(parts_.hooks.scheduled(*found, false, by, [&] { return rows_.drop_schedule(id); }));
  return *found;
}

// The run that is due; with those that were missed it is one, over the time of all.
Result<ReportRow> ReportDesk::run_of(const ReportSchedule& schedule, const Now& now) {
  const std::int64_t first = schedule.next_ms;
  std::int64_t last = first;
  std::size_t runs = 1;
  for (std::int64_t next = next_run(schedule.rhythm, last, parts_.offset_at); next <= now.unix_ms;
       next = next_run(schedule.rhythm, last, parts_.offset_at)) {
    last = next;
    ++runs;
  }
  ReportRow row;
  row.id = new_id();
  row.ask = {schedule.kind, schedule.format, schedule.sites, 0, 0, {}};
  if (report_kind(schedule.kind).period)
    set_days(row.ask, period_of_run(schedule.rhythm, first, parts_.offset_at).first_day,
             period_of_run(schedule.rhythm, last, parts_.offset_at).last_day, parts_.offset_at);
  row.by = "schedule " + schedule.id;
  for (const std::string& to : schedule.receivers) row.whom += (row.whom.empty() ? "" : ", ") + to;
  if (row.whom.empty()) row.whom = schedule.channel;
  row.asked_ms = now.unix_ms;
  row.schedule = schedule.id;
  row.remark = late_words(first, last, runs, now.unix_ms - last > kOnTimeMs, parts_.offset_at);
  return row;
}

Result<> ReportDesk::run_schedules(const Now& now) {
  SEALKEEP_LET(all, rows_.schedules());
  for (ReportSchedule& schedule : all) {
    if (schedule.next_ms > now.unix_ms) return {};  // by their next run
    SEALKEEP_LET(row, run_of(schedule, now));
    schedule.last_ms = now.unix_ms;
    schedule.next_ms = next_run(schedule.rhythm, now.unix_ms, parts_.offset_at);
    SEALKEEP_TRY(write([&]() -> Result<> {
      SEALKEEP_TRY(rows_.put(row));
      return rows_.put(schedule);
    }));
  }
  return {};
}

// ---- in turns
Result<> ReportDesk::hand_out(const Now& now) {
  if (maker_ == nullptr || kept_ || !maker_->idle()) return {};
  SEALKEEP_LET(waiting, rows_.to_make(1));
  if (waiting.empty()) return {};
  ReportRow& row = waiting.front();
  if (row.state == ReportState::Waiting) {
    row.state = ReportState::Running;
    SEALKEEP_TRY(write([&] { return rows_.put(row); }));
  }
  maker_->take(job_of(row, now));
  return {};
}

Result<> ReportDesk::remove_old(const Now& now) {
  if (now.mono_ms < next_removal_ms_) return {};
  next_removal_ms_ = now.mono_ms + kRemoveEveryMs;
  SEALKEEP_LET(old, rows_.made_before(now.unix_ms - kReportKeptMs, kRemovedAtOnce));
  for (ReportRow& row : old) {
    SEALKEEP_LET(needed, outbox_.attached(file_name(row)));
    if (needed) continue;
    row.state = ReportState::Gone;
    SEALKEEP_TRY(write([&] { return rows_.put(row); }));
    std::error_code ignored;
    std::filesystem::remove(parts_.folder / file_name(row), ignored);
  }
  return {};
}

Result<> ReportDesk::step() {
  const Now now = parts_.clock.now();
  if (maker_ != nullptr) {
    progress_ = maker_->progress();
    if (!kept_) kept_ = maker_->made();
  }
  if (!kept_ && now.mono_ms < next_look_ms_) return {};
  next_look_ms_ = now.mono_ms + kLookEveryMs;
  const auto turn = [&]() -> Result<> {
    if (kept_) {
      SEALKEEP_TRY(take_in(*kept_, now));
      kept_.reset();
    }
    SEALKEEP_TRY(run_schedules(now));
    SEALKEEP_TRY(hand_out(now));
    return remove_old(now);
  };
  Result<> done = turn();
  if (done || done.error().kind != ErrorKind::Full) return done;
  parts_.log.warn("reports_wait", {{"code", done.error().code}});
  next_look_ms_ = now.mono_ms + kFullDiskWaitMs;
  return {};
}

}  // namespace sealkeep::hub

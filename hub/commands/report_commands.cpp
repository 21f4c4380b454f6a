// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/report_commands.hpp"

#include <charconv>
#include <thread>

#include "common/crypto/encoding.hpp"
#include "common/interchange/new_file.hpp"
#include "hub/commands/say.hpp"
#include "hub/reports/report_desk.hpp"
#include "hub/reports/report_words.hpp"

namespace sealkeep::hub {
namespace commands {
namespace {

constexpr std::size_t kDayDigits = 10;  // "2026-01-31"
constexpr std::size_t kShown = 200;

std::string sites_text(const std::vector<std::string>& sites) {
  std::string out;
  for (const std::string& code : sites) out += (out.empty() ? "" : ", ") + code;
  return out;
}

Value report_value(Hub& hub, const ReportRow& report) {
  Value value = Value::object({{"id", report.id},
                               {"kind", report_kind(report.ask.kind).name},
                               {"format", report_format_name(report.ask.format)},
                               {"site", sites_text(report.ask.sites)},
                               {"period", report.ask.period},
                               {"state", report_state_name(report.state)}});
  if (report.state == ReportState::Running) {
    const ReportMaker::Progress at = hub.reports().progress();
    if (at.id == report.id && at.total != 0) value.set("done", at.done).set("of", at.total);
  }
  value.set("asked_ms", report.asked_ms).set("by", report.by);
  if (!report.whom.empty()) value.set("for", report.whom);
  if (!report.schedule.empty()) value.set("schedule", report.schedule);
  if (!report.remark.empty()) value.set("remark", report.remark);
  if (!report.trouble.empty()) value.set("trouble", report.trouble);
  if (report.state != ReportState::Done && report.state != ReportState::Gone) return value;
  value.set("made_ms", report.made_ms).set("name", hub.reports().shown_name(report));
  value.set("bytes", report.bytes).set("records", report.records);
  if (report.heard_ms != 0) value.set("heard_ms", report.heard_ms);
  value.set("sha256", hex(report.file.view()));
  return value;
}

Value schedule_value(const ReportSchedule& schedule) {
  Value to = Value::list();
  for (const std::string& address : schedule.receivers) to.add(address);
  Value value = Value::object({{"id", schedule.id},
                               {"kind", report_kind(schedule.kind).name},
                               {"format", report_format_name(schedule.format)},
                               {"site", sites_text(schedule.sites)},
                               {"every", every_name(schedule.rhythm.every)},
                               {"when", rhythm_words(schedule.rhythm)},
                               {"channel", schedule.channel},
                               {"to", std::move(to)},
                               {"by", schedule.by},
                               {"next_ms", schedule.next_ms}});
  if (schedule.last_ms != 0) value.set("last_ms", schedule.last_ms);
  return value;
}

OffsetAt offset_at(Hub& hub) {
  if (hub.parts().utc_offset_min_at) return hub.parts().utc_offset_min_at;
  return [&hub](std::int64_t) { return hub.parts().clock.now().utc_offset_min; };
}

// A day is one of head office's zone; a moment with a time is UTC unless it says otherwise.
Result<std::int64_t> begins(Hub& hub, const Command& command, std::string_view option, bool day_after) {
  SEALKEEP_LET(given, moment(command, option));
  if (command.one(option).value_or("").size() != kDayDigits) return given;
  return local_moment(given / kDayMs + (day_after ? 1 : 0), 0, offset_at(hub));
}

Result<> take_period(Hub& hub, const Command& command, ReportAsk& ask) {
  if (!report_kind(ask.kind).period) {
    if (!command.has("at")) return {};
    SEALKEEP_LET(end, begins(hub, command, "at", true));
    if (end > hub.parts().clock.now().unix_ms)
      return bad_input("cli.value", "That day is not over", {}, "Leave --at out for a report of now");
    ask.until_ms = end;
    ask.period = "as recorded by the end of " + command.one("at").value_or("");
    return {};
  }
  SEALKEEP_LET(from, begins(hub, command, "from", false));
  SEALKEEP_LET(until, begins(hub, command, "to", true));
  ask.from_ms = from;
  ask.until_ms = command.has("to") ? until : hub.parts().clock.now().unix_ms + 1;
  if (ask.from_ms >= ask.until_ms)
    return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
  ask.period = command.one("from").value_or("the first record") + " to " + command.one("to").value_or("now");
  return {};
}

Result<std::vector<std::string>> sites_of(Hub& hub, const Command& command) {
  std::vector<std::string> out;
  for (const std::string& code : command.all("site")) {
    SEALKEEP_LET(site, site_named(hub, code));
    out.push_back(site.code);
  }
  return out;
}

Result<ReportFormat> format_of(const Command& command) {
  if (const auto format = report_format_named(command.one("format").value_or("pdf"))) return *format;
  return bad_input("cli.value", "There is no such format", {}, "pdf, xlsx or csv");
}

Result<Value> ask_report(Hub& hub, const Command& command, ReportKind kind, const OnProgress& progress) {
  ReportAsk ask;
  ask.kind = kind;
  SEALKEEP_LET(format, format_of(command));
  ask.format = format;
  SEALKEEP_LET(sites, sites_of(hub, command));
  ask.sites = std::move(sites);
  SEALKEEP_TRY(take_period(hub, command, ask));
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_LET(whom, short_text(command, "for"));
  if (const auto out = command.one("out")) SEALKEEP_TRY(interchange::check_new_file(*out));
  SEALKEEP_LET(asked, hub.reports().ask(ask, by, whom));
  if (hub.reports().employs()) {
    Value value = report_value(hub, asked);
    if (!command.caller)
      value.set("next", "report list shows how far it is; report file " + asked.id + " FILE writes it");
    return value;
  }
  SEALKEEP_LET(made,
               hub.reports().make_now(asked.id, [&](std::uint64_t done, std::uint64_t total) -> Result<> {
                 progress({done, total, "sites read"});
                 return {};
               }));
  return report_value(hub, made);
}

Result<Value> report_list(Hub& hub, const Command& command) {
  SEALKEEP_LET(reports, hub.reports().newest(kShown));
  SEALKEEP_LET(schedules, hub.reports().schedules());
  Value list = Value::list(), planned = Value::list(), words = Value::list(), planned_words = Value::list();
  const Now now = hub.parts().clock.now();
  for (const ReportRow& report : reports) {
    Value value = report_value(hub, report);
    const Value* done = value.find("done");
    words.add(
        Value::object({{"report", report.id},
                       {"what", report_kind(report.ask.kind).name},
                       {"as", report_format_name(report.ask.format)},
                       {"sites", report.ask.sites.empty() ? "all" : sites_text(report.ask.sites)},
                       {"period", report.ask.period.empty() ? "-" : report.ask.period},
                       {"state", std::string(report_state_name(report.state)) +
                                     (done == nullptr ? ""
                                                      : " " + std::to_string(*done->as_int()) + " of " +
                                                            std::to_string(*value.find("of")->as_int()))},
                       {"made", report.made_ms == 0 ? "-" : clock_words(report.made_ms, now)}}));
    list.add(std::move(value));
  }
  for (const ReportSchedule& schedule : schedules) {
    planned.add(schedule_value(schedule));
    planned_words.add(Value::object({{"schedule", schedule.id},
                                     {"what", report_kind(schedule.kind).name},
                                     {"when", rhythm_words(schedule.rhythm)},
                                     {"next", clock_words(schedule.next_ms, now)}}));
  }
  Value value = Value::object({{"reports", std::move(list)}, {"schedules", std::move(planned)}});
  if (command.caller) return value;
  value.set("in_words", reports.empty() && schedules.empty()
                            ? Value("No report was asked for yet. `report register --out FILE` makes one.")
                            : Value::object({{"reports", std::move(words)},
                                             {"made_by_themselves", std::move(planned_words)}}));
  return value;
}

Result<Value> report_cancel(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  SEALKEEP_LET(report, hub.reports().cancel(id));
  return report_value(hub, report);
}

Result<Value> report_file(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  SEALKEEP_LET(file, command.required("file"));
  SEALKEEP_LET(report, hub.reports().find(id));
  SEALKEEP_LET(bytes, hub.reports().file(report));
  SEALKEEP_TRY(interchange::write_new_file(file, bytes));
  Value value = report_value(hub, report);
  value.set("written", file);
  return value;
}

Result<int> minutes_of(const std::string& text) {
  int hour = -1, minute = -1;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, hour);
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == ':') {
    const auto second = std::from_chars(first.ptr + 1, end, minute);
    if (second.ec == std::errc{} && second.ptr == end && second.ptr - first.ptr == 3 && hour >= 0 &&
        hour < 24 && minute >= 0 && minute < 60)
      return hour * 60 + minute;
  }
  return bad_input("cli.value", "\"" + printable(text) + "\" is no time of day", {}, "Like 06:00");
}

Result<Value> schedule_add(Hub& hub, const Command& command) {
  ReportSchedule schedule;
  SEALKEEP_LET(name, command.required("kind"));
  const auto kind = report_kind_named(name);
  if (!kind) return bad_input("cli.value", "There is no report " + printable(name), {}, "See: report list");
  schedule.kind = *kind;
  SEALKEEP_LET(format, format_of(command));
  schedule.format = format;
  SEALKEEP_LET(sites, sites_of(hub, command));
  schedule.sites = std::move(sites);
  const auto every = every_named(command.one("every").value_or("month"));
  if (!every) return bad_input("cli.value", "--every is not understood", {}, "day, week or month");
  SEALKEEP_LET(day, command.number("day", 1, *every == Every::Week ? 7 : 31));
  SEALKEEP_LET(at_min, minutes_of(command.one("at").value_or("06:00")));
  schedule.rhythm = {*every, static_cast<int>(day.value_or(1)), at_min};
  schedule.channel = command.one("channel").value_or("");
  schedule.receivers = command.all("to");
  SEALKEEP_LET(by, short_text(command, "by"));
  schedule.by = by;
  SEALKEEP_LET(added, hub.reports().add_schedule(std::move(schedule)));
  return schedule_value(added);
}

Result<Value> schedule_list(Hub& hub) {
  SEALKEEP_LET(schedules, hub.reports().schedules());
  Value list = Value::list();
  for (const ReportSchedule& schedule : schedules) list.add(schedule_value(schedule));
  return Value::object({{"schedules", std::move(list)}});
}

Result<Value> schedule_remove(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_LET(removed, hub.reports().remove_schedule(id, by));
  return schedule_value(removed);
}

}  // namespace

std::optional<Result<Value>> report_command(Hub& hub, const Command& command, const OnProgress& progress) {
  constexpr std::string_view kReport = "report ";
  if (!command.name.starts_with(kReport)) return std::nullopt;
  const std::string_view what = std::string_view(command.name).substr(kReport.size());
  if (const auto kind = report_kind_named(what)) return ask_report(hub, command, *kind, progress);
  if (what == "list") return report_list(hub, command);
  if (what == "cancel") return report_cancel(hub, command);
  if (what == "file") return report_file(hub, command);
  if (what == "schedule add") return schedule_add(hub, command);
  if (what == "schedule list") return schedule_list(hub);
  if (what == "schedule remove") return schedule_remove(hub, command);
  return std::nullopt;
}

}  // namespace commands

namespace {

constexpr auto kAskAgain = std::chrono::milliseconds(200);

std::string text_of(const cli::Value& value, std::string_view name) {
  const cli::Value* member = value.find(name);
  return member != nullptr && member->as_text() != nullptr ? *member->as_text() : std::string();
}

}  // namespace

Result<cli::Value> wait_for_report(const cli::Command& command, Result<cli::Value> answer,
                                   const std::function<Result<cli::Value>(const cli::Command&)>& ask,
                                   const cli::OnProgress& progress) {
  const bool reports = command.name.starts_with("report ") && command.has("out");
  if (!answer || !reports) return answer;
  const std::string id = text_of(*answer, "id");
  std::string state = text_of(*answer, "state"), trouble;
  while (state == "waiting" || state == "running") {
    std::this_thread::sleep_for(kAskAgain);
    SEALKEEP_LET(list, ask({"report list", {}, {}}));
    const cli::Value* all = list.find("reports");
    state = "not listed any more";
    for (const cli::Value& one : all != nullptr ? *all->as_list() : cli::Value::List{}) {
      if (text_of(one, "id") != id) continue;
      state = text_of(one, "state");
      trouble = text_of(one, "trouble");
      const cli::Value *done = one.find("done"), *total = one.find("of");
      if (done != nullptr && total != nullptr)
        progress({static_cast<std::uint64_t>(*done->as_int()), static_cast<std::uint64_t>(*total->as_int()),
                  "sites read"});
    }
  }
  if (state != "done")
    return fail(ErrorKind::Refused, "report.not_made", "The report " + id + " is " + state, trouble,
                "See: report list");
  return ask({"report file", {{"id", {id}}, {"file", command.all("out")}}, {}});
}

}  // namespace sealkeep::hub

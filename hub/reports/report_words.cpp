// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/report_words.hpp"

#include "common/base/clock.hpp"
#include "common/cli/value.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::hub {
namespace {

std::string time_words(std::int64_t ms, const OffsetAt& offset_at) {
  std::string text = iso_time(ms, offset_at(ms)).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string sites_of(const ReportAsk& ask) {
  std::string out;
  for (const std::string& code : ask.sites) out += (out.empty() ? "" : ", ") + code;
  return out.empty() ? "all sites" : out;
}

}  // namespace

void set_days(ReportAsk& ask, std::int64_t first_day, std::int64_t last_day, const OffsetAt& offset_at) {
  ask.from_ms = local_moment(first_day, 0, offset_at);
  ask.until_ms = local_moment(last_day + 1, 0, offset_at);
  ask.period =
      iso_time(first_day * kDayMs).substr(0, 10) + " to " + iso_time(last_day * kDayMs).substr(0, 10);
}

std::string shown_file_name(const ReportRow& report, const OffsetAt& offset_at) {
  const std::int64_t at_ms = report.made_ms != 0 ? report.made_ms : report.asked_ms;
  return std::string(report_kind(report.ask.kind).name) +
         (report.ask.sites.size() == 1 ? "-" + report.ask.sites.front() : "") + "-" +
         iso_time(at_ms, offset_at(at_ms)).substr(0, 10) + "." +
         std::string(report_format_name(report.ask.format));
}

std::string late_words(std::int64_t first_ms, std::int64_t last_ms, std::size_t runs, bool late,
                       const OffsetAt& offset_at) {
  if (runs > 1)
    return "Head office was not running when this report was planned, " + std::to_string(runs) +
           " times from " + time_words(first_ms, offset_at) + " to " + time_words(last_ms, offset_at) +
           ": it was made once afterwards, over the time of all of them.";
  if (late)
    return "Head office was not running at " + time_words(last_ms, offset_at) +
           ", when this report was planned: it was made afterwards.";
  return {};
}

void say_report(Notice& notice, const ReportRow& report, const ReportWordsContext& context) {
  const ReportKindRow& kind = report_kind(report.ask.kind);
  const bool made = report.state == ReportState::Done;
  const std::string of =
      std::string(kind.title) + (report.ask.period.empty() ? "" : ", " + report.ask.period);
  notice.subject = (made ? of : of + ": could not be made") + " (" + context.hub + ")";
  std::string& words = notice.words;
  words = of + "\nSites: " + sites_of(report.ask) + "\n";
  if (!report.remark.empty()) words += report.remark + "\n";
  if (made) {
    words += std::to_string(report.records) + " lines, made " +
             time_words(report.made_ms, context.offset_at) + ". ";
    words += report.heard_ms == 0 ? "Of some sites nothing was heard yet.\n"
                                  : "Everything was heard of each site up to " +
                                        time_words(report.heard_ms, context.offset_at) + ".\n";
    words += notice.attachment.empty() ? std::string("The file lies at head office")
                                       : "The file is attached: " + notice.attachment_name;
    words += ", SHA-256 " + hex(report.file.view()) + "\n";
  } else {
    words += "It could not be made: " + report.trouble + "\n";
  }
  const std::string link = context.link.empty() ? std::string() : context.link + "/#/reports";
  if (!link.empty()) words += link + "\n";
  cli::Value facts = cli::Value::object({{"id", notice.id},
                                         {"hub", context.hub},
                                         {"for", report.whom},
                                         {"subject", notice.subject},
                                         {"moment", notice.moment},
                                         {"interrupts", notice.interrupts},
                                         {"at_ms", notice.created_ms},
                                         {"report", report.id},
                                         {"kind", kind.name},
                                         {"format", report_format_name(report.ask.format)},
                                         {"sites", sites_of(report.ask)},
                                         {"period", report.ask.period},
                                         {"state", report_state_name(report.state)},
                                         {"records", report.records},
                                         {"bytes", report.bytes}});
  if (made) facts.set("sha256", hex(report.file.view()));
  if (!link.empty()) facts.set("link", link);
  notice.facts = cli::to_json(facts);
}

}  // namespace sealkeep::hub

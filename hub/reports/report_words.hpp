// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/notices/outbox.hpp"
#include "hub/reports/report_rows.hpp"

/// What is said of reports beside the reports themselves. Pure.
namespace sealkeep::hub {

/// The days from first to last, both inside, as the period that is asked for.
void set_days(ReportAsk& ask, std::int64_t first_day, std::int64_t last_day, const OffsetAt& offset_at);

/// "day-close-akl-01-2026-02-01.pdf": kind, site if it is one, day on which it was made.
[[nodiscard]] std::string shown_file_name(const ReportRow& report, const OffsetAt& offset_at);

/// What a report says that was planned for `first_ms` to `last_ms`, `runs` times; empty if it is on time.
[[nodiscard]] std::string late_words(std::int64_t first_ms, std::int64_t last_ms, std::size_t runs, bool late,
                                     const OffsetAt& offset_at);

struct ReportWordsContext {
  const std::string& hub;
  const std::string& link;  ///< where the pages are; may be empty
  const OffsetAt& offset_at;
};
/// Writes subject, words and facts of a message about it.
void say_report(Notice& notice, const ReportRow& report, const ReportWordsContext& context);

}  // namespace sealkeep::hub

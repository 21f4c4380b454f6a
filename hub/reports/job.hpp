// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/records.hpp"
#include "hub/reports/report.hpp"
#include "hub/reports/schedule.hpp"

namespace sealkeep::hub {

/// What one report is of.
struct ReportAsk {
  ReportKind kind = ReportKind::Register;
  ReportFormat format = ReportFormat::Pdf;
  std::vector<std::string> sites;  ///< codes; empty: all that sent records
  /// Up to, not including. Both 0: of now; from 0 and no period: as it stood when `until_ms` began.
  std::int64_t from_ms = 0, until_ms = 0;
  std::string period;  ///< the same in words
  friend bool operator==(const ReportAsk&, const ReportAsk&) = default;
};

inline constexpr std::size_t kReportRows = 2'000'000;  ///< of one report; past it: Full `report.too_large`

/// Told how far it is; an error stops the work and comes back from it.
using ReportWatch = std::function<Result<>(std::uint64_t done, std::uint64_t total)>;

/// Reads the facts and makes the report. `head` has exporter, time, zone and remark; the rest is filled in.
/// `scratch`: a file that may be used meanwhile, and is gone afterwards. NotFound `site.unknown`; errors of
/// the stores.
[[nodiscard]] Result<Report> read_report(HubRecords& records, const ReportAsk& ask, ReportHead head,
                                         const OffsetAt& offset_at, const std::filesystem::path& scratch,
                                         const ReportWatch& watch);

/// Everything that making a report needs, on whatever thread.
struct ReportJob {
  std::string id;
  ReportAsk ask;
  ReportHead head;
  OffsetAt offset_at;
  std::filesystem::path file;      ///< where it goes; what is there is a rest of a try before
  std::filesystem::path database;  ///< the hub's
  OpenOptions options;
};
struct ReportMade {
  std::string id;
  std::optional<Error> trouble;  ///< it was not made; nothing else counts then
  Hash file;
  std::uint64_t bytes = 0, rows = 0;
  std::int64_t heard_ms = 0;  ///< of the site that was heard of least; 0: nothing of one
};
/// Makes the file, durable, from a snapshot taken now.
[[nodiscard]] ReportMade make_report(const ReportJob& job, const ReportWatch& watch);

}  // namespace sealkeep::hub

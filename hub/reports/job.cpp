// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/job.hpp"

#include "common/crypto/hash.hpp"
#include "common/interchange/new_file.hpp"
#include "hub/reports/hub_snapshot.hpp"

namespace sealkeep::hub {
namespace {

Result<ReportMade> made_of(const ReportJob& job, const ReportWatch& watch) {
  SEALKEEP_LET(snapshot, HubSnapshot::open(job.database, job.options));
  std::error_code failed;
  std::filesystem::create_directories(job.file.parent_path(), failed);
  SEALKEEP_LET(report, read_report(*snapshot, job.ask, job.head, job.offset_at,
                                   job.file.string() + ".past.tmp", watch));
  snapshot.reset();
  SEALKEEP_LET(bytes, write_report(report, job.ask.format));
  std::filesystem::remove(job.file, failed);
  SEALKEEP_TRY(interchange::write_new_file(job.file, bytes));
  ReportMade made;
  made.file = sha256(bytes);
  made.bytes = bytes.size();
  made.rows = report.rows.size();
  made.heard_ms = INT64_MAX;
  for (const ReportHead::AsOf& site : report.head.as_of)
    made.heard_ms = std::min(made.heard_ms, site.heard_ms);
  if (report.head.as_of.empty()) made.heard_ms = 0;
  return made;
}

}  // namespace

ReportMade make_report(const ReportJob& job, const ReportWatch& watch) {
  Result<ReportMade> done = made_of(job, watch);
  ReportMade made = done ? std::move(*done) : ReportMade{};
  made.id = job.id;
  if (!done) made.trouble = std::move(done).error();
  return made;
}

}  // namespace sealkeep::hub

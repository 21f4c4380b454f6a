// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/workshop.hpp"

namespace sealkeep::hub {

tl::unexpected<Error> report_cancelled() {
  return fail(ErrorKind::Refused, "report.cancelled", "The report was cancelled");
}

Workshop::Workshop() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

Workshop::~Workshop() {
  thread_.request_stop();
  thread_.join();
}

bool Workshop::idle() {
  const std::lock_guard lock(mutex_);
  return !job_ && progress_.id.empty() && !made_;
}

void Workshop::take(ReportJob job) {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = false;
    progress_ = {job.id, 0, 0};
    job_ = std::move(job);
  }
  more_.notify_one();
}

void Workshop::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
}

ReportMaker::Progress Workshop::progress() {
  const std::lock_guard lock(mutex_);
  return progress_;
}

std::optional<ReportMade> Workshop::made() {
  const std::lock_guard lock(mutex_);
  return std::exchange(made_, std::nullopt);
}

void Workshop::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    ReportJob job;
    {
      std::unique_lock lock(mutex_);
      if (!more_.wait(lock, stop, [this] { return job_.has_value(); })) return;
      job = std::move(*job_);
      job_.reset();
    }
    ReportMade made = make_report(job, [&](std::uint64_t done, std::uint64_t total) -> Result<> {
      const std::lock_guard lock(mutex_);
      progress_.done = done;
      progress_.total = total;
      if (stopped_ || stop.stop_requested()) return report_cancelled();
      return {};
    });
    const std::lock_guard lock(mutex_);
    progress_ = {};
    made_ = std::move(made);
  }
}

}  // namespace sealkeep::hub

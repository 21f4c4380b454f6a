// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "hub/reports/job.hpp"

namespace sealkeep::hub {

/// Whoever makes reports. One at a time; never waits.
class ReportMaker {
 public:
  virtual ~ReportMaker() = default;
  /// True if take() may be called.
  [[nodiscard]] virtual bool idle() = 0;
  virtual void take(ReportJob job) = 0;
  /// What it works on is not wanted any more: it ends soon, with `report.cancelled`.
  virtual void stop() = 0;
  struct Progress {
    std::string id;  ///< empty: it works on nothing
    std::uint64_t done = 0, total = 0;
  };
  [[nodiscard]] virtual Progress progress() = 0;
  /// What became of the last job, once.
  [[nodiscard]] virtual std::optional<ReportMade> made() = 0;
};

/// The error of a report that was stopped.
[[nodiscard]] tl::unexpected<Error> report_cancelled();

/// Makes reports on a thread of its own, each from a snapshot, so that nobody waits for them. Destroying it
/// stops what it works on.
class Workshop final : public ReportMaker {
 public:
  Workshop();
  ~Workshop() override;
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  [[nodiscard]] bool idle() override;
  void take(ReportJob job) override;
  void stop() override;
  [[nodiscard]] Progress progress() override;
  [[nodiscard]] std::optional<ReportMade> made() override;

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;  ///< guards all below but the thread
  std::optional<ReportJob> job_;
  Progress progress_;
  bool stopped_ = false;
  std::optional<ReportMade> made_;
  std::condition_variable_any more_;
  std::jthread thread_;
};

}  // namespace sealkeep::hub

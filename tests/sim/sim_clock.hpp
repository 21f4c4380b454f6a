// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/clock.hpp"

namespace sealkeep::sim {

/// The world's own time, in ms. Nobody in the world reads it directly.
struct TrueTime {
  std::int64_t ms = 1'780'358'400'000;  // 2026-06-02, 00:00 UTC
};

/// The clock of one machine: may be wrong, may run fast, may step; monotonic within a boot.
class SimClock final : public Clock {
 public:
  SimClock(const TrueTime& time, std::int64_t skew_ms, std::int64_t drift_ppm, std::string name)
      : time_(time), name_(std::move(name)), skew_ms_(skew_ms), drift_ppm_(drift_ppm), since_ms_(time.ms) {
    reboot();
  }
  [[nodiscard]] Now now() override {
    const std::int64_t drift = (time_.ms - since_ms_) * drift_ppm_ / 1'000'000;
    return {time_.ms + skew_ms_ + drift, time_.ms - booted_ms_ + drift - drift_at_boot_, 720};
  }
  [[nodiscard]] std::string boot_id() override { return name_ + "-boot-" + std::to_string(boots_); }

  /// Somebody sets the wall clock, or a time server does. May go backwards.
  void step(std::int64_t ms) { skew_ms_ += ms; }
  void set_right() {
    skew_ms_ = 0;
    drift_at_boot_ -= (time_.ms - since_ms_) * drift_ppm_ / 1'000'000;
    since_ms_ = time_.ms;
    drift_ppm_ = 0;
  }
  void reboot() {
    ++boots_;
    booted_ms_ = time_.ms - 1'000;
    drift_at_boot_ = (time_.ms - since_ms_) * drift_ppm_ / 1'000'000;
  }

 private:
  const TrueTime& time_;
  std::string name_;
  std::int64_t skew_ms_, drift_ppm_, since_ms_;
  std::int64_t booted_ms_ = 0, drift_at_boot_ = 0;
  int boots_ = 0;
};

}  // namespace sealkeep::sim

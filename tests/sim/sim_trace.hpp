// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <stdexcept>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "tests/sim/sim_clock.hpp"

namespace sealkeep::sim {

/// An invariant did not hold.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What happened last, for the report of a failure.
class Trace {
 public:
  explicit Trace(const TrueTime& time) : time_(time), began_ms_(time.ms) {}
  void say(std::string line) {
    lines_.push_back(std::to_string(time_.ms - began_ms_) + " ms  " + std::move(line));
    if (lines_.size() > kLines) lines_.pop_front();
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& line : lines_) all += line + '\n';
    return all;
  }

 private:
  static constexpr std::size_t kLines = 60;
  const TrueTime& time_;
  std::int64_t began_ms_;
  std::deque<std::string> lines_;
};

/// What a node logs stands in the trace under its name.
class TraceLogger final : public Logger {
 public:
  TraceLogger(Trace& trace, std::string node) : trace_(trace), node_(std::move(node)) {}
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) override {
    if (level == LogLevel::Debug) return;
    std::string line = node_ + " logs " + std::string(event);
    for (const LogField& field : fields) line += " " + std::string(field.key) + "=" + field.value;
    trace_.say(std::move(line));
  }

 private:
  Trace& trace_;
  std::string node_;
};

}  // namespace sealkeep::sim

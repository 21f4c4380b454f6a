// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/clock.hpp"

namespace sealkeep::test {

/// A clock that moves when it is told to; it begins on 2026-01-01 at 00:00 UTC.
struct HandClock final : Clock {
  Now reading{1'767'225'600'000, 1'000'000, 0};
  Now now() override { return reading; }
  std::string boot_id() override { return "00000000000000000000000000000001"; }
  void pass(std::int64_t ms) {
    reading.unix_ms += ms;
    reading.mono_ms += ms;
  }
};

}  // namespace sealkeep::test

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>

#include "common/interchange/seal_event.hpp"

namespace sealkeep::test {

inline constexpr std::int64_t kStart = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
inline constexpr std::int64_t kHourMs = 3'600'000;

inline ses::SealNumber number(std::string_view text) {
  return ses::SealNumber::parse(text).value();
}
inline ses::SealRange run(std::string_view first, std::uint32_t count = 1) {
  ses::SealRange range = ses::SealRange::single(number(first));
  range.count = count;
  return range;
}
inline ses::UnitId box(std::string_view text) {
  return ses::UnitId::parse(ses::UnitKind::SeaContainer, text).value();
}
inline ses::UnitId package(std::string_view text) {
  return ses::UnitId::parse(ses::UnitKind::AirPackage, text).value();
}

/// A site's log of which the n-th entry happened n hours after kStart.
struct SmallLog {
  explicit SmallLog(interchange::Period period = {}) : events("akl-01", period) {}
  SmallLog& add(ses::Event event) {
    ses::Entry entry;
    entry.header.happened_ms = kStart + static_cast<std::int64_t>(size) * kHourMs;
    entry.header.recorded_ms = entry.header.happened_ms + 60'000;
    entry.header.utc_offset_min = 13 * 60;
    entry.header.person_no = 77;
    entry.event = std::move(event);
    events.take("hub.example.nz/site/akl-01/e1", {1, size++}, entry);
    return *this;
  }
  [[nodiscard]] const std::vector<interchange::SealEvent>& told() const { return events.events(); }

  interchange::SealEvents events;
  std::uint64_t size = 0;
};

inline ses::SealApplied seal_on(std::string_view seal, std::string_view unit,
                                ses::SealKind kind = ses::SealKind::Bolt) {
  return {ses::Family::Ses, kind, number(seal), box(unit), false};
}
inline ses::SealChecked check(std::string_view seal, std::string_view unit, ses::Vvtt vvtt,
                              std::string_view paper_seal = {}) {
  const std::string paper(paper_seal.empty() ? seal : paper_seal);
  return {ses::Family::Ses,           number(seal), box(unit), {std::string(seal), std::string(unit)},
          {paper, std::string(unit)}, false,        vvtt};
}
inline constexpr ses::Vvtt kPassed{ses::Step::Pass, ses::Step::Pass, ses::Step::Pass, ses::Step::Pass};
inline ses::Uplifted uplift(std::string_view unit, std::vector<ses::SealNumber> seals) {
  ses::Uplifted event;
  event.unit = box(unit);
  event.seals = std::move(seals);
  event.operator_no = 12;
  return event;
}

}  // namespace sealkeep::test

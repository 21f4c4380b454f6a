// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>

#include "agent/register/site_register.hpp"

namespace sealkeep::bench {

/// The facts of one busy dock, without end: a box of 200 bolt seals is received and stored, then each
/// container is closed, sealed, checked at door and paper and, three containers later, taken by a driver.
/// Every container and seal goes through its life once; nothing is irregular. One fact in three has a detail
/// (the driver of each uplift; a remark at one check in three). What repeats at a dock repeats here (people,
/// firms); request ids, seal boxes, container numbers, plates and times of day are drawn from `random`.
class DockStream {
 public:
  DockStream(std::uint32_t site_no, Random& random);

  /// People, terminal and store of the site, recorded before anything else.
  [[nodiscard]] static std::vector<agent::Fact> setup(Random& random);
  /// The next fact, which happens now (Unix ms).
  [[nodiscard]] agent::Fact next(std::int64_t now_ms);

 private:
  struct Load {
    ses::UnitId unit;
    ses::SealNumber seal;
  };
  [[nodiscard]] agent::Fact fact(ses::Event event, ses::PersonNo who);
  [[nodiscard]] ses::UnitId new_unit();
  void remark(agent::Fact& fact, ses::DetailKind kind, std::string_view text);
  [[nodiscard]] agent::Fact receive(std::int64_t now_ms);
  [[nodiscard]] agent::Fact uplift();

  Random& random_;
  std::uint64_t box_first_;
  std::uint32_t used_of_box_ = 0;
  bool box_open_ = false;
  std::uint64_t loads_ = 0;
  unsigned step_ = 0;
  Load load_;
  std::deque<Load> waiting_;
};

}  // namespace sealkeep::bench

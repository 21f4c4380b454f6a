// SPDX-License-Identifier: Apache-2.0
#include "common/sync/picture_turns.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "common/base/random.hpp"

using namespace sealkeep;
using namespace sealkeep::sync;

namespace {
bool everybody(PictureTurns::SiteNo) {
  return true;
}
}  // namespace

TEST_CASE("sites are asked in turn, one piece each, and no more at once than the budget") {
  PictureTurns turns(2);
  for (const int site : {7, 8, 9}) turns.want(site);
  turns.want(7);
  CHECK(turns.next(0, everybody) == 7);
  CHECK(turns.next(0, everybody) == 8);
  CHECK_FALSE(turns.next(0, everybody));
  turns.want(7);
  CHECK(turns.waiting() == 1);
  CHECK(turns.answered(7));
  CHECK_FALSE(turns.answered(7));
  turns.want(7);
  CHECK(turns.next(0, everybody) == 9);
  CHECK(turns.answered(8));
  CHECK(turns.next(0, everybody) == 7);
}

TEST_CASE("a site that owes facts keeps its place and delays nobody") {
  PictureTurns turns(4);
  turns.want(1);
  turns.want(2);
  CHECK(turns.next(0, [](auto site) { return site != 1; }) == 2);
  turns.answered(2);
  turns.want(2);
  CHECK(turns.next(0, everybody) == 1);
}

TEST_CASE("who does not answer in time makes room for others and comes again after them") {
  PictureTurns turns(1);
  turns.want(1);
  turns.want(2);
  CHECK(turns.next(1'000, everybody) == 1);
  CHECK(turns.expire(1'000 + kPieceTimeoutMs - 1).empty());
  CHECK(turns.expire(1'000 + kPieceTimeoutMs) == std::vector<PictureTurns::SiteNo>{1});
  CHECK_FALSE(turns.answered(1));
  CHECK(turns.next(200'000, everybody) == 2);
  turns.forget(2);
  CHECK(turns.next(200'000, everybody) == 1);
}

TEST_CASE("whatever happens, the budget holds and no site that is ready waits longer than all the others") {
  constexpr std::size_t kBudget = 3, kSites = 9;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SeededRandom random(seed);
    PictureTurns turns(kBudget);
    std::set<PictureTurns::SiteNo> under_way;
    std::map<PictureTurns::SiteNo, std::size_t> passed;  // how often others were asked while it waited
    std::int64_t now_ms = 0;
    for (int step = 0; step < 3'000; ++step) {
      now_ms += static_cast<std::int64_t>(random.below(2'000));
      const auto site = static_cast<PictureTurns::SiteNo>(random.below(kSites));
      switch (random.below(5)) {
        case 0:
        case 1:
          turns.want(site);
          if (!turns.is_asked(site)) passed.emplace(site, 0);
          break;
        case 2:
          if (const auto asked = turns.next(now_ms, everybody)) {
            REQUIRE(passed.contains(*asked));
            passed.erase(*asked);
            for (auto& [other, times] : passed) ++times;
            REQUIRE(under_way.insert(*asked).second);
          } else {
            REQUIRE((under_way.size() == kBudget || passed.empty()));
          }
          break;
        case 3:
          REQUIRE(turns.answered(site) == (under_way.erase(site) > 0));
          break;
        default:
          if (random.below(10) == 0) {
            turns.forget(site);
            under_way.erase(site);
            passed.erase(site);
          }
          for (const auto late : turns.expire(now_ms)) {
            REQUIRE(under_way.erase(late) == 1);
            passed.emplace(late, 0);
          }
      }
      REQUIRE(turns.asked() == under_way.size());
      REQUIRE(turns.asked() <= kBudget);
      REQUIRE(turns.waiting() == passed.size());
      for (const auto& [waiting, times] : passed) REQUIRE(times < kSites);
    }
  }
}

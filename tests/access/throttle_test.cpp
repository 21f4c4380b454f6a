// SPDX-License-Identifier: Apache-2.0
#include "common/access/throttle.hpp"

#include <catch2/catch.hpp>

using namespace sealkeep::access;

TEST_CASE("waits begin with the fifth failure, double, and end at 15 minutes") {
  Throttle throttle(Waits{}, 10);
  std::int64_t now = 1'000;
  for (int i = 0; i < 4; ++i) {
    throttle.failed("a", now);
    CHECK(throttle.wait_ms("a", now) == 0);
  }
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 10; ++i) {
    throttle.failed("a", now);
    waits.push_back(throttle.wait_ms("a", now));
    now += waits.back();
    CHECK(throttle.wait_ms("a", now) == 0);
    CHECK(throttle.wait_ms("a", now - 1) == 1);
  }
  CHECK(waits == std::vector<std::int64_t>{5'000, 10'000, 20'000, 40'000, 80'000, 160'000, 320'000, 640'000,
                                           900'000, 900'000});
  CHECK(throttle.wait_ms("b", now) == 0);
}

TEST_CASE("failures are forgotten after a day without one, and no sooner") {
  Throttle throttle(Waits{}, 10);
  for (int i = 0; i < 6; ++i) throttle.failed("a", 0);
  CHECK(throttle.failures("a", 24 * 3'600'000 - 1) == 6);
  CHECK(throttle.failures("a", 24 * 3'600'000) == 0);
  CHECK(throttle.failed("a", 24 * 3'600'000) == 1);
}

TEST_CASE("a failure that was none leaves the others and does not start the wait anew") {
  Throttle throttle(Waits{}, 10);
  for (int i = 0; i < 6; ++i) throttle.failed("a", 0);
  throttle.failed("a", 20'000);
  throttle.was_none("a");
  CHECK(throttle.failures("a", 20'000) == 6);
  CHECK(throttle.wait_ms("a", 20'000) == 0);
  Throttle fresh(Waits{}, 10);
  fresh.failed("b", 0);
  fresh.was_none("b");
  fresh.was_none("b");
  CHECK(fresh.keys() == 0);
}

TEST_CASE("a full throttle forgets the key that failed longest ago") {
  Throttle throttle(Waits{}, 3);
  throttle.failed("old", 1);
  throttle.failed("newer", 2);
  throttle.failed("newest", 3);
  throttle.failed("one more", 4);
  CHECK(throttle.keys() == 3);
  CHECK(throttle.failures("old", 5) == 0);
  CHECK(throttle.failures("newer", 5) == 1);
  throttle.failed("newer", 6);
  CHECK(throttle.keys() == 3);
}

TEST_CASE("forgetting an account forgets its places and no other account's") {
  Throttle throttle(Waits{}, 10);
  for (const char* key : {"1/0", "1/7", "12/0"}) throttle.failed(key, 0);
  throttle.forget_all("1/");
  CHECK(throttle.failures("1/0", 1) + throttle.failures("1/7", 1) == 0);
  CHECK(throttle.failures("12/0", 1) == 1);
}

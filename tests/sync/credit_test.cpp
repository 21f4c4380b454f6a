// SPDX-License-Identifier: Apache-2.0
#include "common/sync/credit.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::sync {
namespace {

struct Credits {
  SeededRandom random{3};
  CreditBook book;
};

TEST_CASE_METHOD(Credits, "a lone site that catches up gets the largest window, then the standing one") {
  CHECK(book.greet(1, true, 0, random) == CreditBook::Grant{limits::kSiteCreditBytes, 0});
  CHECK(book.renew(1, true, 1) == limits::kSiteCreditBytes);
  CHECK(book.renew(1, false, 2) == kStandingWindowBytes);
  CHECK(book.granted_bytes() == kStandingWindowBytes);
  CHECK(book.renew(1, true, 3) == limits::kSiteCreditBytes);
  book.drop(1);
  CHECK(book.granted_bytes() == 0);
  CHECK(book.sessions() == 0);
}

TEST_CASE_METHOD(Credits, "when the budget is gone the next site is told to come back, jittered") {
  std::uint64_t session = 0;
  CreditBook::Grant grant;
  do {
    grant = book.greet(++session, true, 0, random);
  } while (grant.retry_after_ms == 0 && session < 10'000);
  REQUIRE(grant.retry_after_ms > 0);
  CHECK(grant.window_bytes == 0);
  CHECK(book.granted_bytes() <= limits::kHubCreditBytes);
  std::uint64_t least = UINT64_MAX, most = 0;
  for (int i = 0; i < 50; ++i) {
    const auto again = book.greet(session, true, 0, random);
    least = std::min(least, again.retry_after_ms);
    most = std::max(most, again.retry_after_ms);
  }
  CHECK(most - least > kBusyRetryMs / 2);
  book.drop(1);
  CHECK(book.greet(session, true, 1, random).window_bytes >= kLeastWindowBytes);
}

TEST_CASE_METHOD(Credits, "whoever waits longer is served first") {
  CreditBook full({2 * kLeastWindowBytes, kLeastWindowBytes});
  for (std::uint64_t session = 1; session <= 2; ++session)
    REQUIRE(full.greet(session, true, 0, random).window_bytes == kLeastWindowBytes);
  REQUIRE(full.greet(3, true, 1, random).retry_after_ms > 0);
  REQUIRE(full.greet(4, true, 2, random).retry_after_ms > 0);
  full.drop(1);
  CHECK(full.greet(4, true, 3, random).retry_after_ms > 0);
  CHECK(full.greet(3, true, 4, random).window_bytes == kLeastWindowBytes);
  CHECK(full.waiting() == 1);
}

TEST_CASE_METHOD(Credits, "a window is lent on after its lease if others wait, and only then") {
  CreditBook full({kLeastWindowBytes, kLeastWindowBytes});
  REQUIRE(full.greet(1, true, 0, random).window_bytes == kLeastWindowBytes);
  CHECK(full.renew(1, true, kLeaseMs) == kLeastWindowBytes);
  REQUIRE(full.greet(2, true, kLeaseMs, random).retry_after_ms > 0);
  CHECK(full.renew(1, true, kLeaseMs) == 0);
  CHECK(full.greet(2, true, kLeaseMs + 1, random).window_bytes == kLeastWindowBytes);
  CHECK(full.renew(1, true, kLeaseMs + 2) == 0);
  CHECK(full.renew(2, false, kLeaseMs + 3) <= kStandingWindowBytes);
}

TEST_CASE_METHOD(Credits, "sites that have caught up leave half of the budget to those that have not") {
  for (std::uint64_t session = 1; session <= 2'000; ++session)
    CHECK(book.greet(session, false, 0, random).retry_after_ms == 0);
  CHECK(book.granted_bytes() == limits::kHubCreditBytes / 2);
  CHECK(book.greet(3'000, true, 0, random).window_bytes == limits::kSiteCreditBytes);
}

TEST_CASE_METHOD(Credits, "the window of a silent session is taken back after its time, not before") {
  REQUIRE(book.greet(1, true, 0, random).window_bytes > 0);
  REQUIRE(book.greet(2, true, 0, random).window_bytes > 0);
  book.heard(2, 10);
  CHECK(book.expire(kSilentSessionMs - 1).empty());
  CHECK(book.expire(kSilentSessionMs) == std::vector<CreditBook::SessionNo>{1});
  CHECK(book.renew(1, true, kSilentSessionMs) == 0);
  CHECK(book.sessions() == 1);
}

TEST_CASE("whatever sites do, the sum stays within the budget and everybody is served") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SeededRandom random(seed);
    const CreditSettings settings{1024 * 1024, 256 * 1024};
    CreditBook book(settings);
    // 60 sites want 1 MiB each through a budget of 1 MiB; some vanish, some never catch up by themselves.
    constexpr std::size_t kSites = 60;
    struct Site {
      std::int64_t retry_ms = 0;
      std::uint64_t window = 0, served = 0;
      bool greeted = false;
    };
    std::vector<Site> sites(kSites);
    std::uint64_t highest = 0;
    std::int64_t now = 0;
    const auto served = [](const Site& site) { return site.served >= 1024 * 1024; };
    for (; now < 3'600'000 && !std::all_of(sites.begin(), sites.end(), served); now += 100) {
      book.expire(now);
      for (std::size_t i = 0; i < kSites; ++i) {
        Site& site = sites[i];
        if (now < site.retry_ms || random.below(4) != 0) continue;
        if (!site.greeted) {
          const auto grant = book.greet(i, true, now, random);
          site.window = grant.window_bytes;
          site.greeted = grant.retry_after_ms == 0;
          site.retry_ms = now + static_cast<std::int64_t>(grant.retry_after_ms);
        } else if (random.below(200) == 0) {  // its link dies without a word
          site.greeted = false;
          site.retry_ms = now + static_cast<std::int64_t>(random.below(200'000));
        } else {
          site.served += site.window;
          site.window = book.renew(i, i % 3 == 0 || !served(site), now);
          if (site.window == 0) site.served += 100;  // one small set
        }
        highest = std::max(highest, book.granted_bytes());
      }
    }
    INFO("seed " << seed);
    CHECK(std::all_of(sites.begin(), sites.end(), served));
    CHECK(highest <= settings.budget_bytes);
    CHECK(highest > settings.budget_bytes / 2);
    for (std::size_t i = 0; i < kSites; ++i) book.drop(i);
    CHECK(book.granted_bytes() == 0);
    CHECK(book.waiting() == 0);
  }
}

}  // namespace
}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#include "common/sync/rate_limit.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "common/base/random.hpp"

using namespace sealkeep;
using namespace sealkeep::sync;

namespace {
constexpr std::size_t kMost = 128 * 1024;
}

TEST_CASE("over any time no more goes out than the limit and one piece") {
  SeededRandom random(3);
  for (const std::uint64_t bytes_s :
       {std::uint64_t{1'000}, std::uint64_t{65'536}, std::uint64_t{9'999'999}}) {
    RateLimit limit(bytes_s);
    std::int64_t now_ms = 5'000'000;
    std::vector<std::pair<std::int64_t, std::uint64_t>> sent;
    for (int i = 0; i < 400; ++i) {
      now_ms += static_cast<std::int64_t>(random.below(3'000));
      if (!limit.is_free(now_ms)) continue;
      const std::size_t piece = 1 + random.below(limit.piece_bytes(kMost));
      limit.sent(piece, now_ms);
      sent.emplace_back(now_ms, piece);
    }
    REQUIRE(sent.size() > 20);
    for (std::size_t first = 0; first < sent.size(); ++first) {
      std::uint64_t bytes = 0;
      for (std::size_t last = first; last < sent.size(); ++last) {
        bytes += sent[last].second;
        const auto took_ms = static_cast<std::uint64_t>(sent[last].first - sent[first].first);
        if (bytes > bytes_s * took_ms / 1'000 + limit.piece_bytes(kMost)) FAIL("too much went out");
      }
    }
  }
}

TEST_CASE("what waits for the limit goes as soon as it allows") {
  RateLimit limit(10'000);
  CHECK(limit.is_free(100));
  limit.sent(5'000, 100);
  CHECK(limit.free_at_ms() == 600);
  CHECK_FALSE(limit.is_free(599));
  CHECK(limit.is_free(600));
  limit.sent(1, 600);
  CHECK(limit.free_at_ms() == 601);
}

TEST_CASE("a piece is a quarter of a second of the limit, and no less than is worth a message") {
  CHECK(RateLimit(262'144).piece_bytes(kMost) == 65'536);
  CHECK(RateLimit(100).piece_bytes(kMost) == RateLimit::kLeastPieceBytes);
  CHECK(RateLimit(1'000'000'000).piece_bytes(kMost) == kMost);
  CHECK(RateLimit(100).piece_bytes(1'000) == 1'000);
}

TEST_CASE("without a limit pieces are whole and nothing waits") {
  RateLimit limit(0);
  CHECK(limit.piece_bytes(kMost) == kMost);
  limit.sent(kMost, 50);
  CHECK(limit.is_free(50));
}

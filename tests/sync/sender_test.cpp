// SPDX-License-Identifier: Apache-2.0
#include "common/sync/sender.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::sync {
namespace {

struct Sending {
  SeededRandom random{1};
  MirrorSender sender{10'000};
  // Sends what is next with 150 bytes an entry; returns its end, 0 if nothing is next.
  std::uint64_t send(std::int64_t now) {
    const auto order = sender.next(now);
    if (!order) return 0;
    const std::uint64_t count = std::min<std::uint64_t>(order->max_entries, order->max_bytes / 150);
    sender.on_sent(order->start + count, count * 150, now, random);
    return order->start + count;
  }
};

TEST_CASE_METHOD(Sending,
                 "nothing is sent before a hello said where to begin, or after the connection went") {
  CHECK_FALSE(sender.next(0).has_value());
  sender.on_peer_head(4'000, 1'000'000);
  CHECK(sender.next(0)->start == 4'000);
  sender.on_disconnected();
  CHECK_FALSE(sender.next(0).has_value());
}

TEST_CASE_METHOD(Sending, "several change sets go until the window is full, then one for each answer") {
  sender.on_peer_head(0, 600'000);
  CHECK(send(0) == 3'495);  // limits::kChangeSetBytes holds that many
  CHECK(sender.in_flight_bytes() == 524'250);
  CHECK(sender.next(0)->max_bytes == 600'000 - 524'250);
  CHECK(send(0) == 4'000);
  CHECK_FALSE(sender.next(0).has_value());
  CHECK(sender.on_cosigned(3'495, 600'000, 1) == MirrorSender::Answer::Progress);
  CHECK(sender.next(1)->start == 4'000);
  CHECK(sender.next(1)->max_bytes == 600'000 - 75'750);
}

TEST_CASE_METHOD(Sending, "with nothing in flight one small set may go whatever the window") {
  sender.on_peer_head(0, 0);
  REQUIRE(sender.next(0).has_value());
  CHECK(sender.next(0)->max_bytes == kSmallSetBytes);
  send(0);
  CHECK_FALSE(sender.next(0).has_value());
}

TEST_CASE_METHOD(Sending, "no more than a limited number of sets is in flight") {
  MirrorSender live(0);
  live.on_peer_head(0, limits::kSiteCreditBytes);
  std::uint64_t size = 0;
  for (; size < kSetsInFlight; ++size) {
    live.on_appended(size + 1);
    REQUIRE(live.next(0).has_value());
    live.on_sent(size + 1, 100, 0, random);
  }
  live.on_appended(size + 1);
  CHECK_FALSE(live.next(0).has_value());
  CHECK(live.on_cosigned(1, limits::kSiteCreditBytes, 0) == MirrorSender::Answer::Progress);
  CHECK(live.next(0)->start == size);
}

TEST_CASE_METHOD(Sending, "a repeated answer changes nothing, an impossible one neither") {
  sender.on_peer_head(0, 600'000);
  send(0);
  CHECK(sender.on_cosigned(3'495, 600'000, 1) == MirrorSender::Answer::Progress);
  CHECK(sender.on_cosigned(3'495, 600'000, 1) == MirrorSender::Answer::Repeated);
  CHECK(sender.on_cosigned(100, 1, 1) == MirrorSender::Answer::Repeated);
  CHECK(sender.window_bytes() == 600'000);
  CHECK(sender.on_cosigned(10'001, 600'000, 1) == MirrorSender::Answer::Impossible);
  CHECK(sender.cosigned_size() == 3'495);
}

TEST_CASE_METHOD(Sending, "an answer that overtook its sending's report loses nothing") {
  sender.on_peer_head(0, 600'000);
  const auto order = sender.next(0);
  CHECK(sender.on_cosigned(order->max_entries, 600'000, 1) == MirrorSender::Answer::Progress);
  sender.on_sent(order->max_entries, 1'000, 2, random);
  CHECK(sender.in_flight_bytes() == 0);
  CHECK(sender.next(2)->start == order->max_entries);
}

TEST_CASE_METHOD(Sending, "an unanswered change set asks for a hello, each time later") {
  sender.on_peer_head(0, 600'000);
  CHECK_FALSE(sender.rehello_at_ms().has_value());
  std::int64_t now = 0, longest = 0;
  for (int round = 0; round < 12; ++round) {
    REQUIRE(send(now) > 0);
    const std::int64_t wait = *sender.rehello_at_ms() - now;
    CHECK(wait >= kAnswerTimeoutMs / 2);
    CHECK(wait <= kAnswerTimeoutMaxMs);
    longest = std::max(longest, wait);
    now += wait;
    sender.on_peer_head(0, 600'000);
  }
  CHECK(longest > kAnswerTimeoutMaxMs / 2);
  send(now);
  CHECK(sender.on_cosigned(1, 600'000, now) == MirrorSender::Answer::Progress);
  sender.on_peer_head(1, 600'000);
  send(now);
  CHECK(*sender.rehello_at_ms() - now <= kAnswerTimeoutMs * 2);
}

TEST_CASE_METHOD(Sending, "after a refusal all is sent again, not before the pause asked for") {
  sender.on_peer_head(0, 600'000);
  send(0);
  sender.on_refused(1'000, false, 0, random);
  CHECK_FALSE(sender.next(999).has_value());
  const std::int64_t over = *sender.paused_until_ms(0);
  CHECK(over >= 1'000);
  CHECK(over <= 1'250);
  CHECK(sender.next(over)->start == 0);
  send(over);
  sender.on_refused(0, true, over, random);
  CHECK_FALSE(sender.next(over + kRefusedMaxMs).has_value());
  sender.on_peer_head(0, 600'000);
  CHECK(sender.next(over + kRefusedMaxMs)->start == 0);
}

TEST_CASE_METHOD(Sending,
                 "a pause ends with the connection: the next hello's answer says whether it is still meant") {
  sender.on_peer_head(0, 600'000);
  send(0);
  sender.on_refused(3'600'000, false, 0, random);
  CHECK_FALSE(sender.next(60'000).has_value());
  sender.on_disconnected();
  CHECK_FALSE(sender.next(60'000).has_value());
  sender.on_peer_head(0, 600'000);
  CHECK(sender.next(60'000)->start == 0);
}

TEST_CASE_METHOD(Sending, "a mirror that keeps refusing is asked ever more seldom") {
  sender.on_peer_head(0, 600'000);
  std::int64_t now = 0;
  int sent = 0;
  for (; now < 3'600'000; ++sent) {
    send(now);
    sender.on_refused(0, false, now, random);
    now = *sender.paused_until_ms(now);
  }
  CHECK(sent < 150);
}

TEST_CASE_METHOD(Sending, "a stopped log sends nothing any more") {
  sender.on_peer_head(0, 600'000);
  sender.stop();
  CHECK_FALSE(sender.next(0).has_value());
  CHECK_FALSE(sender.rehello_at_ms().has_value());
}

TEST_CASE_METHOD(Sending, "a back-off doubles to its limit and is half random") {
  for (unsigned failures = 0; failures < 70; ++failures) {
    const std::int64_t step = failures > 5 ? 60'000 : std::min<std::int64_t>(60'000, 1'000 << failures);
    for (int i = 0; i < 20; ++i) {
      const std::int64_t wait = backoff_ms(failures, 1'000, 60'000, random);
      CHECK(wait >= step / 2);
      CHECK(wait <= step);
    }
  }
}

}  // namespace
}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#include "common/sync/site_judge.hpp"

#include <catch2/catch.hpp>

#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

using Sign = CloneWatch::Sign;

struct Judged {
  WrittenLog mirror;
  Judged() { mirror.grow_to(100); }
  [[nodiscard]] HeadVerdict of(const Checkpoint& claimed, std::uint64_t cosigned,
                               std::uint64_t held = 50) const {
    std::optional<Hash> root;
    if (claimed.size <= held) root = mirror.at(claimed.size).root();
    return judge_site_head(claimed, cosigned, mirror.head(held), root);
  }
};

TEST_CASE_METHOD(Judged, "a site's head is judged by our root at its size") {
  Checkpoint other = mirror.head(50);
  other.root.bytes[0] ^= 1;
  CHECK(of(mirror.head(50), 50) == HeadVerdict::Consistent);
  CHECK(of(mirror.head(100), 50) == HeadVerdict::Consistent);
  CHECK(of(mirror.head(49), 49) == HeadVerdict::Behind);
  CHECK(of(mirror.head(0), 0) == HeadVerdict::Behind);
  CHECK(of(mirror.head(0), 0, 0) == HeadVerdict::Consistent);
  CHECK(of(other, 50) == HeadVerdict::Fork);
  other.size = 20;
  CHECK(of(other, 0) == HeadVerdict::Fork);
}

TEST_CASE_METHOD(Judged, "a cosignature of ours past what we hold shows that we were restored") {
  CHECK(of(mirror.head(100), 51) == HeadVerdict::MirrorLost);
  CHECK(of(mirror.head(100), 50) == HeadVerdict::Consistent);
  CHECK(of(mirror.head(50), 60) == HeadVerdict::MirrorLost);
}

struct Watched {
  CloneWatch watch;
  WireLogId log{{1}};
  static CloneWatch::Seen process(std::uint64_t boot_no, std::uint8_t session) {
    return {boot_no, SessionId{{session}}};
  }
};

TEST_CASE_METHOD(Watched, "restarts of one agent are no clone") {
  for (std::uint8_t boot = 1; boot < 40; ++boot)
    for (int hello = 0; hello < 3; ++hello) CHECK_FALSE(watch.observe(log, process(boot, boot)).has_value());
  CHECK(watch.remembered(log).size() == CloneWatch::kRemembered);
}

TEST_CASE_METHOD(Watched, "two sessions that claim one start are a clone, and both are named") {
  CHECK_FALSE(watch.observe(log, process(5, 1)).has_value());
  const auto clone = watch.observe(log, process(5, 2));
  REQUIRE(clone.has_value());
  CHECK(clone->sign == Sign::SameBoot);
  CHECK(clone->earlier == process(5, 1));
  CHECK(clone->later == process(5, 2));
}

TEST_CASE_METHOD(Watched, "a session that speaks again after a later one is a clone, each time") {
  CHECK_FALSE(watch.observe(log, process(5, 1)).has_value());
  CHECK_FALSE(watch.observe(log, process(6, 2)).has_value());
  for (int round = 0; round < 3; ++round) {
    const auto first = watch.observe(log, process(5, 1));
    REQUIRE(first.has_value());
    CHECK(first->sign == Sign::Alternates);
    CHECK(first->earlier == process(6, 2));
    const auto second = watch.observe(log, process(6, 2));
    REQUIRE(second.has_value());
    CHECK(second->earlier == process(5, 1));
  }
}

TEST_CASE_METHOD(Watched, "a new session that counts fewer starts is a copy of an old state") {
  CHECK_FALSE(watch.observe(log, process(5, 1)).has_value());
  CHECK(watch.observe(log, process(4, 2))->sign == Sign::OlderBoot);
}

TEST_CASE_METHOD(Watched, "logs are watched apart, and what was remembered survives a restart of the hub") {
  CHECK_FALSE(watch.observe(log, process(5, 1)).has_value());
  CHECK_FALSE(watch.observe(WireLogId{{2}}, process(5, 2)).has_value());
  CloneWatch restarted;
  restarted.restore(log, watch.remembered(log));
  CHECK(restarted.observe(log, process(5, 3)).has_value());
}

}  // namespace
}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/seal_presence.hpp"

#include <catch2/catch.hpp>

#include "agent/vision/visit.hpp"

namespace sealkeep::vision {
namespace {

TEST_CASE("of a whole door, and of a few pixels, it cannot be said whether a seal is there") {
  CHECK(read_presence(cv::Mat(1080, 1920, CV_8UC3, cv::Scalar::all(90))) == PresenceReading{});
  CHECK(read_presence(cv::Mat(kHaspMost + 1, 60, CV_8UC3, cv::Scalar::all(90))) == PresenceReading{});
  CHECK(read_presence(cv::Mat(kHaspLeast - 1, 60, CV_8UC3, cv::Scalar::all(90))) == PresenceReading{});
  CHECK(read_presence(cv::Mat(kHaspLeast, 60, CV_8UC3, cv::Scalar::all(90))).score_milli != 0);
  CHECK(read_presence(cv::Mat(kHaspMost, 60, CV_8UC3, cv::Scalar::all(90))).score_milli != 0);
}

TEST_CASE("a plain grey plate is never a seal that was seen") {
  for (const int grey : {0, 40, 90, 140, 200, 255})
    CHECK(read_presence(cv::Mat(70, 50, CV_8UC3, cv::Scalar::all(grey))).presence != Presence::Seen);
}

Reading one(Presence presence, int score_milli) {
  Reading out;
  out.kind = ReadKind::Presence;
  out.presence = {presence, score_milli};
  return out;
}

TEST_CASE("presence travels, and pictures that contradict each other say nothing") {
  const Reading seen = one(Presence::Seen, 4'000), not_seen = one(Presence::NotSeen, -3'000);
  const Reading unsure = one(Presence::CannotSay, -900);
  CHECK(decode_reading(encode(seen)).value() == seen);
  CHECK(believed(seen) == "seen");
  CHECK(believed(unsure).empty());
  CHECK(*to_value(not_seen, {"a.jpg"}).find("state")->as_text() == "not_seen");
  const std::vector<Reading> agree{unsure, seen}, contradict{seen, not_seen, unsure};
  CHECK(together(agree, ReadKind::Presence).presence == seen.presence);
  CHECK(together(contradict, ReadKind::Presence).presence.presence == Presence::CannotSay);
}

}  // namespace
}  // namespace sealkeep::vision

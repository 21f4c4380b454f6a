// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/motion.hpp"

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "agent/vision/cameras/post.hpp"
#include "tests/vision/cameras/fake_camera.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

/// A yard with a fence, in noise, so bright; a truck from `front` on to the left, if any.
cv::Mat yard(int front = 0, int brighter = 0, int noise = 6) {
  cv::Mat out(180, 320, CV_8UC1, cv::Scalar(90 + brighter));
  for (int x = 0; x < out.cols; x += 16) cv::line(out, {x, 40}, {x, 90}, cv::Scalar(130 + brighter), 3);
  if (front > 0) cv::rectangle(out, {front - 200, 60, 200, 90}, cv::Scalar(200 + brighter), cv::FILLED);
  cv::Mat grain(out.size(), CV_8UC1);
  cv::randu(grain, 0, noise);
  return out + grain;
}

/// Looks at it twice a second.
struct Gate {
  MotionWatch watch{10};
  std::int64_t now_ms = 0;
  int told = 0;
  void see(const cv::Mat& grey, int looks = 1) {
    for (int i = 0; i < looks; ++i) {
      told += watch.look(grey, now_ms) ? 1 : 0;
      now_ms += 500;
    }
  }
  void drive(int from, int to) {
    for (int front = from; front < to; front += 40) see(yard(front));
  }
};

TEST_CASE("a truck that comes, stands, moves up and leaves is told once, and the next one again") {
  Gate gate;
  gate.see(yard(), 20);
  CHECK(gate.told == 0);
  gate.drive(40, 240);
  gate.see(yard(240), 60);
  CHECK(gate.told == 1);
  gate.drive(240, 300);
  gate.see(yard(300), 60);
  gate.drive(300, 560);
  gate.see(yard(), 10);
  CHECK(gate.told == 1);
  gate.drive(40, 240);
  gate.see(yard(240), 4);
  CHECK(gate.told == 2);
}

TEST_CASE("a truck is told when it stands, and one that does not stop while it is there") {
  Gate stops;
  stops.see(yard(), 4);
  stops.drive(40, 200);
  CHECK(stops.told == 0);
  stops.see(yard(160), 1);
  CHECK(stops.told == 1);
  Gate passes;
  passes.see(yard(), 4);
  for (int i = 0; i < 12; ++i) passes.see(yard(60 + 30 * i));
  CHECK(passes.told == 1);
}

TEST_CASE("clouds, lamps, noise and what is small or passes at once are no truck") {
  Gate gate;
  gate.see(yard(), 10);
  for (int brighter = 0; brighter < 80; brighter += 4) gate.see(yard(0, brighter));
  gate.see(yard(0, 0), 2);
  gate.see(yard(0, 60), 6);
  gate.see(yard(0, 60, 14), 6);
  cv::Mat bird = yard(0, 60);
  cv::circle(bird, {100, 100}, 12, cv::Scalar(255), cv::FILLED);
  gate.see(bird, 4);
  gate.see(yard(240, 60), 1);  // one look alone
  gate.see(yard(0, 60), 10);
  CHECK(gate.told == 0);
}

TEST_CASE("what stays belongs to the scene after ten minutes, and a truck before it is told") {
  Gate gate;
  gate.see(yard(), 4);
  gate.see(yard(150), 4);
  CHECK(gate.told == 1);
  gate.now_ms += MotionWatch::kForgetMs;
  gate.see(yard(150), 4);
  cv::Mat second = yard(150);
  cv::rectangle(second, {180, 60, 130, 90}, cv::Scalar(20), cv::FILLED);
  gate.see(second, 4);
  CHECK(gate.told == 2);
}

TEST_CASE("a camera's stream is watched where its configuration says so, and there alone") {
  std::atomic<int> front = 0;
  FakeCamera camera([&front](FakeCamera::Line& line) {
    line.request();
    line.say("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n");
    while (line.wait_ms(60)) {
      cv::Mat big;
      cv::resize(yard(front), big, {}, 4, 4);
      const Bytes frame = encoded(big, ".jpg");
      const std::string head =
          "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(frame.size()) +
          "\r\n\r\n";
      if (!line.say(head) || !line.say(frame) || !line.say("\r\n")) return;
    }
  });
  Camera gate;
  gate.name = "gate";
  gate.kind = CameraKind::Mjpeg;
  gate.url = {"http", "127.0.0.1", "/", camera.port()};
  gate.motion = {10, {}, 200};
  auto post = CameraPost::start(gate).value();
  int told = 0;
  const auto within = [&](int ms, int wanted) {
    for (; ms > 0 && told < wanted; ms -= 20) {
      REQUIRE(post->catch_up());
      told += post->take_motion() ? 1 : 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return told;
  };
  REQUIRE(post->picture());
  CHECK(within(1'500, 1) == 0);
  front = 240;
  CHECK(within(20'000, 1) == 1);
  front = 260;
  CHECK(within(1'500, 2) == 1);
  front = 0;
  CHECK(within(2'500, 2) == 1);
  front = 240;
  CHECK(within(20'000, 2) == 2);

  gate.motion.region = {0, 0, 1000, 200};  // the sky
  front = 0;
  post = CameraPost::start(gate).value();
  REQUIRE(post->picture());
  told = 0;
  CHECK(within(1'000, 1) == 0);
  front = 240;
  CHECK(within(2'000, 1) == 0);
}

}  // namespace
}  // namespace sealkeep::vision

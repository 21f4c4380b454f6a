// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/motion.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace sealkeep::vision {
namespace {

constexpr int kAcross = 64, kDown = 36;
constexpr float kStep = 18;       // of 255: less is noise
constexpr double kLearnt = 0.05;  // of an empty scene, at each look

cv::Mat cells_of(const cv::Mat& grey) {
  cv::Mat cells;
  cv::resize(grey, cells, {kAcross, kDown}, 0, 0, cv::INTER_AREA);
  cells.convertTo(cells, CV_32F);
  return cells;
}

/// How many of a hundred cells differ, less what all of them share.
double percent_changed(const cv::Mat& now, const cv::Mat& then) {
  const cv::Mat difference = now - then;
  std::vector<float> sorted(difference.begin<float>(), difference.end<float>());
  const auto middle = sorted.begin() + std::ssize(sorted) / 2;
  std::nth_element(sorted.begin(), middle, sorted.end());
  const float shared = *middle;
  const auto changed = std::count_if(difference.begin<float>(), difference.end<float>(),
                                     [shared](float one) { return std::abs(one - shared) > kStep; });
  return 100.0 * static_cast<double>(changed) / (kAcross * kDown);
}

}  // namespace

bool MotionWatch::look(const cv::Mat& grey, std::int64_t now_ms) {
  const cv::Mat cells = cells_of(grey);
  if (empty_.empty()) {
    empty_ = cells.clone();
    before_ = cells;
    return false;
  }
  const double changed = percent_changed(cells, empty_), moved = percent_changed(cells, before_);
  before_ = cells;
  const bool there = changed >= percent_, empty = changed < percent_ / 2.0, still = moved < percent_ / 2.0;
  switch (scene_) {
    case Scene::Empty:
      if (!there) {
        looks_ = 0;
        cv::addWeighted(cells, kLearnt, empty_, 1 - kLearnt, 0, empty_);
      } else if (++looks_ >= kSureLooks) {
        enter(Scene::Coming);
      }
      return false;
    case Scene::Coming:
      if (empty) {
        enter(Scene::Empty);
        return false;
      }
      if (!still && ++looks_ < kComingLooks) return false;
      enter(Scene::Here);
      still_since_ms_ = now_ms;
      return true;
    case Scene::Here:
      looks_ = empty ? looks_ + 1 : 0;
      if (looks_ >= kFreeLooks) enter(Scene::Empty);
      if (!still) still_since_ms_ = now_ms;
      if (now_ms - still_since_ms_ >= kForgetMs) {
        empty_ = cells.clone();
        enter(Scene::Empty);
      }
      return false;
  }
  return false;
}

}  // namespace sealkeep::vision

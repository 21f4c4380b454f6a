// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>

namespace sealkeep::vision {

/// Whether something came into a picture, told once for each thing that comes: pure, and fed with one grey
/// picture at each look, all of one size.
///
/// A look is compared with the empty scene, cell by cell, less what all cells share (a cloud, a lamp). Enough
/// cells changed in two looks: something comes. Told when it stands still, or has been on its way for
/// kComingLooks. Nothing more is told until the scene was empty again, by half the measure, for kFreeLooks.
/// So a truck that comes, stands, moves up and leaves is one. What stands still for kForgetMs belongs to the
/// scene from then on.
class MotionWatch {
 public:
  static constexpr int kSureLooks = 2, kComingLooks = 5, kFreeLooks = 4;
  static constexpr std::int64_t kForgetMs = 600'000;

  /// `percent` of the cells must differ.
  explicit MotionWatch(int percent) : percent_(percent) {}
  /// True if something came, and this is the time to take its picture. Times are of one clock.
  [[nodiscard]] bool look(const cv::Mat& grey, std::int64_t now_ms);

 private:
  enum class Scene { Empty, Coming, Here };
  void enter(Scene scene) {
    scene_ = scene;
    looks_ = 0;
  }

  int percent_;
  Scene scene_ = Scene::Empty;
  int looks_ = 0;
  std::int64_t still_since_ms_ = 0;
  cv::Mat empty_, before_;  ///< cells of the empty scene, and of the last look
};

}  // namespace sealkeep::vision

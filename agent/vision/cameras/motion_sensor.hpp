// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/vision/cameras/camera.hpp"
#include "agent/vision/cameras/fetch.hpp"
#include "agent/vision/cameras/motion.hpp"

namespace sealkeep::vision {

/// Watches a stream in its fetching process, as often as the camera's configuration says, and tells the Desk.
/// Create it before the process is shut in.
class MotionSensor {
 public:
  explicit MotionSensor(const MotionSettings& settings);

  /// True if a frame is to be looked at now; never of a camera that is not watched.
  [[nodiscard]] bool due() const;
  void look(const cv::Mat& grey, Desk& desk);
  /// The same with a picture as the camera sent it, of which check_camera_picture() was true.
  void look_at_file(ByteView picture, Desk& desk);

 private:
  MotionSettings settings_;
  MotionWatch watch_;
  cv::Size size_;
  std::int64_t next_ms_ = 0;
};

}  // namespace sealkeep::vision

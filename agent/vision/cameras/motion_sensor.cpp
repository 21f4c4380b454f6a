// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/motion_sensor.hpp"

#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>

#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

cv::Mat small_grey(ByteView file) {
  return cv::imdecode(cv::_InputArray(file.data(), static_cast<int>(file.size())),
                      cv::IMREAD_REDUCED_GRAYSCALE_8);
}

std::int64_t mono_ms() {
  return SystemClock().now().mono_ms;
}

}  // namespace

MotionSensor::MotionSensor(const MotionSettings& settings) : settings_(settings), watch_(settings.percent) {
  if (settings.percent == 0) return;
  // What the libraries open once is opened here.
  cv::setNumThreads(1);
  Bytes file;
  cv::imencode(".jpg", cv::Mat(64, 64, CV_8UC1, cv::Scalar(0)), file);
  const cv::Mat grey = small_grey(file);
  MotionWatch once(settings.percent);
  static_cast<void>(once.look(grey, 0));
  static_cast<void>(once.look(grey, 0));
}

bool MotionSensor::due() const {
  return settings_.percent > 0 && mono_ms() >= next_ms_;
}

void MotionSensor::look(const cv::Mat& grey, Desk& desk) {
  const std::int64_t now_ms = mono_ms();
  next_ms_ = now_ms + settings_.every_ms;
  if (grey.size() != size_) {  // another stream of the camera: another scene
    size_ = grey.size();
    watch_ = MotionWatch(settings_.percent);
  }
  if (watch_.look(grey(settings_.region.on(grey.size())), now_ms)) desk.motion();
}

void MotionSensor::look_at_file(ByteView picture, Desk& desk) {
  const cv::Mat grey = small_grey(picture);
  if (!grey.empty()) look(grey, desk);
}

}  // namespace sealkeep::vision

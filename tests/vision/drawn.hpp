// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "common/base/bytes.hpp"

/// Pictures that the tests draw themselves.
namespace sealkeep::vision {

/// Light text on a dark wall, the base line at a third from below.
inline cv::Mat drawn_text(const std::string& text, int width, int height, double size = 1.0) {
  cv::Mat out(height, width, CV_8UC3, cv::Scalar(110, 70, 40));
  cv::putText(out, text, {10, height * 2 / 3}, cv::FONT_HERSHEY_SIMPLEX, size, cv::Scalar::all(235),
              std::max(1, static_cast<int>(size * 2.5)), cv::LINE_AA);
  return out;
}

/// Characters below each other, on a wall with upright folds.
inline cv::Mat drawn_column(const std::string& text, int width, int pitch, bool folds) {
  cv::Mat out(pitch * static_cast<int>(text.size()) + 20, width, CV_8UC3, cv::Scalar(110, 70, 40));
  if (folds)
    for (int x = 0; x < width; x += 9) cv::line(out, {x, 0}, {x, out.rows}, cv::Scalar(130, 90, 60), 2);
  const double size = pitch / 36.0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string one(1, text[i]);
    int base = 0;
    const cv::Size box = cv::getTextSize(one, cv::FONT_HERSHEY_SIMPLEX, size, 3, &base);
    cv::putText(out, one,
                {(width - box.width) / 2, 10 + pitch * static_cast<int>(i) + (pitch + box.height) / 2},
                cv::FONT_HERSHEY_SIMPLEX, size, cv::Scalar::all(235), 3, cv::LINE_AA);
  }
  return out;
}

inline Bytes encoded(const cv::Mat& picture, const char* format) {
  Bytes file;
  cv::imencode(format, picture, file);
  return file;
}

}  // namespace sealkeep::vision

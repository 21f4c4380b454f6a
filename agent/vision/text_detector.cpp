// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/text_detector.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace sealkeep::vision {
namespace {

constexpr int kGrain = 32;  // the network halves its input five times
constexpr float kMean[3] = {0.485F, 0.456F, 0.406F}, kDeviation[3] = {0.229F, 0.224F, 0.225F};
constexpr float kLeastSide = 3;
constexpr float kStraight = 2;  // degrees; below, a box is cut out without being turned

int to_grain(double size) {
  return std::max(kGrain, static_cast<int>(std::lround(size / kGrain)) * kGrain);
}

float mean_inside(const cv::Mat& probability, const std::vector<cv::Point>& contour) {
  const cv::Rect bounds = cv::boundingRect(contour);
  cv::Mat mask = cv::Mat::zeros(bounds.size(), CV_8U);
  cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{contour}, cv::Scalar(1), cv::LINE_8, 0,
               -bounds.tl());
  return static_cast<float>(cv::mean(probability(bounds), mask)[0]);
}

}  // namespace

cv::Rect2f TextBox::bounds() const {
  return place.boundingRect2f();
}

cv::RotatedRect upright(cv::RotatedRect rect) {
  while (rect.angle > 45) {
    rect.angle -= 90;
    std::swap(rect.size.width, rect.size.height);
  }
  while (rect.angle <= -45) {
    rect.angle += 90;
    std::swap(rect.size.width, rect.size.height);
  }
  return rect;
}

std::vector<TextBox> boxes_of(const cv::Mat& probability, float scale_x, float scale_y) {
  cv::Mat above;
  cv::compare(probability, kMapThreshold, above, cv::CMP_GT);
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(above, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  std::vector<TextBox> boxes;
  for (const auto& contour : contours) {
    const cv::RotatedRect tight = upright(cv::minAreaRect(contour));
    if (std::min(tight.size.width, tight.size.height) < kLeastSide) continue;
    const float score = mean_inside(probability, contour);
    if (score < kBoxScore) continue;
    const float grow = tight.size.area() * kUnclip / (tight.size.width + tight.size.height);
    const cv::RotatedRect grown(tight.center, {tight.size.width + grow, tight.size.height + grow},
                                tight.angle);
    cv::Point2f corners[4];
    grown.points(corners);
    std::vector<cv::Point2f> scaled;
    for (const cv::Point2f& corner : corners) scaled.emplace_back(corner.x * scale_x, corner.y * scale_y);
    boxes.push_back({upright(cv::minAreaRect(scaled)), score});
  }
  std::sort(boxes.begin(), boxes.end(),
            [](const TextBox& a, const TextBox& b) { return a.place.size.area() > b.place.size.area(); });
  if (boxes.size() > kMaxBoxes) boxes.resize(kMaxBoxes);
  return boxes;
}

Result<std::vector<TextBox>> TextDetector::find(const cv::Mat& picture, int long_side, double squeeze_y) {
  const double scale = static_cast<double>(long_side) / std::max(picture.cols, picture.rows);
  const int width = to_grain(picture.cols * scale), height = to_grain(picture.rows * scale * squeeze_y);
  cv::Mat small;
  cv::resize(picture, small, {width, height}, 0, 0, scale < 0.7 ? cv::INTER_AREA : cv::INTER_LINEAR);
  const std::size_t plane = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  input_.resize(3 * plane);
  for (int y = 0; y < height; ++y) {
    const auto* row = small.ptr<std::uint8_t>(y);
    float* out = input_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    for (std::size_t c = 0; c < 3; ++c) {
      const float factor = 1 / (255 * kDeviation[c]), offset = kMean[c] / kDeviation[c];
      for (int x = 0; x < width; ++x)
        out[c * plane + static_cast<std::size_t>(x)] =
            static_cast<float>(row[3 * x + static_cast<int>(c)]) * factor - offset;
    }
  }
  const std::int64_t shape[] = {1, 3, height, width};
  std::vector<TextBox> boxes;
  SEALKEEP_TRY(model_->run(input_, shape, [&](std::span<const float> output, std::span<const std::int64_t>) {
    if (output.size() != plane) return;
    const cv::Mat map = cv::_InputArray(output.data(), static_cast<int>(plane)).getMat().reshape(1, height);
    boxes = boxes_of(map, static_cast<float>(picture.cols) / static_cast<float>(width),
                     static_cast<float>(picture.rows) / static_cast<float>(height));
  }));
  return boxes;
}

cv::Mat cut_out(const cv::Mat& picture, const cv::RotatedRect& place) {
  if (std::abs(place.angle) < kStraight) {
    const cv::Rect2f exact(place.center.x - place.size.width / 2, place.center.y - place.size.height / 2,
                           place.size.width, place.size.height);
    const cv::Rect rect = cv::Rect(exact) & cv::Rect(0, 0, picture.cols, picture.rows);
    return rect.empty() ? cv::Mat() : picture(rect);
  }
  const int width = std::max(1, static_cast<int>(std::lround(place.size.width)));
  const int height = std::max(1, static_cast<int>(std::lround(place.size.height)));
  cv::Point2f corners[4];
  place.points(corners);  // bottom left, top left, top right, bottom right
  const cv::Point2f from[3] = {corners[1], corners[2], corners[0]};
  const cv::Point2f to[3] = {{0, 0}, {static_cast<float>(width), 0}, {0, static_cast<float>(height)}};
  cv::Mat out;
  cv::warpAffine(picture, out, cv::getAffineTransform(from, to), {width, height}, cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  return out;
}

}  // namespace sealkeep::vision

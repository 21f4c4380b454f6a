// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/seal_presence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace sealkeep::vision {
namespace {

constexpr int kWidth = 48, kHeight = 64, kCell = 8, kDirections = 9;
constexpr int kAcross = kWidth / kCell, kDown = kHeight / kCell;
constexpr int kPlace = 16, kHues = 8;
constexpr float kLeastLength = 1e-2F, kMostPart = 0.2F;

// Written by presence_train (tests/vision/presence_train): the weights of presence_features() and, last, what
// is added, each times 1000.
constexpr int kWeightsMilli[] = {
#include "agent/vision/seal_presence_weights.inc"
};

std::vector<float> directions_by_cell(const cv::Mat& crop) {
  cv::Mat grey, across, down;
  cv::cvtColor(crop, grey, cv::COLOR_BGR2GRAY);
  grey.convertTo(grey, CV_32F, 1 / 255.0);
  cv::Sobel(grey, across, CV_32F, 1, 0, 1);
  cv::Sobel(grey, down, CV_32F, 0, 1, 1);
  std::vector<float> cells(static_cast<std::size_t>(kAcross * kDown * kDirections), 0.0F);
  const float half_turn = static_cast<float>(CV_PI);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const float dx = across.at<float>(y, x), dy = down.at<float>(y, x);
      float angle = std::atan2(dy, dx);
      if (angle < 0) angle += half_turn;
      const float at = angle / half_turn * kDirections;
      const int whole = static_cast<int>(at);
      const float part = at - static_cast<float>(whole), length = std::sqrt(dx * dx + dy * dy);
      const int cell = (y / kCell * kAcross + x / kCell) * kDirections;
      cells[static_cast<std::size_t>(cell + whole % kDirections)] += length * (1 - part);
      cells[static_cast<std::size_t>(cell + (whole + 1) % kDirections)] += length * part;
    }
  }
  return cells;
}

float length_of(const std::vector<float>& values, float at_least) {
  float sum = at_least;
  for (const float value : values) sum += value * value;
  return std::sqrt(sum);
}

/// Four cells together, of one length, no part of it too large.
void add_block(const std::vector<float>& cells, int x, int y, std::vector<float>& out) {
  std::vector<float> block;
  for (const int row : {y, y + 1}) {
    const auto begin = cells.begin() + (row * kAcross + x) * kDirections;
    block.insert(block.end(), begin, begin + 2 * kDirections);
  }
  const float length = length_of(block, kLeastLength);
  for (float& value : block) value = std::min(value / length, kMostPart);
  const float again = length_of(block, kLeastLength * kLeastLength);
  for (const float value : block) out.push_back(value / again);
}

void add_colours(const cv::Mat& crop, std::vector<float>& out) {
  cv::Mat hsv;
  cv::cvtColor(crop, hsv, cv::COLOR_BGR2HSV);
  for (int top = 0; top < kHeight; top += kPlace) {
    for (int left = 0; left < kWidth; left += kPlace) {
      std::array<float, kHues + 2> sums{};
      for (int y = top; y < top + kPlace; ++y) {
        for (int x = left; x < left + kPlace; ++x) {
          const auto& pixel = hsv.at<cv::Vec3b>(y, x);
          const float saturation = static_cast<float>(pixel[1]) / 255;
          sums[static_cast<std::size_t>(pixel[0] * kHues / 180)] += saturation;
          sums[kHues] += saturation;
          sums[kHues + 1] += static_cast<float>(pixel[2]) / 255;
        }
      }
      for (const float sum : sums) out.push_back(sum * 2 / (kPlace * kPlace));
    }
  }
}

}  // namespace

std::string_view word_of(Presence presence) {
  switch (presence) {
    case Presence::CannotSay:
      return "cannot_say";
    case Presence::Seen:
      return "seen";
    case Presence::NotSeen:
      return "not_seen";
  }
  return "cannot_say";
}

std::vector<float> presence_features(const cv::Mat& hasp) {
  cv::Mat crop;
  cv::resize(hasp, crop, {kWidth, kHeight}, 0, 0, cv::INTER_AREA);
  const std::vector<float> cells = directions_by_cell(crop);
  std::vector<float> out;
  for (int y = 0; y + 1 < kDown; ++y)
    for (int x = 0; x + 1 < kAcross; ++x) add_block(cells, x, y, out);
  add_colours(crop, out);
  return out;
}

PresenceReading read_presence(const cv::Mat& hasp) {
  if (std::min(hasp.cols, hasp.rows) < kHaspLeast || std::max(hasp.cols, hasp.rows) > kHaspMost) return {};
  const std::vector<float> features = presence_features(hasp);
  double sum = std::end(kWeightsMilli)[-1];
  for (std::size_t i = 0; i < features.size(); ++i)
    sum += static_cast<double>(kWeightsMilli[i]) * static_cast<double>(features[i]);
  PresenceReading out;
  out.score_milli = static_cast<int>(std::lround(std::clamp(sum, -1e6, 1e6)));
  if (out.score_milli > kSeenMilli) out.presence = Presence::Seen;
  if (out.score_milli < kNotSeenMilli) out.presence = Presence::NotSeen;
  return out;
}

}  // namespace sealkeep::vision

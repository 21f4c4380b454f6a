// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/column.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

namespace sealkeep::vision {
namespace {

constexpr int kWidth = 48;        // a column is looked at with this width
constexpr double kTallest = 2.2;  // of one character, by its width
constexpr double kFlattest = 0.45;
constexpr int kLineHeight = 48;

using Profile = std::vector<float>;

/// A column with its width at kWidth, grey.
cv::Mat grey_of(const cv::Mat& column) {
  cv::Mat grey;
  cv::cvtColor(column, grey, cv::COLOR_BGR2GRAY);
  const int height =
      std::max(1, static_cast<int>(std::lround(static_cast<double>(column.rows) * kWidth / column.cols)));
  cv::resize(grey, grey, {kWidth, height}, 0, 0, cv::INTER_AREA);
  return grey;
}

Profile row_sums(const cv::Mat& values) {
  cv::Mat sums;
  cv::reduce(values, sums, 1, cv::REDUCE_AVG, CV_32F);
  return {sums.begin<float>(), sums.end<float>()};
}

// The folds of a container's wall run upright through the whole column: what all rows share is no character.
cv::Mat edges_of(const cv::Mat& grey) {
  cv::Mat across, strength;
  cv::Sobel(grey, across, CV_32F, 1, 0, 3);
  strength = cv::abs(across);
  for (int x = 0; x < strength.cols; ++x) {
    std::vector<float> values(static_cast<std::size_t>(strength.rows));
    for (int y = 0; y < strength.rows; ++y) values[static_cast<std::size_t>(y)] = strength.at<float>(y, x);
    std::nth_element(values.begin(), values.begin() + strength.rows / 4, values.end());
    const float common = values[static_cast<std::size_t>(strength.rows / 4)];
    for (int y = 0; y < strength.rows; ++y)
      strength.at<float>(y, x) = std::max(0.0F, strength.at<float>(y, x) - common);
  }
  return strength;
}

cv::Mat ink_of(const cv::Mat& grey, bool dark) {
  cv::Mat ink;
  cv::adaptiveThreshold(grey, ink, 255, cv::ADAPTIVE_THRESH_MEAN_C,
                        dark ? cv::THRESH_BINARY_INV : cv::THRESH_BINARY, kWidth / 2 * 2 + 1, dark ? 8 : -8);
  return ink;
}

Profile smoothed(const Profile& in, int reach) {
  Profile out(in.size());
  const int size = static_cast<int>(in.size());
  for (int y = 0; y < size; ++y) {
    const int from = std::max(0, y - reach), to = std::min(size - 1, y + reach);
    float sum = 0;
    for (int i = from; i <= to; ++i) sum += in[static_cast<std::size_t>(i)];
    out[static_cast<std::size_t>(y)] = sum / static_cast<float>(to - from + 1);
  }
  return out;
}

float quantile(Profile values, double q) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::vector<RowRun> runs_above(const Profile& profile, float threshold) {
  std::vector<RowRun> runs;
  const int size = static_cast<int>(profile.size());
  for (int y = 0; y < size; ++y) {
    if (profile[static_cast<std::size_t>(y)] <= threshold) continue;
    if (!runs.empty() && runs.back().last == y)
      ++runs.back().last;
    else
      runs.push_back({y, y + 1});
  }
  return runs;
}

int median_height(std::vector<RowRun> runs) {
  if (runs.empty()) return 0;
  const auto middle = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2);
  std::nth_element(runs.begin(), middle, runs.end(),
                   [](const RowRun& a, const RowRun& b) { return a.height() < b.height(); });
  return middle->height();
}

/// Where a run that holds several characters is thinnest.
void cut_tall(const Profile& profile, const RowRun& run, int usual, std::vector<RowRun>& out) {
  const int parts = std::max(1, static_cast<int>(std::lround(static_cast<double>(run.height()) / usual)));
  int first = run.first;
  for (int part = 1; part < parts; ++part) {
    const int about = run.first + run.height() * part / parts, reach = std::max(1, usual / 4);
    const auto begin = profile.begin() + std::max(first + 1, about - reach);
    const auto end = profile.begin() + std::min(run.last - 1, about + reach + 1);
    if (begin >= end) continue;
    const int cut = static_cast<int>(std::min_element(begin, end) - profile.begin());
    out.push_back({first, cut});
    first = cut;
  }
  out.push_back({first, run.last});
}

std::vector<RowRun> mended(const Profile& profile, std::vector<RowRun> runs) {
  const auto too_flat = [](const RowRun& run) { return run.height() < 4; };
  runs.erase(std::remove_if(runs.begin(), runs.end(), too_flat), runs.end());
  std::vector<RowRun> plausible;
  for (const RowRun& run : runs)
    if (run.height() > kFlattest * kWidth && run.height() < kTallest * kWidth) plausible.push_back(run);
  const int usual = plausible.empty() ? static_cast<int>(1.3 * kWidth) : median_height(plausible);
  // A character in two pieces: both are flat and they stand closer than characters do.
  std::vector<RowRun> joined;
  for (const RowRun& run : runs) {
    if (!joined.empty() && run.last - joined.back().first <= usual * 1.15 &&
        (run.height() < 0.6 * usual || joined.back().height() < 0.6 * usual))
      joined.back().last = run.last;
    else
      joined.push_back(run);
  }
  std::vector<RowRun> out;
  for (const RowRun& run : joined) {
    if (run.height() < 0.5 * usual) continue;
    if (run.height() > 1.6 * usual)
      cut_tall(profile, run, usual, out);
    else
      out.push_back(run);
  }
  return out;
}

/// The distance from character to character at which the profile repeats best.
int rhythm(const Profile& profile) {
  const int size = static_cast<int>(profile.size());
  const float mean = std::accumulate(profile.begin(), profile.end(), 0.0F) / static_cast<float>(size);
  int best = 0;
  float most = 0;
  for (int lag = static_cast<int>(0.8 * kWidth); lag <= std::min(size / 2, static_cast<int>(2.4 * kWidth));
       ++lag) {
    float sum = 0;
    for (int y = 0; y + lag < size; ++y)
      sum +=
          (profile[static_cast<std::size_t>(y)] - mean) * (profile[static_cast<std::size_t>(y + lag)] - mean);
    sum /= static_cast<float>(size - lag);
    if (sum > most) {
      most = sum;
      best = lag;
    }
  }
  return best;
}

/// Cuts at the thinnest rows that keep nearly one distance: a dynamic programme over the rows.
std::vector<RowRun> even_runs(const Profile& profile) {
  const int size = static_cast<int>(profile.size()), step = rhythm(profile);
  if (step == 0) return {};
  const float scale = std::max(1e-3F, quantile(profile, 0.9));
  const int least = std::max(4, step * 7 / 10), most = step * 14 / 10;
  std::vector<double> cost(static_cast<std::size_t>(size) + 1, 1e9);
  std::vector<int> from(cost.size(), -1);
  for (int y = 0; y <= std::min(size, most); ++y) cost[static_cast<std::size_t>(y)] = 0.02 * y / step;
  for (int y = least; y <= size; ++y) {
    const double thin = profile[static_cast<std::size_t>(std::min(y, size - 1))] / scale;
    for (int gap = least; gap <= std::min(most, y); ++gap) {
      const double off = static_cast<double>(gap - step) / step;
      const double now = cost[static_cast<std::size_t>(y - gap)] + thin + 4 * off * off;
      if (now < cost[static_cast<std::size_t>(y)]) {
        cost[static_cast<std::size_t>(y)] = now;
        from[static_cast<std::size_t>(y)] = y - gap;
      }
    }
  }
  int end = size;
  for (int y = std::max(0, size - most); y <= size; ++y)
    if (cost[static_cast<std::size_t>(y)] < cost[static_cast<std::size_t>(end)]) end = y;
  std::vector<RowRun> runs;
  while (end > 0 && from[static_cast<std::size_t>(end)] >= 0) {
    runs.push_back({from[static_cast<std::size_t>(end)], end});
    end = from[static_cast<std::size_t>(end)];
  }
  std::reverse(runs.begin(), runs.end());
  return runs;
}

}  // namespace

std::vector<RowRun> split_column(const cv::Mat& column, Split how) {
  if (column.cols < 4 || column.rows < column.cols) return {};
  const cv::Mat grey = grey_of(column);
  Profile profile;
  std::vector<RowRun> runs;
  if (how == Split::Edges || how == Split::Even) {
    profile = smoothed(row_sums(edges_of(grey)), 2);
    const float low = quantile(profile, 0.05), high = quantile(profile, 0.8);
    runs = how == Split::Even ? even_runs(profile)
                              : mended(profile, runs_above(profile, low + 0.25F * (high - low)));
  } else {
    profile = smoothed(row_sums(ink_of(grey, how == Split::Dark)), 1);
    const float low = quantile(profile, 0.05), high = quantile(profile, 0.8);
    runs = mended(profile, runs_above(profile, low + 0.2F * (high - low)));
  }
  const double back = static_cast<double>(column.rows) / grey.rows;
  for (RowRun& run : runs) {
    run.first = static_cast<int>(std::floor(run.first * back));
    run.last = std::min(column.rows, static_cast<int>(std::ceil(run.last * back)));
  }
  if (runs.size() > kMostCharacters) runs.resize(kMostCharacters);
  return runs;
}

cv::Mat laid_in_line(const cv::Mat& column, const std::vector<RowRun>& characters) {
  if (characters.empty()) return {};
  const int usual = std::max(1, median_height(characters));
  const double scale = kLineHeight * 0.8 / usual;
  std::vector<cv::Mat> parts;
  for (const RowRun& run : characters) {
    const int margin = std::max(1, usual / 8);
    const int first = std::max(0, run.first - margin), last = std::min(column.rows, run.last + margin);
    const cv::Mat character = column.rowRange(first, last);
    cv::Mat sized;
    const int width = std::max(6, static_cast<int>(std::lround(column.cols * scale)));
    cv::resize(character, sized, {width, kLineHeight}, 0, 0, cv::INTER_AREA);
    parts.push_back(sized);
  }
  cv::Mat line;
  cv::hconcat(parts, line);
  return line;
}

}  // namespace sealkeep::vision

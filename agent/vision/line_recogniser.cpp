// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/line_recogniser.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <set>

namespace sealkeep::vision {
namespace {

constexpr int kWidthGrain = 8;

}  // namespace

Result<LineRecogniser> LineRecogniser::create(std::unique_ptr<OnnxModel> model, std::string_view keys) {
  LineRecogniser recogniser(std::move(model));
  std::set<std::size_t> found;
  for (std::size_t index = 1; !keys.empty(); ++index) {
    const std::size_t end = std::min(keys.find('\n'), keys.size());
    std::string_view key = keys.substr(0, end);
    keys.remove_prefix(std::min(end + 1, keys.size()));
    if (key.ends_with('\r')) key.remove_suffix(1);
    if (key.size() != 1) continue;
    const char c = key[0] >= 'a' && key[0] <= 'z' ? static_cast<char>(key[0] - 'a' + 'A') : key[0];
    const std::size_t symbol = symbol_of(c);
    if (symbol == kSymbols) continue;
    recogniser.classes_.push_back({index, symbol});
    found.insert(symbol);
  }
  if (found.size() != kSymbols)
    return bad_input("vision.keys", "The recogniser's list of signs lacks letters or digits", {},
                     "Run deploy/install.sh --vision");
  return recogniser;
}

Result<TextLine> LineRecogniser::read(const cv::Mat& line) {
  if (line.empty()) return TextLine{};
  const double natural = static_cast<double>(line.cols) * kHeight / line.rows;
  const int drawn = std::clamp(static_cast<int>(std::lround(natural)), 8, kMostWidth);
  const int width = std::max(kLeastWidth, (drawn + kWidthGrain - 1) / kWidthGrain * kWidthGrain);
  cv::Mat sized;
  cv::resize(line, sized, {drawn, kHeight}, 0, 0,
             line.rows > 2 * kHeight ? cv::INTER_AREA : cv::INTER_LINEAR);
  const std::size_t plane = static_cast<std::size_t>(kHeight) * static_cast<std::size_t>(width);
  input_.assign(3 * plane, 0.0F);
  for (int y = 0; y < kHeight; ++y) {
    const auto* row = sized.ptr<std::uint8_t>(y);
    float* out = input_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    for (int x = 0; x < drawn; ++x)
      for (int c = 0; c < 3; ++c)
        out[static_cast<std::size_t>(c) * plane + static_cast<std::size_t>(x)] =
            static_cast<float>(row[3 * x + c]) / 127.5F - 1;
  }
  const std::int64_t shape[] = {1, 3, kHeight, width};
  std::vector<std::array<float, kSymbols + 1>> steps;
  std::vector<float> other;
  SEALKEEP_TRY(
      model_->run(input_, shape, [&](std::span<const float> output, std::span<const std::int64_t> dims) {
        if (dims.size() != 3 || dims[0] != 1 || dims[2] < 37) return;
        const auto classes = static_cast<std::size_t>(dims[2]);
        if (classes_.back().index >= classes) return;
        for (std::size_t t = 0; t < static_cast<std::size_t>(dims[1]); ++t) {
          const std::span<const float> row = output.subspan(t * classes, classes);
          std::array<float, kSymbols + 1> step{};
          step[0] = row[0];
          for (const Class& known : classes_) step[known.symbol + 1] += row[known.index];
          float sum = 0;
          for (float p : step) sum += p;
          steps.push_back(step);
          other.push_back(std::max(0.0F, 1 - sum));
        }
      }));
  return line_of(steps, other);
}

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/seal_reader.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "common/ses/seal_number.hpp"

namespace sealkeep::vision {
namespace {

constexpr int kLongSide = 736;
constexpr std::size_t kMostLines = 12, kShortestNumber = 5;
constexpr float kLeastMean = -0.7F;
constexpr double kPassedOver = 3.0;

/// A barcode's or a line's text as a seal number; nothing if it is none.
std::optional<std::string> seal_number(std::string_view text) {
  auto number = ses::SealNumber::parse(text);
  if (!number || number->text().size() < kShortestNumber) return std::nullopt;
  return number->text();
}

}  // namespace

double spelled(const TextLine& line, std::string_view number) {
  constexpr double kNever = -1e9;
  std::vector<double> best(number.size() + 1, kNever);
  best[0] = 0;
  for (const Cell& cell : line.cells) {
    for (std::size_t n = number.size() + 1; n-- > 0;) {
      const bool at_end = n == 0 || n == number.size();
      const double skipped =
          best[n] - (at_end ? std::min(static_cast<double>(cell.skip_cost), 0.5)
                            : std::min(static_cast<double>(cell.skip_cost) * 2, kPassedOver));
      double taken = kNever;
      if (n > 0) {
        const std::size_t symbol = symbol_of(number[n - 1]);
        taken = best[n - 1] + static_cast<double>(symbol < kSymbols ? cell.log_p[symbol] : kLeastLog);
      }
      best[n] = std::max(skipped, taken);
    }
  }
  return best.back();
}

std::optional<std::string> match_stock(const std::vector<TextLine>& lines,
                                       const std::set<std::string>& stock) {
  double best = kTextScore, second = -1e9;
  const std::string* found = nullptr;
  for (const std::string& number : stock) {
    double score = -1e9;
    for (const TextLine& line : lines) score = std::max(score, spelled(line, number));
    if (score > best) {
      second = std::max(second, found == nullptr ? -1e9 : best);
      best = score;
      found = &number;
    } else {
      second = std::max(second, score);
    }
  }
  if (found == nullptr || best - second < kTextLead) return std::nullopt;
  return *found;
}

SealReading judge_seal(const std::vector<Barcode>& codes, const std::vector<TextLine>& lines,
                       const std::set<std::string>& stock) {
  SealReading out;
  for (const Barcode& code : codes)
    if (const auto number = seal_number(code.text)) out.codes.push_back(*number);
  for (const TextLine& line : lines) {
    const auto number = seal_number(line.text());
    if (number && line.mean_log() > kLeastMean &&
        std::find(out.texts.begin(), out.texts.end(), *number) == out.texts.end())
      out.texts.push_back(*number);
  }
  const auto believed = [&out](SealSource source, const std::string& number) {
    out.source = source;
    out.number = number;
    return out;
  };
  for (const std::string& code : out.codes)
    if (stock.contains(code)) return believed(SealSource::BarcodeInStock, code);
  for (const std::string& code : out.codes)
    for (const TextLine& line : lines)
      if (spelled(line, code) > kTextScore) return believed(SealSource::BarcodeAndText, code);
  // A barcode that is no number of the list speaks against what the text alone seems to say.
  if (!out.codes.empty()) return out;
  if (const auto number = match_stock(lines, stock)) return believed(SealSource::TextInStock, *number);
  return out;
}

Result<SealReading> read_seal(const cv::Mat& picture, TextDetector* detector, LineRecogniser* recogniser,
                              const std::set<std::string>& stock) {
  const std::vector<Barcode> codes = read_barcode(picture, stock);
  std::vector<TextLine> lines;
  if (detector != nullptr && recogniser != nullptr) {
    SEALKEEP_LET(boxes, detector->find(picture, kLongSide));
    if (boxes.size() > kMostLines) boxes.resize(kMostLines);
    for (const TextBox& box : boxes) {
      cv::Mat line = cut_out(picture, box.place);
      if (line.empty()) continue;
      if (box.height() > 2 * box.width()) cv::rotate(line, line, cv::ROTATE_90_CLOCKWISE);
      SEALKEEP_LET(read, recogniser->read(line));
      if (read.cells.size() >= kShortestNumber) lines.push_back(std::move(read));
    }
  }
  return judge_seal(codes, lines, stock);
}

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/barcode_reader.hpp"

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>
#include <dmtx.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {
namespace {

constexpr long kDataMatrixMs = 300;    // libdmtx looks for that long at the most, at each scale
constexpr int kDataMatrixSide = 1000;  // and at pictures of at most this size
constexpr double kLargest = 4.0e6;     // pixels of an enlarged picture
constexpr std::size_t kTextBytes = 4096;

bool has_check(ZXing::BarcodeFormat format) {
  using ZXing::BarcodeFormat;
  switch (format) {
    case BarcodeFormat::Code39:
    case BarcodeFormat::ITF:
    case BarcodeFormat::Codabar:
    case BarcodeFormat::None:
      return false;
    default:
      return true;
  }
}

/// What the passes saw; a code without a check waits here for a second one.
class Agreement {
 public:
  explicit Agreement(const std::set<std::string>& expected) : expected_(expected) {}
  [[nodiscard]] std::optional<Barcode> add(const ZXing::Result& seen) {
    if (!seen.isValid()) return std::nullopt;
    const Barcode code{ZXing::ToString(seen.format()), seen.text()};
    if (code.text.empty() || code.text.size() > kTextBytes || !is_utf8(code.text)) return std::nullopt;
    if (has_check(seen.format()) || expected_.contains(code.text)) return code;
    if (code.text.size() < kUncheckedLength || ++times_[code.format + code.text] < 2) return std::nullopt;
    return code;
  }

 private:
  const std::set<std::string>& expected_;
  std::map<std::string, int> times_;
};

ZXing::Result pass(const cv::Mat& grey, ZXing::Binarizer binarizer) {
  ZXing::DecodeHints hints;
  hints.setTryHarder(true)
      .setTryRotate(true)
      .setTryDownscale(true)
      .setBinarizer(binarizer)
      .setMaxNumberOfSymbols(1)
      .setTryCode39ExtendedMode(true);
  const ZXing::ImageView view(grey.data, grey.cols, grey.rows, ZXing::ImageFormat::Lum,
                              static_cast<int>(grey.step[0]));
  return ZXing::ReadBarcode(view, hints);
}

cv::Mat scaled(const cv::Mat& grey, double by) {
  cv::Mat out;
  cv::resize(grey, out, {}, by, by, by < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return out;
}

cv::Mat sharpened(const cv::Mat& grey) {
  cv::Mat soft, out;
  cv::GaussianBlur(grey, soft, {0, 0}, 2);
  cv::addWeighted(grey, 2.0, soft, -1.0, 0, out);
  return out;
}

/// The picture in the forms in which codes were found that it hides otherwise; the cheap ones first.
std::vector<cv::Mat> forms_of(const cv::Mat& grey) {
  std::vector<cv::Mat> forms{grey};
  const double pixels = static_cast<double>(grey.total());
  if (pixels * 4 <= kLargest) forms.push_back(scaled(grey, 2));
  forms.push_back(sharpened(grey));
  if (pixels > 3e5) forms.push_back(scaled(grey, 0.5));
  if (pixels * 9 <= kLargest) forms.push_back(scaled(grey, 3));
  cv::Mat even, soft;
  cv::createCLAHE(3.0, {8, 8})->apply(grey, even);
  forms.push_back(even);
  cv::medianBlur(grey, soft, 3);
  forms.push_back(soft);
  return forms;
}

struct DestroyImage {
  void operator()(DmtxImage* image) const { dmtxImageDestroy(&image); }
};
struct DestroyDecode {
  void operator()(DmtxDecode* decode) const { dmtxDecodeDestroy(&decode); }
};
struct DestroyRegion {
  void operator()(DmtxRegion* region) const { dmtxRegionDestroy(&region); }
};
struct DestroyMessage {
  void operator()(DmtxMessage* message) const { dmtxMessageDestroy(&message); }
};

std::optional<std::string> data_matrix(const cv::Mat& grey) {
  cv::Mat whole = grey.clone();  // libdmtx wants rows without gaps, and may write
  const std::unique_ptr<DmtxImage, DestroyImage> image(
      dmtxImageCreate(whole.data, whole.cols, whole.rows, DmtxPack8bppK));
  if (!image) return std::nullopt;
  dmtxImageSetProp(image.get(), DmtxPropImageFlip, DmtxFlipY);
  const std::unique_ptr<DmtxDecode, DestroyDecode> decode(dmtxDecodeCreate(image.get(), 1));
  if (!decode) return std::nullopt;
  DmtxTime until = dmtxTimeAdd(dmtxTimeNow(), kDataMatrixMs);
  while (true) {
    const std::unique_ptr<DmtxRegion, DestroyRegion> region(dmtxRegionFindNext(decode.get(), &until));
    if (!region) return std::nullopt;
    const std::unique_ptr<DmtxMessage, DestroyMessage> message(
        dmtxDecodeMatrixRegion(decode.get(), region.get(), DmtxUndefined));
    if (!message || message->outputIdx <= 0) continue;
    const auto size = static_cast<std::size_t>(message->outputIdx);
    std::string text(reinterpret_cast<const char*>(message->output), std::min(size, kTextBytes));
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (plain) return text;
  }
}

/// libdmtx corrects errors less strictly than it should: two readings, of the picture and of one of another
/// size, must agree.
std::optional<Barcode> second_opinion(const cv::Mat& grey) {
  const double most = std::max(grey.cols, grey.rows);
  const cv::Mat first = most > kDataMatrixSide ? scaled(grey, kDataMatrixSide / most) : grey;
  for (const bool inverted : {false, true}) {
    cv::Mat looked_at = first;
    if (inverted) cv::bitwise_not(first, looked_at);
    const auto text = data_matrix(looked_at);
    if (!text) continue;
    if (data_matrix(scaled(looked_at, 1.4)) == text) return Barcode{"DataMatrix", *text};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Barcode> read_barcode(const cv::Mat& picture, const std::set<std::string>& expected) {
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
  Agreement agreement(expected);
  for (const cv::Mat& form : forms_of(grey)) {
    cv::Mat inverted;
    cv::bitwise_not(form, inverted);
    for (const cv::Mat& looked_at : {form, inverted}) {
      for (const auto binarizer : {ZXing::Binarizer::LocalAverage, ZXing::Binarizer::GlobalHistogram}) {
        if (auto code = agreement.add(pass(looked_at, binarizer))) return {*code};
      }
    }
  }
  if (auto code = second_opinion(grey)) return {*code};
  return {};
}

}  // namespace sealkeep::vision

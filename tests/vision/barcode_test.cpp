// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/barcode_reader.hpp"

#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace sealkeep::vision {
namespace {

/// A barcode as a label shows it: grey on grey, with room around it.
cv::Mat label(ZXing::BarcodeFormat format, const std::wstring& text, int width, int height, int dark = 40,
              int light = 215) {
  const ZXing::BitMatrix bits = ZXing::MultiFormatWriter(format).setMargin(8).encode(text, width, height);
  cv::Mat out(bits.height() + 60, bits.width() + 80, CV_8UC3, cv::Scalar::all(light));
  for (int y = 0; y < bits.height(); ++y)
    for (int x = 0; x < bits.width(); ++x)
      if (bits.get(x, y)) out.at<cv::Vec3b>(y + 30, x + 40) = cv::Vec3b::all(static_cast<std::uint8_t>(dark));
  return out;
}

std::string text_of(const cv::Mat& picture, const std::set<std::string>& expected = {}) {
  const auto codes = read_barcode(picture, expected);
  return codes.empty() ? std::string() : codes[0].text;
}

TEST_CASE("Code 128, DataMatrix and QR are read, turned and inverted too") {
  const auto format =
      GENERATE(ZXing::BarcodeFormat::Code128, ZXing::BarcodeFormat::DataMatrix, ZXing::BarcodeFormat::QRCode);
  const bool linear = format == ZXing::BarcodeFormat::Code128;
  const cv::Mat straight = label(format, L"NZ300006", linear ? 400 : 160, linear ? 90 : 160);
  CHECK(text_of(straight) == "NZ300006");
  cv::Mat inverted, turned;
  cv::bitwise_not(straight, inverted);
  CHECK(text_of(inverted) == "NZ300006");
  cv::rotate(straight, turned, cv::ROTATE_90_CLOCKWISE);
  CHECK(text_of(turned) == "NZ300006");
}

TEST_CASE(
    "codes without a check of their own are believed from a certain length on, or when they are expected") {
  const cv::Mat longer = label(ZXing::BarcodeFormat::Code39, L"NZ300006", 500, 90);
  CHECK(text_of(longer) == "NZ300006");
  const cv::Mat shorter = label(ZXing::BarcodeFormat::Code39, L"N7", 300, 90);
  CHECK(text_of(shorter).empty());
  CHECK(text_of(shorter, {"N7"}) == "N7");
}

TEST_CASE("a picture without a code gives none") {
  cv::Mat noise(240, 320, CV_8UC3);
  cv::RNG random(11);
  random.fill(noise, cv::RNG::UNIFORM, 0, 256);
  CHECK(read_barcode(noise, {}).empty());
  CHECK(read_barcode(cv::Mat(240, 320, CV_8UC3, cv::Scalar::all(128)), {}).empty());
  cv::Mat stripes(200, 400, CV_8UC3, cv::Scalar::all(200));
  for (int x = 0; x < 400; x += 16) cv::rectangle(stripes, {x, 0, 8, 200}, cv::Scalar::all(60), cv::FILLED);
  CHECK(read_barcode(stripes, {}).empty());
}

}  // namespace
}  // namespace sealkeep::vision

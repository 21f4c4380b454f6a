// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/picture.hpp"

#include <catch2/catch.hpp>

#include "agent/vision/picture_region.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

TEST_CASE("the size of JPEG, PNG and WebP is known before they are decoded") {
  const cv::Mat picture = drawn_text("MSKU 413532 9", 321, 123);
  for (const char* format : {".jpg", ".png", ".webp"}) {
    CAPTURE(format);
    const Bytes file = encoded(picture, format);
    const auto size = picture_size(file);
    REQUIRE(size);
    CHECK(size->width == 321);
    CHECK(size->height == 123);
    const auto decoded = decode_picture(file);
    REQUIRE(decoded);
    CHECK(decoded->cols == 321);
    CHECK(decoded->rows == 123);
    CHECK(decoded->channels() == 3);
  }
}

TEST_CASE("a header that promises too many pixels is refused before anything is decoded") {
  Bytes png = encoded(drawn_text("A", 64, 64), ".png");
  const auto set_side = [&png](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) png[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  };
  set_side(16, 8000);
  set_side(20, 8000);
  CHECK(picture_size(png));
  set_side(20, 8001);
  REQUIRE_FALSE(picture_size(png));
  CHECK(picture_size(png).error().code == "vision.picture_too_large");
  set_side(16, 0xFFFFFFFF);
  set_side(20, 0xFFFFFFFF);
  CHECK_FALSE(decode_picture(png));
  set_side(16, 0);
  CHECK(picture_size(png).error().code == "vision.not_a_picture");
  CHECK_FALSE(picture_size(Bytes(kPictureBytes + 1)));
}

TEST_CASE("every cut-off picture and every flipped bit of a header is a picture or an error") {
  const cv::Mat picture = drawn_text("TEMU", 90, 40);
  for (const char* format : {".jpg", ".png", ".webp"}) {
    const Bytes file = encoded(picture, format);
    for (std::size_t size = 0; size < file.size(); size += size < 64 ? 1 : 37)
      static_cast<void>(decode_picture(ByteView(file).first(size)));
    CHECK_FALSE(decode_picture(ByteView(file).first(12)));
    for (std::size_t bit = 0; bit < std::min<std::size_t>(file.size(), 160) * 8; bit += 3) {
      Bytes flipped = file;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
      if (const auto size = picture_size(flipped)) CHECK(size->width * size->height <= kPicturePixels);
    }
  }
}

TEST_CASE("what is no picture is refused") {
  CHECK_FALSE(picture_size({}));
  CHECK_FALSE(picture_size(as_bytes("GIF89a")));
  CHECK_FALSE(picture_size(as_bytes("%PDF-1.7")));
  CHECK_FALSE(
      picture_size(bytes_of({0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x01})));  // a segment shorter than its own length
  CHECK_FALSE(picture_size(bytes_of({0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0x02})));  // a scan before any frame
}

TEST_CASE("a large JPEG is decoded smaller") {
  const Bytes file = encoded(cv::Mat(4200, 4200, CV_8UC3, cv::Scalar::all(200)), ".jpg");
  const auto picture = decode_picture(file);
  REQUIRE(picture);
  CHECK(picture->cols == 2100);
}

TEST_CASE("a region is a part of a picture of any size, and nothing outside of it") {
  const PictureRegion region = parse_region("250 100 500 800").value();
  CHECK(region == PictureRegion{250, 100, 500, 800});
  CHECK(region.on({1920, 1080}) == cv::Rect(480, 108, 960, 864));
  CHECK(PictureRegion{}.on({7, 3}) == cv::Rect(0, 0, 7, 3));
  CHECK(PictureRegion{999, 999, 1, 1}.on({7, 3}) == cv::Rect(6, 2, 1, 1));
  for (const char* wrong : {"", "1 2 3", "0 0 0 10", "-1 0 10 10", "900 0 101 10", "0 0 1000 1001",
                            "1 2 3 4 5", "a b c d", "0 0 99999999999 1"}) {
    CAPTURE(wrong);
    const auto refused = parse_region(wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "vision.region");
  }
}

}  // namespace
}  // namespace sealkeep::vision

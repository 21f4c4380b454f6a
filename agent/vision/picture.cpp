// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/picture.hpp"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace sealkeep::vision {
namespace {

constexpr std::string_view kPng{"\x89PNG\r\n\x1a\n", 8};

std::uint32_t little_endian(ByteView bytes, std::size_t at, std::size_t count) {
  std::uint32_t out = 0;
  for (std::size_t i = count; i-- > 0;) out = out << 8 | bytes[at + i];
  return out;
}

std::optional<PictureSize> png_size(ByteView file) {
  ByteReader in(file.subspan(kPng.size()));
  in.u32();
  if (as_text(in.raw(4)) != "IHDR") return std::nullopt;
  PictureSize size;
  size.width = in.u32();
  size.height = in.u32();
  if (!in.ok()) return std::nullopt;
  return size;
}

// Markers of ITU T.81: a start of frame (C0..CF without C4, C8, CC) holds the size; others are passed by
// their length.
std::optional<PictureSize> jpeg_size(ByteView file) {
  ByteReader in(file.subspan(2));
  while (in.ok()) {
    if (in.u8() != 0xFF) return std::nullopt;
    std::uint8_t marker = in.u8();
    while (marker == 0xFF && in.ok()) marker = in.u8();
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) continue;
    const std::uint16_t length = in.u16();
    if (!in.ok() || length < 2 || marker == 0xD9 || marker == 0xDA) return std::nullopt;
    ByteReader segment(in.raw(length - 2U));
    if (marker < 0xC0 || marker > 0xCF || marker == 0xC4 || marker == 0xC8 || marker == 0xCC) continue;
    segment.u8();
    PictureSize size;
    size.height = segment.u16();
    size.width = segment.u16();
    size.jpeg = true;
    if (!segment.ok()) return std::nullopt;
    return size;
  }
  return std::nullopt;
}

std::optional<PictureSize> webp_size(ByteView file) {
  constexpr std::size_t kBody = 20;
  if (file.size() < kBody + 10) return std::nullopt;
  const std::string_view chunk = as_text(file.subspan(12, 4));
  if (chunk == "VP8 ")
    return PictureSize{little_endian(file, kBody + 6, 2) & 0x3FFFU,
                       little_endian(file, kBody + 8, 2) & 0x3FFFU};
  if (chunk == "VP8L") {
    const std::uint32_t bits = little_endian(file, kBody + 1, 4);
    return PictureSize{(bits & 0x3FFFU) + 1, (bits >> 14 & 0x3FFFU) + 1};
  }
  if (chunk == "VP8X")
    return PictureSize{std::int64_t{little_endian(file, kBody + 4, 3)} + 1,
                       std::int64_t{little_endian(file, kBody + 7, 3)} + 1};
  return std::nullopt;
}

std::optional<PictureSize> size_by_format(ByteView file) {
  const std::string_view text = as_text(file);
  if (text.starts_with(kPng)) return png_size(file);
  if (text.starts_with("\xFF\xD8\xFF")) return jpeg_size(file);
  if (text.starts_with("RIFF") && text.size() > 12 && text.substr(8, 4) == "WEBP") return webp_size(file);
  return std::nullopt;
}

}  // namespace

Result<PictureSize> picture_size(ByteView file) {
  const std::string_view next = "Send a JPEG, PNG or WebP picture of at most 64 million pixels and 32 MB";
  if (file.size() > kPictureBytes)
    return fail(ErrorKind::Full, "vision.picture_too_large", "The picture has more than 32 MB", {},
                std::string(next));
  const auto size = size_by_format(file);
  if (!size || size->width < 1 || size->height < 1)
    return bad_input("vision.not_a_picture", "This is no JPEG, PNG or WebP picture",
                     "its header is another one or cut off", std::string(next));
  if (size->width > kPicturePixels || size->height > kPicturePixels ||
      size->width * size->height > kPicturePixels)
    return fail(ErrorKind::Full, "vision.picture_too_large",
                "The picture says that it has " + std::to_string(size->width) + " x " +
                    std::to_string(size->height) + " pixels",
                {}, std::string(next));
  return *size;
}

Result<cv::Mat> decode_picture(ByteView file) {
  SEALKEEP_LET(size, picture_size(file));
  const std::int64_t pixels = size.width * size.height;
  int how = cv::IMREAD_COLOR;
  if (size.jpeg && pixels > kKeptPixels)
    how = pixels > 4 * kKeptPixels ? cv::IMREAD_REDUCED_COLOR_4 : cv::IMREAD_REDUCED_COLOR_2;
  const auto broken = [] {
    return bad_input("vision.broken_picture", "The picture cannot be decoded", "it is damaged or cut off",
                     "Take the picture again");
  };
  try {
    cv::Mat picture = cv::imdecode(cv::_InputArray(file.data(), static_cast<int>(file.size())), how);
    if (picture.empty()) return broken();
    if (picture.total() > static_cast<std::size_t>(kKeptPixels))
      cv::resize(picture, picture, {}, 0.5, 0.5, cv::INTER_AREA);
    return picture;
  } catch (const std::exception&) {
    return broken();
  }
}

}  // namespace sealkeep::vision

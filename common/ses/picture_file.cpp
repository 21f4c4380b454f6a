// SPDX-License-Identifier: Apache-2.0
#include "common/ses/picture_file.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sealkeep::ses {
namespace {

constexpr std::size_t kHeadBytes = 12;
constexpr std::size_t kSegments = 64;  // before the picture's data
constexpr std::size_t kFields = 512;   // of one directory

bool is_at(ByteView file, std::size_t at, std::string_view text) {
  return file.size() >= at + text.size() && as_text(file.subspan(at, text.size())) == text;
}

/// The TIFF structure inside of EXIF data: numbers in either order of bytes, places counted from its start.
class Tiff {
 public:
  explicit Tiff(ByteView bytes) : bytes_(bytes), big_(is_at(bytes, 0, "MM")) {}

  [[nodiscard]] bool sound() const { return (big_ || is_at(bytes_, 0, "II")) && number(2, 2) == 42; }
  [[nodiscard]] std::uint32_t first_directory() const { return number(4, 4).value_or(0); }

  struct Field {
    std::uint32_t type = 0, count = 0, at = 0;  // `at`: where its value stands
  };
  [[nodiscard]] std::optional<Field> find(std::uint32_t directory, std::uint32_t tag) const {
    const auto count = number(directory, 2);
    if (directory == 0 || !count || *count > kFields) return std::nullopt;
    for (std::uint32_t i = 0; i < *count; ++i) {
      const std::size_t entry = std::size_t{directory} + 2 + std::size_t{i} * 12;
      if (number(entry, 2) != tag) continue;
      const auto type = number(entry + 2, 2), values = number(entry + 4, 4);
      if (!type || !values) return std::nullopt;
      constexpr std::array<std::uint32_t, 6> kSizes{0, 1, 1, 2, 4, 8};
      const std::uint32_t size = *type < kSizes.size() ? kSizes[*type] : 0;
      const auto at = size * std::uint64_t{*values} <= 4
                          ? std::optional(static_cast<std::uint32_t>(entry + 8))
                          : number(entry + 8, 4);
      if (!at || size == 0 || *at + size * std::uint64_t{*values} > bytes_.size()) return std::nullopt;
      return Field{*type, *values, *at};
    }
    return std::nullopt;
  }
  [[nodiscard]] std::uint32_t pointer(std::uint32_t directory, std::uint32_t tag) const {
    const auto field = find(directory, tag);
    return field && field->type == 4 ? number(field->at, 4).value_or(0) : 0;
  }
  /// Printable ASCII up to the first NUL; empty for anything else.
  [[nodiscard]] std::string text(std::uint32_t directory, std::uint32_t tag, std::size_t most) const {
    const auto field = find(directory, tag);
    if (!field || field->type != 2 || field->count > most + 1) return {};
    std::string out(as_text(bytes_.subspan(field->at, field->count)));
    out.resize(std::min(out.size(), out.find('\0')));
    return std::all_of(out.begin(), out.end(), [](char c) { return c >= 0x20 && c < 0x7F; }) ? out : "";
  }
  /// Degrees, minutes and seconds as millionths of a degree.
  [[nodiscard]] std::optional<std::int64_t> angle_e6(std::uint32_t directory, std::uint32_t tag,
                                                     std::int64_t most) const {
    const auto field = find(directory, tag);
    if (!field || field->type != 5 || field->count != 3) return std::nullopt;
    double degrees = 0;
    for (std::uint32_t i = 0; i < 3; ++i) {
      const auto over = number(field->at + i * 8, 4), under = number(field->at + i * 8 + 4, 4);
      if (!over || !under || *under == 0) return std::nullopt;
      degrees += static_cast<double>(*over) / *under / (i == 0 ? 1 : i == 1 ? 60 : 3600);
    }
    const double millionths = degrees * 1e6;
    if (!(millionths <= static_cast<double>(most))) return std::nullopt;
    return static_cast<std::int64_t>(millionths + 0.5);
  }

 private:
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t bytes) const {
    if (at > bytes_.size() || bytes_.size() - at < bytes) return std::nullopt;
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < bytes; ++i) out = out << 8 | bytes_[at + (big_ ? i : bytes - 1 - i)];
    return out;
  }
  ByteView bytes_;
  bool big_;
};

// The EXIF data of a JPEG: the segment APP1 that begins so.
ByteView exif_of(ByteView file) {
  constexpr std::string_view kBegins("Exif\0\0", 6);
  std::size_t at = 2;
  for (std::size_t i = 0; i < kSegments && at + 4 <= file.size() && file[at] == 0xFF; ++i) {
    const std::uint8_t marker = file[at + 1];
    const std::size_t length = std::size_t{file[at + 2]} << 8 | file[at + 3];
    if (marker == 0xDA || length < 2 || file.size() - at - 2 < length) return {};
    const ByteView segment = file.subspan(at + 4, length - 2);
    if (marker == 0xE1 && is_at(segment, 0, kBegins)) return segment.subspan(kBegins.size());
    at += 2 + length;
  }
  return {};
}

}  // namespace

std::string_view media_of(ByteView file) {
  if (file.size() < kHeadBytes) return {};
  if (is_at(file, 0, "\xFF\xD8\xFF")) return "image/jpeg";
  if (is_at(file, 0, "\x89PNG\r\n\x1A\n")) return "image/png";
  if (is_at(file, 0, "RIFF") && is_at(file, 8, "WEBP")) return "image/webp";
  if (is_at(file, 4, "ftyp"))
    for (const char* brand : {"heic", "heix", "mif1", "msf1"})
      if (is_at(file, 8, brand)) return "image/heic";
  return {};
}

PictureClaims claims_of(ByteView file) {
  constexpr std::uint32_t kExif = 0x8769, kGps = 0x8825, kTaken = 0x9003, kOffset = 0x9011;
  constexpr std::size_t kTimeBytes = 19, kOffsetBytes = 6;
  constexpr std::int64_t kLatitude_e6 = 90'000'000, kLongitude_e6 = 180'000'000;
  PictureClaims out;
  if (media_of(file) != "image/jpeg") return out;
  const Tiff tiff(exif_of(file));
  if (!tiff.sound()) return out;
  const std::uint32_t first = tiff.first_directory();
  const std::uint32_t exif = tiff.pointer(first, kExif), gps = tiff.pointer(first, kGps);
  out.time = tiff.text(exif, kTaken, kTimeBytes);
  if (!out.time.empty()) out.time += tiff.text(exif, kOffset, kOffsetBytes);
  const auto latitude = tiff.angle_e6(gps, 2, kLatitude_e6), longitude = tiff.angle_e6(gps, 4, kLongitude_e6);
  const std::string north = tiff.text(gps, 1, 1), east = tiff.text(gps, 3, 1);
  out.place = latitude && longitude && (north == "N" || north == "S") && (east == "E" || east == "W");
  if (out.place) {
    out.latitude_e6 = north == "S" ? -*latitude : *latitude;
    out.longitude_e6 = east == "W" ? -*longitude : *longitude;
  }
  return out;
}

}  // namespace sealkeep::ses

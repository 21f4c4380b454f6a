// SPDX-License-Identifier: Apache-2.0
#include "common/cli/text_width.hpp"

#include <algorithm>
#include <cstdint>

namespace sealkeep::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kNoWidth[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
                              {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x200B, 0x200F},
                              {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                              {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
                           {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                           {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool any_holds(const Range (&ranges)[N], char32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [point](const Range& range) { return point >= range.first && point <= range.last; });
}

int width_of(char32_t point) {
  if (point < 0x300) return 1;
  if (any_holds(kNoWidth, point)) return 0;
  return any_holds(kWide, point) ? 2 : 1;
}

// Takes the first character off the text; it is well-formed, so the first byte tells the length.
char32_t next_point(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const std::size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t point = bytes == 1 ? first : first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes && i < text.size(); ++i) {
    point = (point << 6) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(bytes, text.size()));
  return point;
}

}  // namespace

int display_width(std::string_view utf8) {
  int width = 0;
  while (!utf8.empty()) width += width_of(next_point(utf8));
  return width;
}

std::string fitted(std::string_view utf8, int width) {
  if (display_width(utf8) <= width) return std::string(utf8);
  int taken = 1;
  std::string_view rest = utf8;
  std::size_t kept = 0;
  while (!rest.empty()) {
    taken += width_of(next_point(rest));
    if (taken > width) break;
    kept = utf8.size() - rest.size();
  }
  return std::string(utf8.substr(0, kept)) + "\u2026";
}

}  // namespace sealkeep::cli

// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/layout.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sealkeep::vision {
namespace {

constexpr float kSameGlyph = 0.45F;  // ratio of heights
constexpr float kRowGap = 6.5F;      // between pieces of a row, in heights
constexpr float kLineGap = 1.6F;     // between rows, in heights
constexpr float kColumnGap = 3.5F;   // between pieces of a column, in widths
constexpr float kBesideGap = 3.0F;   // between columns, in widths
constexpr float kTall = 1.8F;

bool is_digit_like(char c) {
  return (c >= '0' && c <= '9') || c == 'O' || c == 'I' || c == 'B' || c == 'S' || c == 'Z';
}
bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Where `b` stands when the picture is turned so that `a` is level, both as upright rectangles around a's
/// middle.
struct Levelled {
  cv::Rect2f a, b;
};
Levelled levelled(const cv::RotatedRect& a, const cv::RotatedRect& b) {
  const double radians = static_cast<double>(a.angle) * CV_PI / 180;
  const auto cosine = static_cast<float>(std::cos(radians)), sine = static_cast<float>(std::sin(radians));
  const cv::Point2f away = b.center - a.center;
  const cv::Point2f middle(away.x * cosine + away.y * sine, away.y * cosine - away.x * sine);
  const auto around = [](const cv::Point2f& center, const cv::Size2f& size) {
    return cv::Rect2f(center.x - size.width / 2, center.y - size.height / 2, size.width, size.height);
  };
  return {around({0, 0}, a.size), around(middle, b.size)};
}

bool row_follows(const cv::Rect2f& a, const cv::Rect2f& b, float glyph) {
  const float middle = std::abs(a.y + a.height / 2 - b.y - b.height / 2);
  const float gap = b.x - (a.x + a.width);
  return middle < 0.6F * glyph && gap > -0.5F * glyph && gap < kRowGap * glyph;
}

bool below(const cv::Rect2f& a, const cv::Rect2f& b, float glyph) {
  const float gap = b.y - (a.y + a.height);
  if (gap < -0.5F * glyph || gap > kLineGap * glyph) return false;
  const float shared = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  return shared > 0 || std::abs(a.x - b.x) < 2 * glyph;
}

bool column_follows(const cv::Rect2f& a, const cv::Rect2f& b, float glyph) {
  const float gap = b.y - (a.y + a.height);
  const float aside = std::abs(a.x + a.width / 2 - b.x - b.width / 2);
  if (aside < 0.7F * glyph && gap > -0.5F * glyph && gap < kColumnGap * glyph) return true;
  const float across = b.x - (a.x + a.width);
  return across > -0.3F * glyph && across < kBesideGap * glyph && b.y < a.y + a.height &&
         a.y < b.y + b.height;
}

bool stacked(const cv::RotatedRect& above, const cv::RotatedRect& under) {
  const cv::Rect2f a = above.boundingRect2f(), b = under.boundingRect2f();
  const float narrow = std::min(a.width, b.width), wide = std::max(a.width, b.width);
  if (narrow < kSameGlyph * wide) return false;
  if (std::abs(a.x + a.width / 2 - b.x - b.width / 2) > 0.6F * narrow) return false;
  const float gap = std::max(a.y, b.y) - std::min(a.y + a.height, b.y + b.height);
  return gap < 1.8F * wide;
}

}  // namespace

bool may_follow(const Token& a, const Token& b) {
  if (a.column != b.column) return false;
  const float small = std::min(a.glyph(), b.glyph()), great = std::max(a.glyph(), b.glyph());
  if (small < kSameGlyph * great) return false;
  const auto [first, second] = levelled(a.place, b.place);
  if (overlap(first, second) > 0.3F) return false;
  if (a.column) return column_follows(first, second, great);
  return row_follows(first, second, great) || below(first, second, great);
}

bool is_tall(const TextBox& box) {
  return box.height() >= kTall * box.width();
}

std::vector<cv::RotatedRect> columns_of(const std::vector<TextBox>& boxes) {
  std::vector<cv::RotatedRect> parts;
  for (const TextBox& box : boxes)
    if (box.height() >= 0.7F * box.width()) parts.push_back(box.place);
  std::vector<std::size_t> group(parts.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (group[i] != i) i = group[i];
    return i;
  };
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (std::size_t j = i + 1; j < parts.size(); ++j)
      if (stacked(parts[i], parts[j])) group[root(j)] = root(i);
  std::vector<cv::RotatedRect> columns;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (root(i) != i) continue;
    std::vector<const cv::RotatedRect*> members;
    cv::Rect2f all = parts[i].boundingRect2f();
    for (std::size_t j = 0; j < parts.size(); ++j) {
      if (root(j) != i) continue;
      members.push_back(&parts[j]);
      all |= parts[j].boundingRect2f();
    }
    if (members.size() == 1) {
      if (parts[i].size.height >= 2.2F * parts[i].size.width) columns.push_back(parts[i]);
      continue;
    }
    if (all.height < 3.2F * all.width) continue;
    columns.emplace_back(cv::Point2f(all.x + all.width / 2, all.y + all.height / 2), all.size(), 0.0F);
  }
  std::sort(columns.begin(), columns.end(), [](const cv::RotatedRect& a, const cv::RotatedRect& b) {
    return a.size.height / a.size.width > b.size.height / b.size.width;
  });
  return columns;
}

float overlap(const cv::Rect2f& a, const cv::Rect2f& b) {
  const float common = (a & b).area();
  const float both = a.area() + b.area() - common;
  return both <= 0 ? 0 : common / both;
}

double promise(const TextBox& box) {
  const double form = static_cast<double>(box.width()) / std::max(1.0F, box.height());
  double out = 0.5;
  if (form >= 4.5 && form < 13)
    out = 3;
  else if (form >= 2.2)
    out = 2;
  else if (form >= 1.3)
    out = 1;
  if (box.height() < 9) out -= 1;
  return out + static_cast<double>(box.score) * 0.5;
}

bool like_owner(std::string_view text) {
  const std::size_t category = text.find_first_of("UJZ", 2);
  if (category == std::string_view::npos || category > 5) return false;
  return std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(category), is_letter) >= 2 &&
         (text.size() <= category + 2 ||
          std::any_of(text.begin() + static_cast<std::ptrdiff_t>(category) + 1, text.end(), is_digit));
}

bool like_serial(std::string_view text) {
  return std::count_if(text.begin(), text.end(), is_digit) >= 3 &&
         std::count_if(text.begin(), text.end(), is_digit_like) >= 5;
}

MissingCharacters missing_around(std::string_view text) {
  const auto first_digit = std::find_if(text.begin(), text.end(), is_digit);
  const auto letters = first_digit - text.begin(), digits = text.end() - first_digit;
  const bool owner =
      letters >= 3 && letters <= 4 && digits == 0 && text.find_first_of("UJZ", 2) != std::string_view::npos;
  const bool serial =
      digits >= 4 && digits <= 7 && letters <= 4 && std::all_of(first_digit, text.end(), is_digit_like);
  const bool across = letters >= 1 && letters <= 4 && digits >= 2 && digits <= 7 &&
                      text[static_cast<std::size_t>(letters) - 1] == 'U';
  if ((!owner && !serial && !across) || (text.size() <= 5 && like_type_code(text))) return {};
  MissingCharacters out{true, 0, 0};
  // The groups of a number stand further from each other than their characters do.
  if (letters < 4) out.above = static_cast<float>(4 - letters) + (letters == 0 ? 1.0F : 0.4F);
  if (digits < 7) out.below = static_cast<float>(7 - digits) + (digits == 0 ? 2.0F : 1.0F);
  return out;
}

bool like_type_code(std::string_view text) {
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const std::string_view code = text.substr(i, 4);
    if (std::string_view("24LM").find(code[0]) == std::string_view::npos) continue;
    if (!is_digit_like(code[1]) && std::string_view("CDEFLMN").find(code[1]) == std::string_view::npos)
      continue;
    if (std::string_view("GRUPTVBSHN").find(code[2]) == std::string_view::npos) continue;
    if (is_digit_like(code[3])) return true;
  }
  return false;
}

}  // namespace sealkeep::vision

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/vision/text_detector.hpp"
#include "agent/vision/text_line.hpp"

/// How the pieces of a number stand to each other: in a row, in rows below each other, in columns. Pure.
namespace sealkeep::vision {

/// A piece of text that was read.
struct Token {
  cv::RotatedRect place;
  bool column = false;  ///< its characters stand below each other
  TextLine line;
  std::string text;  ///< line.text()
  int look = 0;      ///< which look at the picture it came from

  [[nodiscard]] cv::Rect2f bounds() const { return place.boundingRect2f(); }
  /// The size of one character: the height of a row, the width of a column.
  [[nodiscard]] float glyph() const { return column ? place.size.width : place.size.height; }
};

/// `b` may go on where `a` ends: to the right in the same row, in the row below, further down the same
/// column, or in a column to the right.
[[nodiscard]] bool may_follow(const Token& a, const Token& b);

/// Boxes that are columns of stacked characters, or stand above each other as single characters of one: one
/// box for each column, the longest first.
[[nodiscard]] std::vector<cv::RotatedRect> columns_of(const std::vector<TextBox>& boxes);
/// A box that is higher than a row of text can be.
[[nodiscard]] bool is_tall(const TextBox& box);

/// The share of their union that two rectangles have in common, 0..1.
[[nodiscard]] float overlap(const cv::Rect2f& a, const cv::Rect2f& b);

/// How much a box of this form is like a container number or a part of one; greater is better. By form alone.
[[nodiscard]] double promise(const TextBox& box);

/// "MSKU", or a part of a text that could be an owner code and the number behind it.
[[nodiscard]] bool like_owner(std::string_view text);
/// At least five digits or what is taken for digits.
[[nodiscard]] bool like_serial(std::string_view text);
/// What a part of a stacked number lacks, in characters.
struct MissingCharacters {
  bool likely = false;  ///< the text is such a part
  float above = 0, below = 0;
};
[[nodiscard]] MissingCharacters missing_around(std::string_view text);
/// A size and type code of ISO 6346 ("22G1", "45R1"), which stands below or beside the number.
[[nodiscard]] bool like_type_code(std::string_view text);

}  // namespace sealkeep::vision

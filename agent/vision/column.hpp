// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>
#include <vector>

/// Characters stacked one below the other, as on the posts of a container's doors. Pure.
namespace sealkeep::vision {

/// Rows first..last (exclusive) of one character.
struct RowRun {
  int first = 0, last = 0;
  [[nodiscard]] int height() const { return last - first; }
  friend bool operator==(const RowRun&, const RowRun&) = default;
};

/// How the rows of a column are told apart. Each errs on other pictures, so a reader tries one after the
/// other.
enum class Split {
  Edges,  ///< rows with upright edges, the wall's own ones taken off
  Dark,
  Light,  ///< characters darker, or lighter, than their surroundings
  Even,   ///< characters of one height at one distance, as the column's own rhythm says
};

/// The characters of a column (BGR, one character wide), from the top. At most kMostCharacters, possibly
/// none.
[[nodiscard]] std::vector<RowRun> split_column(const cv::Mat& column, Split how);
inline constexpr std::size_t kMostCharacters = 16;

/// The characters side by side, as one line for a recogniser. Empty if there are none.
[[nodiscard]] cv::Mat laid_in_line(const cv::Mat& column, const std::vector<RowRun>& characters);

}  // namespace sealkeep::vision

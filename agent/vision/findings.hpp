// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <vector>

/// What was found of container numbers, and when that is enough. Pure. The thresholds were fixed on the
/// development pictures (docs/vision.md).
namespace sealkeep::vision {

/// One number that was seen, with its best reading.
struct ContainerCandidate {
  std::string number;
  double score = 0, margin = 0;  ///< as in DecodedContainer, of the best reading
  int hits = 0;                  ///< how many looks at the picture, or pictures, gave it
  cv::Rect2f place;              ///< in the picture
  int look = 0;                  ///< the last look that gave it; the same look again is no new hit
  friend bool operator==(const ContainerCandidate&, const ContainerCandidate&) = default;
};

enum class ReadState {
  None = 0,  ///< nothing that could be believed
  Computed =
      1,      ///< ten characters seen; the check digit is computed and was not seen. Never a verified number
  Exact = 2,  ///< all eleven seen, and the check digit is right
};

class Findings {
 public:
  /// A reading whose check digit was seen.
  void add(const ContainerCandidate& seen);
  /// A reading of ten characters; `number` ends with the digit computed.
  void add_computed(const ContainerCandidate& seen);
  /// What other pictures of the same visit gave: their hits and scores count for this one's numbers.
  void merge(const Findings& other);

  /// Nothing that is still to come could change the answer: one number, strongly read.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] ReadState state() const;
  /// The number of state(); nothing for None.
  [[nodiscard]] std::optional<ContainerCandidate> number() const;
  /// Other numbers that are exact as well (a second container in the picture).
  [[nodiscard]] std::vector<ContainerCandidate> others() const;

  [[nodiscard]] const std::vector<ContainerCandidate>& seen() const { return seen_; }
  [[nodiscard]] const std::vector<ContainerCandidate>& computed() const { return computed_; }
  friend bool operator==(const Findings&, const Findings&) = default;

 private:
  [[nodiscard]] std::vector<const ContainerCandidate*> accepted() const;
  std::vector<ContainerCandidate> seen_, computed_;
};

/// Numbers so alike that they are two readings of one container: at most this many characters differ.
inline constexpr int kAlike = 4;
[[nodiscard]] int differing(std::string_view a, std::string_view b);

/// Readings below are not kept.
inline constexpr double kKeptScore = -10;
inline constexpr double kStrongScore = -1.0, kStrongMargin = 4.0;
/// An M cut off at the edge is read as C, with the same check digit: seen with a margin of 1.5 on a tilted
/// picture.
inline constexpr double kAcceptedScore = -3.0, kAcceptedMargin = 3.0;
inline constexpr double kTwiceScore = -4.0, kTwiceMargin = 2.5;  ///< of a number that two looks gave
inline constexpr double kComputedScore = -1.0, kComputedMargin = 1.5;
inline constexpr double kClearLead = 2.5;  ///< of one over an alike one

}  // namespace sealkeep::vision

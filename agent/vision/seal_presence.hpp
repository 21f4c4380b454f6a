// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>
#include <string_view>
#include <vector>

/// Whether a seal hangs in the hasp of a container's door. A hint for a person and never more: what it is
/// worth was measured on 464 crops of one port's cameras (docs/performance.md), and it knows no others.
namespace sealkeep::vision {

enum class Presence { CannotSay = 0, Seen = 1, NotSeen = 2 };
[[nodiscard]] std::string_view word_of(Presence presence);

struct PresenceReading {
  Presence presence = Presence::CannotSay;
  int score_milli = 0;  ///< above 0: rather a seal; 0 where it did not look
  friend bool operator==(const PresenceReading&, const PresenceReading&) = default;
};

/// A crop of one hasp, as the ones it was trained with: 24 to 400 pixels a side. Of anything else it cannot
/// say.
inline constexpr int kHaspLeast = 24, kHaspMost = 400;
/// Fixed on the development crops, each judged by weights that had not seen its truck. Between them it cannot
/// say.
inline constexpr int kSeenMilli = 3'000, kNotSeenMilli = -2'500;

/// Edges by direction (histograms of oriented gradients) and colours by place, of the crop at 48 x 64 pixels.
[[nodiscard]] std::vector<float> presence_features(const cv::Mat& hasp);
/// `hasp`: blue, green, red.
[[nodiscard]] PresenceReading read_presence(const cv::Mat& hasp);

}  // namespace sealkeep::vision

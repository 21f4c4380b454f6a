// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/picture_region.hpp"

#include <algorithm>
#include <charconv>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {
namespace {

constexpr int kWhole = 1000;

int part_of(int thousandths, int pixels) {
  return static_cast<int>(std::int64_t{thousandths} * pixels / kWhole);
}

}  // namespace

cv::Rect PictureRegion::on(cv::Size picture) const {
  const int x = std::min(part_of(left, picture.width), picture.width - 1);
  const int y = std::min(part_of(top, picture.height), picture.height - 1);
  return {x, y, std::max(1, part_of(width, picture.width)), std::max(1, part_of(height, picture.height))};
}

bool is_sound(const PictureRegion& region) {
  return region.left >= 0 && region.top >= 0 && region.width > 0 && region.height > 0 &&
         region.left <= kWhole - region.width && region.top <= kWhole - region.height;
}

Result<PictureRegion> parse_region(std::string_view text) {
  PictureRegion region;
  bool good = true;
  std::string_view rest = text;
  for (int* side : {&region.left, &region.top, &region.width, &region.height}) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), *side);
    good = good && problem == std::errc() && *side <= kWhole;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (!good || !rest.empty() || !is_sound(region))
    return bad_input("vision.region", "\"" + printable(text, 40) + "\" is no part of a picture", {},
                     "left top width height, in thousandths of the picture: \"250 100 500 800\"");
  return region;
}

}  // namespace sealkeep::vision

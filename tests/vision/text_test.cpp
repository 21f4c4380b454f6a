// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "agent/vision/column.hpp"
#include "agent/vision/layout.hpp"
#include "agent/vision/text_detector.hpp"
#include "agent/vision/text_line.hpp"
#include "tests/vision/cells.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

using Step = std::array<float, kSymbols + 1>;

Step step_of(char c, float p) {
  Step step{};
  step[0] = 1 - p;
  step[symbol_of(c) + 1] = p;
  return step;
}
const Step kBlank = step_of('A', 0);

TEST_CASE("repeats of a character are one, and a blank between makes two") {
  const std::vector<Step> steps{step_of('M', 0.9F), step_of('M', 0.8F), kBlank, step_of('0', 0.9F), kBlank,
                                step_of('0', 0.7F)};
  const TextLine line = line_of(steps, {});
  CHECK(line.text() == "M00");
  REQUIRE(line.cells.size() == 3);
  CHECK(line.cells[0].log_p[symbol_of('M')] == Approx(std::log(0.9F)));
  CHECK(line.cells[0].skip_cost > 0);
}

TEST_CASE("a character that blank beats narrowly stays as an unlikely cell, which is free to pass over") {
  const std::vector<Step> steps{step_of('M', 0.9F), kBlank, step_of('4', 0.35F), kBlank, step_of('2', 0.9F)};
  const TextLine line = line_of(steps, {});
  CHECK(line.text() == "M2");
  REQUIRE(line.cells.size() == 3);
  CHECK_FALSE(line.cells[1].likely);
  CHECK(line.cells[1].best() == symbol_of('4'));
  CHECK(line.cells[1].skip_cost == 0);
}

TEST_CASE("signs that no number has make a character less certain") {
  const TextLine sure = line_of({step_of('M', 0.9F)}, {0});
  Step faint{};
  faint[symbol_of('M') + 1] = 0.01F;
  const TextLine unsure = line_of({faint}, {0.99F});
  CHECK(unsure.text() == "M");
  CHECK(unsure.mean_log() < sure.mean_log() - 0.5F);
}

TEST_CASE("boxes of a map of probabilities are grown, scaled and upright") {
  cv::Mat map = cv::Mat::zeros(200, 300, CV_32F);
  map(cv::Rect(50, 40, 100, 10)) = 0.9F;
  map(cv::Rect(250, 20, 12, 120)) = 0.8F;
  map(cv::Rect(10, 150, 60, 10)) = 0.35F;  // above the map's threshold, below a box's
  const auto boxes = boxes_of(map, 2, 3);
  REQUIRE(boxes.size() == 2);
  CHECK(is_tall(boxes[0]));
  const cv::Rect2f row = boxes[1].bounds();
  CHECK(row.x + row.width / 2 == Approx(200).margin(3));
  CHECK(row.y + row.height / 2 == Approx(135).margin(4));
  CHECK(row.width > 2 * 100);
  CHECK(row.width < 2 * 130);
  CHECK(row.height > 3 * 14);
  CHECK(boxes[1].place.angle == Approx(0).margin(1));
  CHECK(boxes_of(cv::Mat::zeros(64, 64, CV_32F), 1, 1).empty());
  CHECK(boxes_of(cv::Mat::ones(64, 64, CV_32F), 1, 1).size() == 1);
}

TEST_CASE("a tilted box is cut out level") {
  cv::Mat picture(300, 300, CV_8UC3, cv::Scalar::all(0));
  const cv::RotatedRect place({150, 150}, {160, 30}, 20);
  cv::Point2f corners[4];
  place.points(corners);
  std::vector<cv::Point> filled(corners, corners + 4);
  cv::fillConvexPoly(picture, filled, cv::Scalar::all(255));
  const cv::Mat cut = cut_out(picture, upright(place));
  REQUIRE(cut.cols == Approx(160).margin(2));
  REQUIRE(cut.rows == Approx(30).margin(2));
  CHECK(cv::mean(cut)[0] > 235);
}

TEST_CASE("a place outside the picture is cut to it or empty") {
  const cv::Mat picture(100, 100, CV_8UC3, cv::Scalar::all(9));
  CHECK(cut_out(picture, cv::RotatedRect({300, 300}, {20, 20}, 0)).empty());
  CHECK(cut_out(picture, cv::RotatedRect({95, 50}, {20, 20}, 0)).cols <= 20);
}

TEST_CASE("stacked characters are told apart, on a plain wall and on one with folds") {
  const bool folds = GENERATE(false, true);
  const Split how = GENERATE(Split::Edges, Split::Light);
  CAPTURE(folds, static_cast<int>(how));
  const cv::Mat column = drawn_column("TEMU5037029", 44, 50, folds);
  const auto runs = split_column(column, how);
  REQUIRE(runs.size() == 11);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const int middle = (runs[i].first + runs[i].last) / 2;
    CHECK(middle == Approx(10 + 50 * static_cast<int>(i) + 25).margin(9));
  }
  const cv::Mat line = laid_in_line(column, runs);
  CHECK(line.rows == 48);
  CHECK(line.cols > 200);
}

TEST_CASE("a column of nothing has no characters") {
  const cv::Mat wall(400, 40, CV_8UC3, cv::Scalar::all(90));
  for (const Split how : {Split::Edges, Split::Dark, Split::Light, Split::Even})
    CHECK(split_column(wall, how).size() <= kMostCharacters);
  CHECK(split_column(cv::Mat(10, 40, CV_8UC3, cv::Scalar::all(9)), Split::Edges).empty());
  CHECK(laid_in_line(wall, {}).empty());
}

Token token_at(const cv::Rect2f& place, const std::string& text, bool column = false) {
  return {{{place.x + place.width / 2, place.y + place.height / 2}, place.size(), 0},
          column,
          line_with(text),
          text,
          1};
}

TEST_CASE("pieces of a number follow each other in a row, in the next row and down a column") {
  const Token owner = token_at({100, 100, 80, 20}, "MSKU"), serial = token_at({210, 102, 120, 20}, "413532");
  CHECK(may_follow(owner, serial));
  CHECK_FALSE(may_follow(serial, owner));
  CHECK(may_follow(owner, token_at({100, 130, 120, 20}, "413532")));
  CHECK_FALSE(may_follow(owner, token_at({100, 300, 120, 20}, "413532")));
  CHECK_FALSE(may_follow(owner, token_at({210, 90, 300, 90}, "MAERSK")));
  const Token top = token_at({400, 100, 20, 90}, "TEMU", true),
              low = token_at({402, 215, 20, 150}, "503702", true);
  CHECK(may_follow(top, low));
  CHECK_FALSE(may_follow(low, top));
  CHECK_FALSE(may_follow(owner, low));
}

TEST_CASE("single characters above each other are one column") {
  std::vector<TextBox> boxes;
  for (int i = 0; i < 6; ++i)
    boxes.push_back({cv::RotatedRect({200, 100.0F + 40.0F * static_cast<float>(i)}, {24, 30}, 0), 0.9F});
  boxes.push_back({cv::RotatedRect({500, 100}, {200, 30}, 0), 0.9F});
  const auto columns = columns_of(boxes);
  REQUIRE(columns.size() == 1);
  CHECK(columns[0].size.height == Approx(230).margin(2));
}

TEST_CASE("pieces are known by their text") {
  CHECK(like_owner("MSKU"));
  CHECK(like_owner("TEMU503702"));
  CHECK_FALSE(like_owner("SUPER"));
  CHECK(like_serial("413532"));
  CHECK_FALSE(like_serial("MAERSK"));
  CHECK(like_type_code("22G1"));
  CHECK(like_type_code("45R1"));
  CHECK_FALSE(like_type_code("2500"));
}

}  // namespace
}  // namespace sealkeep::vision

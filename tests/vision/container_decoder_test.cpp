// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/container_decoder.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "common/ses/unit.hpp"
#include "tests/vision/cells.hpp"

namespace sealkeep::vision {
namespace {

const OwnerPrior kNoOwners;

bool right_number(const std::string& number) {
  const auto unit = ses::UnitId::parse(ses::UnitKind::SeaContainer, number);
  return unit && unit->text == number && unit->check_digit_ok();
}

TEST_CASE("a number that is seen clearly is decoded, with a wide margin") {
  const auto decoded = decode_container(cells_of("MSKU4135329"), kNoOwners);
  REQUIRE(decoded);
  CHECK(decoded->number == "MSKU4135329");
  CHECK(decoded->score > -0.5);
  CHECK(decoded->margin > 4);
}

TEST_CASE("a number is found between other words of its line") {
  const auto decoded = decode_container(cells_of("AP7TEMU503702922G1"), kNoOwners);
  REQUIRE(decoded);
  CHECK(decoded->number == "TEMU5037029");
}

TEST_CASE("letters that look like digits are read as digits where a digit must stand, and the other way") {
  const auto decoded = decode_container(cells_of("M5KU4I3S329"), kNoOwners);
  REQUIRE(decoded);
  CHECK(decoded->number == "MSKU4135329");
}

TEST_CASE("a wrong check digit is never decoded as seen") {
  const auto decoded = decode_container(cells_of("MSKU4135328"), kNoOwners);
  if (decoded) {
    CHECK(right_number(decoded->number));
    CHECK(decoded->score < -3);
  }
}

TEST_CASE("remainder ten is written 0") {
  // 1 of the development pictures: the sum of the first ten leaves 10.
  REQUIRE(right_number("KMTU7206820"));
  const auto decoded = decode_container(cells_of("KMTU7206820"), kNoOwners);
  REQUIRE(decoded);
  CHECK(decoded->number == "KMTU7206820");
}

TEST_CASE("no number with a right check digit is likelier than the decoded one") {
  // On short alphabets everything can be tried: two possible characters a cell, 2^11 strings.
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::vector<Cell> cells;
    std::vector<std::array<std::pair<char, float>, 2>> choices;
    for (int slot = 0; slot < 11; ++slot) {
      const char base = slot < 4 ? 'A' : '0';
      const unsigned width = slot < 4 ? 26 : 10;
      const char one = slot == 3 ? 'U' : static_cast<char>(base + static_cast<char>(random() % width));
      const char two = slot == 3 ? 'U' : static_cast<char>(base + static_cast<char>(random() % width));
      const float p = 0.05F + 0.9F * static_cast<float>(random() % 1000) / 1000.0F;
      choices.push_back({std::pair{one, p}, std::pair{two, 1 - p}});
      cells.push_back(cell_of({{one, p}, {two, 1 - p}}));
    }
    double best = -1e9;
    std::string best_number;
    for (unsigned bits = 0; bits < (1U << 11); ++bits) {
      std::string number;
      double score = 0;
      for (unsigned slot = 0; slot < 11; ++slot) {
        const auto& [c, p] = choices[slot][bits >> slot & 1U];
        number += c;
        score += std::log(static_cast<double>(p));
      }
      if (right_number(number) && score > best) {
        best = score;
        best_number = number;
      }
    }
    const auto decoded = decode_container(cells, kNoOwners);
    if (best_number.empty() || best < -9) continue;
    REQUIRE(decoded);
    CHECK(right_number(decoded->number));
    CHECK(decoded->score >= best - 1e-3);  // look-alikes only add
  }
}

TEST_CASE("owner codes that have the same check digit are as likely as they look, and known ones go first") {
  // M and W differ by 11 in ISO 6346: the check digit cannot tell them apart.
  REQUIRE(right_number("MSKU4670691"));
  REQUIRE(right_number("WSKU4670691"));
  std::vector<Cell> cells = cells_of("WSKU4670691");
  cells[0] = cell_of({{'W', 0.6F}, {'M', 0.38F}});
  const auto unsure = decode_container(cells, kNoOwners);
  REQUIRE(unsure);
  CHECK(unsure->number == "WSKU4670691");
  CHECK(unsure->margin < 1);

  OwnerPrior owners;
  owners.add("MSKU", 100);
  owners.add("TEM", 3);
  const auto known = decode_container(cells, owners);
  REQUIRE(known);
  CHECK(known->number == "MSKU4670691");
  CHECK(known->margin > 1);
}

TEST_CASE("an owner that is not in the list is read all the same when it is clear") {
  OwnerPrior owners;
  owners.add("MSK");
  const auto decoded = decode_container(cells_of("XINU1577214"), owners);
  REQUIRE(decoded);
  CHECK(decoded->number == "XINU1577214");
  CHECK(decoded->score < -2.5);
}

TEST_CASE("ten characters without a check digit give the digit computed") {
  const auto decoded = decode_without_check_digit(cells_of("MSKU413532"), kNoOwners);
  REQUIRE(decoded);
  CHECK(decoded->number == "MSKU4135329");
  CHECK_FALSE(decode_container(cells_of("MSKU413532"), kNoOwners));
}

TEST_CASE("lines that are too short, too long or say something else give nothing good") {
  CHECK_FALSE(decode_container({}, kNoOwners));
  CHECK_FALSE(decode_container(cells_of(std::string(kMaxCells + 1, 'A')), kNoOwners));
  const auto decoded = decode_container(cells_of("MAXGROSS30480KGS"), kNoOwners);
  CHECK((!decoded || decoded->score < -8));
}

TEST_CASE("a list of owner codes is read line by line, and a line that is none is named") {
  const auto owners = OwnerPrior::parse("# ours\nMSKU 120\nTEM\n\nMSCU,7\n");
  REQUIRE(owners);
  CHECK(owners->codes().size() == 3);
  CHECK(owners->bonus("MSKU") == 0);
  CHECK(owners->bonus("TEM") < 0);
  CHECK(owners->bonus("TEM") >= OwnerPrior::kRarest);
  CHECK(owners->bonus("ZZZ") == OwnerPrior::kUnknown);
  const auto wrong = OwnerPrior::parse("MSKU\nM5KU\n");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "vision.owners");
  CHECK(wrong.error().what.find("Line 2") == 0);
  CHECK_FALSE(OwnerPrior::parse("MSKU many"));
}

}  // namespace
}  // namespace sealkeep::vision

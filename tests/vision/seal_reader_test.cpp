// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/seal_reader.hpp"

#include <catch2/catch.hpp>

#include "tests/vision/cells.hpp"

namespace sealkeep::vision {
namespace {

const std::set<std::string> kStock{"NZ300001", "NZ300006", "NZ300008"};

TEST_CASE("the text of a seal alone is never believed without a list") {
  const SealReading reading = judge_seal({}, {line_with("NZ300006")}, {});
  CHECK(reading.source == SealSource::None);
  CHECK(reading.number.empty());
  CHECK(reading.texts == std::vector<std::string>{"NZ300006"});
}

TEST_CASE("a barcode is believed when the text says the same or it is in stock") {
  const std::vector<Barcode> code{{"Code128", "NZ 300006"}};
  CHECK(judge_seal(code, {}, {}).number.empty());
  const SealReading both = judge_seal(code, {line_with("NZ300006")}, {});
  CHECK(both.source == SealSource::BarcodeAndText);
  CHECK(both.number == "NZ300006");
  CHECK(judge_seal(code, {}, kStock).source == SealSource::BarcodeInStock);
  CHECK(judge_seal(code, {line_with("NZ300001")}, {}).number.empty());
}

TEST_CASE("a list narrows a text that could be two numbers, and leaves it open where both are in it") {
  std::vector<Cell> cells = cells_of("NZ30000");
  cells.push_back(cell_of({{'8', 0.55F}, {'3', 0.4F}}));
  CHECK(match_stock({TextLine{cells}}, {"NZ300008", "NZ300001"}) == "NZ300008");
  cells.back() = cell_of({{'8', 0.55F}, {'6', 0.4F}});
  CHECK_FALSE(match_stock({TextLine{cells}}, kStock));
  CHECK_FALSE(match_stock({line_with("MAERSK")}, kStock));
  CHECK_FALSE(match_stock({}, kStock));
}

TEST_CASE("a barcode that is not in stock speaks against a text that is") {
  const SealReading reading = judge_seal({{"Code128", "XY999999"}}, {line_with("NZ300006")}, kStock);
  CHECK(reading.source == SealSource::None);
  CHECK(reading.number.empty());
}

TEST_CASE("a number is spelled with other words around it") {
  CHECK(spelled(line_with("SEALNZ300006"), "NZ300006") > kTextScore);
  CHECK(spelled(line_with("NZ300007"), "NZ300006") < kTextScore);
  CHECK(spelled(line_with("NZ30000"), "NZ300006") < kTextScore);
}

}  // namespace
}  // namespace sealkeep::vision

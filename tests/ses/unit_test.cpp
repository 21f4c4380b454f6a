// SPDX-License-Identifier: Apache-2.0
#include "common/ses/unit.hpp"

#include <catch2/catch.hpp>

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {

std::string parsed(UnitKind kind, std::string_view text) {
  const Result<UnitId> unit = UnitId::parse(kind, text);
  return unit ? unit->text : unit.error().code;
}
std::string sea(std::string_view text) {
  return parsed(UnitKind::SeaContainer, text);
}
std::string air(std::string_view text) {
  return parsed(UnitKind::AirPackage, text);
}
UnitId container(std::string_view text) {
  return UnitId::parse(UnitKind::SeaContainer, text).value();
}

}  // namespace

TEST_CASE("a container has one number however it is written") {
  for (const char* text :
       {"MSCU6639870", "mscu6639870", "MSCU 663987 0", "MSCU-663987-0", "MSCU 663987/0", " MSCU6639870 "})
    CHECK(sea(text) == "MSCU6639870");
}

TEST_CASE("a container number is four letters ending in U, J or Z and seven digits") {
  CHECK(sea("MSCJ6639870") == "MSCJ6639870");
  CHECK(sea("MSCZ6639870") == "MSCZ6639870");
  for (const char* text : {"", "MSCU", "MSCU663987", "MSCU66398701", "MSCA6639870", "MS1U6639870",
                           "MSCU663987A", "6639870MSCU", "MSCU66398\xC3\xA9", "MSCU_663987"})
    CHECK(sea(text) == "container.number");
  CHECK(sea(std::string(1'000'000, 'U')) == "container.number");
  CHECK(UnitId::parse(UnitKind::SeaContainer, "x").error().kind == ErrorKind::BadInput);
}

TEST_CASE("the check digits of known containers are right") {
  // CSQU3054383 is the worked example of ISO 6346.
  for (const char* text : {"CSQU3054383", "MSCU6639870", "TOLU4734787", "TEXU3070079"}) {
    INFO(text);
    CHECK(container(text).check_digit_ok());
  }
}

TEST_CASE("a wrong check digit is told and taken") {
  for (char digit = '0'; digit <= '9'; ++digit) {
    const UnitId unit = container(std::string("CSQU305438") + digit);
    CHECK(unit.check_digit_ok() == (digit == '3'));
    CHECK(unit.computed_check_digit() == '3');
  }
}

TEST_CASE("two neighbouring digits swapped are noticed unless the remainder was 10") {
  int noticed = 0, swaps = 0;
  const std::string right = "CSQU3054383";
  for (std::size_t i = 4; i + 2 < right.size(); ++i) {
    std::string text = right;
    std::swap(text[i], text[i + 1]);
    if (text == right) continue;
    ++swaps;
    noticed += container(text).check_digit_ok() ? 0 : 1;
  }
  CHECK(swaps == 5);
  CHECK(noticed == swaps);
}

TEST_CASE("remainder 10 is written 0") {
  // The sums of positions times powers of two, worked out here as the standard's table has them.
  const auto remainder = [](std::string_view text) {
    constexpr std::string_view kTable = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ";
    int sum = 0;
    for (std::size_t i = 0; i < 10; ++i) sum += static_cast<int>(kTable.find(text[i])) * (1 << i);
    return sum % 11;
  };
  int tens = 0;
  for (int serial = 0; serial < 500; ++serial) {
    std::string text = "TOLU" + std::to_string(1'000'000 + serial).substr(1) + "0";
    const int expected = remainder(text);
    CHECK(container(text).computed_check_digit() == static_cast<char>('0' + expected % 10));
    if (expected == 10) {
      ++tens;
      CHECK(container(text).check_digit_ok());
    }
  }
  CHECK(tens > 20);
}

TEST_CASE("every letter has the value of the standard's table") {
  constexpr std::string_view kTable = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ";
  for (char letter = 'A'; letter <= 'Z'; ++letter) {
    const std::string text = std::string(1, letter) + "AAU0000000";
    // A, A and U stand at the places 2, 4 and 8.
    const int sum = static_cast<int>(kTable.find(letter)) + 10 * 2 + 10 * 4 + 32 * 8;
    CHECK(container(text).computed_check_digit() == static_cast<char>('0' + sum % 11 % 10));
  }
}

TEST_CASE("an air package has 2 to 35 letters and digits and no check digit") {
  CHECK(air("086-1234 5675") == "08612345675");
  CHECK(air("a1") == "A1");
  CHECK(air("A") == "package.number");
  CHECK(air(std::string(35, 'A')) == std::string(35, 'A'));
  CHECK(air(std::string(36, 'A')) == "package.number");
  CHECK(air("PKG#1") == "package.number");
  CHECK(UnitId::parse(UnitKind::AirPackage, "CSQU3054380").value().check_digit_ok());
}

TEST_CASE("the empty text of an event without a unit has nothing wrong with it and is no number") {
  CHECK(UnitId{}.check_digit_ok());
  CHECK_FALSE(UnitId{}.well_formed());
  CHECK_FALSE(UnitId{UnitKind::SeaContainer, "mscu6639870"}.well_formed());
  CHECK(UnitId{UnitKind::SeaContainer, "MSCU6639870"}.well_formed());
  CHECK_FALSE(UnitId{static_cast<UnitKind>(3), "MSCU6639870"}.well_formed());
}

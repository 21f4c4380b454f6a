// SPDX-License-Identifier: Apache-2.0
#include "common/ses/seal_number.hpp"

#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/base/random.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {

std::string parsed(std::string_view text) {
  const Result<SealNumber> number = SealNumber::parse(text);
  return number ? number->text() : number.error().code;
}

SealNumber seal(std::string_view text) {
  return SealNumber::parse(text).value();
}

std::string between(std::string_view first, std::string_view last, std::uint32_t max_count = 1000) {
  const Result<SealRange> range = SealRange::between(seal(first), seal(last), max_count);
  return range ? range->text() : range.error().code;
}

}  // namespace

TEST_CASE("one seal has one number however it is written") {
  for (const char* text :
       {"NZ300006", "nz300006", "nz 300-006", " NZ.300.006 ", "NZ/300006", "N\tZ300006", "-NZ300006-"})
    CHECK(parsed(text) == "NZ300006");
  CHECK(seal("nz 300-006") == seal("NZ300006"));
  CHECK(seal("XYZ123456") != seal("123456"));
  CHECK(seal("0123") != seal("123"));
  CHECK(seal("NZ1") < seal("NZ2"));
}

TEST_CASE("what cannot be a seal number is refused with the number and what to do") {
  for (const char* text : {"", " ", "-./", "NZ", "NZ300006A", "NZ_300006", "NZ#1",
                           "NZ\xC3\x96"
                           "1",
                           "1\n", "NZ300006\x01"})
    CHECK(parsed(text) == "seal.number");
  CHECK(parsed(std::string_view("NZ\0001", 4)) == "seal.number");
  const Error error = SealNumber::parse("NZ\x1B[31m").error();
  CHECK(error.kind == ErrorKind::BadInput);
  CHECK(error.what == "\"NZ?[31m\" is not a seal number");
  CHECK_FALSE(error.next.empty());
}

TEST_CASE("a seal number has at most 35 characters, blanks and dashes not counted") {
  CHECK(parsed(std::string(35, '7')).size() == 35);
  CHECK(parsed(std::string(35, '7') + " - ") == std::string(35, '7'));
  CHECK(parsed(std::string(36, '7')) == "seal.number");
  CHECK(parsed(std::string(1'000'000, '7')) == "seal.number");
}

TEST_CASE("an entry's seal number is taken in its written form only") {
  CHECK(SealNumber::parse_exact("NZ300006").value().text() == "NZ300006");
  for (const char* text : {"", "nz300006", "NZ 300006", "NZ-300006", "NZ300006 ", "NZ"})
    CHECK_FALSE(SealNumber::parse_exact(text));
}

TEST_CASE("a run is named by its first and last number") {
  CHECK(between("NZ300001", "NZ300200") == "NZ300001..NZ300200 (200)");
  CHECK(between("NZ300001", "NZ300001") == "NZ300001");
  CHECK(between("0998", "1001") == "0998..1001 (4)");
  CHECK(between("NZ300200", "NZ300001") == "seal.range");
  CHECK(between("NZ300001", "AU300002") == "seal.range");
  CHECK(between("NZ99", "NZ101") == "seal.range");
  CHECK(between("NZ0001", "NZ1000") == "NZ0001..NZ1000 (1000)");
  CHECK(between("NZ0001", "NZ1001") == "seal.range");
  CHECK(between("NZ0001", "NZ1001", 1001) == "NZ0001..NZ1001 (1001)");
  CHECK(between("000000000000000000", "999999999999999999", UINT32_MAX) == "seal.range");
  CHECK_FALSE(SealRange::between(SealNumber{}, seal("NZ1"), 10));
  CHECK_FALSE(SealRange::between(seal("NZ1"), SealNumber{}, 10));
}

TEST_CASE("every number of a run is in it, and its neighbours are not") {
  const SealRange range = SealRange::between(seal("NZ0098"), seal("NZ0103"), 10).value();
  REQUIRE(range.count == 6);
  const char* numbers[] = {"NZ0098", "NZ0099", "NZ0100", "NZ0101", "NZ0102", "NZ0103"};
  for (std::uint32_t i = 0; i < range.count; ++i) {
    CHECK(range.at(i).text() == numbers[i]);
    CHECK(range.contains(range.at(i)));
  }
  CHECK(range.front() == seal("NZ0098"));
  CHECK(range.back() == seal("NZ0103"));
  for (const char* outside :
       {"NZ0097", "NZ0104", "AU0100", "0100", "NZ100", "NZ00100", "XNZ0100", "NZX100", "NZA101"})
    CHECK_FALSE(range.contains(seal(outside)));
  CHECK_FALSE(range.contains(SealNumber{}));
}

TEST_CASE("numbers of more than 18 digits keep the front ones as part of the prefix") {
  const SealNumber number = seal("A9876543210123456789012");
  const SealRange range = SealRange::single(number);
  CHECK(range.prefix == "A9876");
  CHECK(range.width == 18);
  CHECK(range.valid());
  CHECK(range.front() == number);
  CHECK(between("A9876543210123456789012", "A9876543210123456789013") ==
        "A9876543210123456789012..A9876543210123456789013 (2)");
  CHECK(between("1999999999999999999", "2000000000000000000") == "seal.range");
}

TEST_CASE("a random number split into prefix and digits comes back the same") {
  SeededRandom random(11);
  constexpr std::string_view kCharacters = "0123456789ABCXYZ";
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(limits::kSealNumberBytes); n > 0; --n)
      text += kCharacters[random.below(kCharacters.size())];
    text += static_cast<char>('0' + random.below(10));
    const SealRange range = SealRange::single(seal(text));
    CHECK(range.valid());
    CHECK(range.at(0).text() == text);
    CHECK(range.contains(seal(text)));
  }
}

TEST_CASE("a run is cut into pieces that an entry may hold, in order and without a gap") {
  const SealRange range{"NZ", 5, 6, 2500};
  const std::vector<SealRange> pieces = range.pieces();
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0] == SealRange{"NZ", 5, 6, 1000});
  CHECK(pieces[1] == SealRange{"NZ", 1005, 6, 1000});
  CHECK(pieces[2] == SealRange{"NZ", 2005, 6, 500});
  CHECK(SealRange{"NZ", 5, 6, 1000}.pieces().size() == 1);
  CHECK(SealRange{"NZ", 5, 6, 1001}.pieces().size() == 2);
  CHECK(SealRange{}.pieces().empty());
}

TEST_CASE("a run is well formed when its prefix is, and its last number fits the width") {
  CHECK(SealRange{"NZ", 1, 6, 1}.valid());
  CHECK(SealRange{"", 999'999, 6, 1}.valid());
  CHECK_FALSE(SealRange{"", 999'999, 6, 2}.valid());
  CHECK_FALSE(SealRange{"", 1'000'000, 6, 1}.valid());
  CHECK_FALSE(SealRange{"NZ", 1, 6, 0}.valid());
  CHECK_FALSE(SealRange{"NZ", 0, 0, 1}.valid());
  CHECK(SealRange{"NZ", 1, 18, 1}.valid());
  CHECK_FALSE(SealRange{"NZ", 1, 19, 1}.valid());
  CHECK_FALSE(SealRange{"nz", 1, 6, 1}.valid());
  CHECK_FALSE(SealRange{"N Z", 1, 6, 1}.valid());
  CHECK_FALSE(SealRange{"NZ3", 1, 6, 1}.valid());
  CHECK(SealRange{std::string(29, 'A'), 1, 6, 1}.valid());
  CHECK_FALSE(SealRange{std::string(30, 'A'), 1, 6, 1}.valid());
  CHECK_FALSE(SealRange{"NZ", UINT64_MAX, 18, UINT32_MAX}.valid());
}

TEST_CASE("bolts, cables and straps have single numbers; tape, marking and substance do not") {
  for (SealKind kind : {SealKind::Bolt, SealKind::Cable, SealKind::Strap}) CHECK(has_single_numbers(kind));
  for (SealKind kind : {SealKind::Tape, SealKind::Marking, SealKind::Substance})
    CHECK_FALSE(has_single_numbers(kind));
}

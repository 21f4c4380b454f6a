// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/encoding.hpp"

#include <catch2/catch.hpp>

#include "common/base/random.hpp"

using namespace sealkeep;

namespace {

std::string refusal(const Result<Bytes>& result) {
  return result ? std::string("accepted") : result.error().code;
}

}  // namespace

TEST_CASE("base64 gives the examples of RFC 4648 section 10 both ways") {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [clear, text] : examples) {
    CHECK(base64(as_bytes(clear)) == text);
    CHECK(as_text(from_base64(text).value()) == clear);
  }
  CHECK(base64(Bytes{0xFB, 0xFF, 0xBF}) == "+/+/");
}

TEST_CASE("base64 and hex give back all lengths and all byte values") {
  SeededRandom random(5);
  for (std::size_t size = 0; size < 300; ++size) {
    Bytes bytes(size);
    random.fill(bytes);
    CHECK(from_base64(base64(bytes)).value() == bytes);
    CHECK(from_hex(hex(bytes)).value() == bytes);
  }
}

TEST_CASE("base64 has one spelling: blanks, missing padding and unused bits are refused") {
  for (const char* text :
       {"Zg",       "Zg=",      "Z",    "Z===", "====", "=",    "==",     "Zg===",      "Zg==Zg==",
        "Zm8=Zm8=", "Zm9v=",    "Zh==", "Zv==", "Zm9=", "Zm+=", "Zg==\n", "Zm9v\n",     " Zm9v",
        "Zm 9",     "Zm9v    ", "Zm-v", "Zm_v", "Z=9v", "Zm=v", "=m9v",   "Zm\xC3\xA9", "Zm9\x80"}) {
    INFO(text);
    CHECK(refusal(from_base64(text)) == "base64.malformed");
  }
  CHECK(refusal(from_base64(std::string_view("Zm\0v", 4))) == "base64.malformed");
}

TEST_CASE("of all 256 characters only the 64 digits are taken, in each position") {
  for (std::size_t position = 0; position < 4; ++position) {
    int taken = 0;
    for (int c = 0; c < 256; ++c) {
      std::string text = "AAAA";
      text[position] = static_cast<char>(c);
      const auto bytes = from_base64(text);
      if (bytes && bytes->size() == 3) ++taken;
    }
    CHECK(taken == 64);
  }
}

TEST_CASE("hex is written in lower case and read in either") {
  CHECK(hex(Bytes{0x00, 0x0F, 0xA5, 0xFF}) == "000fa5ff");
  CHECK(from_hex("000fA5Ff").value() == Bytes{0x00, 0x0F, 0xA5, 0xFF});
  CHECK(from_hex("").value().empty());
}

TEST_CASE("hex with an odd digit, a blank, a prefix or another character is refused") {
  for (const char* text :
       {"0", "abc", "0g", "g0", " 00", "00 ", "0 ", "0x00", "00\n0", "/0", ":0", "@0", "G0", "`0", "-1"}) {
    INFO(text);
    CHECK(refusal(from_hex(text)) == "hex.malformed");
  }
}

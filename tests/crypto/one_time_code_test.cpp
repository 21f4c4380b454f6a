// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/one_time_code.hpp"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.hpp"

namespace sealkeep {
namespace {

TEST_CASE("one-time codes are those of RFC 4226") {
  constexpr std::uint32_t kCodes[] = {755224, 287082, 359152, 969429, 338314,
                                      254676, 287922, 162583, 399871, 520489};
  for (std::uint64_t counter = 0; counter < std::size(kCodes); ++counter)
    CHECK(hotp(as_bytes("12345678901234567890"), counter) == kCodes[counter]);
}

TEST_CASE("one-time codes of a time are those of RFC 6238") {
  constexpr std::pair<std::uint64_t, std::uint32_t> kCodes[] = {{59, 94287082},
                                                                {1'111'111'109, 7081804},
                                                                {1'111'111'111, 14050471},
                                                                {1'234'567'890, 89005924},
                                                                {2'000'000'000, 69279037},
                                                                {20'000'000'000, 65353130}};
  for (const auto& [seconds, code] : kCodes)
    CHECK(hotp(as_bytes("12345678901234567890"), seconds / 30, 8) == code);
}

TEST_CASE("base32 is that of RFC 4648, without padding") {
  constexpr std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                              {"f", "MY"},
                                                              {"fo", "MZXQ"},
                                                              {"foo", "MZXW6"},
                                                              {"foob", "MZXW6YQ"},
                                                              {"fooba", "MZXW6YTB"},
                                                              {"foobar", "MZXW6YTBOI"}};
  for (const auto& [text, encoded] : kVectors) CHECK(base32(as_bytes(text)) == encoded);
}

}  // namespace
}  // namespace sealkeep

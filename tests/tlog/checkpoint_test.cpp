// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/checkpoint.hpp"

#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

namespace {

const char* const kOrigin = "hub.example.nz/site/akl-01";
const char* const kRoot = "MkjSUH6ibMju9/35WaumH1kiw93/R4yLRJKsArBI2oc=";

Checkpoint golden() {
  return {kOrigin, 3, reference::root(reference::leaves(3))};
}

std::string text_of(const std::string& origin, const std::string& size, const std::string& root) {
  return origin + "\n" + size + "\n" + root + "\n";
}

}  // namespace

TEST_CASE("a checkpoint's text is origin, size and root, a line each") {
  CHECK(format_checkpoint(golden()) == text_of(kOrigin, "3", kRoot));
  const auto parsed = parse_checkpoint(text_of(kOrigin, "3", kRoot));
  REQUIRE(parsed);
  CHECK(*parsed == golden());
}

TEST_CASE("the checkpoint's signature and note equal the golden vector") {
  const SigningKey key = reference::key(0);
  const Signature signature = sign_checkpoint(golden(), key);
  CHECK(
      note_text(golden(), key.public_key(), signature) ==
      text_of(kOrigin, "3", kRoot) + "\n\xE2\x80\x94 " + kOrigin +
          " IdqPoD2rjszOkUvm/yC6Fpozw4V1JZOSr7xZiFBCfhlajz6qDI4X9ABNLOOrAfv1SanAU6ofOEC1Wf+W85BLbB9nbwM=\n");
}

TEST_CASE("sizes from 0 to 2^63-1 are read and one more is refused") {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{10}, limits::kTreeSize}) {
    const Checkpoint checkpoint{kOrigin, size, golden().root};
    const auto parsed = parse_checkpoint(format_checkpoint(checkpoint));
    REQUIRE(parsed);
    CHECK(*parsed == checkpoint);
  }
  CHECK_FALSE(parse_checkpoint(text_of(kOrigin, "9223372036854775808", kRoot)));
  CHECK_FALSE(check_checkpoint({kOrigin, limits::kTreeSize + 1, golden().root}));
}

TEST_CASE("any other spelling of a checkpoint is refused") {
  const std::string right = text_of(kOrigin, "3", kRoot);
  for (const std::string& bad :
       std::vector<std::string>{"",
                                "\n\n\n",
                                right + "extension\n",
                                right + "\n",
                                "\n" + right,
                                right.substr(0, right.size() - 1),
                                text_of("", "3", kRoot),
                                text_of("a b", "3", kRoot),
                                text_of("a+b", "3", kRoot),
                                text_of("https://hub.example.nz", "3", kRoot),
                                text_of("a\tb", "3", kRoot),
                                text_of(std::string(limits::kOriginBytes + 1, 'a'), "3", kRoot),
                                text_of(kOrigin, "", kRoot),
                                text_of(kOrigin, "03", kRoot),
                                text_of(kOrigin, "00", kRoot),
                                text_of(kOrigin, "+3", kRoot),
                                text_of(kOrigin, "-3", kRoot),
                                text_of(kOrigin, " 3", kRoot),
                                text_of(kOrigin, "3 ", kRoot),
                                text_of(kOrigin, "3\r", kRoot),
                                text_of(kOrigin, "0x3", kRoot),
                                text_of(kOrigin, "3.0", kRoot),
                                text_of(kOrigin, "18446744073709551616", kRoot),
                                text_of(kOrigin, "99999999999999999999999", kRoot),
                                text_of(kOrigin, "3", ""),
                                text_of(kOrigin, "3", "AAAA"),
                                text_of(kOrigin, "3", std::string(kRoot) + "="),
                                text_of(kOrigin, "3", "MkjSUH6ibMju9/35WaumH1kiw93/R4yLRJKsArBI2od="),
                                text_of(kOrigin, "3", "MkjSUH6ibMju9_35WaumH1kiw93_R4yLRJKsArBI2oc="),
                                text_of(kOrigin, "3", base64(Bytes(31))),
                                text_of(kOrigin, "3", base64(Bytes(33)))}) {
    INFO(printable(bad));
    const auto refused = parse_checkpoint(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "checkpoint.malformed");
  }
}

TEST_CASE("every truncation of a checkpoint's text is refused") {
  const std::string right = text_of(kOrigin, "3", kRoot);
  for (std::size_t keep = 0; keep < right.size(); ++keep)
    REQUIRE_FALSE(parse_checkpoint(right.substr(0, keep)));
}

TEST_CASE("a checkpoint's signature holds for exactly its origin, size, root and key") {
  const SigningKey key = reference::key(0);
  const Signature signature = sign_checkpoint(golden(), key);
  CHECK(verify_checkpoint(golden(), key.public_key(), signature));
  CHECK_FALSE(
      verify_checkpoint({"hub.example.nz/site/akl-02", 3, golden().root}, key.public_key(), signature));
  CHECK_FALSE(verify_checkpoint({kOrigin, 4, golden().root}, key.public_key(), signature));
  CHECK_FALSE(verify_checkpoint(golden(), reference::key(1).public_key(), signature));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    REQUIRE_FALSE(
        verify_checkpoint({kOrigin, 3, reference::flipped(golden().root, bit)}, key.public_key(), signature));
  }
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature bad = signature;
    bad.bytes[bit / 8] = static_cast<std::uint8_t>(bad.bytes[bit / 8] ^ (1U << (bit % 8)));
    const auto refused = verify_checkpoint(golden(), key.public_key(), bad);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().code == "checkpoint.bad_signature");
  }
}

TEST_CASE("a checkpoint that cannot exist is refused, not asserted, when verified") {
  const SigningKey key = reference::key(0);
  for (const Checkpoint& bad :
       {Checkpoint{"a\n4", 3, {}}, Checkpoint{"", 3, {}}, Checkpoint{kOrigin, UINT64_MAX, {}}}) {
    const auto refused = verify_checkpoint(bad, key.public_key(), {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "checkpoint.malformed");
  }
}

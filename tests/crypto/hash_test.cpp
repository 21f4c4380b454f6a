// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/hash.hpp"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.hpp"

using namespace sealkeep;

TEST_CASE("sha256 gives the digests of FIPS 180-4") {
  CHECK(hex(sha256(ByteView{}).view()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256(as_bytes("abc")).view()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).view()) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex(sha256(Bytes(1'000'000, 'a')).view()) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256 of parts is sha256 of their concatenation, wherever the cuts are") {
  Bytes whole;
  for (int i = 0; i < 130; ++i) whole.push_back(static_cast<std::uint8_t>(i * 7));
  const Hash expected = sha256(whole);
  const ByteView view = whole;
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    CHECK(sha256({view.first(cut), ByteView{}, view.subspan(cut)}) == expected);
  }
}

TEST_CASE("blake2b_512 gives the digests of RFC 7693 appendix A and of the empty message") {
  CHECK(hex(blake2b_512({as_bytes("abc")})) ==
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  CHECK(hex(blake2b_512({})) ==
        "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
        "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce");
  CHECK(blake2b_512({as_bytes("a"), as_bytes(""), as_bytes("bc")}) == blake2b_512({as_bytes("abc")}));
}

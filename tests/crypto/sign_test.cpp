// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/sign.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "common/crypto/encoding.hpp"

using namespace sealkeep;

namespace {

template <class T>
T fixed(std::string_view digits) {
  const Bytes bytes = from_hex(digits).value();
  T out;
  REQUIRE(bytes.size() == out.bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

struct Vector {
  const char* seed;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
const Vector kRfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0595bbe24"
     "655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "eb4302aee"
     "b00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9716ed28d"
     "c027beceea1ec40a"},
};

}  // namespace

TEST_CASE("keys and signatures are those of RFC 8032") {
  for (const Vector& vector : kRfc8032) {
    const Bytes message = from_hex(vector.message).value();
    const SigningKey key(from_hex(vector.seed).value());
    CHECK(hex(key.public_key().bytes) == vector.key);
    CHECK(hex(key.seed()) == vector.seed);
    CHECK(hex(key.sign(message).bytes) == vector.signature);
    CHECK(verify(fixed<PublicKey>(vector.key), message, fixed<Signature>(vector.signature)));
  }
}

TEST_CASE("every one-bit flip of message, signature or key is refused") {
  SeededRandom random(1);
  const SigningKey key = SigningKey::generate(random);
  const Bytes message = to_bytes(as_bytes("seal ML-AB1234567 closed at berth 7"));
  const Signature signature = key.sign(message);
  REQUIRE(verify(key.public_key(), message, signature));
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes other = message;
    other[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(verify(key.public_key(), other, signature));
  }
  for (std::size_t bit = 0; bit < signature.bytes.size() * 8; ++bit) {
    Signature other = signature;
    other.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(verify(key.public_key(), message, other));
  }
  for (std::size_t bit = 0; bit < key.public_key().bytes.size() * 8; ++bit) {
    PublicKey other = key.public_key();
    other.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK_FALSE(verify(other, message, signature));
  }
}

TEST_CASE("every truncation and every one-byte extension of a message is refused") {
  SeededRandom random(2);
  const SigningKey key = SigningKey::generate(random);
  const Bytes message = to_bytes(as_bytes("seal ML-AB1234567 broken by customs"));
  const Signature signature = key.sign(message);
  for (std::size_t size = 0; size < message.size(); ++size) {
    CHECK_FALSE(verify(key.public_key(), ByteView(message).first(size), signature));
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    Bytes longer = message;
    longer.push_back(static_cast<std::uint8_t>(byte));
    CHECK_FALSE(verify(key.public_key(), longer, signature));
    longer.pop_back();
    longer.insert(longer.begin(), static_cast<std::uint8_t>(byte));
    CHECK_FALSE(verify(key.public_key(), longer, signature));
  }
}

TEST_CASE("another key's signature is refused") {
  SeededRandom random(3);
  const SigningKey ours = SigningKey::generate(random);
  const SigningKey theirs = SigningKey::generate(random);
  CHECK_FALSE(ours.public_key() == theirs.public_key());
  CHECK_FALSE(verify(ours.public_key(), as_bytes("x"), theirs.sign(as_bytes("x"))));
}

TEST_CASE("a signature whose scalar has the group order added is refused") {
  // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
  const Bytes order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  const Vector& vector = kRfc8032[2];
  Signature signature = fixed<Signature>(vector.signature);
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned sum = signature.bytes[32 + i] + unsigned{order[i]} + carry;
    signature.bytes[32 + i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
  REQUIRE(carry == 0);
  CHECK_FALSE(verify(fixed<PublicKey>(vector.key), from_hex(vector.message).value(), signature));
}

TEST_CASE("small-order public keys verify nothing") {
  // With such a key R = identity, S = 0 would satisfy the equation for every message.
  for (const char* digits : {
           "0100000000000000000000000000000000000000000000000000000000000000",
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0000000000000000000000000000000000000000000000000000000000000080",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
       }) {
    Signature forged;
    forged.bytes[0] = 1;
    CHECK_FALSE(verify(fixed<PublicKey>(digits), as_bytes("anything"), forged));
  }
}

TEST_CASE("a moved signing key keeps signing") {
  SeededRandom random(4);
  SigningKey first = SigningKey::generate(random);
  const Signature before = first.sign(as_bytes("x"));
  const SigningKey second = std::move(first);
  CHECK(second.sign(as_bytes("x")) == before);
}

TEST_CASE("a fingerprint is 16 bytes of SHA-256 in groups of four digits") {
  CHECK(fingerprint(as_bytes("abc")) == "ba78 16bf 8f01 cfea 4141 40de 5dae 2223");
}

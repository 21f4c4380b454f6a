// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password_hash.hpp"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.hpp"

using namespace sealkeep;

namespace {
PasswordSalt salt_of(std::uint8_t first) {
  PasswordSalt salt{};
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(first + i);
  return salt;
}
}  // namespace

TEST_CASE("Argon2id gives what other implementations give") {
  // Made with the reference implementation: argon2id, version 19, one lane, 32 bytes.
  const auto hash = hash_password(as_bytes("password"), salt_of('0'), {2, 64});
  REQUIRE(hash);
  CHECK(hex(hash->bytes) == "bf43a463758f9457b75002a524cd0dae96661a2a386e18ca020da75db246a02a");
}

TEST_CASE("a password is right with its own salt and cost, and with no other") {
  auto hash = hash_password(as_bytes("seven wet boots"), salt_of(1), {1, 16});
  REQUIRE(hash);
  CHECK(is_password(as_bytes("seven wet boots"), *hash).value());
  CHECK_FALSE(is_password(as_bytes("seven wet boot"), *hash).value());
  CHECK_FALSE(is_password({}, *hash).value());
  PasswordHash other = *hash;
  other.salt[0] ^= 1;
  CHECK_FALSE(is_password(as_bytes("seven wet boots"), other).value());
  other = *hash;
  other.cost.passes = 2;
  CHECK_FALSE(is_password(as_bytes("seven wet boots"), other).value());
  other = *hash;
  other.bytes[31] ^= 0x80;
  CHECK_FALSE(is_password(as_bytes("seven wet boots"), other).value());
}

TEST_CASE("a keyed hash depends on key and bytes") {
  const Bytes key(32, 1), other_key(32, 2);
  CHECK(keyed_hash(key, as_bytes("B-00417")) == keyed_hash(key, as_bytes("B-00417")));
  CHECK(keyed_hash(key, as_bytes("B-00417")) != keyed_hash(key, as_bytes("B-00418")));
  CHECK(keyed_hash(key, as_bytes("B-00417")) != keyed_hash(other_key, as_bytes("B-00417")));
}

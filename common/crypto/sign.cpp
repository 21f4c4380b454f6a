// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/sign.hpp"

#include <sodium.h>

#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep {
namespace {

constexpr std::size_t kFingerprintBytes = 16;

Secret expand(ByteView seed, PublicKey& public_key) {
  SEALKEEP_ASSERT(seed.size() == crypto_sign_SEEDBYTES);
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> expanded{};
  SEALKEEP_ASSERT(crypto_sign_seed_keypair(public_key.bytes.data(), expanded.data(), seed.data()) == 0);
  Secret out(expanded);
  wipe(expanded);
  return out;
}

}  // namespace

SigningKey::SigningKey(ByteView seed) : expanded_(expand(seed, public_key_)) {}

SigningKey SigningKey::generate(Random& random) {
  std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed{};
  random.fill(seed);
  SigningKey key(seed);
  wipe(seed);
  return key;
}

Signature SigningKey::sign(ByteView message) const {
  Signature out;
  SEALKEEP_ASSERT(expanded_.size() == crypto_sign_SECRETKEYBYTES);
  SEALKEEP_ASSERT(crypto_sign_detached(out.bytes.data(), nullptr, message.data(), message.size(),
                                       expanded_.expose().data()) == 0);
  return out;
}

ByteView SigningKey::seed() const {
  SEALKEEP_ASSERT(expanded_.size() == crypto_sign_SECRETKEYBYTES);
  return expanded_.expose().first(crypto_sign_SEEDBYTES);
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

std::string fingerprint(ByteView public_bytes) {
  const std::string digits = hex(sha256(public_bytes).view().first(kFingerprintBytes));
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 4) {
    if (i != 0) out += ' ';
    out += digits.substr(i, 4);
  }
  return out;
}

}  // namespace sealkeep

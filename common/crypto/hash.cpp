// SPDX-License-Identifier: Apache-2.0
// The tree hashes tens of bytes at a time, so the cost of a call matters more than throughput. Measured for
// 65 bytes with SHA extensions: libsodium 390 ns, OpenSSL EVP with a fetched digest and a reused context 130
// ns, OpenSSL's SHA256_* 106 ns. The last needs neither allocation nor shared state and cannot fail, so it is
// used although OpenSSL 3 would rather see EVP; this file is the only one that suppresses the warning.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "common/crypto/hash.hpp"

#include <openssl/sha.h>
#include <sodium.h>

namespace sealkeep {

Hash sha256(std::initializer_list<ByteView> parts) {
  SHA256_CTX state;
  SHA256_Init(&state);
  for (ByteView part : parts) SHA256_Update(&state, part.data(), part.size());
  Hash out;
  SHA256_Final(out.bytes.data(), &state);
  return out;
}

Sha256::Sha256() {
  static_assert(sizeof(SHA256_CTX) <= sizeof state_ && alignof(SHA256_CTX) <= 8);
  SHA256_CTX state;
  SHA256_Init(&state);
  std::memcpy(state_.data(), &state, sizeof state);
}

void Sha256::add(ByteView bytes) {
  SHA256_CTX state;
  std::memcpy(&state, state_.data(), sizeof state);
  SHA256_Update(&state, bytes.data(), bytes.size());
  std::memcpy(state_.data(), &state, sizeof state);
}

Hash Sha256::so_far() const {
  SHA256_CTX state;
  std::memcpy(&state, state_.data(), sizeof state);
  Hash out;
  SHA256_Final(out.bytes.data(), &state);
  return out;
}

std::array<std::uint8_t, 64> blake2b_512(std::initializer_list<ByteView> parts) {
  crypto_generichash_blake2b_state state;
  std::array<std::uint8_t, 64> out{};
  bool ok = crypto_generichash_blake2b_init(&state, nullptr, 0, out.size()) == 0;
  for (ByteView part : parts) {
    ok = crypto_generichash_blake2b_update(&state, part.data(), part.size()) == 0 && ok;
  }
  ok = crypto_generichash_blake2b_final(&state, out.data(), out.size()) == 0 && ok;
  SEALKEEP_ASSERT(ok);
  sodium_memzero(&state, sizeof state);
  return out;
}

}  // namespace sealkeep

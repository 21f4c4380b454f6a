// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/hmac.hpp"

#include <sodium.h>

namespace sealkeep {

Hash hmac_sha256(const Secret& key, std::initializer_list<ByteView> parts) {
  crypto_auth_hmacsha256_state state;
  const ByteView bytes = key.expose();
  crypto_auth_hmacsha256_init(&state, bytes.data(), bytes.size());
  for (const ByteView part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
  Hash out;
  crypto_auth_hmacsha256_final(&state, out.bytes.data());
  wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
  return out;
}

}  // namespace sealkeep

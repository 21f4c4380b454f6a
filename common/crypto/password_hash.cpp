// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password_hash.hpp"

#include <sodium.h>

namespace sealkeep {
namespace {

bool within(Argon2Cost cost) {
  return cost.passes >= kLeastArgon2Cost.passes && cost.passes <= kMostArgon2Cost.passes &&
         cost.memory_kib >= kLeastArgon2Cost.memory_kib && cost.memory_kib <= kMostArgon2Cost.memory_kib;
}

}  // namespace

Result<PasswordHash> hash_password(ByteView secret, const PasswordSalt& salt, Argon2Cost cost) {
  static_assert(std::tuple_size_v<PasswordSalt> == crypto_pwhash_SALTBYTES);
  SEALKEEP_ASSERT(sodium_init() >= 0);
  SEALKEEP_ASSERT(within(cost) && secret.size() <= kHashedSecretBytes);
  PasswordHash hash{cost, salt, {}};
  // The library takes no null, not even for nothing.
  const std::string_view text = secret.empty() ? std::string_view("") : as_text(secret);
  if (crypto_pwhash(hash.bytes.data(), hash.bytes.size(), text.data(), text.size(), salt.data(), cost.passes,
                    std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorKind::Busy, "crypto.memory", "There is not enough memory to check a password now",
                "checking one takes " + std::to_string(cost.memory_kib / 1024) + " MiB",
                "Try again in a moment");
  }
  return hash;
}

Result<bool> is_password(ByteView secret, const PasswordHash& hash) {
  SEALKEEP_LET(computed, hash_password(secret, hash.salt, hash.cost));
  const bool same = equal_in_constant_time(computed.bytes, hash.bytes);
  wipe(computed.bytes);
  return same;
}

Hash keyed_hash(ByteView key, ByteView bytes) {
  SEALKEEP_ASSERT(key.size() == crypto_generichash_KEYBYTES);
  Hash hash;
  SEALKEEP_ASSERT(crypto_generichash(hash.bytes.data(), hash.bytes.size(), bytes.data(), bytes.size(),
                                     key.data(), key.size()) == 0);
  return hash;
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "common/crypto/hash.hpp"
#include "common/crypto/secret.hpp"

namespace sealkeep {

/// What one Argon2id hash costs (RFC 9106, one lane). Stored beside each hash, so that it can be raised
/// later.
struct Argon2Cost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 19 * 1024;
  friend bool operator==(const Argon2Cost&, const Argon2Cost&) = default;
};
inline constexpr Argon2Cost kLeastArgon2Cost{1, 8};            ///< what libsodium takes; for tests only
inline constexpr Argon2Cost kMostArgon2Cost{16, 1024 * 1024};  ///< more in a database is damage
inline constexpr std::size_t kHashedSecretBytes = 1024;        ///< the longest secret that is hashed

using PasswordSalt = std::array<std::uint8_t, 16>;

/// An Argon2id hash with all that is needed to compute it again. Not a secret, and never shown.
struct PasswordHash {
  Argon2Cost cost;
  PasswordSalt salt{};
  std::array<std::uint8_t, 32> bytes{};
  friend bool operator==(const PasswordHash&, const PasswordHash&) = default;
};

/// Argon2id of the secret: 41 ms and 19 MiB with the cost above on the smallest machine that we run on. Pure,
/// any thread; the memory is taken for the time of the call and wiped. The cost lies between kLeastArgon2Cost
/// and kMostArgon2Cost, the secret has at most kHashedSecretBytes (both asserted). Busy `crypto.memory` if
/// the memory cannot be had.
[[nodiscard]] Result<PasswordHash> hash_password(ByteView secret, const PasswordSalt& salt, Argon2Cost cost);

/// True if the secret is the one that was hashed. Costs what hash_password() costs, whatever the answer;
/// compares in constant time. Errors as there.
[[nodiscard]] Result<bool> is_password(ByteView secret, const PasswordHash& hash);

/// BLAKE2b-256 of the bytes under a 32-byte key (asserted): finds a row by a secret without keeping the
/// secret.
[[nodiscard]] Hash keyed_hash(ByteView key, ByteView bytes);

}  // namespace sealkeep

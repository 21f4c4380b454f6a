// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/random.hpp"
#include "common/crypto/secret.hpp"

namespace sealkeep {

/// An Ed25519 public key (RFC 8032).
struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

/// A detached Ed25519 signature.
struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  friend auto operator<=>(const Signature&, const Signature&) = default;
};

/// An Ed25519 private key for one role, in locked memory. Moves, never copies. sign() may be called from any
/// thread.
class SigningKey {
 public:
  /// From a 32-byte seed (asserted), as kept in a key file.
  explicit SigningKey(ByteView seed);
  [[nodiscard]] static SigningKey generate(Random& random);
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  /// Pure Ed25519 over the message: the same message gives the same signature.
  [[nodiscard]] Signature sign(ByteView message) const;
  /// The 32-byte seed, to be written to a key file and nowhere else.
  [[nodiscard]] ByteView seed() const;

 private:
  PublicKey public_key_;
  Secret expanded_;  // seed || public key, as libsodium keeps it
};

/// True if the signature is this key's over exactly these bytes. Refuses small-order keys and non-canonical
/// scalars.
[[nodiscard]] bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// A fingerprint that people compare aloud: SHA-256 of the bytes, first 16 bytes, hex in groups of four.
/// "3f9a 01bc ...". Used for site and hub keys on screens, day-closes and load sheets.
[[nodiscard]] std::string fingerprint(ByteView public_bytes);

}  // namespace sealkeep

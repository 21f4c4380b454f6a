// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/random.hpp"
#include "common/crypto/secret.hpp"

namespace sealkeep {

/// An X25519 public key: of an envelope's recipient, or of a CURVE peer.
struct BoxPublicKey {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const BoxPublicKey&, const BoxPublicKey&) = default;
};

/// An X25519 private key in locked memory. Never derived from an Ed25519 key.
class BoxKey {
 public:
  explicit BoxKey(ByteView private_bytes);  ///< 32 bytes (asserted)
  [[nodiscard]] static BoxKey generate(Random& random);
  [[nodiscard]] const BoxPublicKey& public_key() const { return public_key_; }
  [[nodiscard]] ByteView private_bytes() const { return private_.expose(); }

 private:
  Secret private_;
  BoxPublicKey public_key_;
};

/// Envelope v1 (docs/formats/envelope.md): bytes that only the holder of one X25519 key can read, with a
/// commitment to the key, so that one envelope opens to one clear text only. It does not say who sealed it:
/// evidence is signed inside.
namespace envelope {

/// Bytes that sealing adds.
inline constexpr std::size_t kOverheadBytes = 4 + 1 + 2 + 8 + 32 + 32 + 4 + 16;

/// False for the small-order points, to which nothing can be sealed. Asked once of every key that comes from
/// outside, before it is stored or sealed to.
[[nodiscard]] bool is_usable(const BoxPublicKey& recipient);

/// Fresh ephemeral key from `random` for each call; `clear` at most 4 GiB - 1, `recipient` usable (both
/// asserted).
[[nodiscard]] Bytes seal(ByteView clear, const BoxPublicKey& recipient, Random& random);

/// BadInput `envelope.malformed` (length, magic, version, suite), Refused `envelope.not_for_us` (other
/// recipient key), Refused `envelope.not_authentic` (ephemeral key, commitment or tag). Nothing of the clear
/// text is returned unless all of it is right.
[[nodiscard]] Result<Bytes> open(ByteView sealed, const BoxKey& recipient);

}  // namespace envelope
}  // namespace sealkeep

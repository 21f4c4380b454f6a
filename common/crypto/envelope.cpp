// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/envelope.hpp"

#include <sodium.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "common/crypto/hash.hpp"

namespace sealkeep {

BoxKey::BoxKey(ByteView private_bytes) : private_(private_bytes) {
  SEALKEEP_ASSERT(private_bytes.size() == crypto_scalarmult_SCALARBYTES);
  SEALKEEP_ASSERT(crypto_scalarmult_base(public_key_.bytes.data(), private_.expose().data()) == 0);
}

BoxKey BoxKey::generate(Random& random) {
  std::array<std::uint8_t, crypto_scalarmult_SCALARBYTES> bytes{};
  random.fill(bytes);
  BoxKey key(bytes);
  wipe(bytes);
  return key;
}

namespace envelope {
namespace {

constexpr std::string_view kMagic = "SKEV";
constexpr std::uint8_t kVersion = 1;
constexpr std::uint16_t kSuite = 1;  // X25519, BLAKE2b-512, XChaCha20-Poly1305
constexpr std::string_view kContext = "sealkeep/envelope/v1";
constexpr std::size_t kKeyIdBytes = 8;
constexpr std::size_t kPointBytes = 32;
constexpr std::size_t kCommitmentBytes = 32;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kBoundBytes =
    kMagic.size() + 1 + 2 + kKeyIdBytes + kPointBytes;  // what the key depends on
constexpr std::size_t kHeaderBytes = kBoundBytes + kCommitmentBytes + 4;
static_assert(kHeaderBytes + kTagBytes == kOverheadBytes);

// K is used for one envelope only, so that the nonce may be constant.
constexpr std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> kNonce{};

using Point = std::array<std::uint8_t, kPointBytes>;

Point point(ByteView bytes) {
  Point out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

// Any scalar shows a small order, because X25519 makes every scalar a multiple of eight.
constexpr Point kAnyScalar{1};

// K || C, wiped when it goes.
class Derived {
 public:
  explicit Derived(const std::array<std::uint8_t, 64>& bytes) : bytes_(bytes) {}
  ~Derived() { wipe(bytes_); }
  Derived(const Derived&) = delete;
  Derived& operator=(const Derived&) = delete;
  [[nodiscard]] ByteView key() const { return ByteView(bytes_).first(32); }
  [[nodiscard]] ByteView commitment() const { return ByteView(bytes_).subspan(32); }

 private:
  std::array<std::uint8_t, 64> bytes_;
};
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES + kCommitmentBytes == 64);

std::array<std::uint8_t, kKeyIdBytes> key_id(const BoxPublicKey& key) {
  const auto digest = blake2b_512({key.bytes});
  std::array<std::uint8_t, kKeyIdBytes> out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

// The shared secret of X25519; false if it is all zero (a small-order point).
bool agree(Point& shared, ByteView private_bytes, const Point& theirs) {
  return crypto_scalarmult(shared.data(), private_bytes.data(), theirs.data()) == 0;
}

// Hands K || C to `use`; false if there is none, because the point is of small order.
template <class Use>
bool with_derived(ByteView bound_header, const BoxPublicKey& recipient, ByteView private_bytes,
                  const Point& theirs, Use use) {
  Point shared{};
  if (!agree(shared, private_bytes, theirs)) return false;
  auto bytes = blake2b_512({as_bytes(kContext), bound_header, recipient.bytes, shared});
  wipe(shared);
  const Derived derived(bytes);
  wipe(bytes);
  use(derived);
  return true;
}

tl::unexpected<Error> malformed(std::string why) {
  return bad_input("envelope.malformed", "The bytes are not a sealed envelope that this program can read",
                   std::move(why),
                   "Fetch or export it again; if that fails again, compare the versions of both sides");
}

tl::unexpected<Error> not_authentic(std::string why) {
  return fail(ErrorKind::Refused, "envelope.not_authentic",
              "The envelope was damaged or altered after it was sealed", std::move(why),
              "Do not use it; ask the sender to seal and send it again");
}

}  // namespace

bool is_usable(const BoxPublicKey& recipient) {
  Point shared{};
  return agree(shared, kAnyScalar, recipient.bytes);
}

Bytes seal(ByteView clear, const BoxPublicKey& recipient, Random& random) {
  SEALKEEP_ASSERT(clear.size() <= std::numeric_limits<std::uint32_t>::max());
  SEALKEEP_ASSERT(sodium_init() >= 0);
  Point ephemeral{};
  random.fill(ephemeral);
  Point ephemeral_public{};
  SEALKEEP_ASSERT(crypto_scalarmult_base(ephemeral_public.data(), ephemeral.data()) == 0);

  Bytes out;
  out.reserve(kOverheadBytes + clear.size());
  ByteWriter writer(out);
  writer.raw(as_bytes(kMagic)).u8(kVersion).u16(kSuite).raw(key_id(recipient)).raw(ephemeral_public);
  SEALKEEP_ASSERT(out.size() == kBoundBytes);

  const bool usable = with_derived(out, recipient, ephemeral, recipient.bytes, [&](const Derived& derived) {
    writer.raw(derived.commitment()).u32(static_cast<std::uint32_t>(clear.size()));
    out.resize(kOverheadBytes + clear.size());
    SEALKEEP_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(
                        out.data() + kHeaderBytes, nullptr, clear.data(), clear.size(), out.data(),
                        kHeaderBytes, nullptr, kNonce.data(), derived.key().data()) == 0);
  });
  wipe(ephemeral);
  SEALKEEP_ASSERT(usable);
  return out;
}

Result<Bytes> open(ByteView sealed, const BoxKey& recipient) {
  ByteReader reader(sealed);
  const ByteView magic = reader.raw(kMagic.size());
  const std::uint8_t version = reader.u8();
  const std::uint16_t suite = reader.u16();
  const ByteView recipient_id = reader.raw(kKeyIdBytes);
  const ByteView ephemeral_public = reader.raw(kPointBytes);
  const ByteView commitment = reader.raw(kCommitmentBytes);
  const std::uint32_t length = reader.u32();
  if (!reader.ok()) return malformed("it is shorter than an envelope's header");
  if (as_text(magic) != kMagic) return malformed("it does not begin with SKEV");
  if (version != kVersion) return malformed("it is of an envelope version that is not known here");
  if (suite != kSuite) return malformed("it uses a set of algorithms that is not known here");
  if (reader.rest().size() != std::uint64_t{length} + kTagBytes) {
    return malformed("its length is not the one that its header states");
  }
  const auto our_id = key_id(recipient.public_key());
  if (!std::equal(recipient_id.begin(), recipient_id.end(), our_id.begin(), our_id.end())) {
    return fail(ErrorKind::Refused, "envelope.not_for_us", "The envelope is sealed to another key",
                "the recipient key it names is not the one that was tried",
                "Open it where that key is, or with the older key if ours was changed since");
  }

  SEALKEEP_ASSERT(sodium_init() >= 0);
  std::optional<Bytes> clear;
  bool committed = false;
  const bool usable =
      with_derived(sealed.first(kBoundBytes), recipient.public_key(), recipient.private_bytes(),
                   point(ephemeral_public), [&](const Derived& derived) {
                     committed = equal_in_constant_time(commitment, derived.commitment());
                     if (!committed) return;
                     const ByteView ciphertext = reader.rest();
                     Bytes opened(length);
                     if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                             opened.data(), nullptr, nullptr, ciphertext.data(), ciphertext.size(),
                             sealed.data(), kHeaderBytes, kNonce.data(), derived.key().data()) == 0) {
                       clear = std::move(opened);
                     }
                   });
  if (!usable) return not_authentic("its ephemeral key is not one that sealing makes");
  if (!committed) return not_authentic("its header does not belong to its key");
  if (!clear) return not_authentic("its content does not belong to its header");
  return std::move(*clear);
}

}  // namespace envelope
}  // namespace sealkeep

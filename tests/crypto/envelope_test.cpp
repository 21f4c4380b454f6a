// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/envelope.hpp"

#include <sodium.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

using namespace sealkeep;

namespace {

constexpr std::size_t kHeaderBytes = 83;
constexpr std::size_t kEphemeralAt = 15;
constexpr std::size_t kCommitmentAt = 47;

Bytes message() {
  return to_bytes(as_bytes("seal ML-AB1234567 closed at berth 7"));
}

std::string refusal(const Result<Bytes>& result) {
  return result ? std::string("opened") : result.error().code;
}

BoxPublicKey public_key(std::string_view digits) {
  const Bytes bytes = from_hex(digits).value();
  BoxPublicKey out;
  REQUIRE(bytes.size() == out.bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

// Seals by hand, with whatever ephemeral point, shared secret and commitment the attacker likes; the tag is
// right.
Bytes forge(const BoxPublicKey& recipient, ByteView ephemeral_public, ByteView shared,
            std::uint8_t commitment_flip) {
  Bytes out;
  const auto id = blake2b_512({recipient.bytes});
  ByteWriter writer(out);
  writer.raw(as_bytes("SKEV")).u8(1).u16(1).raw(ByteView(id).first(8)).raw(ephemeral_public);
  auto derived = blake2b_512({as_bytes("sealkeep/envelope/v1"), out, recipient.bytes, shared});
  derived[63] ^= commitment_flip;
  const Bytes clear = message();
  writer.raw(ByteView(derived).subspan(32)).u32(static_cast<std::uint32_t>(clear.size()));
  REQUIRE(out.size() == kHeaderBytes);
  Bytes ciphertext(clear.size() + 16);
  const std::array<std::uint8_t, 24> nonce{};
  REQUIRE(crypto_aead_xchacha20poly1305_ietf_encrypt(ciphertext.data(), nullptr, clear.data(), clear.size(),
                                                     out.data(), out.size(), nullptr, nonce.data(),
                                                     derived.data()) == 0);
  append(out, ciphertext);
  return out;
}

// The u-coordinates of small order (RFC 7748 section 6.1 and https://cr.yp.to/ecdh.html#validate), reduced
// and not.
const char* const kSmallOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

}  // namespace

TEST_CASE("the public key of a private key is that of RFC 7748 section 6.1") {
  const BoxKey bob(from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb").value());
  CHECK(hex(bob.public_key().bytes) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
}

TEST_CASE("the recipient reads what was sealed, of any size") {
  SeededRandom random(1);
  const BoxKey recipient = BoxKey::generate(random);
  for (std::size_t size : {0U, 1U, 63U, 64U, 65U, 4096U, 65536U, 600'000U}) {
    Bytes clear(size);
    random.fill(clear);
    const Bytes sealed = envelope::seal(clear, recipient.public_key(), random);
    CHECK(sealed.size() == clear.size() + envelope::kOverheadBytes);
    CHECK(envelope::open(sealed, recipient).value() == clear);
  }
}

TEST_CASE("the same clear text is sealed to other bytes each time, and is not visible in them") {
  SeededRandom random(2);
  const BoxKey recipient = BoxKey::generate(random);
  const Bytes clear = message();
  const Bytes first = envelope::seal(clear, recipient.public_key(), random);
  const Bytes second = envelope::seal(clear, recipient.public_key(), random);
  CHECK(!std::equal(first.begin() + kHeaderBytes, first.end(), second.begin() + kHeaderBytes));
  CHECK(as_text(first).find("ML-AB1234567") == std::string_view::npos);
}

TEST_CASE("the golden envelope of docs/formats/envelope.md is sealed and opened byte for byte") {
  SeededRandom recipient_random(1);
  SeededRandom ephemeral_random(2);
  const BoxKey recipient = BoxKey::generate(recipient_random);
  CHECK(hex(recipient.private_bytes()) == "c15c0289ec2d0a9167ec8e65a18debbe5e5532fbeea293f80bc942ee9086c171");
  CHECK(hex(recipient.public_key().bytes) ==
        "40e913b735c3f408e7c85ca9bfbb5af8196911ea249fe96d4e96abafcbaa1d38");
  const std::string golden =
      "534b4556010001ec228a43defdf9f48a47dd8ef6571bd3e8ff8eab1d1d9bddc6"
      "73faf6b7699538c30710c09901431106c3ee3c729fbe65d1718cd01e7a3ec18b"
      "008c0bc156b45e5924b78528eb3754000000082beb6c7873d7ede660db63369b"
      "642a0277d3cf3050b6dea6";
  CHECK(hex(envelope::seal(as_bytes("Sealkeep"), recipient.public_key(), ephemeral_random)) == golden);
  CHECK(as_text(envelope::open(from_hex(golden).value(), recipient).value()) == "Sealkeep");

  std::ifstream page(SEALKEEP_SOURCE_DIR "/docs/formats/envelope.md");
  std::string line;
  std::string indented;
  while (std::getline(page, line)) {
    if (line.starts_with("    ")) indented += line.substr(4);
  }
  CHECK(indented.ends_with(golden));
}

TEST_CASE("every one-bit flip of a sealed envelope is refused, by the error its field has") {
  SeededRandom random(3);
  const BoxKey recipient = BoxKey::generate(random);
  const Bytes sealed = envelope::seal(message(), recipient.public_key(), random);
  REQUIRE(envelope::open(sealed, recipient));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes other = sealed;
    const std::size_t at = bit / 8;
    other[at] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const bool form = at < 7 || (at >= 79 && at < kHeaderBytes);
    const bool addressee = at >= 7 && at < kEphemeralAt;
    INFO("byte " << at);
    CHECK(refusal(envelope::open(other, recipient)) == (form        ? "envelope.malformed"
                                                        : addressee ? "envelope.not_for_us"
                                                                    : "envelope.not_authentic"));
  }
}

TEST_CASE("every truncation and every one-byte extension of a sealed envelope is refused") {
  SeededRandom random(4);
  const BoxKey recipient = BoxKey::generate(random);
  const Bytes sealed = envelope::seal(message(), recipient.public_key(), random);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK(refusal(envelope::open(ByteView(sealed).first(size), recipient)) == "envelope.malformed");
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    Bytes longer = sealed;
    longer.push_back(static_cast<std::uint8_t>(byte));
    CHECK(refusal(envelope::open(longer, recipient)) == "envelope.malformed");
    longer.pop_back();
    longer.insert(longer.begin(), static_cast<std::uint8_t>(byte));
    CHECK(refusal(envelope::open(longer, recipient)) == "envelope.malformed");
  }
}

TEST_CASE("a truncated or extended content is refused although the stated length is made to fit") {
  SeededRandom random(5);
  const BoxKey recipient = BoxKey::generate(random);
  const Bytes sealed = envelope::seal(message(), recipient.public_key(), random);
  Bytes shorter = sealed;
  shorter.pop_back();
  --shorter[kHeaderBytes - 1];
  CHECK(refusal(envelope::open(shorter, recipient)) == "envelope.not_authentic");
  Bytes longer = sealed;
  longer.push_back(0);
  ++longer[kHeaderBytes - 1];
  CHECK(refusal(envelope::open(longer, recipient)) == "envelope.not_authentic");
}

TEST_CASE("another recipient cannot open an envelope, not even one readdressed to it") {
  SeededRandom random(6);
  const BoxKey ours = BoxKey::generate(random);
  const BoxKey theirs = BoxKey::generate(random);
  Bytes sealed = envelope::seal(message(), ours.public_key(), random);
  CHECK(refusal(envelope::open(sealed, theirs)) == "envelope.not_for_us");
  const auto id = blake2b_512({theirs.public_key().bytes});
  std::copy_n(id.begin(), 8, sealed.begin() + 7);
  CHECK(refusal(envelope::open(sealed, theirs)) == "envelope.not_authentic");
}

TEST_CASE("an envelope sealed by hand opens, and with another commitment under a right tag it does not") {
  SeededRandom random(7);
  const BoxKey recipient = BoxKey::generate(random);
  const BoxKey ephemeral = BoxKey::generate(random);
  std::array<std::uint8_t, 32> shared{};
  REQUIRE(crypto_scalarmult(shared.data(), ephemeral.private_bytes().data(),
                            recipient.public_key().bytes.data()) == 0);
  const Bytes right = forge(recipient.public_key(), ephemeral.public_key().bytes, shared, 0);
  CHECK(envelope::open(right, recipient).value() == message());
  for (unsigned bit = 0; bit < 8; ++bit) {
    const Bytes wrong = forge(recipient.public_key(), ephemeral.public_key().bytes, shared,
                              static_cast<std::uint8_t>(1U << bit));
    REQUIRE(wrong[kCommitmentAt] == right[kCommitmentAt]);
    CHECK(refusal(envelope::open(wrong, recipient)) == "envelope.not_authentic");
  }
}

TEST_CASE(
    "small-order ephemeral keys are refused although everything else in the envelope fits the zero secret") {
  SeededRandom random(8);
  const BoxKey recipient = BoxKey::generate(random);
  const std::array<std::uint8_t, 32> zero{};
  for (const char* digits : kSmallOrder) {
    for (unsigned top_bit : {0x00U, 0x80U}) {
      BoxPublicKey point = public_key(digits);
      point.bytes[31] = static_cast<std::uint8_t>(point.bytes[31] | top_bit);
      INFO(hex(point.bytes));
      CHECK(refusal(envelope::open(forge(recipient.public_key(), point.bytes, zero, 0), recipient)) ==
            "envelope.not_authentic");
    }
  }
}

TEST_CASE("a small-order key is not usable as a recipient, a generated one is") {
  for (const char* digits : kSmallOrder) {
    INFO(digits);
    CHECK_FALSE(envelope::is_usable(public_key(digits)));
  }
  SeededRandom random(9);
  CHECK(envelope::is_usable(BoxKey::generate(random).public_key()));
}

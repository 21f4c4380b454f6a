// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/cosignature.hpp"

#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

namespace {

const char* const kOrigin = "hub.example.nz/site/akl-01";
const char* const kMirror = "hub.example.nz/witness";
constexpr std::uint64_t kTime = 1767225600;

Checkpoint golden() {
  return {kOrigin, 3, reference::root(reference::leaves(3))};
}

struct Signed {
  SigningKey log = reference::key(0x00);
  SigningKey mirror = reference::key(0x40);
  VerifierKey log_key{kOrigin, NoteKeyType::Ed25519, log.public_key()};
  std::vector<VerifierKey> mirror_keys{{kMirror, NoteKeyType::Cosignature, mirror.public_key()}};
  Cosignature cosignature = make_cosignature(golden(), kTime, mirror);

  [[nodiscard]] std::string note() const {
    const std::vector<NoteSignature> lines{cosignature_line(kMirror, mirror.public_key(), cosignature)};
    return note_text(golden(), log.public_key(), sign_checkpoint(golden(), log), lines);
  }
};

}  // namespace

TEST_CASE("the cosignature line equals the golden vector") {
  const Signed s;
  const NoteSignature line = cosignature_line(kMirror, s.mirror.public_key(), s.cosignature);
  Bytes bytes = to_bytes(line.id.bytes);
  append(bytes, line.bytes);
  CHECK(bytes.size() == 76);
  CHECK(base64(bytes) ==
        "ZHeYZgAAAABpVbkAx1O0UxH7/W8rK2jArPPvvxYy1x5YwtKlHWBidfuhbnjMe0L/"
        "DFFUj9LvVS2FhEXtCJ2RybYO7jtJCS3X6VwIDg==");
}

TEST_CASE("a cosignature is read back from its line, and another length or a time past 2^63-1 is refused") {
  const Signed s;
  const Bytes bytes = cosignature_line(kMirror, s.mirror.public_key(), s.cosignature).bytes;
  const auto parsed = parse_cosignature(bytes);
  REQUIRE(parsed);
  CHECK(*parsed == s.cosignature);
  for (std::size_t keep = 0; keep < bytes.size(); ++keep)
    REQUIRE_FALSE(parse_cosignature(ByteView(bytes).first(keep)));
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK(parse_cosignature(longer).error().code == "cosignature.malformed");
  Bytes last = bytes;
  std::fill_n(last.begin(), 8, std::uint8_t{0xFF});
  last[0] = 0x7F;
  CHECK(parse_cosignature(last)->time_s == limits::kTreeSize);
  last[0] = 0x80;
  CHECK_FALSE(parse_cosignature(last));
}

TEST_CASE("a cosignature holds for exactly its checkpoint, time and key") {
  const Signed s;
  const PublicKey& key = s.mirror.public_key();
  CHECK(verify_cosignature(golden(), key, s.cosignature));
  CHECK_FALSE(verify_cosignature({kOrigin, 4, golden().root}, key, s.cosignature));
  CHECK_FALSE(verify_cosignature({"hub.example.nz/site/akl-02", 3, golden().root}, key, s.cosignature));
  CHECK_FALSE(verify_cosignature(golden(), s.log.public_key(), s.cosignature));
  CHECK(verify_cosignature({"a\nb", 3, golden().root}, key, s.cosignature).error().code ==
        "checkpoint.malformed");
  const Bytes bytes = cosignature_line(kMirror, key, s.cosignature).bytes;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes bad = bytes;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    const auto parsed = parse_cosignature(bad);
    REQUIRE_FALSE((parsed && verify_cosignature(golden(), key, *parsed)));
  }
}

TEST_CASE("a log's signature is not a cosignature, and the other way round") {
  const Signed s;
  const Cosignature from_log{kTime, sign_checkpoint(golden(), s.mirror)};
  CHECK(verify_cosignature(golden(), s.mirror.public_key(), from_log).error().code ==
        "cosignature.bad_signature");
  CHECK_FALSE(verify_checkpoint(golden(), s.mirror.public_key(), s.cosignature.signature));
}

TEST_CASE("a checkpoint note opens with its log's signature and the known mirrors' cosignatures") {
  const Signed s;
  const auto opened = open_checkpoint(as_bytes(s.note()), s.log_key, s.mirror_keys);
  REQUIRE(opened);
  CHECK(opened->checkpoint == golden());
  CHECK(opened->signature == sign_checkpoint(golden(), s.log));
  REQUIRE(opened->cosigned.size() == 1);
  CHECK(opened->cosigned[0].mirror == s.mirror_keys[0]);
  CHECK(opened->cosigned[0].cosignature == s.cosignature);
  const auto without = open_checkpoint(as_bytes(s.note()), s.log_key);
  REQUIRE(without);
  CHECK(without->cosigned.empty());
}

TEST_CASE("no flipped bit of a cosigned note keeps all it said, and every truncation loses something") {
  const Signed s;
  const std::string note = s.note();
  const auto says_all = [&](ByteView bytes) {
    const auto opened = open_checkpoint(bytes, s.log_key, s.mirror_keys);
    return opened && !opened->cosigned.empty();
  };
  REQUIRE(says_all(as_bytes(note)));
  for (std::size_t bit = 0; bit < 8 * note.size(); ++bit) {
    Bytes bad = to_bytes(as_bytes(note));
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    INFO("bit " << bit);
    REQUIRE_FALSE(says_all(bad));
  }
  for (std::size_t keep = 0; keep < note.size(); ++keep) REQUIRE_FALSE(says_all(as_bytes(note).first(keep)));
}

TEST_CASE("a note signed by mirrors alone, of another log, or not a checkpoint is refused") {
  const Signed s;
  const NoteSignature by_mirror = cosignature_line(kMirror, s.mirror.public_key(), s.cosignature);
  const std::string unsigned_note = format_note({format_checkpoint(golden()), {by_mirror}});
  CHECK(open_checkpoint(as_bytes(unsigned_note), s.log_key, s.mirror_keys).error().code ==
        "checkpoint.not_signed");

  const auto signed_as_log = [&](const std::string& text) {
    const NoteSignature line{kOrigin, s.log_key.id(), to_bytes(s.log.sign(as_bytes(text)).bytes)};
    return open_checkpoint(as_bytes(format_note({text, {line}})), s.log_key, s.mirror_keys);
  };
  const std::string other = format_checkpoint({"hub.example.nz/site/akl-02", 3, golden().root});
  CHECK(signed_as_log(other).error().code == "checkpoint.other_log");
  CHECK(signed_as_log("hello\n").error().code == "checkpoint.malformed");
  CHECK(signed_as_log(format_checkpoint(golden())));
}

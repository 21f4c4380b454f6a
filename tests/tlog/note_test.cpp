// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/note.hpp"

#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

namespace {

constexpr const char* kName = "hub.example.nz/site/akl-01";
constexpr const char* kDash = "\xE2\x80\x94 ";

VerifierKey vkey(const SigningKey& key, const std::string& name, NoteKeyType type = NoteKeyType::Ed25519) {
  return {name, type, key.public_key()};
}

NoteSignature line(const SigningKey& key, const std::string& name, std::string_view text) {
  return {name, key_id(name, NoteKeyType::Ed25519, key.public_key()),
          to_bytes(key.sign(as_bytes(text)).bytes)};
}

// Some line that parses: five bytes are the fewest.
std::string stranger(const std::string& name = "x") {
  return kDash + name + " AAAAAAA=\n";
}

std::string refusal(std::string_view note) {
  const auto parsed = parse_note(as_bytes(note));
  return parsed ? "" : parsed.error().code;
}

}  // namespace

TEST_CASE("verifier keys equal the golden vectors") {
  const SigningKey log = reference::key(0x00);
  const SigningKey witness = reference::key(0x40);
  CHECK(format_verifier_key(vkey(log, kName)) ==
        "hub.example.nz/site/akl-01+21da8fa0+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
  CHECK(format_verifier_key(vkey(witness, "hub.example.nz/witness", NoteKeyType::Cosignature)) ==
        "hub.example.nz/witness+64779866+BCVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd");
}

TEST_CASE("a verifier key is read back, and refused after any flipped bit or cut") {
  const VerifierKey key = vkey(reference::key(0x40), "hub.example.nz/mirror", NoteKeyType::Cosignature);
  const std::string text = format_verifier_key(key);
  const auto read = parse_verifier_key(text);
  REQUIRE(read);
  CHECK(*read == key);
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    INFO(bit);
    const auto refused = parse_verifier_key(bad);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().code == "vkey.malformed");
  }
  for (std::size_t keep = 0; keep < text.size(); ++keep)
    REQUIRE_FALSE(parse_verifier_key(text.substr(0, keep)));
  CHECK_FALSE(parse_verifier_key(text + "\n"));
  CHECK_FALSE(parse_verifier_key(text + "+"));
}

TEST_CASE("a verifier key of an unknown algorithm is refused though its id fits") {
  const SigningKey key = reference::key(0);
  const auto type = NoteKeyType{0x06};
  const auto refused = parse_verifier_key(format_verifier_key(vkey(key, kName, type)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().why == "the key's algorithm is unknown");
}

TEST_CASE("names of logs and signers have no blanks, plus signs, control characters or scheme") {
  CHECK(check_key_name("hub.example.nz/site/akl-01/e1"));
  CHECK(check_key_name("h\xC5\xABrae.nz"));
  CHECK(check_key_name(std::string(limits::kOriginBytes, 'a')));
  CHECK_FALSE(check_key_name(std::string(limits::kOriginBytes + 1, 'a')));
  for (const char* name : {"", " ", "a b", "a+b", "a\nb", "a\tb", "a\x7F", "https://hub.example.nz",
                           "a\xC2\xA0"
                           "b",
                           "a\xE3\x80\x80",
                           "a\xE2\x80\xA8"
                           "b",
                           "\xFF", "a\xC3"}) {
    INFO(printable(name));
    const auto refused = check_key_name(name);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "note.name");
  }
  CHECK_FALSE(check_key_name(std::string_view("a\0b", 3)));
}

TEST_CASE("a note that is formatted is parsed to the same note") {
  const SigningKey key = reference::key(0);
  const std::string text = "one\n\ntwo \xE2\x80\x94\n";
  const Note note{text, {line(key, kName, text), {"other", {{1, 2, 3, 4}}, {9}}}};
  const std::string bytes = format_note(note);
  const auto parsed = parse_note(as_bytes(bytes));
  REQUIRE(parsed);
  CHECK(*parsed == note);
  CHECK(format_note(*parsed) == bytes);
}

TEST_CASE("a note's text ends at the last blank line") {
  const auto parsed = parse_note(as_bytes("a\n\n" + stranger("inside") + "\n" + stranger("outside")));
  REQUIRE(parsed);
  CHECK(parsed->text == "a\n\n" + stranger("inside"));
  REQUIRE(parsed->signatures.size() == 1);
  CHECK(parsed->signatures[0].name == "outside");
}

TEST_CASE("anything but the exact form of a note is refused") {
  CHECK(refusal("text\n\n" + stranger()).empty());
  for (const std::string& bad :
       std::vector<std::string>{"",
                                "\n",
                                "\n\n",
                                "text",
                                "text\n",
                                "text\n\n",
                                "text\n" + stranger(),
                                "text" + stranger(),
                                "text\n\n" + stranger() + "\n",
                                "text\n\n\n",
                                "text\n\nx\n",
                                "text\n\n- x AAAAAAA=\n",
                                "text\n\n\xE2\x80\x93 x AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "\n",
                                std::string("text\n\n") + kDash + "x\n",
                                std::string("text\n\n") + kDash + "x \n",
                                std::string("text\n\n") + kDash + " AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "x AAAAAA==\n",
                                std::string("text\n\n") + kDash + "x AAAAAAA\n",
                                std::string("text\n\n") + kDash + "x AAAAAAA= \n",
                                std::string("text\n\n") + kDash + "x  AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "x y AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "x AAAAAAA=",
                                std::string("text\n\n") + kDash + "x AAAAAAA=\r\n",
                                std::string("text\n\n") + kDash + "x+y AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "x\xC2\xA0y AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "x\xFF AAAAAAA=\n",
                                std::string("text\n\n") + kDash + "x AAAAAAB=\n",
                                "te\txt\n\n" + stranger(),
                                "text\r\n\n" + stranger(),
                                "te\x7Fxt\n\n" + stranger(),
                                std::string("te\0xt\n\n", 7) + stranger(),
                                "te\xFFxt\n\n" + stranger(),
                                "te\xC0\x80xt\n\n" + stranger(),
                                "te\xED\xA0\x80xt\n\n" + stranger()}) {
    INFO(printable(bad));
    CHECK(refusal(bad) == "note.malformed");
  }
}

TEST_CASE("a note takes 16 and up to 100 signature lines, and not 101") {
  std::string note = "text\n\n";
  for (std::size_t count = 1; count <= limits::kNoteLines; ++count) {
    note += stranger("signer" + std::to_string(count));
    const auto parsed = parse_note(as_bytes(note));
    REQUIRE(parsed);
    REQUIRE(parsed->signatures.size() == count);
  }
  CHECK(refusal(note + stranger()) == "note.malformed");
}

TEST_CASE("a note takes a million bytes, and not one more") {
  const std::string tail = "\n\n" + stranger();
  CHECK(refusal(std::string(limits::kNoteBytes - tail.size(), 'a') + tail).empty());
  CHECK(refusal(std::string(limits::kNoteBytes - tail.size() + 1, 'a') + tail) == "note.malformed");
}

TEST_CASE("opening a note says which known keys signed and ignores strangers") {
  const SigningKey first = reference::key(0);
  const SigningKey second = reference::key(1);
  const SigningKey third = reference::key(2);
  const std::string text = "text\n";
  const Note note{text,
                  {line(third, "third", text), line(second, "second", text), line(first, "first", text)}};
  const std::vector<VerifierKey> known{vkey(first, "first"), vkey(second, "second"),
                                       vkey(third, "another name")};
  const auto opened = open_note(as_bytes(format_note(note)), known);
  REQUIRE(opened);
  CHECK(opened->note == note);
  REQUIRE(opened->known.size() == 2);
  CHECK(opened->known[0].key == known[1]);
  CHECK(opened->known[1].key == known[0]);
  CHECK(opened->known[1].signature == first.sign(as_bytes(text)));
  CHECK(opened->known[1].time_s == 0);
}

TEST_CASE("a note that no known key signed is refused") {
  const SigningKey key = reference::key(0);
  const std::string bytes = format_note({"text\n", {line(key, kName, "text\n")}});
  const std::vector<VerifierKey> other{vkey(reference::key(1), kName)};
  const auto refused = open_note(as_bytes(bytes), other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "note.unknown_signers");
  CHECK_FALSE(open_note(as_bytes(bytes), {}));
}

TEST_CASE("one bad signature of a known key refuses the note, whatever else is right") {
  const SigningKey first = reference::key(0);
  const SigningKey second = reference::key(1);
  const std::string text = "text\n";
  const std::vector<VerifierKey> known{vkey(first, "first"), vkey(second, "second")};
  const std::vector<NoteSignature> wrong{line(second, "second", "other\n"),
                                         {"second", known[1].id(), Bytes(63)},
                                         {"second", known[1].id(), Bytes(65)},
                                         {"second", known[1].id(), Bytes(1)}};
  for (const NoteSignature& bad : wrong) {
    for (const Note& note :
         {Note{text, {line(first, "first", text), bad}}, Note{text, {bad, line(first, "first", text)}},
          Note{text, {line(second, "second", text), bad}}}) {
      const auto refused = open_note(as_bytes(format_note(note)), known);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == "note.bad_signature");
    }
  }
}

TEST_CASE("a key that signs twice is listed once") {
  const SigningKey key = reference::key(0);
  const std::string text = "text\n";
  const std::vector<VerifierKey> known{vkey(key, "first")};
  const auto opened =
      open_note(as_bytes(format_note({text, {line(key, "first", text), line(key, "first", text)}})), known);
  REQUIRE(opened);
  CHECK(opened->known.size() == 1);
  CHECK(opened->note.signatures.size() == 2);
}

TEST_CASE("every flipped bit and every truncation of a signed note is refused") {
  const SigningKey key = reference::key(0);
  const std::string text = std::string(kName) + "\n3\nMkjSUH6ibMju9/35WaumH1kiw93/R4yLRJKsArBI2oc=\n";
  const std::string note = format_note({text, {line(key, kName, text)}});
  const std::vector<VerifierKey> known{vkey(key, kName)};
  REQUIRE(open_note(as_bytes(note), known));
  for (std::size_t bit = 0; bit < 8 * note.size(); ++bit) {
    Bytes bad = to_bytes(as_bytes(note));
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    INFO("bit " << bit);
    REQUIRE_FALSE(open_note(bad, known));
  }
  for (std::size_t keep = 0; keep < note.size(); ++keep) {
    INFO("bytes " << keep);
    REQUIRE_FALSE(open_note(as_bytes(note).first(keep), known));
  }
}

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "common/crypto/sign.hpp"

namespace sealkeep {

/// Signature algorithms of signed notes that we know (C2SP signed-note).
enum class NoteKeyType : std::uint8_t {
  Ed25519 = 0x01,      ///< a log's own signature, over the text
  Cosignature = 0x04,  ///< cosignature/v1, over time and text (C2SP tlog-cosignature)
};

/// First four bytes of SHA-256(name || 0x0A || type || public key): a hint, not an identity.
struct KeyId {
  std::array<std::uint8_t, 4> bytes{};
  friend auto operator<=>(const KeyId&, const KeyId&) = default;
};
[[nodiscard]] KeyId key_id(std::string_view name, NoteKeyType type, const PublicKey& key);

/// Success if the text can name a log or a signer: 1..limits::kOriginBytes bytes of UTF-8, no blanks of any
/// kind, no control characters, no '+', no "://". BadInput `note.name` otherwise.
[[nodiscard]] Result<> check_key_name(std::string_view name);

/// A public key under its name; the form in which people hand keys around.
struct VerifierKey {
  std::string name;
  NoteKeyType type = NoteKeyType::Ed25519;
  PublicKey key;
  [[nodiscard]] KeyId id() const { return key_id(name, type, key); }
  friend auto operator<=>(const VerifierKey&, const VerifierKey&) = default;
};

/// "name+hex8(key id)+base64(type || key)", without a newline.
[[nodiscard]] std::string format_verifier_key(const VerifierKey& key);
/// BadInput `vkey.malformed` for any other spelling, a key id that does not fit, or an unknown type.
[[nodiscard]] Result<VerifierKey> parse_verifier_key(std::string_view text);

/// One signature line: bytes are what follows the key id (64 for Ed25519, 72 for a cosignature, any number
/// for others).
struct NoteSignature {
  std::string name;
  KeyId id;
  Bytes bytes;
  friend auto operator<=>(const NoteSignature&, const NoteSignature&) = default;
};

/// A signed note. `text` ends with a newline, which is signed; the blank line after it is not.
struct Note {
  std::string text;
  std::vector<NoteSignature> signatures;
  friend bool operator==(const Note&, const Note&) = default;
};

/// Reads a note without judging its signatures. The text ends at the LAST blank line. BadInput
/// `note.malformed` for anything but the exact form: more than limits::kNoteBytes or limits::kNoteLines
/// signature lines, none at all, malformed UTF-8, control characters other than newline, a signature line
/// that is not exactly as written by format_note.
[[nodiscard]] Result<Note> parse_note(ByteView bytes);

/// The note as bytes on disk or wire. Text and names are sound and there is a signature (asserted).
[[nodiscard]] std::string format_note(const Note& note);

/// A signature that was checked and is right.
struct KnownSignature {
  VerifierKey key;
  std::uint64_t time_s = 0;  ///< of a cosignature, Unix seconds; 0 for Ed25519
  Signature signature;
};

struct OpenedNote {
  Note note;
  std::vector<KnownSignature> known;  ///< at least one, in the note's order, one for each key
};

/// Parses and checks. Lines of unknown keys are ignored. BadInput as parse_note; Refused `note.bad_signature`
/// if any line of a known key (name and id match) is wrong; Refused `note.unknown_signers` if no known key
/// signed.
[[nodiscard]] Result<OpenedNote> open_note(ByteView bytes, std::span<const VerifierKey> known_keys);

/// What a key of type 0x04 signs: "cosignature/v1\ntime <unix seconds>\n" and the note's text.
[[nodiscard]] std::string cosigned_message(std::uint64_t time_s, std::string_view text);

}  // namespace sealkeep

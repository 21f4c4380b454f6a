// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/note.hpp"

#include <algorithm>
#include <optional>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep {
namespace {

constexpr std::string_view kLineStart = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kSignatureBytes = 64;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Every White_Space character of Unicode beyond ASCII, as UTF-8.
constexpr std::string_view kWideBlanks[] = {"\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80",
                                            "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84",
                                            "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
                                            "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                            "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

// What C2SP allows as a key name; our own names (check_key_name) are narrower.
bool is_line_name(std::string_view name) {
  if (name.empty() || !is_utf8(name) || std::any_of(name.begin(), name.end(), is_control)) return false;
  if (name.find_first_of(" +") != std::string_view::npos) return false;
  return std::none_of(std::begin(kWideBlanks), std::end(kWideBlanks),
                      [&](std::string_view blank) { return name.find(blank) != std::string_view::npos; });
}

bool is_signed_text(std::string_view text) {
  return text.ends_with('\n') && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n'; });
}

auto malformed(const char* why) {
  return bad_input("note.malformed", "the bytes are not a signed note", why,
                   "fetch the note again, and keep this one if it was signed");
}

// One line without its newline.
Result<NoteSignature> parse_line(std::string_view line) {
  if (!line.starts_with(kLineStart)) return malformed("a signature line does not start with a dash");
  line.remove_prefix(kLineStart.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return malformed("a signature line has no signature");
  const std::string_view name = line.substr(0, space);
  if (!is_line_name(name)) return malformed("a signer's name is not a key name");
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes) return malformed("a signature is not base64");
  if (bytes->size() <= kKeyIdBytes) return malformed("a signature is too short");
  ByteReader reader(*bytes);
  NoteSignature signature;
  signature.name = name;
  signature.id.bytes = reader.array<kKeyIdBytes>();
  signature.bytes = to_bytes(reader.rest());
  return signature;
}

Bytes typed_key(NoteKeyType type, const PublicKey& key) {
  Bytes bytes;
  ByteWriter(bytes).u8(static_cast<std::uint8_t>(type)).raw(key.bytes);
  return bytes;
}

// The checked form of a line, or nothing if it is not this key's signature of the text.
std::optional<KnownSignature> checked(const VerifierKey& key, const NoteSignature& line,
                                      std::string_view text) {
  ByteReader reader(line.bytes);
  KnownSignature known;
  known.key = key;
  known.time_s = key.type == NoteKeyType::Cosignature ? reader.u64() : 0;
  known.signature.bytes = reader.array<kSignatureBytes>();
  if (!reader.finished() || known.time_s > limits::kTreeSize) return std::nullopt;
  const bool right = key.type == NoteKeyType::Ed25519
                         ? verify(key.key, as_bytes(text), known.signature)
                         : verify(key.key, as_bytes(cosigned_message(known.time_s, text)), known.signature);
  if (!right) return std::nullopt;
  return known;
}

}  // namespace

KeyId key_id(std::string_view name, NoteKeyType type, const PublicKey& key) {
  const std::uint8_t between[] = {'\n', static_cast<std::uint8_t>(type)};
  const Hash digest = sha256({as_bytes(name), ByteView(between), ByteView(key.bytes)});
  KeyId id;
  std::copy_n(digest.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Result<> check_key_name(std::string_view name) {
  if (name.size() > limits::kOriginBytes || !is_line_name(name) ||
      name.find("://") != std::string_view::npos) {
    return bad_input("note.name", "the name cannot be that of a log or signer", printable(name),
                     "use 1 to " + std::to_string(limits::kOriginBytes) +
                         " bytes without blanks, '+', control characters or a scheme, as in "
                         "hub.example.nz/site/akl-01/e1");
  }
  return {};
}

std::string format_verifier_key(const VerifierKey& key) {
  return key.name + "+" + hex(key.id().bytes) + "+" + base64(typed_key(key.type, key.key));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  const auto bad = [](const char* why) {
    return bad_input("vkey.malformed", "the text is not a verifier key", why,
                     "copy the whole line name+keyid+key from its owner");
  };
  const std::size_t id_at = text.find('+');
  const std::size_t key_at = id_at == std::string_view::npos ? id_at : text.find('+', id_at + 1);
  if (key_at == std::string_view::npos) return bad("it has fewer than three parts");
  VerifierKey key;
  key.name = text.substr(0, id_at);
  if (!check_key_name(key.name)) return bad("its name cannot name a log or signer");
  const std::string_view encoded = text.substr(key_at + 1);
  if (encoded.size() != 44) return bad("the key has the wrong length");
  const auto typed = from_base64(encoded);
  if (!typed || typed->size() != 1 + key.key.bytes.size()) return bad("the key is not base64 of 33 bytes");
  ByteReader reader(*typed);
  const std::uint8_t type = reader.u8();
  if (type != static_cast<std::uint8_t>(NoteKeyType::Ed25519) &&
      type != static_cast<std::uint8_t>(NoteKeyType::Cosignature)) {
    return bad("the key's algorithm is unknown");
  }
  key.type = NoteKeyType{type};
  key.key.bytes = reader.array<32>();
  if (text.substr(id_at + 1, key_at - id_at - 1) != hex(key.id().bytes))
    return bad("the key id does not fit");
  return key;
}

Result<Note> parse_note(ByteView bytes) {
  if (bytes.size() > limits::kNoteBytes) return malformed("it is too long");
  const std::string_view all = as_text(bytes);
  const std::size_t blank = all.rfind("\n\n");
  if (blank == std::string_view::npos) return malformed("there is no blank line before the signatures");
  const std::string_view text = all.substr(0, blank + 1);
  std::string_view lines = all.substr(blank + 2);
  if (!is_signed_text(text)) return malformed("the text has control characters or is not UTF-8");
  if (!lines.ends_with('\n')) return malformed("the last signature line is cut off or missing");
  const auto count = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  if (count > limits::kNoteLines) return malformed("it has too many signatures");
  Note note;
  note.text = text;
  note.signatures.reserve(count);
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    SEALKEEP_LET(signature, parse_line(lines.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return note;
}

std::string format_note(const Note& note) {
  SEALKEEP_ASSERT(is_signed_text(note.text) && !note.signatures.empty());
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    SEALKEEP_ASSERT(is_line_name(signature.name) && !signature.bytes.empty());
    Bytes bytes = to_bytes(signature.id.bytes);
    append(bytes, signature.bytes);
    out.append(kLineStart).append(signature.name).append(" ").append(base64(bytes)).append("\n");
  }
  return out;
}

Result<OpenedNote> open_note(ByteView bytes, std::span<const VerifierKey> known_keys) {
  SEALKEEP_LET(note, parse_note(bytes));
  std::vector<KnownSignature> known;
  for (const NoteSignature& line : note.signatures) {
    bool claimed = false;
    bool right = false;
    for (const VerifierKey& key : known_keys) {
      if (key.name != line.name || key.id() != line.id) continue;
      claimed = true;
      // Two known keys may share a name and the 32-bit id; the line need be only one of theirs.
      auto candidate = checked(key, line, note.text);
      if (!candidate) continue;
      right = true;
      if (std::none_of(known.begin(), known.end(), [&](const KnownSignature& k) { return k.key == key; })) {
        known.push_back(std::move(*candidate));
      }
    }
    if (claimed && !right) {
      return fail(ErrorKind::Refused, "note.bad_signature", "a signature of a known key is wrong",
                  "signer " + printable(line.name), "keep the note as evidence and ask its sender");
    }
  }
  if (known.empty()) {
    return fail(ErrorKind::Refused, "note.unknown_signers", "no known key signed the note",
                std::to_string(note.signatures.size()) + " signatures by others",
                "check which verifier keys are installed");
  }
  return OpenedNote{std::move(note), std::move(known)};
}

std::string cosigned_message(std::uint64_t time_s, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(text);
}

}  // namespace sealkeep

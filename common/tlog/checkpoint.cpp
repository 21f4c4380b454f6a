// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/checkpoint.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "common/tlog/decimal.hpp"

namespace sealkeep {
namespace {

constexpr std::size_t kRootChars = 44;  // base64 of 32 bytes

auto malformed(const char* why) {
  return bad_input("checkpoint.malformed", "the text is not a checkpoint", why,
                   "fetch it again, and keep this one if it was signed");
}

}  // namespace

Result<> check_checkpoint(const Checkpoint& checkpoint) {
  if (!check_key_name(checkpoint.origin)) return malformed("its origin cannot name a log");
  if (checkpoint.size > limits::kTreeSize) return malformed("its size is beyond 2^63-1");
  return {};
}

std::string format_checkpoint(const Checkpoint& checkpoint) {
  SEALKEEP_ASSERT(check_checkpoint(checkpoint).has_value());
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + base64(checkpoint.root.view()) +
         "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  if (!text.ends_with('\n') || std::count(text.begin(), text.end(), '\n') != 3) {
    return malformed("it does not have exactly three lines");
  }
  const std::size_t size_at = text.find('\n') + 1;
  const std::size_t root_at = text.find('\n', size_at) + 1;
  const std::string_view encoded = text.substr(root_at, text.size() - root_at - 1);
  const auto size = parse_decimal(text.substr(size_at, root_at - size_at - 1));
  if (!size) return malformed("its size is not a number up to 2^63-1");
  if (encoded.size() != kRootChars) return malformed("its root has the wrong length");
  const auto root = from_base64(encoded);
  if (!root || root->size() != sizeof(Hash::bytes)) return malformed("its root is not base64 of 32 bytes");
  Checkpoint checkpoint;
  checkpoint.origin = text.substr(0, size_at - 1);
  checkpoint.size = *size;
  std::copy(root->begin(), root->end(), checkpoint.root.bytes.begin());
  SEALKEEP_TRY(check_checkpoint(checkpoint));
  return checkpoint;
}

std::string checkpoint_fingerprint(const Checkpoint& checkpoint) {
  return fingerprint(as_bytes(format_checkpoint(checkpoint)));
}

Signature sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  return key.sign(as_bytes(format_checkpoint(checkpoint)));
}

Result<> verify_checkpoint(const Checkpoint& checkpoint, const PublicKey& key, const Signature& signature) {
  SEALKEEP_TRY(check_checkpoint(checkpoint));
  if (!verify(key, as_bytes(format_checkpoint(checkpoint)), signature)) {
    return fail(ErrorKind::Refused, "checkpoint.bad_signature",
                "the checkpoint is not signed by its log's key",
                "log " + printable(checkpoint.origin) + ", size " + std::to_string(checkpoint.size),
                "keep it as evidence and ask the log's owner");
  }
  return {};
}

NoteSignature checkpoint_line(const Checkpoint& checkpoint, const PublicKey& key,
                              const Signature& signature) {
  return {checkpoint.origin, key_id(checkpoint.origin, NoteKeyType::Ed25519, key), to_bytes(signature.bytes)};
}

std::string note_text(const Checkpoint& checkpoint, const PublicKey& key, const Signature& signature,
                      std::span<const NoteSignature> cosignatures) {
  Note note{format_checkpoint(checkpoint), {checkpoint_line(checkpoint, key, signature)}};
  note.signatures.insert(note.signatures.end(), cosignatures.begin(), cosignatures.end());
  return format_note(note);
}

}  // namespace sealkeep

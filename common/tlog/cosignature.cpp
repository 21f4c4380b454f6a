// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/cosignature.hpp"

#include "common/base/limits.hpp"

namespace sealkeep {

Cosignature make_cosignature(const Checkpoint& checkpoint, std::uint64_t time_s,
                             const SigningKey& mirror_key) {
  SEALKEEP_ASSERT(time_s <= limits::kTreeSize);
  return {time_s, mirror_key.sign(as_bytes(cosigned_message(time_s, format_checkpoint(checkpoint))))};
}

Result<> verify_cosignature(const Checkpoint& checkpoint, const PublicKey& mirror_key,
                            const Cosignature& cosignature) {
  SEALKEEP_TRY(check_checkpoint(checkpoint));
  const std::string message = cosigned_message(cosignature.time_s, format_checkpoint(checkpoint));
  if (cosignature.time_s > limits::kTreeSize ||
      !verify(mirror_key, as_bytes(message), cosignature.signature)) {
    return fail(ErrorKind::Refused, "cosignature.bad_signature",
                "the cosignature is not the mirror's over this checkpoint",
                "log " + printable(checkpoint.origin) + ", size " + std::to_string(checkpoint.size),
                "keep it as evidence and ask the mirror for its cosignature again");
  }
  return {};
}

NoteSignature cosignature_line(std::string_view mirror_name, const PublicKey& mirror_key,
                               const Cosignature& cosignature) {
  NoteSignature line{std::string(mirror_name), key_id(mirror_name, NoteKeyType::Cosignature, mirror_key), {}};
  ByteWriter(line.bytes).u64(cosignature.time_s).raw(cosignature.signature.bytes);
  return line;
}

Result<Cosignature> parse_cosignature(ByteView bytes) {
  ByteReader reader(bytes);
  Cosignature cosignature;
  cosignature.time_s = reader.u64();
  cosignature.signature.bytes = reader.array<64>();
  if (!reader.finished() || cosignature.time_s > limits::kTreeSize) {
    return bad_input("cosignature.malformed", "the bytes are not a cosignature",
                     "they are not a time and a signature, 72 bytes together", "ask the mirror for it again");
  }
  return cosignature;
}

Result<OpenedCheckpoint> open_checkpoint(ByteView note, const VerifierKey& log,
                                         std::span<const VerifierKey> mirrors) {
  SEALKEEP_ASSERT(log.type == NoteKeyType::Ed25519);
  std::vector<VerifierKey> keys{log};
  for (const VerifierKey& mirror : mirrors) {
    SEALKEEP_ASSERT(mirror.type == NoteKeyType::Cosignature);
    keys.push_back(mirror);
  }
  SEALKEEP_LET(opened, open_note(note, keys));
  OpenedCheckpoint result;
  SEALKEEP_LET(checkpoint, parse_checkpoint(opened.note.text));
  result.checkpoint = std::move(checkpoint);
  if (result.checkpoint.origin != log.name) {
    return fail(ErrorKind::Refused, "checkpoint.other_log", "the checkpoint is another log's",
                printable(result.checkpoint.origin) + " instead of " + printable(log.name),
                "check which log's verifier key is used");
  }
  bool signed_by_log = false;
  for (const KnownSignature& known : opened.known) {
    if (known.key == log) {
      signed_by_log = true;
      result.signature = known.signature;
    } else {
      result.cosigned.push_back({known.key, {known.time_s, known.signature}});
    }
  }
  if (!signed_by_log) {
    return fail(ErrorKind::Refused, "checkpoint.not_signed", "the log itself did not sign the checkpoint",
                "log " + printable(log.name), "ask the log's owner for a signed checkpoint");
  }
  return result;
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/tlog/checkpoint.hpp"

namespace sealkeep {

/// A mirror's statement about a checkpoint (C2SP tlog-cosignature v1, key type 0x04): consistent with
/// everything this mirror cosigned before, and its entries stored. The only acknowledgement there is.
struct Cosignature {
  std::uint64_t time_s = 0;  ///< Unix seconds by the mirror's clock, at most 2^63-1
  Signature signature;
  friend auto operator<=>(const Cosignature&, const Cosignature&) = default;
};

/// Signs. The caller has stored the entries and released this only after its commit. Asserts as
/// format_checkpoint.
[[nodiscard]] Cosignature make_cosignature(const Checkpoint& checkpoint, std::uint64_t time_s,
                                           const SigningKey& mirror_key);

/// Refused `cosignature.bad_signature` if it is not this key's over exactly this checkpoint and time;
/// BadInput `checkpoint.malformed` if the checkpoint cannot exist. Safe on hostile input.
[[nodiscard]] Result<> verify_cosignature(const Checkpoint& checkpoint, const PublicKey& mirror_key,
                                          const Cosignature& cosignature);

/// The cosignature as a note line: base64(key id || u64 time || signature), 76 bytes.
[[nodiscard]] NoteSignature cosignature_line(std::string_view mirror_name, const PublicKey& mirror_key,
                                             const Cosignature& cosignature);
/// From the 72 bytes of such a line after its key id. BadInput `cosignature.malformed` for another length or
/// a time past 2^63-1.
[[nodiscard]] Result<Cosignature> parse_cosignature(ByteView bytes);

/// A checkpoint whose signatures were checked.
struct OpenedCheckpoint {
  Checkpoint checkpoint;
  Signature signature;  ///< the log's own
  struct By {
    VerifierKey mirror;
    Cosignature cosignature;
  };
  std::vector<By> cosigned;  ///< by known mirrors, in the note's order; may be empty
};

/// Opens a checkpoint note. Errors as open_note and parse_checkpoint; Refused `checkpoint.not_signed` if the
/// log's own signature is missing; Refused `checkpoint.other_log` if its origin is not the log key's name.
/// `log` has type Ed25519, `mirrors` have type Cosignature (asserted).
[[nodiscard]] Result<OpenedCheckpoint> open_checkpoint(ByteView note, const VerifierKey& log,
                                                       std::span<const VerifierKey> mirrors = {});

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "common/crypto/hash.hpp"
#include "common/tlog/note.hpp"

namespace sealkeep {

/// A log's state (C2SP tlog-checkpoint): which log, how many entries, their root.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;
  friend auto operator<=>(const Checkpoint&, const Checkpoint&) = default;
};

/// Success if check_key_name(origin) holds and size <= limits::kTreeSize. BadInput `checkpoint.malformed`
/// otherwise.
[[nodiscard]] Result<> check_checkpoint(const Checkpoint& checkpoint);

/// "origin\nsize\nbase64(root)\n". The checkpoint passes check_checkpoint (asserted).
[[nodiscard]] std::string format_checkpoint(const Checkpoint& checkpoint);
/// BadInput `checkpoint.malformed` for any other spelling: leading zeros, extension lines, a missing last
/// newline.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view text);

/// What people compare of a log's state, on paper or aloud: fingerprint() of format_checkpoint, without its
/// signatures. It stands for every entry before `size`. Asserts as format_checkpoint.
[[nodiscard]] std::string checkpoint_fingerprint(const Checkpoint& checkpoint);

/// The log's own Ed25519 signature over format_checkpoint (key type 0x01). Asserts as format_checkpoint.
[[nodiscard]] Signature sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key);
/// Refused `checkpoint.bad_signature` if it is not this key's; BadInput `checkpoint.malformed` if the
/// checkpoint cannot exist. Safe on hostile input.
[[nodiscard]] Result<> verify_checkpoint(const Checkpoint& checkpoint, const PublicKey& key,
                                         const Signature& signature);

/// The log's signature as a note line, under the origin as key name.
[[nodiscard]] NoteSignature checkpoint_line(const Checkpoint& checkpoint, const PublicKey& key,
                                            const Signature& signature);

/// The whole signed note: text, blank line, the log's signature, then other lines (cosignatures) as given.
[[nodiscard]] std::string note_text(const Checkpoint& checkpoint, const PublicKey& key,
                                    const Signature& signature,
                                    std::span<const NoteSignature> cosignatures = {});

}  // namespace sealkeep

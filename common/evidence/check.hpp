// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>

#include "common/evidence/cover.hpp"
#include "common/evidence/pack_format.hpp"
#include "common/ses/directive.hpp"
#include "common/ses/entry.hpp"
#include "common/tlog/note.hpp"

namespace sealkeep::evidence {

/// A key or fingerprint that the reader has from elsewhere: the security plan, a day-close, a telephone call.
/// The fingerprint may be of a key or of a log's state (checkpoint_fingerprint).
struct Anchor {
  std::string text;                ///< as given
  std::optional<VerifierKey> key;  ///< of "name+id+base64"
  std::string fingerprint;         ///< 32 digits, of any other
};
/// A verifier key (C2SP), a public key as 64 hex digits, or a fingerprint as 32 hex digits; blanks do not
/// matter. BadInput `anchor.malformed`.
[[nodiscard]] Result<Anchor> parse_anchor(std::string_view text);

enum class Verdict : std::uint8_t {
  Proven = 1,         ///< everything fits, and a key that the reader gave stands behind every record
  Consistent = 2,     ///< everything fits, under keys that the pack itself brings
  NotConsistent = 3,  ///< something does not fit
};
/// "proven under the keys you gave", "consistent, keys not confirmed", "NOT CONSISTENT".
[[nodiscard]] std::string_view verdict_words(Verdict verdict);

/// What does not fit, and where.
struct Wrong {
  std::string part;                     ///< name of the file in the pack, "" for the pack itself
  std::optional<std::uint64_t> record;  ///< index of the entry, if it is one
  std::string code, what;
};

/// One log whose entries lead to a signed head.
struct CheckedLog {
  CoverLog about;
  VerifierKey key;
  std::uint64_t heads = 0;  ///< signed checkpoints, all of which the entries lead to
  std::uint64_t cosignatures = 0;
  std::uint64_t cosigned_size = 0;  ///< entries that the mirror had by `cosigned_s`, 0: none
  std::int64_t cosigned_s = 0;
  std::uint64_t confirmed_size = 0;  ///< entries behind which a key stands that the reader gave
  std::string confirmed_by;          ///< whose key that is
  std::string state;                 ///< fingerprint of its checkpoint, as printed on a day-close
};

struct CheckedPack {
  Verdict verdict = Verdict::NotConsistent;
  std::optional<Wrong> wrong;  ///< exactly if NotConsistent; then what follows may be incomplete
  Cover cover;
  std::vector<CheckedLog> logs;
  std::vector<bool> anchors_found;  ///< for each anchor: it is a key of this pack
  Hash file_hash;                   ///< SHA-256 of the whole file
  std::uint64_t entries = 0, details_here = 0, details_not_here = 0, unreadable = 0;
};

struct SeenDetail {
  DetailPresence presence = DetailPresence::NotHere;
  ByteView bytes;  ///< into the pack; empty unless Here
};

/// Is told what a pack holds while it is checked, front to back: of a site directives first, then its logs by
/// epoch. What it was told counts only if the verdict is not NotConsistent.
class PackVisitor {
 public:
  virtual ~PackVisitor() = default;
  virtual void on_cover(const Cover&) {}
  virtual void on_directive(const CoverLog&, std::uint64_t /*index*/, const ses::Directive*) {}
  /// `entry` is nullptr for one that this program cannot read.
  virtual void on_entry(const CoverLog&, std::uint64_t /*index*/, const ses::Entry* /*entry*/,
                        std::span<const SeenDetail>) {}
};

/// Checks every byte of a pack: its form, the signatures and cosignatures, that the entries lead to every
/// signed head, that details are those that entries commit to, that directives are those that were adopted.
/// Needs nothing but the bytes. Memory: one working set of 256 entries, 32 bytes a directive. Never fails:
/// what is wrong is in the result. Safe on hostile input.
[[nodiscard]] CheckedPack check_pack(ByteView pack, std::span<const Anchor> anchors, PackVisitor& visitor);

}  // namespace sealkeep::evidence

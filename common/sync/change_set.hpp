// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "common/base/limits.hpp"
#include "common/tlog/checkpoint.hpp"
#include "common/tlog/tree.hpp"

/// The mirror protocol (docs/formats/wire.md, change-set.md): formats and state machines, pure. Time and
/// randomness come in as arguments; whoever owns the sockets and the database carries out the effects.
namespace sealkeep::sync {

/// How the wire names a log and its writer's key in 8 bytes: the C2SP key id, continued. A hint for the
/// look-up; what counts is the signature.
struct WireLogId {
  std::array<std::uint8_t, 8> bytes{};
  friend auto operator<=>(const WireLogId&, const WireLogId&) = default;
};

/// Which log, and who writes it.
struct LogIdentity {
  std::string origin;
  PublicKey key;
  WireLogId id;
  friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};
/// First 8 bytes of SHA-256(origin || 0x0A || 0x01 || key) as id.
[[nodiscard]] LogIdentity identify_log(std::string_view origin, const PublicKey& key);

/// Bytes of one entry in bundle form: its big-endian u16 length and itself.
[[nodiscard]] constexpr std::size_t bundled_bytes(std::size_t entry_bytes) {
  return entry_bytes + 2;
}

/// What a change set says about itself before anything is checked against the log.
struct ChangeSetHeader {
  WireLogId log;
  std::uint64_t start = 0;
  std::size_t count = 0;      ///< 1..limits::kChangeSetEntries
  std::size_t raw_bytes = 0;  ///< of the entries in bundle form, at most limits::kChangeSetBytes
  [[nodiscard]] std::uint64_t end() const { return start + count; }
};

/// Entries [start, end) and the writer's checkpoint at exactly `end`, gathered one entry after the other.
class ChangeSetBuilder {
 public:
  /// Takes at most `max_entries` and `max_bytes` (bundle form), both capped by limits::kChangeSet*.
  explicit ChangeSetBuilder(std::uint64_t start, std::size_t max_entries = limits::kChangeSetEntries,
                            std::size_t max_bytes = limits::kChangeSetBytes);

  /// False, and nothing changed, if the entry does not fit any more: send what is there, begin anew. The
  /// entry has 1..limits::kLeafBytes bytes (asserted).
  [[nodiscard]] bool add(ByteView entry);
  [[nodiscard]] std::uint64_t end() const { return start_ + count_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t raw_bytes() const { return raw_.size(); }

  /// The clear form, to be sealed for its receiver. `head` is the log's checkpoint at end() and `signature`
  /// its writer's (sizes and origin asserted; the signature is checked by the receiver). At least one entry
  /// (asserted).
  [[nodiscard]] Bytes finish(const LogIdentity& log, const Checkpoint& head,
                             const Signature& signature) const;
  /// The same, signed here by the log's own key (asserted). `after` is the log's frontier at end().
  [[nodiscard]] Bytes finish(const LogIdentity& log, const Frontier& after, const SigningKey& key) const;

 private:
  std::uint64_t start_;
  std::size_t max_entries_;
  std::size_t max_bytes_;
  std::size_t count_ = 0;
  Bytes raw_;
};

/// A change set that fits onto the mirrored prefix: every hash computed, the signature checked.
struct VerifiedRun {
  std::uint64_t start = 0;
  std::size_t count = 0;
  Bytes entries;                  ///< bundle form
  std::vector<Hash> leaf_hashes;  ///< hash_leaf of each entry
  Frontier after;                 ///< the mirrored frontier with the entries
  Checkpoint end;
  Signature signature;  ///< the writer's, over `end`
};

/// Why a change set was not taken, and what the receiver does about it.
enum class RefusalKind : std::uint8_t {
  Malformed,    ///< not the format: Refused message, alarm; the connection may stay
  WrongLog,     ///< another log's: look up the log by its header first
  Gap,          ///< starts past what is mirrored (something was lost): ask for a hello
  AlreadyHeld,  ///< a resend of what is mirrored (not looked into): answer with the newest cosignature
  Overlap,  ///< starts before and ends after what is mirrored: ask for a hello, which makes the sender start
            ///< right
  BadSignature,  ///< the writer did not sign this: ask for a hello; a fork shows there
  /// The writer signed a root at this size that the mirrored prefix and these entries do not give. The
  /// signature is the writer's, but nothing else binds the entries to it: damaged or exchanged entries look
  /// the same. So keep the head, ask for a hello and let judge_site_head decide; never freeze a log for this
  /// alone.
  Fork,
};

struct Refusal {
  RefusalKind kind = RefusalKind::Malformed;
  Error error;                        ///< code `change_set.<kind>`
  std::optional<Checkpoint> claimed;  ///< Fork only: what the writer signed ...
  Signature signature;                ///< ... and the signature, which was checked
};

/// Reads what is in front of the entries, to find the log. BadInput `change_set.malformed`.
[[nodiscard]] Result<ChangeSetHeader> read_change_set_header(ByteView clear);

/// Checks a change set against the prefix that is mirrored. Does not change `mirrored`: store the run, then
/// keep `after`. Memory: limits::kChangeSetBytes and 32 bytes an entry, whatever the bytes claim; nothing is
/// decompressed before its signature was checked. Safe on hostile input.
[[nodiscard]] tl::expected<VerifiedRun, Refusal> open_change_set(ByteView clear, const LogIdentity& log,
                                                                 const Frontier& mirrored);

}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "common/crypto/hash.hpp"

namespace sealkeep {

/// The Merkle tree of RFC 6962 section 2.1 (docs/formats/log.md). Any thread; none of the three allocates.
[[nodiscard]] Hash hash_leaf(ByteView entry);                       ///< SHA-256(0x00 || entry)
[[nodiscard]] Hash hash_node(const Hash& left, const Hash& right);  ///< SHA-256(0x01 || left || right)
[[nodiscard]] Hash empty_root();  ///< SHA-256 of nothing: the root at size 0

/// Root of the perfect tree over the hashes; their number is a power of two, at least 1 (asserted).
[[nodiscard]] Hash perfect_root(std::span<const Hash> hashes);

/// A tree of which only the roots of its perfect subtrees are kept ("compact range"): it grows and knows its
/// root, in O(log n) memory. A value: copy it before a transaction and put the copy back after a rollback.
class Frontier {
 public:
  Frontier() = default;

  /// From what size() and roots() gave. BadInput `tree.malformed` if the number of roots is not the number of
  /// one-bits of `size`, or `size` exceeds limits::kTreeSize.
  [[nodiscard]] static Result<Frontier> restore(std::uint64_t size, std::span<const Hash> roots);

  /// Adds one leaf by its hash. Amortised one node hash. The size stays within limits::kTreeSize (asserted).
  void append(const Hash& leaf);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// RFC 6962 tree hash of all leaves; at most 62 node hashes.
  [[nodiscard]] Hash root() const;
  /// Roots of the perfect subtrees, largest (leftmost) first: one for each one-bit of size().
  [[nodiscard]] const std::vector<Hash>& roots() const { return roots_; }

  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> roots_;
};

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>

#include "common/tlog/tile.hpp"
#include "common/tlog/tree.hpp"

namespace sealkeep {

/// Gives the root of the perfect subtree of 2^level leaves that starts at leaf index * 2^level. Called only
/// for subtrees that lie wholly within the tree. Errors pass through.
using ReadHashes = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

/// ReadHashes over the tiles of a tree of `size` leaves: `proof = make_inclusion_proof(i, n, TileReader(size,
/// read))`. Serves every n <= size. Keeps the last tile of each level. Corrupt `tile.malformed` for a tile of
/// a wrong length; BadInput `proof.range` for a subtree beyond the tree.
class TileReader {
 public:
  TileReader(std::uint64_t size, ReadTile read_tile);
  [[nodiscard]] Result<Hash> operator()(unsigned level, std::uint64_t index);

 private:
  struct Held {
    TileId id;
    std::vector<Hash> hashes;
  };
  std::uint64_t size_;
  ReadTile read_tile_;
  std::array<std::optional<Held>, kTileLevels> held_;
};

/// Audit path of leaf `index` in the tree of the first `size` leaves, nearest sibling first (RFC 6962 2.1.1).
/// BadInput `proof.range` unless index < size <= limits::kTreeSize.
[[nodiscard]] Result<std::vector<Hash>> make_inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                             const ReadHashes& read);

/// Proof that the tree at `old_size` is a prefix of the tree at `new_size` (RFC 6962 2.1.2). Empty if the
/// sizes are equal or old_size is 0. BadInput `proof.range` unless old_size <= new_size <= limits::kTreeSize.
[[nodiscard]] Result<std::vector<Hash>> make_consistency_proof(std::uint64_t old_size, std::uint64_t new_size,
                                                               const ReadHashes& read);

/// Success if the proof shows that the leaf with hash `leaf` is at `index` in the tree of `size` leaves and
/// root `root` (RFC 9162 2.1.3.2). Refused `proof.wrong` otherwise, also for a path too long or too short.
[[nodiscard]] Result<> check_inclusion_proof(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                             std::span<const Hash> proof, const Hash& root);

/// Success if the proof shows that the first tree is a prefix of the second (RFC 9162 2.1.4.2). Size 0 is a
/// prefix of everything, with the empty root and an empty proof; equal sizes need equal roots and an empty
/// proof. Refused `proof.wrong` otherwise.
[[nodiscard]] Result<> check_consistency_proof(std::uint64_t old_size, const Hash& old_root,
                                               std::uint64_t new_size, const Hash& new_root,
                                               std::span<const Hash> proof);

}  // namespace sealkeep

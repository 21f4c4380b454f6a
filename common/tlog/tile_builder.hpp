// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "common/tlog/tile.hpp"
#include "common/tlog/tree.hpp"

namespace sealkeep {

/// Grows a tree leaf by leaf and yields each tile when it is full. Holds the right edge (at most 255 hashes a
/// level) and a Frontier; full tiles are the caller's to store. A value: copy it before a transaction, put
/// the copy back after a rollback. No I/O.
class TileBuilder {
 public:
  TileBuilder() = default;

  /// The builder as it was at `size`. Reads the full tiles that the edge needs, at most 255 of each level
  /// below the top one (asked with width 256); `tail` are the hashes of the last `size % 256` leaves.
  /// BadInput `tree.malformed` if `tail` has another length or `size` exceeds limits::kTreeSize; Corrupt
  /// `tile.malformed` if a tile has a wrong length; errors of `read_tile` as they are. It cannot know the
  /// right root: compare root() with the stored head.
  [[nodiscard]] static Result<TileBuilder> restore(std::uint64_t size, const ReadTile& read_tile,
                                                   std::span<const Hash> tail);

  /// Adds one leaf by its hash; returns the tiles that became full, lowest level first (mostly none, then no
  /// allocation).
  [[nodiscard]] std::vector<Tile> append(const Hash& leaf);

  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  [[nodiscard]] Hash root() const { return frontier_.root(); }
  [[nodiscard]] const Frontier& frontier() const { return frontier_; }

  /// The partial tiles of this size, lowest level first; none is empty.
  [[nodiscard]] std::vector<Tile> partial_tiles() const;

  /// Hashes of the unfinished tile of a level (0..7), leftmost first.
  [[nodiscard]] std::span<const Hash> edge(unsigned level) const;

  friend bool operator==(const TileBuilder&, const TileBuilder&) = default;

 private:
  Frontier frontier_;
  std::array<std::vector<Hash>, kTileLevels> edge_;
};

/// A ReadTile for all tiles at the builder's size: partial ones from a copy of its edge, full ones from
/// `read_full`.
[[nodiscard]] ReadTile with_edge(const TileBuilder& builder, ReadTile read_full);

}  // namespace sealkeep

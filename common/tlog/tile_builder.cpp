// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/tile_builder.hpp"

#include <bit>
#include <utility>

#include "common/base/limits.hpp"

namespace sealkeep {
namespace {

Bytes joined(std::span<const Hash> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * 32);
  for (const Hash& hash : hashes) append(bytes, hash.view());
  return bytes;
}

}  // namespace

Result<TileBuilder> TileBuilder::restore(std::uint64_t size, const ReadTile& read_tile,
                                         std::span<const Hash> tail) {
  if (size > limits::kTreeSize || tail.size() != size % kTileWidth) {
    return bad_input(
        "tree.malformed", "the trailing leaves do not fit the tree's size",
        std::to_string(tail.size()) + " leaf hashes after the last full tile of size " + std::to_string(size),
        "rebuild the tree from the entries");
  }
  TileBuilder builder;
  builder.edge_[0].assign(tail.begin(), tail.end());
  for (unsigned level = 1; level < kTileLevels; ++level) {
    const std::uint64_t hashes = tile_level_hashes(size, level);
    for (std::uint64_t n = hashes - hashes % kTileWidth; n < hashes; ++n) {
      SEALKEEP_LET(bytes, read_tile(TileId{level - 1, n, kTileWidth}));
      SEALKEEP_LET(below, decode_tile(bytes, kTileWidth));
      builder.edge_[level].push_back(perfect_root(below));
    }
  }
  // The widths of the edge, top level first, are the digits of the size in base 256; the one-bits of each
  // digit are the frontier's subtrees.
  std::vector<Hash> roots;
  for (unsigned level = kTileLevels; level-- > 0;) {
    std::span<const Hash> rest = builder.edge_[level];
    while (!rest.empty()) {
      const std::size_t count = std::bit_floor(rest.size());
      roots.push_back(perfect_root(rest.first(count)));
      rest = rest.subspan(count);
    }
  }
  SEALKEEP_LET(frontier, Frontier::restore(size, roots));
  builder.frontier_ = std::move(frontier);
  return builder;
}

std::vector<Tile> TileBuilder::append(const Hash& leaf) {
  std::vector<Tile> full;
  frontier_.append(leaf);
  edge_[0].push_back(leaf);
  for (unsigned level = 0; edge_[level].size() == kTileWidth; ++level) {
    const std::uint64_t n = tile_level_hashes(size(), level) / kTileWidth - 1;
    full.push_back(Tile{{level, n, kTileWidth}, joined(edge_[level])});
    edge_[level + 1].push_back(perfect_root(edge_[level]));
    edge_[level].clear();
  }
  return full;
}

std::vector<Tile> TileBuilder::partial_tiles() const {
  std::vector<Tile> partial;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    if (edge_[level].empty()) continue;
    const std::uint64_t n = tile_level_hashes(size(), level) / kTileWidth;
    partial.push_back(Tile{{level, n, static_cast<unsigned>(edge_[level].size())}, joined(edge_[level])});
  }
  return partial;
}

std::span<const Hash> TileBuilder::edge(unsigned level) const {
  SEALKEEP_ASSERT(level < kTileLevels);
  return edge_[level];
}

ReadTile with_edge(const TileBuilder& builder, ReadTile read_full) {
  return [partial = builder.partial_tiles(),
          read_full = std::move(read_full)](const TileId& id) -> Result<Bytes> {
    if (id.width == kTileWidth) return read_full(id);
    for (const Tile& tile : partial) {
      if (tile.id == id) return tile.bytes;
    }
    return fail(ErrorKind::NotFound, "tile.missing", "there is no such partial tile at the tree's size",
                tile_path(id), "ask for the tiles of the newest size");
  };
}

}  // namespace sealkeep

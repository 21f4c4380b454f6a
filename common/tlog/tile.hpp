// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/crypto/hash.hpp"

namespace sealkeep {

inline constexpr unsigned kTileWidth = 256;    ///< hashes of a full tile, entries of a full bundle
inline constexpr unsigned kTileLevelBits = 8;  ///< tree levels that one tile level spans
inline constexpr std::size_t kTileBytes = kTileWidth * 32;  ///< a full tile
inline constexpr unsigned kTileLevels = 8;  ///< levels 0..7 hold every tree up to limits::kTreeSize
inline constexpr std::size_t kBundleEntryBytes = 65535;  ///< the widest entry that a bundle can hold

/// Names a tile: hashes n*256 .. n*256+width-1 of tile level `level`, that is roots of perfect subtrees of
/// 256^level leaves. Width 256 is a full tile, 1..255 a partial one.
struct TileId {
  unsigned level = 0;
  std::uint64_t n = 0;
  unsigned width = kTileWidth;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

/// Names a bundle: entries n*256 .. n*256+width-1.
struct BundleId {
  std::uint64_t n = 0;
  unsigned width = kTileWidth;
  friend auto operator<=>(const BundleId&, const BundleId&) = default;
};

/// A tile with its hashes, 32 bytes each, leftmost first.
struct Tile {
  TileId id;
  Bytes bytes;
  friend bool operator==(const Tile&, const Tile&) = default;
};

/// Where stored tiles come from; called with ids of tiles that exist at the size in question. Errors pass
/// through.
using ReadTile = std::function<Result<Bytes>(const TileId&)>;

/// Number of hashes of tile level `level` (0..7) at a tree size: floor(size / 256^level).
[[nodiscard]] std::uint64_t tile_level_hashes(std::uint64_t size, unsigned level);

/// All tiles, and all bundles, of a log at a size: full ones and, per level, at most one partial. In order of
/// level, n. For exports: the list has about size/256 elements.
[[nodiscard]] std::vector<TileId> tiles_at(std::uint64_t size);
[[nodiscard]] std::vector<BundleId> bundles_at(std::uint64_t size);

/// C2SP tlog-tiles: "tile/1/x001/x234/067.p/8"; a full tile has no ".p/". The id is sound (asserted).
[[nodiscard]] std::string tile_path(const TileId& id);
[[nodiscard]] std::string bundle_path(const BundleId& id);  ///< "tile/entries/x001/x234/067"

/// The only inverse of the above: any other spelling (leading zero, width 0 or 256, level 8, a number past
/// 2^63-1, missing or needless group) is BadInput `tile.path`.
[[nodiscard]] Result<TileId> parse_tile_path(std::string_view path);
[[nodiscard]] Result<BundleId> parse_bundle_path(std::string_view path);

/// Appends one entry to a bundle: big-endian u16 length, then the entry. BadInput `bundle.entry_too_long`
/// past kBundleEntryBytes; `bundle` is then as before.
[[nodiscard]] Result<> append_to_bundle(Bytes& bundle, ByteView entry);

/// The entries of a bundle, views into `bytes`. BadInput `bundle.malformed` unless exactly `count` entries
/// (0..256) fill it to the last byte.
[[nodiscard]] Result<std::vector<ByteView>> decode_bundle(ByteView bytes, std::size_t count);

/// The hashes of a tile. Corrupt `tile.malformed` unless there are exactly `width` (1..256).
[[nodiscard]] Result<std::vector<Hash>> decode_tile(ByteView bytes, unsigned width);

}  // namespace sealkeep

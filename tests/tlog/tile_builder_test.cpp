// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/tile_builder.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "common/base/limits.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

namespace {

using Store = std::map<TileId, Bytes>;

ReadTile reader_of(const Store& store) {
  return [&store](const TileId& id) -> Result<Bytes> {
    const auto found = store.find(id);
    if (found == store.end()) return fail(ErrorKind::NotFound, "tile.missing", "no such tile");
    return found->second;
  };
}

void keep(Store& store, std::vector<Tile> tiles) {
  for (Tile& tile : tiles) {
    REQUIRE(tile.id.width == kTileWidth);
    REQUIRE(store.emplace(tile.id, std::move(tile.bytes)).second);
  }
}

}  // namespace

TEST_CASE("a builder restored from tiles and trailing leaves equals the one that grew") {
  const std::vector<Hash> leaves = reference::leaves(70000);
  const std::size_t sizes[] = {0,   1,     2,     254,   255,   256,   257,   511,  512,
                               513, 65279, 65280, 65535, 65536, 65537, 65793, 70000};
  Store store;
  TileBuilder grown;
  for (const std::size_t size : sizes) {
    while (grown.size() < size) keep(store, grown.append(leaves[grown.size()]));
    INFO("size " << size);
    const auto tail = std::span(leaves).first(size).last(size % 256);
    auto restored = TileBuilder::restore(size, reader_of(store), tail);
    REQUIRE(restored);
    CHECK(*restored == grown);
    CHECK(restored->root() == reference::root(std::span(leaves).first(size)));
    CHECK(restored->partial_tiles() == grown.partial_tiles());
  }
}

TEST_CASE("full and partial tiles together are the tiles of the size, and hold subtree roots") {
  const std::vector<Hash> leaves = reference::leaves(66000);
  const std::span<const Hash> all = leaves;
  Store store;
  TileBuilder builder;
  for (const Hash& leaf : leaves) keep(store, builder.append(leaf));
  for (Tile& tile : builder.partial_tiles()) store.emplace(tile.id, std::move(tile.bytes));
  const std::vector<TileId> expected = tiles_at(66000);
  REQUIRE(store.size() == expected.size());
  for (const TileId& id : expected) {
    REQUIRE(store.count(id) == 1);
    const auto hashes = decode_tile(store.at(id), id.width);
    REQUIRE(hashes);
    const std::size_t span = std::size_t{1} << (8 * id.level);
    for (std::size_t i = 0; i < id.width; ++i) {
      REQUIRE((*hashes)[i] == reference::root(all.subspan((id.n * 256 + i) * span, span)));
    }
  }
}

TEST_CASE("append reports a tile exactly when it is full, the lowest level first") {
  TileBuilder builder;
  const std::vector<Hash> leaves = reference::leaves(1);
  for (std::uint64_t size = 1; size <= 65536; ++size) {
    const std::vector<Tile> tiles = builder.append(leaves[0]);
    REQUIRE(tiles.size() == (size == 65536 ? 2U : size % 256 == 0 ? 1U : 0U));
    if (tiles.empty()) continue;
    REQUIRE(tiles[0].id == TileId{0, size / 256 - 1, 256});
    REQUIRE(tiles[0].bytes.size() == kTileBytes);
    if (tiles.size() == 2) REQUIRE(tiles[1].id == TileId{1, 0, 256});
  }
  CHECK(builder.edge(0).empty());
  CHECK(builder.edge(1).empty());
  CHECK(builder.edge(2).size() == 1);
  CHECK(builder.edge(2)[0] == builder.root());
}

TEST_CASE("restore refuses trailing leaves that do not fit the size") {
  const std::vector<Hash> leaves = reference::leaves(256);
  const Store none;
  CHECK(TileBuilder::restore(255, reader_of(none), std::span(leaves).first(255)));
  for (const std::size_t count : {std::size_t{0}, std::size_t{254}, std::size_t{256}}) {
    const auto refused = TileBuilder::restore(255, reader_of(none), std::span(leaves).first(count));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "tree.malformed");
  }
  CHECK_FALSE(TileBuilder::restore(limits::kTreeSize + 1, reader_of(none), {}));
}

TEST_CASE("restore passes on a missing tile and calls a short one corrupt") {
  Store store;
  const auto missing = TileBuilder::restore(256, reader_of(store), {});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == "tile.missing");
  store[TileId{0, 0, 256}] = Bytes(kTileBytes - 1);
  const auto cut = TileBuilder::restore(256, reader_of(store), {});
  REQUIRE_FALSE(cut);
  CHECK(cut.error().kind == ErrorKind::Corrupt);
  store[TileId{0, 0, 256}] = Bytes(kTileBytes + 32);
  CHECK_FALSE(TileBuilder::restore(256, reader_of(store), {}));
}

TEST_CASE("a flipped bit in a stored tile changes the restored root") {
  Store store;
  TileBuilder builder;
  for (const Hash& leaf : reference::leaves(256)) keep(store, builder.append(leaf));
  for (std::size_t bit = 0; bit < 8 * kTileBytes; bit += 997) {
    Store bad = store;
    Bytes& tile = bad.at(TileId{0, 0, 256});
    tile[bit / 8] = static_cast<std::uint8_t>(tile[bit / 8] ^ (1U << (bit % 8)));
    const auto restored = TileBuilder::restore(256, reader_of(bad), {});
    REQUIRE(restored);
    REQUIRE(restored->root() != builder.root());
  }
}

TEST_CASE("with_edge gives partial tiles from the builder and full ones from the store") {
  Store store;
  TileBuilder builder;
  for (const Hash& leaf : reference::leaves(300)) keep(store, builder.append(leaf));
  const ReadTile read = with_edge(builder, reader_of(store));
  for (const TileId& id : tiles_at(300)) {
    const auto bytes = read(id);
    REQUIRE(bytes);
    CHECK(bytes->size() == std::size_t{id.width} * 32);
  }
  const auto older = read(TileId{0, 1, 43});
  REQUIRE_FALSE(older);
  CHECK(older.error().code == "tile.missing");
}

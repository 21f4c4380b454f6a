// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/tile.hpp"

#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

TEST_CASE("tile and bundle paths are spelled as C2SP tlog-tiles spells them") {
  CHECK(tile_path({0, 0, 256}) == "tile/0/000");
  CHECK(tile_path({1, 67, 256}) == "tile/1/067");
  CHECK(tile_path({0, 999, 255}) == "tile/0/999.p/255");
  CHECK(tile_path({0, 1000, 1}) == "tile/0/x001/000.p/1");
  CHECK(tile_path({2, 1234067, 256}) == "tile/2/x001/x234/067");
  CHECK(tile_path({7, limits::kTreeSize, 8}) == "tile/7/x009/x223/x372/x036/x854/x775/807.p/8");
  CHECK(bundle_path({1234067, 256}) == "tile/entries/x001/x234/067");
  CHECK(bundle_path({5, 44}) == "tile/entries/005.p/44");
}

TEST_CASE("every path that is written is read back as the same tile or bundle") {
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{10}, std::uint64_t{99},
                                std::uint64_t{100}, std::uint64_t{999}, std::uint64_t{1000},
                                std::uint64_t{999999}, std::uint64_t{1000000}, limits::kTreeSize}) {
    for (const unsigned width : {1U, 9U, 10U, 255U, 256U}) {
      for (unsigned level = 0; level < kTileLevels; ++level) {
        const TileId id{level, n, width};
        const auto read = parse_tile_path(tile_path(id));
        REQUIRE(read);
        REQUIRE(*read == id);
      }
      const auto read = parse_bundle_path(bundle_path({n, width}));
      REQUIRE(read);
      REQUIRE(*read == BundleId{n, width});
    }
  }
}

TEST_CASE("any other spelling of a tile path is refused") {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "/tile/0/000",
                           "tile/0/000/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/8/000",
                           "tile/-1/000",
                           "tile/+0/000",
                           "tile/0/x000/000",
                           "tile/0/x000/001",
                           "tile/0/x000/x001/000",
                           "tile/0/001/000",
                           "tile/0/x001",
                           "tile/0/x001/",
                           "tile/0/x01/000",
                           "tile/0/x0001/000",
                           "tile/0/x001/x000",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/ 1",
                           "tile/0/000.p/1/",
                           "tile/0/000.p/1.p/1",
                           "tile/0/.p/1",
                           "tile/0/00a",
                           "tile/0/ 01",
                           "tile/0/-01",
                           "tile/0/x-01/000",
                           "tile/0/../000",
                           "tile/0/x001//000",
                           "tile/entries/000",
                           "tile/0/x009/x223/x372/x036/x854/x775/808",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
                           "tile/0/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/000"}) {
    INFO(path);
    const auto refused = parse_tile_path(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "tile.path");
  }
  CHECK_FALSE(parse_bundle_path("tile/0/000"));
  CHECK_FALSE(parse_bundle_path("tile/entries/0/000"));
  CHECK_FALSE(parse_bundle_path("tile/entries/000.p/256"));
  CHECK_FALSE(
      parse_tile_path(std::string_view("tile/0/0\0"
                                       "0",
                                       10)));
}

TEST_CASE("a log of a size has exactly the tiles that tlog-tiles names") {
  CHECK(tiles_at(0).empty());
  CHECK(bundles_at(0).empty());
  CHECK(tiles_at(255) == std::vector<TileId>{{0, 0, 255}});
  CHECK(tiles_at(256) == std::vector<TileId>{{0, 0, 256}, {1, 0, 1}});
  CHECK(bundles_at(256) == std::vector<BundleId>{{0, 256}});
  CHECK(bundles_at(257) == std::vector<BundleId>{{0, 256}, {1, 1}});
  const std::vector<TileId> tiles = tiles_at(70000);
  REQUIRE(tiles.size() == 277);
  CHECK(tiles[272] == TileId{0, 272, 256});
  CHECK(tiles[273] == TileId{0, 273, 112});
  CHECK(tiles[274] == TileId{1, 0, 256});
  CHECK(tiles[275] == TileId{1, 1, 17});
  CHECK(tiles[276] == TileId{2, 0, 1});
}

TEST_CASE("a bundle gives back its entries, empty and widest ones too") {
  const Bytes widest(kBundleEntryBytes, 0xAB);
  Bytes bundle;
  REQUIRE(append_to_bundle(bundle, {}));
  REQUIRE(append_to_bundle(bundle, as_bytes("seal")));
  REQUIRE(append_to_bundle(bundle, widest));
  CHECK(bundle.size() == 6 + 4 + kBundleEntryBytes);
  CHECK(bundle[2] == 0);
  CHECK(bundle[3] == 4);
  const auto entries = decode_bundle(bundle, 3);
  REQUIRE(entries);
  CHECK((*entries)[0].empty());
  CHECK(as_text((*entries)[1]) == "seal");
  CHECK(to_bytes((*entries)[2]) == widest);
  const auto none = decode_bundle({}, 0);
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("an entry past 65535 bytes is refused and leaves the bundle as it was") {
  Bytes bundle;
  REQUIRE(append_to_bundle(bundle, as_bytes("seal")));
  const Bytes before = bundle;
  const auto refused = append_to_bundle(bundle, Bytes(kBundleEntryBytes + 1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "bundle.entry_too_long");
  CHECK(bundle == before);
}

TEST_CASE("a bundle cut anywhere, with a byte too many or another count is refused") {
  Bytes bundle;
  for (std::uint64_t i = 0; i < 20; ++i) REQUIRE(append_to_bundle(bundle, as_bytes(reference::entry(i))));
  REQUIRE(decode_bundle(bundle, 20));
  for (std::size_t keep = 0; keep < bundle.size(); ++keep) {
    REQUIRE_FALSE(decode_bundle(ByteView(bundle).first(keep), 20));
  }
  CHECK_FALSE(decode_bundle(bundle, 19));
  CHECK_FALSE(decode_bundle(bundle, 21));
  CHECK_FALSE(decode_bundle(bundle, SIZE_MAX));
  bundle.push_back(0);
  const auto refused = decode_bundle(bundle, 20);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "bundle.malformed");
}

TEST_CASE("a bundle takes 256 entries and not 257") {
  CHECK(decode_bundle(Bytes(512), 256));
  CHECK_FALSE(decode_bundle(Bytes(514), 257));
}

TEST_CASE("a tile of another length than its width is corrupt") {
  const Bytes tile(kTileBytes, 7);
  REQUIRE(decode_tile(tile, 256));
  CHECK(decode_tile(tile, 256)->at(255).bytes ==
        Hash{{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}}
            .bytes);
  for (const unsigned width : {0U, 255U, 257U, 300U}) {
    const auto refused = decode_tile(tile, width);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::Corrupt);
  }
  CHECK_FALSE(decode_tile(ByteView(tile).first(kTileBytes - 1), 256));
  CHECK_FALSE(decode_tile({}, 0));
}

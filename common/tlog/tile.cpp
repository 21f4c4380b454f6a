// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/tile.hpp"

#include <algorithm>
#include <optional>

#include "common/tlog/decimal.hpp"

namespace sealkeep {
namespace {

constexpr std::string_view kTilePrefix = "tile/";
constexpr std::string_view kBundlePrefix = "tile/entries/";
constexpr std::size_t kMaxPathBytes = 64;  // the longest number has 7 groups

std::string grouped(std::uint64_t n) {
  std::string path = std::to_string(n);
  path.insert(0, (3 - path.size() % 3) % 3, '0');
  for (std::size_t at = path.size() - 3; at > 0; at -= 3) path.insert(at, "/");
  for (std::size_t at = path.rfind('/'); at != std::string::npos;) {
    const std::size_t before = at == 0 ? std::string::npos : path.rfind('/', at - 1);
    path.insert(before == std::string::npos ? 0 : before + 1, "x");
    at = before;
  }
  return path;
}

std::string suffix(unsigned width) {
  SEALKEEP_ASSERT(width >= 1 && width <= kTileWidth);
  return width == kTileWidth ? "" : ".p/" + std::to_string(width);
}

struct Numbered {
  std::uint64_t n;
  unsigned width;
};

// "x001/x234/067" or "x001/x234/067.p/8".
std::optional<Numbered> parse_numbered(std::string_view path) {
  unsigned width = kTileWidth;
  if (const std::size_t dot = path.find(".p/"); dot != std::string_view::npos) {
    const auto given = parse_decimal(path.substr(dot + 3));
    if (!given || *given == 0 || *given >= kTileWidth) return std::nullopt;
    width = static_cast<unsigned>(*given);
    path = path.substr(0, dot);
  }
  std::string digits;
  while (path.starts_with('x')) {
    if (path.size() < 5 || path[4] != '/') return std::nullopt;
    digits += path.substr(1, 3);
    path.remove_prefix(5);
  }
  if (path.size() != 3) return std::nullopt;
  digits += path;
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  const auto n = parse_decimal(std::string_view(digits).substr(first));
  if (!n || first > 2) return std::nullopt;
  return Numbered{*n, width};
}

auto bad_path() {
  return bad_input("tile.path", "the text is not the path of a tile or bundle",
                   "C2SP writes tile/<level>/<number>[.p/<width>] and tile/entries/<number>[.p/<width>]",
                   "ask for a path as tlog-tiles spells it");
}

}  // namespace

std::uint64_t tile_level_hashes(std::uint64_t size, unsigned level) {
  SEALKEEP_ASSERT(level < kTileLevels);
  return size >> (kTileLevelBits * level);
}

std::vector<TileId> tiles_at(std::uint64_t size) {
  std::vector<TileId> ids;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    const std::uint64_t hashes = tile_level_hashes(size, level);
    for (std::uint64_t n = 0; n < hashes / kTileWidth; ++n) ids.push_back({level, n, kTileWidth});
    const auto width = static_cast<unsigned>(hashes % kTileWidth);
    if (width != 0) ids.push_back({level, hashes / kTileWidth, width});
  }
  return ids;
}

std::vector<BundleId> bundles_at(std::uint64_t size) {
  std::vector<BundleId> ids;
  for (std::uint64_t n = 0; n < size / kTileWidth; ++n) ids.push_back({n, kTileWidth});
  const auto width = static_cast<unsigned>(size % kTileWidth);
  if (width != 0) ids.push_back({size / kTileWidth, width});
  return ids;
}

std::string tile_path(const TileId& id) {
  SEALKEEP_ASSERT(id.level < kTileLevels);
  return std::string(kTilePrefix) + std::to_string(id.level) + "/" + grouped(id.n) + suffix(id.width);
}

std::string bundle_path(const BundleId& id) {
  return std::string(kBundlePrefix) + grouped(id.n) + suffix(id.width);
}

Result<TileId> parse_tile_path(std::string_view path) {
  if (path.size() > kMaxPathBytes || !path.starts_with(kTilePrefix)) return bad_path();
  path.remove_prefix(kTilePrefix.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return bad_path();
  const auto level = parse_decimal(path.substr(0, slash));
  const auto numbered = parse_numbered(path.substr(slash + 1));
  if (!level || *level >= kTileLevels || !numbered) return bad_path();
  return TileId{static_cast<unsigned>(*level), numbered->n, numbered->width};
}

Result<BundleId> parse_bundle_path(std::string_view path) {
  if (path.size() > kMaxPathBytes || !path.starts_with(kBundlePrefix)) return bad_path();
  const auto numbered = parse_numbered(path.substr(kBundlePrefix.size()));
  if (!numbered) return bad_path();
  return BundleId{numbered->n, numbered->width};
}

Result<> append_to_bundle(Bytes& bundle, ByteView entry) {
  if (entry.size() > kBundleEntryBytes) {
    return bad_input("bundle.entry_too_long", "the entry does not fit a bundle",
                     std::to_string(entry.size()) + " bytes, at most " + std::to_string(kBundleEntryBytes),
                     "split the fact into several entries");
  }
  ByteWriter(bundle).u16(static_cast<std::uint16_t>(entry.size())).raw(entry);
  return {};
}

Result<std::vector<ByteView>> decode_bundle(ByteView bytes, std::size_t count) {
  const auto malformed = [](std::string why) {
    return bad_input("bundle.malformed", "the bytes are not a bundle of entries", std::move(why),
                     "fetch the bundle again");
  };
  if (count > kTileWidth) return malformed("a bundle holds at most 256 entries");
  if (bytes.size() < 2 * count) return malformed("too short");
  std::vector<ByteView> entries;
  entries.reserve(count);
  ByteReader reader(bytes);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t length = reader.u16();
    entries.push_back(reader.raw(length));
  }
  if (!reader.ok()) return malformed("an entry is cut off");
  if (!reader.finished()) return malformed("bytes follow the last entry");
  return entries;
}

Result<std::vector<Hash>> decode_tile(ByteView bytes, unsigned width) {
  if (width < 1 || width > kTileWidth || bytes.size() != std::size_t{width} * 32) {
    return fail(ErrorKind::Corrupt, "tile.malformed", "a tile has the wrong length",
                std::to_string(bytes.size()) + " bytes for " + std::to_string(width) + " hashes",
                "run verify, and rebuild the tiles from the entries");
  }
  std::vector<Hash> hashes(width);
  ByteReader reader(bytes);
  for (Hash& hash : hashes) hash.bytes = reader.array<32>();
  return hashes;
}

}  // namespace sealkeep

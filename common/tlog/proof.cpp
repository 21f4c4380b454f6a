// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/proof.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "common/base/limits.hpp"

namespace sealkeep {
namespace {

auto out_of_range(std::string why) {
  return bad_input("proof.range", "there is no proof for these positions", std::move(why),
                   "ask for positions within the tree");
}

auto wrong(const char* why) {
  return fail(ErrorKind::Refused, "proof.wrong", "the proof does not hold", why,
              "keep the proof and both roots as evidence");
}

// Tree hash of leaves [begin, end). `begin` is a multiple of the smallest power of two >= end - begin, as
// every range that RFC 6962 splits off is, so the perfect parts come largest first.
Result<Hash> range_root(std::uint64_t begin, std::uint64_t end, const ReadHashes& read) {
  std::vector<Hash> parts;
  while (begin < end) {
    const std::uint64_t leaves = std::bit_floor(end - begin);
    const auto level = static_cast<unsigned>(std::countr_zero(leaves));
    SEALKEEP_LET(part, read(level, begin >> level));
    parts.push_back(part);
    begin += leaves;
  }
  Hash folded = parts.back();
  for (std::size_t i = parts.size() - 1; i-- > 0;) folded = hash_node(parts[i], folded);
  return folded;
}

// The place of a hash within the tree while a checker climbs: `node` is its index on this level, `last` the
// level's last index (RFC 9162's fn and sn).
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  [[nodiscard]] bool at_top() const { return last == 0; }
  [[nodiscard]] bool is_left_child() const { return (node & 1) == 0; }
  [[nodiscard]] bool sibling_is_left() const { return !is_left_child() || node == last; }
  void up() {
    node >>= 1;
    last >>= 1;
  }
  // A last node without a sibling stands for itself on the levels above, until it is a right child.
  void skip_lone_levels() {
    while (node != 0 && is_left_child()) up();
  }
};

}  // namespace

TileReader::TileReader(std::uint64_t size, ReadTile read_tile)
    : size_(size), read_tile_(std::move(read_tile)) {}

Result<Hash> TileReader::operator()(unsigned level, std::uint64_t index) {
  if (level >= 63 || index >= (size_ >> level)) return out_of_range("the subtree ends past the tree");
  const unsigned tile_level = level / kTileLevelBits;
  const std::size_t count = std::size_t{1} << (level % kTileLevelBits);
  const std::uint64_t first = index * count;
  const std::uint64_t n = first / kTileWidth;
  const std::uint64_t available = tile_level_hashes(size_, tile_level) - n * kTileWidth;
  const TileId id{tile_level, n, static_cast<unsigned>(std::min<std::uint64_t>(available, kTileWidth))};
  std::optional<Held>& held = held_[tile_level];
  if (!held || held->id != id) {
    SEALKEEP_LET(bytes, read_tile_(id));
    SEALKEEP_LET(hashes, decode_tile(bytes, id.width));
    held = Held{id, std::move(hashes)};
  }
  return perfect_root(std::span<const Hash>(held->hashes).subspan(first % kTileWidth, count));
}

Result<std::vector<Hash>> make_inclusion_proof(std::uint64_t index, std::uint64_t size,
                                               const ReadHashes& read) {
  if (index >= size || size > limits::kTreeSize) return out_of_range("the entry is not within the size");
  std::vector<Hash> proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
    const bool left = index < split;
    SEALKEEP_LET(sibling, left ? range_root(split, end, read) : range_root(begin, split, read));
    proof.push_back(sibling);
    (left ? end : begin) = split;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<std::vector<Hash>> make_consistency_proof(std::uint64_t old_size, std::uint64_t new_size,
                                                 const ReadHashes& read) {
  if (old_size > new_size || new_size > limits::kTreeSize) return out_of_range("the older size is larger");
  std::vector<Hash> proof;
  if (old_size == 0 || old_size == new_size) return proof;
  std::uint64_t begin = 0;
  std::uint64_t end = new_size;
  while (end != old_size) {
    const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
    const bool left = old_size <= split;
    SEALKEEP_LET(sibling, left ? range_root(split, end, read) : range_root(begin, split, read));
    proof.push_back(sibling);
    (left ? end : begin) = split;
  }
  // If the descent never went right, the old tree is this whole subtree and the checker knows its root.
  if (begin != 0) {
    SEALKEEP_LET(shared, range_root(begin, end, read));
    proof.push_back(shared);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<> check_inclusion_proof(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                               std::span<const Hash> proof, const Hash& root) {
  if (index >= size) return wrong("the entry is not within the size");
  Climb climb{index, size - 1};
  Hash folded = leaf;
  for (const Hash& sibling : proof) {
    if (climb.at_top()) return wrong("the path is too long");
    if (climb.sibling_is_left()) {
      folded = hash_node(sibling, folded);
      climb.skip_lone_levels();
    } else {
      folded = hash_node(folded, sibling);
    }
    climb.up();
  }
  if (!climb.at_top()) return wrong("the path is too short");
  if (folded != root) return wrong("the path leads to another root");
  return {};
}

Result<> check_consistency_proof(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                                 const Hash& new_root, std::span<const Hash> proof) {
  if (old_size > new_size) return wrong("the older size is larger");
  if (old_size == 0 || old_size == new_size) {
    if (!proof.empty()) return wrong("the path is too long");
    if (old_root != (old_size == 0 ? empty_root() : new_root)) return wrong("one size has two roots");
    if (new_size == 0 && new_root != empty_root()) return wrong("one size has two roots");
    return {};
  }
  if (proof.empty()) return wrong("the path is too short");
  Climb climb{old_size - 1, new_size - 1};
  while (!climb.is_left_child()) climb.up();
  Hash start = old_root;
  if (!std::has_single_bit(old_size)) {
    start = proof.front();
    proof = proof.subspan(1);
  }
  Hash old_folded = start;
  Hash new_folded = start;
  for (const Hash& sibling : proof) {
    if (climb.at_top()) return wrong("the path is too long");
    if (climb.sibling_is_left()) {
      old_folded = hash_node(sibling, old_folded);
      new_folded = hash_node(sibling, new_folded);
      climb.skip_lone_levels();
    } else {
      new_folded = hash_node(new_folded, sibling);
    }
    climb.up();
  }
  if (!climb.at_top()) return wrong("the path is too short");
  if (old_folded != old_root) return wrong("the path leads to another root at the older size");
  if (new_folded != new_root) return wrong("the path leads to another root at the newer size");
  return {};
}

}  // namespace sealkeep

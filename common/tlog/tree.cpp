// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/tree.hpp"

#include <bit>

#include "common/base/limits.hpp"

namespace sealkeep {
namespace {

constexpr std::uint8_t kLeafPrefix[] = {0x00};
constexpr std::uint8_t kNodePrefix[] = {0x01};

}  // namespace

Hash hash_leaf(ByteView entry) {
  return sha256({ByteView(kLeafPrefix), entry});
}

Hash hash_node(const Hash& left, const Hash& right) {
  return sha256({ByteView(kNodePrefix), left.view(), right.view()});
}

Hash empty_root() {
  return sha256({});
}

Hash perfect_root(std::span<const Hash> hashes) {
  SEALKEEP_ASSERT(std::has_single_bit(hashes.size()));
  if (hashes.size() == 1) return hashes.front();
  const std::size_t half = hashes.size() / 2;
  return hash_node(perfect_root(hashes.first(half)), perfect_root(hashes.subspan(half)));
}

Result<Frontier> Frontier::restore(std::uint64_t size, std::span<const Hash> roots) {
  if (size > limits::kTreeSize || roots.size() != static_cast<std::size_t>(std::popcount(size))) {
    return bad_input("tree.malformed", "a tree's right edge does not fit its size",
                     std::to_string(roots.size()) + " roots for size " + std::to_string(size),
                     "rebuild it from the entries");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.roots_.assign(roots.begin(), roots.end());
  return frontier;
}

void Frontier::append(const Hash& leaf) {
  SEALKEEP_ASSERT(size_ < limits::kTreeSize);
  Hash merged = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    merged = hash_node(roots_.back(), merged);
    roots_.pop_back();
  }
  roots_.push_back(merged);
  ++size_;
}

Hash Frontier::root() const {
  if (roots_.empty()) return empty_root();
  Hash folded = roots_.back();
  for (std::size_t i = roots_.size() - 1; i-- > 0;) folded = hash_node(roots_[i], folded);
  return folded;
}

}  // namespace sealkeep

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "common/crypto/sign.hpp"
#include "common/tlog/proof.hpp"
#include "common/tlog/tree.hpp"

/// RFC 6962 section 2.1 word for word, slow and obviously right, and the data of the golden vectors.
namespace sealkeep::reference {

inline std::string entry(std::uint64_t i) {
  return "seal event " + std::to_string(i);
}

inline std::vector<Hash> leaves(std::uint64_t count) {
  std::vector<Hash> hashes;
  for (std::uint64_t i = 0; i < count; ++i)
    hashes.push_back(sha256(as_bytes(std::string(1, '\0') + entry(i))));
  return hashes;
}

inline std::size_t split(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

inline Hash root(std::span<const Hash> d) {
  if (d.empty()) return sha256(ByteView{});
  if (d.size() == 1) return d[0];
  const std::size_t k = split(d.size());
  Bytes node{0x01};
  append(node, root(d.first(k)).view());
  append(node, root(d.subspan(k)).view());
  return sha256(node);
}

inline std::vector<Hash> path(std::size_t m, std::span<const Hash> d) {
  if (d.size() <= 1) return {};
  const std::size_t k = split(d.size());
  std::vector<Hash> proof = m < k ? path(m, d.first(k)) : path(m - k, d.subspan(k));
  proof.push_back(m < k ? root(d.subspan(k)) : root(d.first(k)));
  return proof;
}

inline std::vector<Hash> subproof(std::size_t m, std::span<const Hash> d, bool whole) {
  if (m == d.size()) return whole ? std::vector<Hash>{} : std::vector<Hash>{root(d)};
  const std::size_t k = split(d.size());
  std::vector<Hash> proof = m <= k ? subproof(m, d.first(k), whole) : subproof(m - k, d.subspan(k), false);
  proof.push_back(m <= k ? root(d.subspan(k)) : root(d.first(k)));
  return proof;
}

/// Perfect subtrees straight from the leaves.
inline ReadHashes hashes_of(std::span<const Hash> d) {
  return [d](unsigned level, std::uint64_t index) -> Result<Hash> {
    return root(d.subspan(index << level, std::size_t{1} << level));
  };
}

/// Golden key: seed bytes first, first+1, ...
inline SigningKey key(std::uint8_t first) {
  Bytes seed;
  for (std::uint8_t i = 0; i < 32; ++i) seed.push_back(static_cast<std::uint8_t>(first + i));
  return SigningKey(seed);
}

inline Hash flipped(Hash hash, std::size_t bit) {
  hash.bytes[bit / 8] = static_cast<std::uint8_t>(hash.bytes[bit / 8] ^ (1U << (bit % 8)));
  return hash;
}

}  // namespace sealkeep::reference

// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/proof.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "common/base/limits.hpp"
#include "common/tlog/tile_builder.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

TEST_CASE("inclusion proofs equal the naive ones and hold, for every entry at a spread of sizes") {
  const std::vector<Hash> leaves = reference::leaves(600);
  for (const std::size_t size :
       {1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 33, 64, 100, 129, 255, 256, 257, 300, 511, 513, 600}) {
    const auto tree = std::span(leaves).first(size);
    const Hash root = reference::root(tree);
    for (std::size_t index = 0; index < size; ++index) {
      const auto proof = make_inclusion_proof(index, size, reference::hashes_of(tree));
      REQUIRE(proof);
      REQUIRE(*proof == reference::path(index, tree));
      REQUIRE(check_inclusion_proof(leaves[index], index, size, *proof, root));
    }
  }
}

TEST_CASE("consistency proofs equal the naive ones and hold, for every pair of sizes to 130") {
  const std::vector<Hash> leaves = reference::leaves(130);
  std::vector<Hash> roots;
  for (std::size_t n = 0; n <= leaves.size(); ++n)
    roots.push_back(reference::root(std::span(leaves).first(n)));
  for (std::size_t n = 0; n <= leaves.size(); ++n) {
    const auto tree = std::span(leaves).first(n);
    for (std::size_t m = 0; m <= n; ++m) {
      const auto proof = make_consistency_proof(m, n, reference::hashes_of(tree));
      REQUIRE(proof);
      if (m > 0) REQUIRE(*proof == reference::subproof(m, tree, true));
      REQUIRE(check_consistency_proof(m, roots[m], n, roots[n], *proof));
    }
  }
}

TEST_CASE("consistency proofs hold for a spread of pairs to 600") {
  const std::vector<Hash> leaves = reference::leaves(600);
  for (const std::size_t n : {255, 256, 257, 400, 511, 512, 513, 599, 600}) {
    const auto tree = std::span(leaves).first(n);
    const Hash root = reference::root(tree);
    for (std::size_t m = 1; m <= n; m += 13) {
      const auto proof = make_consistency_proof(m, n, reference::hashes_of(tree));
      REQUIRE(proof);
      REQUIRE(*proof == reference::subproof(m, tree, true));
      REQUIRE(check_consistency_proof(m, reference::root(tree.first(m)), n, root, *proof));
    }
  }
}

TEST_CASE("any flipped bit of an inclusion proof, leaf or root is refused") {
  const std::vector<Hash> leaves = reference::leaves(100);
  for (const std::size_t size : {2, 7, 100}) {
    const auto tree = std::span(leaves).first(size);
    const Hash root = reference::root(tree);
    for (const std::size_t index : {std::size_t{0}, size / 2, size - 1}) {
      const std::vector<Hash> proof = reference::path(index, tree);
      for (std::size_t bit = 0; bit < 256; ++bit) {
        for (std::size_t at = 0; at < proof.size(); ++at) {
          std::vector<Hash> bad = proof;
          bad[at] = reference::flipped(bad[at], bit);
          REQUIRE_FALSE(check_inclusion_proof(leaves[index], index, size, bad, root));
        }
        REQUIRE_FALSE(
            check_inclusion_proof(reference::flipped(leaves[index], bit), index, size, proof, root));
        REQUIRE_FALSE(
            check_inclusion_proof(leaves[index], index, size, proof, reference::flipped(root, bit)));
      }
    }
  }
}

TEST_CASE("an inclusion proof cut, lengthened or for another index is refused") {
  const std::vector<Hash> leaves = reference::leaves(100);
  const Hash root = reference::root(leaves);
  for (std::size_t index = 0; index < leaves.size(); ++index) {
    const std::vector<Hash> proof = reference::path(index, leaves);
    for (std::size_t keep = 0; keep < proof.size(); ++keep) {
      const auto refused =
          check_inclusion_proof(leaves[index], index, 100, std::span(proof).first(keep), root);
      REQUIRE_FALSE(refused);
      REQUIRE(refused.error().code == "proof.wrong");
    }
    std::vector<Hash> longer = proof;
    longer.push_back(root);
    REQUIRE_FALSE(check_inclusion_proof(leaves[index], index, 100, longer, root));
    for (std::size_t other = 0; other <= leaves.size(); ++other) {
      if (other != index) REQUIRE_FALSE(check_inclusion_proof(leaves[index], other, 100, proof, root));
    }
  }
  CHECK_FALSE(check_inclusion_proof(leaves[0], 0, 0, {}, empty_root()));
  CHECK_FALSE(check_inclusion_proof(leaves[0], UINT64_MAX, UINT64_MAX, reference::leaves(70), root));
}

TEST_CASE("any flipped bit, cut or lengthening of a consistency proof is refused") {
  const std::vector<Hash> leaves = reference::leaves(20);
  for (const std::size_t n : {3, 8, 20}) {
    const auto tree = std::span(leaves).first(n);
    const Hash root = reference::root(tree);
    for (std::size_t m = 1; m < n; ++m) {
      const Hash old_root = reference::root(tree.first(m));
      const std::vector<Hash> proof = reference::subproof(m, tree, true);
      for (std::size_t bit = 0; bit < 256; ++bit) {
        for (std::size_t at = 0; at < proof.size(); ++at) {
          std::vector<Hash> bad = proof;
          bad[at] = reference::flipped(bad[at], bit);
          REQUIRE_FALSE(check_consistency_proof(m, old_root, n, root, bad));
        }
        REQUIRE_FALSE(check_consistency_proof(m, reference::flipped(old_root, bit), n, root, proof));
        REQUIRE_FALSE(check_consistency_proof(m, old_root, n, reference::flipped(root, bit), proof));
      }
      for (std::size_t keep = 0; keep < proof.size(); ++keep) {
        REQUIRE_FALSE(check_consistency_proof(m, old_root, n, root, std::span(proof).first(keep)));
      }
      std::vector<Hash> longer = proof;
      longer.push_back(root);
      REQUIRE_FALSE(check_consistency_proof(m, old_root, n, root, longer));
    }
  }
}

TEST_CASE("a smaller newer size, two roots of one size and a false empty tree are refused") {
  const std::vector<Hash> leaves = reference::leaves(4);
  const Hash root = reference::root(leaves);
  CHECK_FALSE(check_consistency_proof(5, root, 4, root, {}));
  CHECK(check_consistency_proof(4, root, 4, root, {}));
  CHECK_FALSE(check_consistency_proof(4, leaves[0], 4, root, {}));
  CHECK_FALSE(check_consistency_proof(4, root, 4, root, leaves));
  CHECK(check_consistency_proof(0, empty_root(), 4, root, {}));
  CHECK_FALSE(check_consistency_proof(0, root, 4, root, {}));
  CHECK_FALSE(check_consistency_proof(0, empty_root(), 4, root, leaves));
  CHECK(check_consistency_proof(0, empty_root(), 0, empty_root(), {}));
  CHECK_FALSE(check_consistency_proof(0, empty_root(), 0, root, {}));
  CHECK_FALSE(check_consistency_proof(0, root, 0, root, {}));
}

TEST_CASE("no proof is made for positions outside the tree") {
  const std::vector<Hash> leaves = reference::leaves(4);
  const ReadHashes read = reference::hashes_of(leaves);
  CHECK(make_inclusion_proof(4, 4, read).error().code == "proof.range");
  CHECK(make_inclusion_proof(0, 0, read).error().code == "proof.range");
  CHECK(make_inclusion_proof(0, limits::kTreeSize + 1, read).error().code == "proof.range");
  CHECK(make_consistency_proof(3, 2, read).error().code == "proof.range");
  CHECK(make_consistency_proof(3, limits::kTreeSize + 1, read).error().code == "proof.range");
}

TEST_CASE("an error of the hash source ends the making of a proof") {
  const ReadHashes broken = [](unsigned, std::uint64_t) -> Result<Hash> {
    return fail(ErrorKind::Corrupt, "disk.bad", "unreadable");
  };
  CHECK(make_inclusion_proof(1, 3, broken).error().code == "disk.bad");
  CHECK(make_consistency_proof(1, 3, broken).error().code == "disk.bad");
}

TEST_CASE("proofs made from tiles, right edge and older sizes included, hold") {
  const std::vector<Hash> leaves = reference::leaves(66100);
  std::map<TileId, Bytes> store;
  TileBuilder builder;
  for (const Hash& leaf : leaves) {
    for (Tile& tile : builder.append(leaf)) store.emplace(tile.id, std::move(tile.bytes));
  }
  std::size_t reads = 0;
  const ReadTile read = with_edge(builder, [&](const TileId& id) -> Result<Bytes> {
    ++reads;
    return store.at(id);
  });
  for (const std::uint64_t size : {1U, 255U, 256U, 257U, 700U, 65535U, 65536U, 65537U, 66100U}) {
    const Hash root = reference::root(std::span(leaves).first(size));
    for (const std::uint64_t index : {std::uint64_t{0}, size / 3, size - 1}) {
      reads = 0;
      const auto proof = make_inclusion_proof(index, size, TileReader(builder.size(), read));
      REQUIRE(proof);
      CHECK(check_inclusion_proof(leaves[index], index, size, *proof, root));
      CHECK(reads <= 6);
    }
    for (const std::uint64_t old_size : {std::uint64_t{1}, size / 2 + 1, size}) {
      if (old_size > size) continue;
      const auto proof = make_consistency_proof(old_size, size, TileReader(builder.size(), read));
      REQUIRE(proof);
      CHECK(check_consistency_proof(old_size, reference::root(std::span(leaves).first(old_size)), size, root,
                                    *proof));
    }
  }
}

TEST_CASE("a tile reader gives nothing beyond its tree and calls a short tile corrupt") {
  TileReader reader(5, [](const TileId& id) -> Result<Bytes> { return Bytes(id.width * std::size_t{32}); });
  CHECK(reader(0, 4));
  CHECK(reader(2, 0));
  CHECK(reader(0, 5).error().code == "proof.range");
  CHECK(reader(2, 1).error().code == "proof.range");
  CHECK(reader(3, 0).error().code == "proof.range");
  CHECK(reader(63, 0).error().code == "proof.range");
  CHECK(reader(200, 0).error().code == "proof.range");
  CHECK(reader(0, UINT64_MAX).error().code == "proof.range");
  TileReader cut(5, [](const TileId&) -> Result<Bytes> { return Bytes(31); });
  CHECK(cut(0, 0).error().kind == ErrorKind::Corrupt);
}

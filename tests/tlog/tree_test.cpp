// SPDX-License-Identifier: Apache-2.0
#include "common/tlog/tree.hpp"

#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/tlog/reference.hpp"

using namespace sealkeep;

TEST_CASE("tree roots equal the golden vectors") {
  const std::vector<Hash> leaves = reference::leaves(257);
  const std::pair<std::uint64_t, const char*> golden[] = {
      {0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
      {1, "0AHcCCAjzR+d81uJWrSEENBILWsZ5Vcuc0UWNIzCQho="},
      {3, "MkjSUH6ibMju9/35WaumH1kiw93/R4yLRJKsArBI2oc="},
      {256, "QOUE3y/SuR9md5NgL78wYJyko4ro/GOxycO6/K2OBnk="},
      {257, "U5ZDn4lhoqH8fFHautR7VDlkhoftmZ7ucMU9ZBcR/r0="}};
  for (const auto& [size, root] : golden) {
    Frontier frontier;
    for (std::uint64_t i = 0; i < size; ++i) frontier.append(hash_leaf(as_bytes(reference::entry(i))));
    INFO("size " << size);
    CHECK(base64(frontier.root().view()) == root);
    CHECK(frontier.root() == reference::root(std::span(leaves).first(size)));
  }
}

TEST_CASE("frontier's root equals the naive RFC 6962 root at every size to 600") {
  const std::vector<Hash> leaves = reference::leaves(600);
  Frontier frontier;
  REQUIRE(frontier.root() == empty_root());
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    frontier.append(leaves[size - 1]);
    REQUIRE(frontier.size() == size);
    REQUIRE(frontier.root() == reference::root(std::span(leaves).first(size)));
  }
}

TEST_CASE("a frontier restored from its roots goes on as the one it came from") {
  const std::vector<Hash> leaves = reference::leaves(300);
  Frontier frontier;
  for (const Hash& leaf : leaves) {
    auto restored = Frontier::restore(frontier.size(), frontier.roots());
    REQUIRE(restored);
    REQUIRE(*restored == frontier);
    restored->append(leaf);
    frontier.append(leaf);
    REQUIRE(restored->root() == frontier.root());
  }
}

TEST_CASE("a copy of a frontier is not touched by what happens to the other") {
  const std::vector<Hash> leaves = reference::leaves(8);
  Frontier frontier;
  for (std::size_t i = 0; i < 7; ++i) frontier.append(leaves[i]);
  const Frontier before = frontier;
  frontier.append(leaves[7]);
  CHECK(before.size() == 7);
  CHECK(before.root() == reference::root(std::span(leaves).first(7)));
  CHECK(frontier.root() == reference::root(leaves));
}

TEST_CASE("frontier's roots are those of the perfect subtrees, largest first") {
  const std::vector<Hash> leaves = reference::leaves(11);
  Frontier frontier;
  for (const Hash& leaf : leaves) frontier.append(leaf);
  const std::span<const Hash> all = leaves;
  CHECK(frontier.roots() ==
        std::vector<Hash>{reference::root(all.first(8)), reference::root(all.subspan(8, 2)), leaves[10]});
}

TEST_CASE("a frontier is refused when its roots do not fit its size") {
  const std::vector<Hash> roots = reference::leaves(3);
  CHECK(Frontier::restore(7, roots));
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{6}, std::uint64_t{15}}) {
    const auto refused = Frontier::restore(size, roots);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "tree.malformed");
  }
  const std::vector<Hash> one = reference::leaves(1);
  CHECK_FALSE(Frontier::restore(limits::kTreeSize + 1, one));
  const std::vector<Hash> most = reference::leaves(63);
  CHECK(Frontier::restore(limits::kTreeSize, most));
}

TEST_CASE("a leaf never hashes like a node") {
  const std::vector<Hash> leaves = reference::leaves(2);
  Bytes both = to_bytes(leaves[0].view());
  append(both, leaves[1].view());
  CHECK(hash_leaf(both) != hash_node(leaves[0], leaves[1]));
  CHECK(hash_node(leaves[0], leaves[1]) != hash_node(leaves[1], leaves[0]));
}

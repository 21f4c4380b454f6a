// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "common/tlog/tile_builder.hpp"
#include "common/tlog/tree.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
}

// noinline: inlined, the compiler would see malloc and delete as a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace sealkeep;

TEST_CASE("hashing leaves and nodes does not allocate") {
  const Bytes entry(300, 7);
  const std::size_t before = allocations;
  Hash hash = hash_leaf(entry);
  for (int i = 0; i < 100; ++i) hash = hash_node(hash, hash_leaf(entry));
  const std::size_t after = allocations;
  CHECK(after == before);
  CHECK(hash != empty_root());
}

TEST_CASE("a builder that holds a full edge appends without allocating until a tile is full") {
  TileBuilder builder;
  for (int i = 0; i < 512; ++i) static_cast<void>(builder.append(Hash{}));
  const std::size_t before = allocations;
  for (int i = 0; i < 255; ++i) static_cast<void>(builder.append(Hash{}));
  static_cast<void>(builder.root());
  const std::size_t after = allocations;
  CHECK(after == before);
}

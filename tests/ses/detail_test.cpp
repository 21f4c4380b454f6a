// SPDX-License-Identifier: Apache-2.0
#include "common/ses/detail.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "common/base/random.hpp"
#include "common/crypto/encoding.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

TEST_CASE("a detail's commitment is the hash that the format names") {
  Salt salt;
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(i);
  // Worked out with sha256sum over the bytes of docs/formats/detail.md.
  CHECK(hex(commit_detail(DetailKind::Narrative, salt, as_bytes("The bolt broke in the rain.")).view()) ==
        "d33306ca3ee4bc82e1c2fa63213d0db281377e4d32a4990e7ae3076e591f351b");
  CHECK(hex(commit_detail(DetailKind::Photo, salt, {}).view()) ==
        "ae25fe90699c836740080b564012fc7b18aa0b929b4ebc75154f01cd3dd0c748");
}

TEST_CASE("a commitment changes with the kind, the salt, each bit and the length") {
  SeededRandom random(1);
  Salt salt;
  random.fill(salt);
  Bytes bytes(40);
  random.fill(bytes);
  std::set<Hash> seen{commit_detail(DetailKind::Driver, salt, bytes)};
  CHECK(seen.count(commit_detail(DetailKind::Driver, salt, bytes)) == 1);
  std::size_t changes = 1;
  const auto differs = [&](DetailKind kind, const Salt& with, ByteView view) {
    seen.insert(commit_detail(kind, with, view));
    CHECK(seen.size() == ++changes);
  };
  differs(DetailKind::Name, salt, bytes);
  for (std::size_t bit = 0; bit < salt.size() * 8; ++bit) {
    Salt other = salt;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
    differs(DetailKind::Driver, other, bytes);
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes other = bytes;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
    differs(DetailKind::Driver, salt, other);
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    differs(DetailKind::Driver, salt, ByteView(bytes).first(size));
}

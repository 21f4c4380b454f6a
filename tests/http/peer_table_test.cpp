// SPDX-License-Identifier: Apache-2.0
#include "common/http/peer_table.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::http {
namespace {

TEST_CASE("a peer has so many connections and not one more, others are not concerned") {
  PeerTable table(2, 10, 5);
  CHECK(table.connect("a", 0));
  CHECK(table.connect("a", 0));
  CHECK_FALSE(table.connect("a", 0));
  CHECK(table.connect("b", 0));
  table.disconnect("a");
  CHECK(table.connect("a", 0));
}

TEST_CASE("a peer may ask a burst at once and then at its rate") {
  PeerTable table(2, 10, 5);
  REQUIRE(table.connect("a", 1000));
  for (int i = 0; i < 5; ++i) CHECK(table.request("a", 1000));
  CHECK_FALSE(table.request("a", 1000));
  CHECK_FALSE(table.request("a", 1099));
  CHECK(table.request("a", 1100));
  CHECK_FALSE(table.request("a", 1199));
  CHECK(table.request("a", 1200));
  for (int i = 0; i < 5; ++i) CHECK(table.request("a", 1'000'000'000'000'000));
  CHECK_FALSE(table.request("a", 1'000'000'000'000'000));
  CHECK_FALSE(table.request("unknown", 0));
}

TEST_CASE("a peer that comes again at once has no new burst, and the table does not grow for ever") {
  PeerTable table(2, 10, 5);
  REQUIRE(table.connect("a", 0));
  for (int i = 0; i < 5; ++i) CHECK(table.request("a", 0));
  table.disconnect("a");
  REQUIRE(table.connect("a", 1));
  CHECK_FALSE(table.request("a", 1));
  for (int i = 0; i < 10'000; ++i) {
    const std::string peer = std::to_string(i);
    REQUIRE(table.connect(peer, i));
    table.disconnect(peer);
  }
  CHECK(table.size() <= 2048);
  CHECK(table.request("a", 10'000));
}

}  // namespace
}  // namespace sealkeep::http

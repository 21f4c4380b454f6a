// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/hmac.hpp"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.hpp"

using namespace sealkeep;

// RFC 4231, test cases 2 and 6.
TEST_CASE("HMAC-SHA-256 gives what RFC 4231 says, also for a key longer than a block and text in parts") {
  const Secret jefe(as_bytes("Jefe"));
  CHECK(hex(hmac_sha256(jefe, {as_bytes("what do ya want "), as_bytes("for nothing?")}).view()) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const Bytes long_key(131, 0xaa);
  CHECK(
      hex(hmac_sha256(Secret(long_key), {as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")})
              .view()) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

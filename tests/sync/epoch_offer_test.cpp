// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "common/sync/enrolment.hpp"
#include "common/sync/messages.hpp"
#include "tests/sync/fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::sync;

namespace {

EpochOffer offer_of(const SigningKey& key) {
  return {"hub.example.nz/site/akl-01/e2", key.public_key(), "hub.example.nz/site/akl-01/e1", 120,
          hash_leaf(entry_of(1))};
}

}  // namespace

TEST_CASE("an epoch offer comes back as it was written") {
  const SigningKey key = signing_key(9);
  const auto read = decode_epoch_offer(encode(offer_of(key), key));
  REQUIRE(read);
  CHECK(*read == offer_of(key));
}

TEST_CASE("an epoch offer with any bit changed or any byte missing is refused") {
  const SigningKey key = signing_key(9);
  for_each_damage(encode(offer_of(key), key), [](const Bytes& damaged) {
    if (decode_epoch_offer(damaged)) FAIL("a damaged offer was taken");
  });
}

TEST_CASE("an epoch offer travels in a frame of its own type") {
  const Bytes frame = make_frame(MessageType::EpochOffer, as_bytes("body"));
  const auto read = read_frame(frame);
  REQUIRE(read);
  CHECK(read->type == MessageType::EpochOffer);
  CHECK(as_text(read->body) == "body");
}

TEST_CASE("a site's fingerprint depends on each of its five keys") {
  SiteKeys keys;
  std::vector<std::string> seen{site_fingerprint(keys)};
  for (auto* bytes :
       {&keys.log.bytes, &keys.mirror.bytes, &keys.message.bytes, &keys.curve.bytes, &keys.envelope.bytes}) {
    (*bytes)[0] ^= 1;
    const std::string now = site_fingerprint(keys);
    CHECK(std::find(seen.begin(), seen.end(), now) == seen.end());
    seen.push_back(now);
  }
}

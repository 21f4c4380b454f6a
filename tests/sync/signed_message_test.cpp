// SPDX-License-Identifier: Apache-2.0
#include "common/sync/signed_message.hpp"

#include <catch2/catch.hpp>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

constexpr std::string_view kSite = "hub.example.nz/site/akl-01";
constexpr std::string_view kHub = "hub.example.nz";

struct SignedMessages {
  SigningKey key = signing_key(0);
  FindKey keys = [this](std::string_view sender) {
    return sender == kSite ? std::optional(key.public_key()) : std::nullopt;
  };
  Bytes message = sign_message("status", kSite, kHub, as_bytes("body"), key);
  [[nodiscard]] std::string code(ByteView bytes, std::string_view purpose = "status",
                                 std::string_view to = kHub) const {
    const auto opened = open_signed(bytes, purpose, keys, to);
    return opened ? "taken" : opened.error().code;
  }
};

TEST_CASE_METHOD(SignedMessages, "a signed message opens for its recipient with its purpose") {
  const auto opened = open_signed(message, "status", keys, kHub);
  REQUIRE(opened.has_value());
  CHECK(opened->sender == kSite);
  CHECK(as_text(opened->body) == "body");
}

TEST_CASE_METHOD(SignedMessages, "the signature covers the context string and all bytes before it") {
  PackWriter writer;
  writer.str("status").str(kSite).str(kHub).bin(as_bytes("body"));
  Bytes text = to_bytes(as_bytes("sealkeep/status/v1\n"));
  append(text, writer.bytes());
  CHECK(message == writer.bin(key.sign(text).bytes).take());
}

TEST_CASE_METHOD(SignedMessages,
                 "a signed message is refused for another purpose, recipient, sender or key") {
  CHECK(code(message) == "taken");
  CHECK(code(message, "hello") == "message.other_purpose");
  CHECK(code(message, "status", "hub.other.nz") == "message.not_for_us");
  CHECK(code(sign_message("status", "stranger", kHub, {}, key)) == "message.unknown_sender");
  CHECK(code(sign_message("status", kSite, kHub, {}, signing_key(1))) == "message.bad_signature");
}

TEST_CASE_METHOD(SignedMessages, "no truncation and no changed bit of a signed message is taken") {
  std::size_t tried = 0;
  for_each_damage(message, [&](const Bytes& damaged) {
    ++tried;
    if (code(damaged) == "taken") FAIL("taken: " << hex(damaged));
  });
  CHECK(tried == message.size() * 9);
  Bytes longer = message;
  longer.push_back(0);
  CHECK(code(longer) == "message.malformed");
}

}  // namespace
}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#include "common/sync/enrolment.hpp"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.hpp"
#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

constexpr std::string_view kHub = "hub.example.nz";

BoxPublicKey box_key(std::uint64_t seed) {
  SeededRandom random(seed);
  return BoxKey::generate(random).public_key();
}

struct Enrolment {
  SigningKey root = signing_key(0), log = signing_key(1), mirror = signing_key(2), message = signing_key(3);
  RolesBundle roles{std::string(kHub),
                    1'767'225'600'000,
                    {{"curve", KeyType::X25519, box_key(1).bytes},
                     {"message", KeyType::Ed25519, signing_key(8).public_key().bytes},
                     {"message", KeyType::Ed25519, signing_key(9).public_key().bytes}}};
  Bytes bundle = sign_roles_bundle(roles, root);
  EnrolRequest request{std::string(kHub),
                       "akl-01",
                       {1, 2, 3},
                       {log.public_key(), mirror.public_key(), message.public_key(), box_key(2), box_key(3)},
                       "dock-pc"};
  Invitation invitation{std::string(kHub),
                        "tcp://hub.example.nz:7441",
                        "tcp://hub.example.nz:7442",
                        root.public_key(),
                        bundle,
                        "akl-01",
                        {9, 9},
                        1'767'312'000'000};
  [[nodiscard]] Bytes asked() const { return encode(request, {log, mirror, message}); }
};

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "taken" : result.error().code;
}

TEST_CASE_METHOD(Enrolment, "a hub's keys open under its root key and are found by role, newest first") {
  const auto opened = open_roles_bundle(bundle, root.public_key(), kHub);
  REQUIRE(opened.has_value());
  CHECK(*opened == roles);
  CHECK(opened->signing_key("message") == signing_key(8).public_key());
  CHECK(opened->box_key("curve") == box_key(1));
  CHECK_FALSE(opened->signing_key("curve").has_value());
  CHECK_FALSE(opened->box_key("envelope").has_value());
}

TEST_CASE_METHOD(Enrolment, "a hub's keys are refused under another root, for another hub, or damaged") {
  CHECK(code_of(open_roles_bundle(bundle, log.public_key(), kHub)) == "roles.bad_signature");
  CHECK(code_of(open_roles_bundle(bundle, root.public_key(), "hub.other.nz")) == "roles.other_hub");
  std::size_t taken = 0;
  for_each_damage(bundle, [&](const Bytes& damaged) {
    if (open_roles_bundle(damaged, root.public_key(), kHub)) ++taken;
  });
  CHECK(taken == 0);
}

TEST_CASE_METHOD(Enrolment, "a roles bundle holds its limit of keys, and one more is refused") {
  while (roles.keys.size() < kRolesPerBundle) roles.keys.push_back(roles.keys.back());
  Bytes full = sign_roles_bundle(roles, root);
  CHECK(full.size() <= kBundleBytes);
  CHECK(open_roles_bundle(full, root.public_key(), kHub).has_value());
  // The array head dc 0010 stands behind the version, the hub's name and a 9-byte time.
  const std::size_t at = 1 + 1 + kHub.size() + 9;
  REQUIRE(full[at] == 0xDC);
  REQUIRE(full[at + 2] == kRolesPerBundle);
  ++full[at + 2];
  CHECK(code_of(open_roles_bundle(full, root.public_key(), kHub)) == "pack.malformed");
  CHECK(code_of(open_roles_bundle(Bytes(kBundleBytes + 1, 1), root.public_key(), kHub)) == "pack.malformed");
}

TEST_CASE_METHOD(Enrolment, "an invitation survives copy and paste, and a lost character shows") {
  const std::string text = format_invitation(invitation);
  CHECK(text.starts_with("sealkeep-invitation-v1."));
  CHECK(text.find('\n') == std::string::npos);
  REQUIRE(parse_invitation("  " + text + "\r\n").has_value());
  CHECK(*parse_invitation(text) == invitation);
  CHECK(code_of(parse_invitation(text.substr(1))) == "invitation.malformed");
  CHECK(code_of(parse_invitation(text.substr(0, 60) + text.substr(61))) == "invitation.malformed");
  CHECK(code_of(parse_invitation(text.substr(0, text.size() - 4))) == "invitation.malformed");
  CHECK(code_of(parse_invitation("")) == "invitation.malformed");
  CHECK(code_of(parse_invitation(text + std::string(8000, 'A'))) == "invitation.malformed");
  invitation.root = log.public_key();
  CHECK(code_of(parse_invitation(format_invitation(invitation))) == "roles.bad_signature");
}

TEST_CASE_METHOD(Enrolment,
                 "an invitation in a lost machine's place says what it follows, and only such a one") {
  invitation.epoch = 3;
  invitation.follows = FollowedLog{"hub.example.nz/site/akl-01/e1", 700, sha256(as_bytes("root")), 650};
  const std::string text = format_invitation(invitation);
  REQUIRE(parse_invitation(text).has_value());
  CHECK(*parse_invitation(text) == invitation);

  const auto changed = [&](std::size_t from_end, std::uint8_t value) {
    Bytes bytes = *from_base64(text.substr(text.find('.') + 1));
    bytes[bytes.size() - from_end] = value;
    return code_of(parse_invitation("sealkeep-invitation-v1." + base64(bytes)));
  };
  // The last bytes are: root (32), cosigned size cd 028a (3).
  CHECK(changed(1, 0xBC) == "taken");                 // 700 cosigned of 700
  CHECK(changed(1, 0xBD) == "invitation.malformed");  // 701 of 700
  const std::size_t epoch_at = 3 + 34 + 3 + (1 + 29) + 1 + 1;
  CHECK(changed(epoch_at, 2) == "taken");
  CHECK(changed(epoch_at, 1) == "invitation.malformed");  // a first epoch follows nothing
  CHECK(changed(epoch_at, 0) == "invitation.malformed");
}

TEST_CASE_METHOD(Enrolment, "a site proves that it holds each of its signing keys") {
  const Bytes sound = asked();
  CHECK(sound.size() < limits::kEnrolMessageBytes);
  const auto opened = decode_enrol_request(sound, kHub);
  REQUIRE(opened.has_value());
  CHECK(*opened == request);
  CHECK(code_of(decode_enrol_request(sound, "hub.other.nz")) == "enrol.other_hub");
  std::size_t taken = 0;
  for_each_damage(sound, [&](const Bytes& damaged) {
    if (decode_enrol_request(damaged, kHub)) ++taken;
  });
  CHECK(taken == 0);
  for (std::size_t key = 0; key < 3; ++key) {  // another's signature in place of one of the three
    Bytes forged = sound;
    forged[forged.size() - 1 - 66 * key] ^= 1;
    CHECK(code_of(decode_enrol_request(forged, kHub)) == "enrol.bad_signature");
  }
}

TEST_CASE_METHOD(Enrolment, "a site's keys differ by role and can be sealed to") {
  request.keys.curve = request.keys.envelope;
  CHECK(code_of(decode_enrol_request(asked(), kHub)) == "enrol.same_key");
  request.keys.curve = BoxPublicKey{};
  CHECK(code_of(decode_enrol_request(asked(), kHub)) == "enrol.unusable_key");
}

TEST_CASE_METHOD(Enrolment, "an enrolment's answer carries its state and the hub's keys") {
  for (const EnrolState state : {EnrolState::Pending, EnrolState::Approved, EnrolState::Refused}) {
    const EnrolAnswer answer{state, "not known here", bundle};
    const Bytes bytes = encode(answer);
    REQUIRE(decode_enrol_answer(bytes).has_value());
    CHECK(*decode_enrol_answer(bytes) == answer);
    CHECK(bytes.size() < limits::kEnrolMessageBytes);
    for (std::size_t length = 0; length < bytes.size(); ++length)
      CHECK_FALSE(decode_enrol_answer(ByteView(bytes).first(length)).has_value());
  }
  CHECK_FALSE(decode_enrol_answer(*from_hex("9300a0c400")).has_value());
  CHECK_FALSE(decode_enrol_answer(*from_hex("9304a0c400")).has_value());
  CHECK(decode_enrol_answer(*from_hex("9303a0c400")).has_value());
}

}  // namespace
}  // namespace sealkeep::sync

// SPDX-License-Identifier: Apache-2.0
#include "common/sync/enrolment.hpp"

#include <algorithm>
#include <set>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "common/tlog/note.hpp"
#include "common/tlog/tree.hpp"

namespace sealkeep::sync {
namespace {

constexpr std::string_view kRolesContext = "sealkeep/roles/v1\n";
constexpr std::string_view kEnrolContext = "sealkeep/enrol/v1\n";
constexpr std::string_view kInvitationPrefix = "sealkeep-invitation-v1.";
constexpr std::int64_t kTimeMs = std::int64_t{1} << 53;
constexpr std::size_t kInvitationBytes = 4096;

tl::unexpected<Error> refused(const char* code, std::string what, std::string why, std::string next) {
  return fail(ErrorKind::Refused, code, std::move(what), std::move(why), std::move(next));
}

Bytes in_context(std::string_view context, ByteView bytes) {
  Bytes message = to_bytes(as_bytes(context));
  append(message, bytes);
  return message;
}

bool is_role(std::string_view role) {
  return !role.empty() && role.size() <= kRoleBytes && std::all_of(role.begin(), role.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

const RoleKey* find_key(const RolesBundle& bundle, std::string_view role, KeyType type) {
  for (const RoleKey& key : bundle.keys)
    if (key.role == role && key.type == type) return &key;
  return nullptr;
}

tl::unexpected<Error> bad_invitation(const char* why) {
  return bad_input("invitation.malformed", "the text is not an invitation", why,
                   "copy the whole line again, or ask the hub's operator for a new one");
}

FollowedLog read_followed_log(PackReader& reader) {
  FollowedLog follows;
  reader.array(4);
  follows.origin = reader.str(limits::kOriginBytes, 1);
  follows.size = reader.uint(limits::kTreeSize);
  follows.root.bytes = reader.fixed<32>();
  follows.cosigned_size = reader.uint(limits::kTreeSize);
  if (reader.ok() && (!check_key_name(follows.origin) || follows.cosigned_size > follows.size ||
                      (follows.size == 0 && follows.root != empty_root())))
    reader.reject("the log that is followed is not one");
  return follows;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::optional<PublicKey> RolesBundle::signing_key(std::string_view role) const {
  const RoleKey* key = find_key(*this, role, KeyType::Ed25519);
  return key != nullptr ? std::optional(PublicKey{key->bytes}) : std::nullopt;
}

std::optional<BoxPublicKey> RolesBundle::box_key(std::string_view role) const {
  const RoleKey* key = find_key(*this, role, KeyType::X25519);
  return key != nullptr ? std::optional(BoxPublicKey{key->bytes}) : std::nullopt;
}

Bytes sign_roles_bundle(const RolesBundle& bundle, const SigningKey& root) {
  SEALKEEP_ASSERT(check_key_name(bundle.hub) && !bundle.keys.empty() &&
                  bundle.keys.size() <= kRolesPerBundle && bundle.valid_from_ms >= 0 &&
                  bundle.valid_from_ms <= kTimeMs);
  PackWriter writer;
  writer.uint(1).str(bundle.hub).sint(bundle.valid_from_ms).array(bundle.keys.size());
  for (const RoleKey& key : bundle.keys) {
    SEALKEEP_ASSERT(is_role(key.role));
    SEALKEEP_ASSERT(key.type != KeyType::X25519 || envelope::is_usable(BoxPublicKey{key.bytes}));
    writer.array(3).str(key.role).uint(static_cast<std::uint64_t>(key.type)).bin(key.bytes);
  }
  const Signature signature = root.sign(in_context(kRolesContext, writer.bytes()));
  writer.bin(signature.bytes);
  SEALKEEP_ASSERT(writer.bytes().size() <= kBundleBytes);
  return writer.take();
}

Result<RolesBundle> open_roles_bundle(ByteView bytes, const PublicKey& root, std::string_view hub) {
  PackReader reader(bytes);
  if (bytes.size() > kBundleBytes) reader.reject("a roles bundle is too long");
  if (reader.uint() != 1) reader.reject("a roles bundle's version is not known here");
  RolesBundle bundle;
  bundle.hub = reader.str(limits::kOriginBytes, 1);
  bundle.valid_from_ms = reader.sint(0, kTimeMs);
  bundle.keys.resize(reader.array(1, kRolesPerBundle));
  bool usable = true;
  for (RoleKey& key : bundle.keys) {
    if (!reader.ok()) break;
    reader.array(3);
    key.role = reader.str(kRoleBytes, 1);
    const std::uint64_t type = reader.uint(static_cast<std::uint64_t>(KeyType::X25519));
    key.type = static_cast<KeyType>(type);
    key.bytes = reader.fixed<32>();
    if (reader.ok() && (type == 0 || !is_role(key.role))) reader.reject("a key's role or type is not known");
    if (key.type == KeyType::X25519 && !envelope::is_usable(BoxPublicKey{key.bytes})) usable = false;
  }
  const ByteView preceding = bytes.first(bytes.size() - reader.rest().size());
  const Signature signature{reader.fixed<64>()};
  SEALKEEP_TRY(reader.finish());
  if (!verify(root, in_context(kRolesContext, preceding), signature))
    return refused("roles.bad_signature", "the hub's keys were not signed by its root key",
                   "root key " + fingerprint(root.bytes), "compare the fingerprint with the hub's operator");
  if (bundle.hub != hub)
    return refused("roles.other_hub", "the keys are another hub's",
                   printable(bundle.hub) + " instead of " + printable(hub), "check which hub this is");
  if (!usable)
    return refused("roles.unusable_key", "nothing can be sealed to one of the hub's keys",
                   "it is no proper X25519 key", "ask the hub's operator to make new keys");
  return bundle;
}

std::string format_invitation(const Invitation& invitation) {
  SEALKEEP_ASSERT(
      invitation.main_address.size() <= kAddressBytes && invitation.enrol_address.size() <= kAddressBytes &&
      invitation.roles.size() <= kBundleBytes && invitation.site_code.size() <= limits::kSiteCodeBytes);
  SEALKEEP_ASSERT(invitation.epoch >= 1 && invitation.follows.has_value() == (invitation.epoch > 1));
  PackWriter writer;
  writer.array(10).str(invitation.hub).str(invitation.main_address).str(invitation.enrol_address);
  writer.bin(invitation.root.bytes).bin(invitation.roles).str(invitation.site_code).bin(invitation.code);
  writer.sint(invitation.expires_ms).uint(invitation.epoch);
  if (const auto& follows = invitation.follows) {
    SEALKEEP_ASSERT(check_key_name(follows->origin) && follows->cosigned_size <= follows->size);
    writer.array(4).str(follows->origin).uint(follows->size).bin(follows->root.bytes);
    writer.uint(follows->cosigned_size);
  } else {
    writer.nil();
  }
  return std::string(kInvitationPrefix) + base64(writer.bytes());
}

Result<Invitation> parse_invitation(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with(kInvitationPrefix))
    return bad_invitation("it does not begin with sealkeep-invitation-v1.");
  text.remove_prefix(kInvitationPrefix.size());
  if (text.size() > kInvitationBytes * 4 / 3) return bad_invitation("it is too long");
  const Result<Bytes> bytes = from_base64(text);
  if (!bytes) return bad_invitation("a character is missing or was changed");
  PackReader reader(*bytes);
  Invitation invitation;
  reader.array(10);
  invitation.hub = reader.str(limits::kOriginBytes, 1);
  invitation.main_address = reader.str(kAddressBytes, 1);
  invitation.enrol_address = reader.str(kAddressBytes, 1);
  invitation.root.bytes = reader.fixed<32>();
  invitation.roles = to_bytes(reader.bin(kBundleBytes, 1));
  invitation.site_code = reader.str(limits::kSiteCodeBytes, 1);
  invitation.code = reader.fixed<16>();
  invitation.expires_ms = reader.sint(0, kTimeMs);
  invitation.epoch = static_cast<std::uint32_t>(reader.uint(UINT32_MAX));
  if (!reader.nil()) invitation.follows = read_followed_log(reader);
  if (reader.ok() && (invitation.epoch == 0 || invitation.follows.has_value() != (invitation.epoch > 1)))
    reader.reject("an epoch after the first follows another, and only such a one");
  if (!reader.finish()) return bad_invitation("its fields are not those of an invitation");
  SEALKEEP_TRY(open_roles_bundle(invitation.roles, invitation.root, invitation.hub));
  return invitation;
}

Bytes encode(const EnrolRequest& request, const SiteSigningKeys& keys) {
  SEALKEEP_ASSERT(check_key_name(request.hub) && request.site_code.size() <= limits::kSiteCodeBytes &&
                  request.agent_instance.size() <= limits::kTextBytes);
  SEALKEEP_ASSERT(keys.log.public_key() == request.keys.log &&
                  keys.mirror.public_key() == request.keys.mirror &&
                  keys.message.public_key() == request.keys.message);
  PackWriter writer;
  writer.uint(1).str(request.hub).str(request.site_code).bin(request.code);
  for (const PublicKey* key : {&request.keys.log, &request.keys.mirror, &request.keys.message})
    writer.bin(key->bytes);
  writer.bin(request.keys.curve.bytes).bin(request.keys.envelope.bytes).str(request.agent_instance);
  const Bytes message = in_context(kEnrolContext, writer.bytes());
  for (const SigningKey* key : {&keys.log, &keys.mirror, &keys.message}) writer.bin(key->sign(message).bytes);
  return writer.take();
}

Result<EnrolRequest> decode_enrol_request(ByteView body, std::string_view hub) {
  PackReader reader(body);
  if (body.size() >= limits::kEnrolMessageBytes) reader.reject("an enrolment request is too long");
  if (reader.uint() != 1) reader.reject("an enrolment request's version is not known here");
  EnrolRequest request;
  request.hub = reader.str(limits::kOriginBytes, 1);
  request.site_code = reader.str(limits::kSiteCodeBytes, 1);
  request.code = reader.fixed<16>();
  const std::array<PublicKey*, 3> signers{&request.keys.log, &request.keys.mirror, &request.keys.message};
  for (PublicKey* key : signers) key->bytes = reader.fixed<32>();
  request.keys.curve.bytes = reader.fixed<32>();
  request.keys.envelope.bytes = reader.fixed<32>();
  request.agent_instance = reader.str(limits::kTextBytes);
  const Bytes message = in_context(kEnrolContext, body.first(body.size() - reader.rest().size()));
  std::array<Signature, 3> signatures;
  for (Signature& signature : signatures) signature.bytes = reader.fixed<64>();
  SEALKEEP_TRY(reader.finish());

  if (request.hub != hub)
    return refused("enrol.other_hub", "the request is meant for another hub",
                   printable(request.hub) + " instead of " + printable(hub),
                   "use the invitation of this hub");
  const std::set<std::array<std::uint8_t, 32>> distinct{request.keys.log.bytes, request.keys.mirror.bytes,
                                                        request.keys.message.bytes, request.keys.curve.bytes,
                                                        request.keys.envelope.bytes};
  if (distinct.size() != 5)
    return refused("enrol.same_key", "one key is used for two purposes", "each role has a key of its own",
                   "enrol again with fresh keys");
  if (!envelope::is_usable(request.keys.curve) || !envelope::is_usable(request.keys.envelope))
    return refused("enrol.unusable_key", "nothing can be sealed to one of the site's keys",
                   "it is no proper X25519 key", "enrol again with fresh keys");
  for (std::size_t i = 0; i < signers.size(); ++i)
    if (!verify(*signers[i], message, signatures[i]))
      return refused("enrol.bad_signature", "the site does not prove that it holds its keys",
                     "site " + printable(request.site_code), "enrol again; do not approve this request");
  return request;
}

Bytes encode(const EnrolAnswer& answer) {
  SEALKEEP_ASSERT(answer.reason.size() <= kReasonBytes && answer.roles.size() <= kBundleBytes);
  PackWriter writer;
  writer.array(3).uint(static_cast<std::uint64_t>(answer.state)).str(answer.reason).bin(answer.roles);
  return writer.take();
}

Result<EnrolAnswer> decode_enrol_answer(ByteView body) {
  PackReader reader(body);
  EnrolAnswer answer;
  reader.array(3);
  const std::uint64_t state = reader.uint(static_cast<std::uint64_t>(EnrolState::Refused));
  if (state == 0) reader.reject("the state of an enrolment is not known");
  answer.state = static_cast<EnrolState>(state);
  answer.reason = reader.str(kReasonBytes);
  answer.roles = to_bytes(reader.bin(kBundleBytes));
  SEALKEEP_TRY(reader.finish());
  return answer;
}

}  // namespace sealkeep::sync

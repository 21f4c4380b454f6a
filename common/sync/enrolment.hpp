// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "common/base/limits.hpp"
#include "common/crypto/envelope.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/sign.hpp"

namespace sealkeep::sync {

enum class KeyType : std::uint8_t { Ed25519 = 1, X25519 = 2 };

/// A public key and what it is for.
struct RoleKey {
  std::string
      role;  ///< 1..kRoleBytes of a-z, 0-9, '-'; "curve", "envelope", "message", "mirror", "directive", ...
  KeyType type = KeyType::Ed25519;
  std::array<std::uint8_t, 32> bytes{};
  friend bool operator==(const RoleKey&, const RoleKey&) = default;
};
inline constexpr std::size_t kRoleBytes = 32;
inline constexpr std::size_t kRolesPerBundle = 16;
inline constexpr std::size_t kBundleBytes = 2048;
inline constexpr std::size_t kAddressBytes = 256;

/// All public keys of a hub, signed by its root key, which enrolment pins.
struct RolesBundle {
  std::string hub;                 ///< the hub's name, the first part of its origins
  std::int64_t valid_from_ms = 0;  ///< of two bundles the later one counts
  std::vector<RoleKey> keys;       ///< 1..kRolesPerBundle; a role may have several (rotation), newest first
  friend bool operator==(const RolesBundle&, const RolesBundle&) = default;

  /// The first key of that role and type, or nothing.
  [[nodiscard]] std::optional<PublicKey> signing_key(std::string_view role) const;
  [[nodiscard]] std::optional<BoxPublicKey> box_key(std::string_view role) const;
};
/// The signed bytes, which are what is stored and handed on. Limits and X25519 keys' usability are asserted.
[[nodiscard]] Bytes sign_roles_bundle(const RolesBundle& bundle, const SigningKey& root);
/// BadInput `pack.malformed`; Refused `roles.bad_signature`, `roles.other_hub`, `roles.unusable_key` (an
/// X25519 key to which nothing can be sealed). Safe on hostile input.
[[nodiscard]] Result<RolesBundle> open_roles_bundle(ByteView bytes, const PublicKey& root,
                                                    std::string_view hub);

using OneTimeCode = std::array<std::uint8_t, 16>;

/// Where an earlier enrolment's log ended, as the hub knows it: a site whose machine or database was lost
/// goes on behind it.
struct FollowedLog {
  std::string origin;               ///< of the log that was written until then
  std::uint64_t size = 0;           ///< entries of it that the hub holds
  Hash root;                        ///< at that size; empty_root() at size 0 (a decoder refuses another)
  std::uint64_t cosigned_size = 0;  ///< of these, cosigned by the hub; at most `size`
  friend bool operator==(const FollowedLog&, const FollowedLog&) = default;
};

/// What an operator hands to a site: where the hub is, the key that everything else is pinned to, and the
/// right to ask once. A secret until it is used.
struct Invitation {
  std::string hub;
  std::string main_address;   ///< "tcp://host:port", at most kAddressBytes
  std::string enrol_address;  ///< the same for the enrolment port
  PublicKey root;
  Bytes roles;  ///< signed bundle, at most kBundleBytes; opens with `root` (checked when reading)
  std::string site_code;
  OneTimeCode code{};
  std::int64_t expires_ms = 0;                        ///< Unix ms
  std::uint32_t epoch = 1;                            ///< of the site log that the site begins
  std::optional<FollowedLog> follows = std::nullopt;  ///< there exactly if `epoch` is not 1
  friend bool operator==(const Invitation&, const Invitation&) = default;
};
/// "sealkeep-invitation-v1.<base64>": one line, for a file or to be pasted.
[[nodiscard]] std::string format_invitation(const Invitation& invitation);
/// Blanks and newlines around it are forgiven, nothing else. BadInput `invitation.malformed`; errors of
/// open_roles_bundle. Whether it has expired is the caller's to ask.
[[nodiscard]] Result<Invitation> parse_invitation(std::string_view text);

/// The public keys of a site, one for each role.
struct SiteKeys {
  PublicKey log, mirror, message;
  BoxPublicKey curve, envelope;
  friend bool operator==(const SiteKeys&, const SiteKeys&) = default;
};
/// The five keys in the order log, mirror, message, curve, envelope, 32 bytes each.
[[nodiscard]] Bytes site_key_bytes(const SiteKeys& keys);
/// What people compare at both ends: fingerprint() of site_key_bytes.
[[nodiscard]] std::string site_fingerprint(const SiteKeys& keys);
struct SiteSigningKeys {
  const SigningKey& log;
  const SigningKey& mirror;
  const SigningKey& message;
};

/// A site asks to be enrolled. Carries a signature of each Ed25519 key over the same bytes, which name the
/// hub: proof that the asker holds all three, and that it asked this hub.
struct EnrolRequest {
  std::string hub;
  std::string site_code;
  OneTimeCode code{};
  SiteKeys keys;
  std::string agent_instance;  ///< for people: machine name, at most limits::kTextBytes
  friend bool operator==(const EnrolRequest&, const EnrolRequest&) = default;
};
/// At most limits::kEnrolMessageBytes - 1 bytes. The signing keys are those of `request.keys` (asserted).
[[nodiscard]] Bytes encode(const EnrolRequest& request, const SiteSigningKeys& keys);
/// BadInput `pack.malformed`; Refused `enrol.bad_signature`, `enrol.other_hub`, `enrol.unusable_key`
/// (X25519), `enrol.same_key` (one key in two roles). Safe on hostile input.
[[nodiscard]] Result<EnrolRequest> decode_enrol_request(ByteView body, std::string_view hub);

enum class EnrolState : std::uint8_t { Pending = 1, Approved = 2, Refused = 3 };
struct EnrolAnswer {
  EnrolState state = EnrolState::Pending;
  std::string reason;  ///< for people, when refused; at most kReasonBytes
  Bytes roles;         ///< signed bundle, to be opened with the pinned root key
  friend bool operator==(const EnrolAnswer&, const EnrolAnswer&) = default;
};
inline constexpr std::size_t kReasonBytes = 256;
[[nodiscard]] Bytes encode(const EnrolAnswer& answer);
/// BadInput `pack.malformed`.
[[nodiscard]] Result<EnrolAnswer> decode_enrol_answer(ByteView body);

/// A site goes on in a new epoch with a new key (fork, rollback, restore): what the hub shows to a person,
/// who approves it before the new log is mirrored. Sent as the body of a message that the site's message key
/// signs (kEpochOfferPurpose), at each hello until the hub names the new log.
struct EpochOffer {
  std::string origin;               ///< of the new log
  PublicKey key;                    ///< of the new log
  std::string previous_origin;      ///< of the log that ended; differs from `origin`
  std::uint64_t previous_size = 0;  ///< entries of it that the site holds
  Hash previous_root;               ///< at that size
  friend bool operator==(const EpochOffer&, const EpochOffer&) = default;
};
/// With proof that the site holds the new key: `log`, which is the offer's (asserted, like both names).
[[nodiscard]] Bytes encode(const EpochOffer& offer, const SigningKey& log);
/// BadInput `pack.malformed`; Refused `epoch_offer.bad_signature`. Safe on hostile input.
[[nodiscard]] Result<EpochOffer> decode_epoch_offer(ByteView body);

}  // namespace sealkeep::sync

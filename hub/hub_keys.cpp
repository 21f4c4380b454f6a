// SPDX-License-Identifier: Apache-2.0
#include "hub/hub_keys.hpp"

namespace sealkeep::hub {
namespace {

Result<SigningKey> load_signing(const KeyFolder& folder, std::string_view role) {
  SEALKEEP_LET(secret, folder.load(role));
  return SigningKey(secret.expose());
}

Result<BoxKey> load_box(const KeyFolder& folder, std::string_view role) {
  SEALKEEP_LET(secret, folder.load(role));
  return BoxKey(secret.expose());
}

}  // namespace

Result<> make_hub_keys(const KeyFolder& folder, Random& random) {
  for (const std::string_view role : {"root", "directive", "mirror", "journal", "message"}) {
    if (folder.has(role)) continue;
    const SigningKey key = SigningKey::generate(random);
    SEALKEEP_TRY(folder.store(role, key.seed()));
  }
  for (const std::string_view role : {"curve", "envelope", "access"}) {
    if (folder.has(role)) continue;
    const BoxKey key = BoxKey::generate(random);
    SEALKEEP_TRY(folder.store(role, key.private_bytes()));
  }
  return {};
}

Result<HubKeys> load_hub_keys(const KeyFolder& folder) {
  SEALKEEP_LET(root, load_signing(folder, "root"));
  SEALKEEP_LET(directive, load_signing(folder, "directive"));
  SEALKEEP_LET(mirror, load_signing(folder, "mirror"));
  SEALKEEP_LET(journal, load_signing(folder, "journal"));
  SEALKEEP_LET(message, load_signing(folder, "message"));
  SEALKEEP_LET(curve, load_box(folder, "curve"));
  SEALKEEP_LET(envelope, load_box(folder, "envelope"));
  return HubKeys{std::move(root),    std::move(directive), std::move(mirror),  std::move(journal),
                 std::move(message), std::move(curve),     std::move(envelope)};
}

sync::RolesBundle roles_of(const HubKeys& keys, std::string_view hub, std::int64_t valid_from_ms) {
  using sync::KeyType;
  sync::RolesBundle bundle;
  bundle.hub = hub;
  bundle.valid_from_ms = valid_from_ms;
  bundle.keys = {
      {"directive", KeyType::Ed25519, keys.directive.public_key().bytes},
      {"mirror", KeyType::Ed25519, keys.mirror.public_key().bytes},
      {"journal", KeyType::Ed25519, keys.journal.public_key().bytes},
      {"message", KeyType::Ed25519, keys.message.public_key().bytes},
      {"curve", KeyType::X25519, keys.curve.public_key().bytes},
      {"envelope", KeyType::X25519, keys.envelope.public_key().bytes},
  };
  return bundle;
}

}  // namespace sealkeep::hub

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/crypto/envelope.hpp"
#include "common/crypto/key_file.hpp"
#include "common/crypto/sign.hpp"
#include "common/sync/enrolment.hpp"

namespace sealkeep::hub {

/// A hub's private keys, one for each role.
struct HubKeys {
  SigningKey root, directive, mirror, journal, message;
  BoxKey curve, envelope;
};
/// Makes those that are not there (a creation that was cut off goes on). Errors of KeyFolder.
[[nodiscard]] Result<> make_hub_keys(const KeyFolder& folder, Random& random);
/// Errors of KeyFolder; the root key may be away (offline): then nothing new can be signed with it and this
/// fails with `key.missing`.
[[nodiscard]] Result<HubKeys> load_hub_keys(const KeyFolder& folder);
/// Roles v1: every public key by its role.
[[nodiscard]] sync::RolesBundle roles_of(const HubKeys& keys, std::string_view hub,
                                         std::int64_t valid_from_ms);

}  // namespace sealkeep::hub

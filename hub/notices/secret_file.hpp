// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/crypto/secret.hpp"

namespace sealkeep::hub {

/// A password, a signing key or a secret address: the systemd credential of that name, else the file in the
/// folder `secrets` of the data folder, of mode 0600. A newline at its end is not part of it. 1 to 4096
/// bytes. NotFound `secret.missing`, Refused `secret.permissions`, BadInput `secret.malformed`; no error has
/// a byte of it.
[[nodiscard]] Result<Secret> load_secret(const std::filesystem::path& folder,
                                         const std::filesystem::path& credentials, const std::string& name);

}  // namespace sealkeep::hub

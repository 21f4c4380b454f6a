// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "common/crypto/secret.hpp"

namespace sealkeep::http {

/// What a server shows and proves who it is with.
struct Identity {
  std::string chain_pem;  ///< the server's certificate first, then those between it and a root
  Secret key_der;         ///< the certificate's private key, PKCS #8
};

/// Of PEM files that somebody else keeps fresh: the chain, and its key as PKCS #8 without a password, which
/// not everybody may read. BadInput `http.identity_file`, `base64.malformed`; whether the two fit, and are in
/// time, shows when they are used.
[[nodiscard]] Result<Identity> identity_of_files(const std::filesystem::path& chain,
                                                 const std::filesystem::path& key);

}  // namespace sealkeep::http
